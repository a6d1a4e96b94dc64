"""A config as TOML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from orgsim.config.contents import Contents
from orgsim.config.schedule import as_entries
from orgsim.config.sweep import Sweep
from orgsim.config.twin import as_table
from orgsim.config.versions import KEY, as_key
from orgsim.spec.schedule import SCHEDULE
from orgsim.spec.twin import TWIN

TABLE = "points.parquet"
"""Where a run directory keeps the table of its points."""


def _dimension(dimension: Any) -> dict[str, Any]:
    if dimension.values:
        return {"values": list(dimension.values)}
    if dimension.low != dimension.low:  # NaN: the values stand in a table
        return {}
    kind = int if dimension.whole else float
    ends = {"low": kind(dimension.low), "high": kind(dimension.high), "scale": dimension.scale}
    return ends | ({"levels": dimension.levels} if dimension.levels else {})


def sweep_document(sweep: Sweep) -> dict[str, Any]:
    """Return ``[sweep]`` as nested tables, ready for TOML and JSON."""
    design = sweep.design
    document: dict[str, Any] = {"design": design.kind}
    if design.points:
        document["points"] = design.points
    document |= {
        "seed": design.seed,
        "common_random_numbers": sweep.common_random_numbers,
        "constraints": list(design.constraints),
    }
    if design.table is not None:
        document["table"] = TABLE
    document["parameters"] = {d.path: _dimension(d) for d in design.dimensions}
    if sweep.presets:
        document["presets"] = {name: dict(given) for name, given in sweep.presets.items()}
    return document


def document_of(config: Contents) -> dict[str, Any]:
    """Return a config as nested tables, with every setting in it."""
    tables: dict[str, Any] = {"title": config.title, KEY: as_key(config.model.version)}
    for section in config.model.sections:
        tables[section] = {
            p.name: config.settings[p.path] for p in config.model.parameters if p.section == section
        }
    schedule = as_entries(config.settings, config.model)
    if schedule:
        tables[SCHEDULE] = schedule
    twin = as_table(config.settings)
    if twin:
        tables[TWIN] = twin
    if config.sectors:
        tables["sectors"] = {
            s.name: {"share": s.share, "quantities": dict(s.quantities)} for s in config.sectors
        }
    tables["output"] = {"firms": config.output.firms, "quarters": config.output.quarters}
    tables["target"] = {
        "shares": dict(config.target.shares),
        "tolerance": config.target.tolerance,
    }
    if config.sweep is not None:
        tables["sweep"] = sweep_document(config.sweep)
    if config.precision is not None:
        tables["precision"] = config.precision.as_table()
    if config.sensitivity is not None:
        tables["sensitivity"] = config.sensitivity.model_dump(exclude_unset=True)
    if config.calibration is not None:
        tables["calibration"] = config.calibration.model_dump(exclude_unset=True)
    tables["cluster"] = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(config.cluster).items()
    }
    return tables


def _inline(value: Any) -> Any:
    import tomlkit

    if not isinstance(value, Mapping):
        return value
    table = tomlkit.inline_table()
    table.update({key: _inline(item) for key, item in value.items()})
    return table


_NESTED = {"sectors": 2, "sweep": 2}
"""How many levels of tables are written as tables of their own; all below stand in one line."""


def _table(content: Mapping[str, Any], depth: int) -> Any:
    import tomlkit

    table = tomlkit.table()
    for key, value in content.items():
        nested = depth > 0 and isinstance(value, Mapping)
        table[key] = _table(value, depth - 1) if nested else _inline(value)
    return table


def _tables(entries: Sequence[Mapping[str, Any]]) -> Any:
    """Return tables of one name, one after the other."""
    import tomlkit

    array = tomlkit.aot()
    for entry in entries:
        array.append(_table(entry, 1))
    return array


def as_toml(document: Mapping[str, Any]) -> str:
    """Return nested tables as TOML."""
    import tomlkit

    written = tomlkit.document()
    for name, content in document.items():
        if name == SCHEDULE:
            written[name] = _tables(content)
            continue
        is_table = isinstance(content, Mapping)
        written[name] = _table(content, _NESTED.get(name, 0)) if is_table else content
    return tomlkit.dumps(written)
