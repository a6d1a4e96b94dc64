"""A calibration on the disk: what is held out, written down before; what was found, after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from orgsim.config.calibration import Calibration
from orgsim.errors import UsageError
from orgsim.results.calibration import Calibrated
from orgsim.spec import Column
from orgsim.store.atomic import explained, write_text, write_whole
from orgsim.store.tables import plain_table, write_table

HELD_OUT, FACTS, POSTERIOR = "held-out.json", "calibration.json", "posterior.parquet"
"""Files of a calibration: what is not fitted, what was found, the weighted settings."""


def write_held_out(question: Calibration, directory: Path) -> str:
    """Write down what is held out, before anything is simulated; return the hash of that.

    Raises
    ------
    UsageError
        If another list was written down here before: it cannot be changed afterwards.
    """
    held_out = [
        {"output": f.asked.name, "value": f.value, "error": f.error, "source": f.source}
        for f in question.held_out
    ]
    text = json.dumps(held_out, indent=2, ensure_ascii=False) + "\n"
    path = directory / HELD_OUT
    with explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_text(path, text)
        before = path.read_text(encoding="utf-8")
    if before != text:
        raise UsageError(
            f"{path}: another list was held out when this calibration began, and it is not changed "
            "afterwards; ask it in a directory of its own: --out DIR"
        )
    return hashlib.sha256(text.encode()).hexdigest()


def keep(found: Calibrated) -> Calibrated:
    """Write what has been found so far; return it.

    Raises
    ------
    RunError
        If the disk is full or cannot be written.
    """
    assert found.directory is not None
    provenance = {
        "orgsim_title": found.title,
        "orgsim_model": found.model,
        "orgsim_source": found.source,
        "orgsim_plan": found.plan,
    }
    declared = [_column(name, values, found) for name, values in found.draws.items()]
    with explained(found.directory):
        table = plain_table(found.draws, declared, provenance)
        write_whole(found.directory / POSTERIOR, partial(write_table, table))
        text = json.dumps(as_facts(found), indent=2, ensure_ascii=False, allow_nan=False)
        write_text(found.directory / FACTS, text + "\n")
    return found


def _column(name: str, values: Any, found: Calibrated) -> Column:
    """Return what a column of the posterior is."""
    fixed = {
        "point": "number of the setting in the runs, from 0",
        "wave": "in which it was drawn, from 0",
        "log_likelihood": "of the targets, natural logarithm",
        "weight": "in the posterior; weights add up to 1",
    }
    units = {figure.name: figure.unit for figure in (*found.targets, *found.held_out)}
    paths = {parameter.name: ", ".join(parameter.paths) for parameter in found.parameters}
    meaning = fixed.get(name) or paths.get(name) or f"named output {name}"
    kind = "int64" if np.asarray(values).dtype.kind in "iu" else "float64"
    return Column(name, kind, units.get(name, "-"), meaning)


def as_facts(found: Calibrated) -> dict[str, Any]:
    """Return what is no table, ready for JSON."""
    facts = {f.name: getattr(found, f.name) for f in fields(found)}
    del facts["draws"], facts["directory"]
    for name in ("parameters", "targets", "held_out", "tied", "further"):
        facts[name] = [asdict(one) for one in facts[name]]
    return {**facts, "is_met": found.is_met, "digest": digest_of(found)}


def digest_of(found: Calibrated) -> str:
    """Return a hash of all that was simulated: equal wherever it was."""
    return hashlib.sha256(json.dumps(dict(found.digests), sort_keys=True).encode()).hexdigest()
