"""What is wrong with a config, in lines that name the field and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from orgsim.config.calibration_schema import CalibrationTable
from orgsim.config.schema import document_of
from orgsim.config.sensitivity_schema import SensitivityTable
from orgsim.config.sweep_schema import ClusterTable, PrecisionTable, SweepTable, SweptParameter
from orgsim.config.values import nearest, show
from orgsim.config.versions import KEY
from orgsim.errors import ConfigError
from orgsim.printable import as_name, listed
from orgsim.spec import Model
from orgsim.spec.schedule import SCHEDULE
from orgsim.spec.twin import TWIN

_MOST_PROBLEMS = 8


def _known_keys(location: Sequence[Any], model: Model) -> list[str]:
    """Names that are known where an unknown key stands."""
    if len(location) == 1:
        return [*document_of(model).model_fields, "extends", KEY, SCHEDULE, TWIN]
    if location[0] in model.sections:
        return [p.name for p in model.parameters if p.section == location[0]]
    fixed = {
        "sectors": ["share", "preset", "quantities"],
        "output": ["firms", "quarters"],
        "target": ["shares", "tolerance"] if len(location) == 2 else list(model.scenarios),
        "sweep": list((SweepTable if len(location) == 2 else SweptParameter).model_fields),
        "precision": list(PrecisionTable.model_fields),
        "sensitivity": list(SensitivityTable.model_fields),
        "calibration": list(CalibrationTable.model_fields),
        "cluster": list(ClusterTable.model_fields),
    }
    return fixed.get(location[0], [])


def _elsewhere(name: str, model: Model) -> str:
    """Name the section in which a misplaced key is at home."""
    homes = [p.path for p in model.parameters if p.name == name]
    return f"; did you mean {homes[0]!r}?" if homes else ""


def _problem(error: Any, model: Model) -> str:
    """Return one line for one of pydantic's errors."""
    location = error["loc"]
    path = as_name(".".join(str(part) for part in location), 200) or "config"
    if error["type"] == "extra_forbidden":
        known, last = _known_keys(location, model), str(location[-1])
        hint = nearest(last, known) or _elsewhere(last, model)
        return f"{path}: unknown{hint or f'; known: {listed(known)}'}"
    if error["type"] == "missing":
        return f"{path}: is missing"
    if error["type"] == "value_error":
        return f"{path}: {error['ctx']['error']}"
    if error["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return f"{path}: {show(error['input'])} is not a table; allowed: [{path}] with keys below"
    return f"{path}: {show(error['input'])}: {error['msg']}"


def validated(table: Mapping[str, Any], model: Model, origin: str) -> Any:
    """Return a config's tables, checked; see ``schema.document_of``.

    Raises
    ------
    ConfigError
        With a line for each of the first problems.
    """
    try:
        return document_of(model).model_validate(table)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [_problem(e, model) for e in problems[:_MOST_PROBLEMS]]
    if len(problems) > len(lines):
        lines.append(f"and {len(problems) - len(lines):,} more")
    text = lines[0] if len(lines) == 1 else "\n  ".join(["", *lines])
    raise ConfigError(f"{origin}: {text}")
