"""A sensitivity analysis on the disk: what was asked and found, and tables beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any

from orgsim.errors import UsageError
from orgsim.results.sensitivity import (
    FACTS,
    GIVEN,
    INDICES,
    NEAR,
    PAIRS,
    SCREENING,
    VARIATION,
    Asked,
    GivenData,
    Indices,
    Moved,
    Screening,
    Sensitivity,
)
from orgsim.results.sensitivity.digest import digest_of
from orgsim.spec import Column
from orgsim.store.atomic import explained, write_text, write_whole
from orgsim.store.tables import plain_table, read_plain_columns, write_table

FORMAT = 1
"""Of ``sensitivity.json``, and what lies beside it."""

_TABLES = ("columns", "variation", "pairs", "near")
_DECLARED: Mapping[tuple[str, str], tuple[str, tuple[Column, ...]]] = {
    ("screening", "columns"): ("screening.parquet", SCREENING),
    ("indices", "columns"): ("indices.parquet", INDICES),
    ("indices", "variation"): ("variation.parquet", VARIATION),
    ("indices", "pairs"): ("pairs.parquet", PAIRS),
    ("given", "columns"): ("given.parquet", GIVEN),
    ("given", "near"): ("near.parquet", NEAR),
}
_STAGES = {"screening": Screening, "indices": Indices, "given": GivenData}


def keep(found: Sensitivity) -> Sensitivity:
    """Write what has been found so far; return it.

    Raises
    ------
    RunError
        If the disk is full or cannot be written.
    """
    assert found.directory is not None
    directory = found.directory
    provenance = {
        "orgsim_title": found.title,
        "orgsim_model": found.model,
        "orgsim_source": found.source,
        "orgsim_plan": found.plan,
    }
    with explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        for (stage, table), (name, declared) in _DECLARED.items():
            held = getattr(found, stage)
            columns = None if held is None else getattr(held, table)
            if columns is None:
                (directory / name).unlink(missing_ok=True)  # of a question that was another
            else:
                made = plain_table(columns, declared, provenance)
                write_whole(directory / name, partial(write_table, made))
        write_text(directory / FACTS, json.dumps(as_facts(found), indent=2) + "\n")
    return found


def as_facts(found: Sensitivity) -> dict[str, Any]:
    """Return what is no table, ready for JSON."""
    facts = {
        field.name: getattr(found, field.name)
        for field in fields(found)
        if field.name not in (*_STAGES, "outputs", "parameters", "directory")
    }
    facts["outputs"] = [asdict(output) for output in found.outputs]
    facts["parameters"] = [asdict(parameter) for parameter in found.parameters]
    for stage in _STAGES:
        held = getattr(found, stage)
        if held is not None:
            facts[stage] = {
                field.name: getattr(held, field.name)
                for field in fields(held)
                if field.name not in _TABLES
            }
    facts["digest"] = digest_of(found)
    facts["format"] = FORMAT
    return facts


def kept(directory: Path) -> Sensitivity:
    """Return what was found in a directory.

    Raises
    ------
    UsageError
        If there is no sensitivity analysis, or one that cannot be read.
    RunError
        If a table is damaged.
    """
    path = directory / FACTS
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        stages: dict[str, Any] = {}
        for stage, kind in _STAGES.items():
            if stage in facts:
                tables = {
                    table: _read(directory / name, declared)
                    for (of, table), (name, declared) in _DECLARED.items()
                    if of == stage
                }
                stages[stage] = kind(**facts.pop(stage), **tables)
        facts.pop("digest")
        if facts.pop("format") != FORMAT:
            raise ValueError(FORMAT)
        return Sensitivity(
            **{
                **facts,
                "outputs": tuple(Asked(**one) for one in facts["outputs"]),
                "parameters": tuple(Moved(**one) for one in facts["parameters"]),
                **stages,
            },
            directory=directory,
        )
    except FileNotFoundError:
        if path.exists():
            raise UsageError(f"{directory}: a table is missing; {_AGAIN}") from None
        raise UsageError(f"{directory}: holds no sensitivity analysis ({FACTS})") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise UsageError(f"{path}: is damaged, or of another version of orgsim: {_AGAIN}") from None


_AGAIN = "give the command that wrote it again, which simulates nothing that is there"


def _read(path: Path, declared: tuple[Column, ...]) -> dict[str, Any] | None:
    if not path.exists() and path.name == _DECLARED["indices", "pairs"][0]:
        return None
    return read_plain_columns(path, declared)
