"""A calibration on the disk: what is held out, written down before; what was found, after."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from orgsim.config.calibration import Calibration, Figure
from orgsim.errors import UsageError
from orgsim.execution.experiment import plan_hash
from orgsim.numerics.sources import source_hash
from orgsim.results.calibration import Calibrated
from orgsim.spec import Column
from orgsim.store.atomic import explained, write_text, write_whole
from orgsim.store.tables import plain_table, write_table

if TYPE_CHECKING:
    from orgsim.config import Config

HELD_OUT, ASKED = "held-out.json", "asked.json"
"""Files that are written down before: what is not fitted, and all else that is asked."""

FACTS, POSTERIOR = "calibration.json", "posterior.parquet"
"""Files of the answer: what was found, and the weighted settings."""


class Before(NamedTuple):
    """What was written down before anything is simulated.

    Attributes
    ----------
    held_out_hash : str
        Of the list of what is held out.
    points : int
        Settings of the answer that lies there already; 0 if none does.
    """

    held_out_hash: str
    points: int


def begin(config: Config, question: Calibration, directory: Path, *, overwrite: bool) -> Before:
    """Write down what is asked and what is held out, before anything is simulated.

    Raises
    ------
    UsageError
        If something else was asked here, or another list held out: neither is changed afterwards.
    """
    held_out = [_of_figure(figure) for figure in question.held_out]
    asked = {
        "plan": plan_hash(config.identity()),
        "source": source_hash(config.model),
        "priors": [asdict(prior) for prior in question.priors],
        "split": dict(config.target.shares) if question.table.split else None,
        "targets": [_of_figure(figure) for figure in question.targets],
        "firms": question.table.firms,
        "wave": question.table.wave,
        "seed": question.seed,
    }
    with explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        if overwrite:
            for name in (HELD_OUT, ASKED, FACTS, POSTERIOR):
                (directory / name).unlink(missing_ok=True)
        _once(directory / ASKED, asked, "something else was asked")
        text = _once(directory / HELD_OUT, held_out, "another list was held out")
    return Before(hashlib.sha256(text.encode()).hexdigest(), _points_there(directory))


def _of_figure(figure: Figure) -> dict[str, Any]:
    return {
        "output": figure.asked.name,
        "value": figure.value,
        "error": figure.error,
        "source": figure.source,
    }


def _once(path: Path, content: Any, what: str) -> str:
    """Write a file that is not changed afterwards, or refuse; return its text."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if not path.exists():
        write_text(path, text)
    if path.read_bytes() != text.encode():
        raise UsageError(
            f"{path}: {what} when this calibration began, and it is not changed afterwards; ask it "
            "in a directory of its own, --out DIR, or begin anew with --overwrite"
        )
    return text


def _points_there(directory: Path) -> int:
    """Return how many settings the answer has that lies there."""
    try:
        return int(json.loads((directory / FACTS).read_bytes())["points"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


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
    facts = {**facts, "is_met": found.is_met, "digest": digest_of(found)}
    without_nan: dict[str, Any] = _plain(facts)
    return without_nan


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, None for what is no number."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def digest_of(found: Calibrated) -> str:
    """Return a hash of all settings and what became of them: equal wherever they were simulated.

    Not of their weights, which are sums of rounded numbers, whose last digits may differ.
    """
    digest = hashlib.sha256()
    for name, values in found.draws.items():
        if name not in ("log_likelihood", "weight"):
            digest.update(name.encode() + b"\0" + np.asarray(values).astype("<f8").tobytes())
    return digest.hexdigest()
