"""Paths of parameters that were written as tables: ``firm.attention`` without its quotes.

Where a config names parameters by their paths, TOML takes a path without quotes for tables within
tables. Both mean the same here: the tables are joined to paths before files are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import Model
from orgsim.spec.schedule import SCHEDULE
from orgsim.spec.twin import TWIN

Joins = Callable[[str, Mapping[str, Any]], bool]
"""Whether a table at a path stands for longer paths, and not for a value."""


def with_paths(table: dict[str, Any], origin: str, model: Model) -> dict[str, Any]:
    """Return a config's tables with all parameters named by whole paths.

    Raises
    ------
    ConfigError
        If a parameter stands there twice, with quotes and without.
    """
    table = dict(table)
    sweep = table.get("sweep")
    if isinstance(sweep, Mapping):
        sweep = dict(sweep)
        if isinstance(sweep.get("parameters"), Mapping):
            where = f"{origin}: sweep.parameters"
            sweep["parameters"] = _joined(sweep["parameters"], _holds_tables, where)
        if isinstance(sweep.get("presets"), Mapping):
            sweep["presets"] = {
                name: _settings(preset, f"{origin}: sweep.presets.{as_name(name)}", model)
                for name, preset in sweep["presets"].items()
            }
        table["sweep"] = sweep
    asked = table.get("sensitivity")
    if isinstance(asked, Mapping) and isinstance(asked.get("ranges"), Mapping):
        where = f"{origin}: sensitivity.ranges"
        ranges = _joined(asked["ranges"], lambda _, value: not {"low", "high"} & {*value}, where)
        table["sensitivity"] = {**asked, "ranges": ranges}
    asked = table.get("calibration")
    if isinstance(asked, Mapping) and isinstance(asked.get("priors"), Mapping):
        where, keys = f"{origin}: calibration.priors", {"low", "high", "scale", "paths"}
        priors = _joined(asked["priors"], lambda _, value: bool({*value} - keys), where)
        table["calibration"] = {**asked, "priors": priors}
    schedule = table.get(SCHEDULE)
    if isinstance(schedule, list):
        table[SCHEDULE] = [
            _settings(entry, f"{origin}: {SCHEDULE}.{number}", model)
            for number, entry in enumerate(schedule, 1)
        ]
    elif isinstance(schedule, Mapping):  # as after --set, by number
        table[SCHEDULE] = {
            number: _settings(entry, f"{origin}: {SCHEDULE}.{as_name(number)}", model)
            for number, entry in schedule.items()
        }
    twin = table.get(TWIN)
    if isinstance(twin, Mapping) and "set" in twin:
        where = f"{origin}: {TWIN}.set"
        table[TWIN] = {**twin, "set": _settings(twin["set"], where, model)}
    if isinstance(table.get("sectors"), Mapping):
        table["sectors"] = {
            name: _sector(sector, f"{origin}: sectors.{as_name(name)}.quantities", model)
            for name, sector in table["sectors"].items()
        }
    return table


def _sector(sector: Any, where: str, model: Model) -> Any:
    if not isinstance(sector, Mapping) or "quantities" not in sector:
        return sector
    return {**sector, "quantities": _settings(sector["quantities"], where, model)}


def _settings(settings: Any, where: str, model: Model) -> Any:
    """Join the names of sections to those of their parameters."""
    if not isinstance(settings, Mapping):
        return settings
    return _joined(settings, lambda path, _: path in model.sections, where)


def _holds_tables(_: str, value: Mapping[str, Any]) -> bool:
    """Whether a table holds tables alone: that of a swept parameter holds none."""
    return bool(value) and all(isinstance(inner, Mapping) for inner in value.values())


def _joined(table: Mapping[str, Any], joins: Joins, where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        longer = {key: value}
        if isinstance(value, Mapping) and joins(key, value):
            inner = {f"{key}.{name}": item for name, item in value.items()}
            longer = _joined(inner, joins, where)
        for path, item in longer.items():
            if path in found:
                raise ConfigError(
                    f"{where}: {as_name(path)} stands there twice, in quotes and without"
                )
            found[path] = item
    return found
