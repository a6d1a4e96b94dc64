"""What is wrong with a config, in lines that name the field and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from orgsim.columns import ARTICLE_SHARES
from orgsim.config.schema import SECTION_MODELS, Document
from orgsim.config.sweep_schema import ClusterTable, PrecisionTable, SweepTable, SweptParameter
from orgsim.config.values import nearest, show
from orgsim.errors import ConfigError
from orgsim.parameters import PARAMETERS
from orgsim.printable import as_name, listed

_MOST_PROBLEMS = 8


def _known_keys(location: Sequence[Any]) -> list[str]:
    """Names that are known where an unknown key stands."""
    if len(location) == 1:
        return [*Document.model_fields, "extends"]
    if location[0] in SECTION_MODELS:
        return list(SECTION_MODELS[location[0]].model_fields)
    fixed = {
        "sectors": ["share", "preset", "quantities"],
        "output": ["firms", "quarters"],
        "target": ["shares", "tolerance"] if len(location) == 2 else list(ARTICLE_SHARES),
        "sweep": list((SweepTable if len(location) == 2 else SweptParameter).model_fields),
        "precision": list(PrecisionTable.model_fields),
        "cluster": list(ClusterTable.model_fields),
    }
    return fixed.get(location[0], [])


def _elsewhere(name: str) -> str:
    """Name the section in which a misplaced key is at home."""
    homes = [p.path for p in PARAMETERS if p.name == name]
    return f"; did you mean {homes[0]!r}?" if homes else ""


def _problem(error: Any) -> str:
    """Return one line for one of pydantic's errors."""
    location = error["loc"]
    path = as_name(".".join(str(part) for part in location), 200) or "config"
    if error["type"] == "extra_forbidden":
        known = _known_keys(location)
        hint = nearest(str(location[-1]), known) or _elsewhere(str(location[-1]))
        return f"{path}: unknown{hint or f'; known: {listed(known)}'}"
    if error["type"] == "missing":
        return f"{path}: is missing"
    if error["type"] == "value_error":
        return f"{path}: {error['ctx']['error']}"
    if error["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return f"{path}: {show(error['input'])} is not a table; allowed: [{path}] with keys below"
    return f"{path}: {show(error['input'])}: {error['msg']}"


def validated(table: Mapping[str, Any], origin: str) -> Any:
    """Return a config's tables as a checked ``Document``.

    Raises
    ------
    ConfigError
        With a line for each of the first problems.
    """
    try:
        return Document.model_validate(table)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [_problem(e) for e in problems[:_MOST_PROBLEMS]]
    if len(problems) > len(lines):
        lines.append(f"and {len(problems) - len(lines):,} more")
    text = lines[0] if len(lines) == 1 else "\n  ".join(["", *lines])
    raise ConfigError(f"{origin}: {text}")
