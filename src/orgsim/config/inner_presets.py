"""Presets that a config names within: those of its sectors, and those that it sweeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orgsim.config.problems import validated
from orgsim.config.schedule import preset_schedule
from orgsim.config.sources import Origins, read_toml, read_with_extends, resolve_reference
from orgsim.config.unquoted import with_paths
from orgsim.config.versions import version_of
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import SIMULATION, Model
from orgsim.spec.schedule import SCHEDULE
from orgsim.spec.twin import TWIN


def _preset_settings(
    name: str, where: str, path: Path, table: Mapping[str, Any], model: Model
) -> dict[str, Any]:
    """Return the settings, by path, that a preset itself sets, of its table.

    What the preset extends is left out: for all that it does not say, the file that
    names it speaks.
    """
    sections = {key: value for key, value in table.items() if key in model.sections}
    document = validated(sections, model, f"{as_name(path)}: {where}: {as_name(name)}")
    return {
        f"{section}.{key}": getattr(getattr(document, section), key)
        for section, keys in sections.items()
        for key in keys
    }


def _preset_quantities(name: str, where: str, path: Path, model: Model) -> dict[str, Any]:
    """Return the firm-level quantities that a sector's preset sets; nothing else may be."""
    table = read_toml(resolve_reference(name, path, where))
    for key in (SCHEDULE, TWIN):
        if key in table:
            raise ConfigError(
                f"{as_name(path)}: {where}: {name!r} has a {key}, which is of all firms; a sector "
                "may set firm-level quantities alone"
            )
    settings = _preset_settings(name, where, path, table, model)
    for parameter in map(model.by_path.__getitem__, settings):
        if parameter.kind != "quantity":
            raise ConfigError(
                f"{as_name(path)}: {where}: {name!r} sets {parameter.path}, which is the same for "
                "all firms; a sector may set firm-level quantities alone"
            )
    return settings


_OF_ALL_POINTS = {
    "sectors": "mixes sectors, which are",
    TWIN: "has a [twin], which is",
}


def swept_preset(name: str, where: str, path: Path, model: Model) -> dict[str, Any]:
    """Return what a swept preset sets, the simulation apart, which all points share.

    Its schedule takes the place of the config's.
    """
    file = resolve_reference(name, path, where)
    called = f"{as_name(path)}: {where}: {as_name(name)}"
    table = with_paths(read_toml(file), called, model)
    for key, what in _OF_ALL_POINTS.items():
        if key in table:
            raise ConfigError(f"{as_name(path)}: {where}: {name!r} {what} the same at all points")
    whole = read_with_extends(file, model).table
    if version_of(whole, model, called)[0].version != model.version:
        raise ConfigError(
            f"{as_name(path)}: {where}: {name!r} is of an earlier version of the model, whose "
            "rules are not swept beside others'; extend it in a config of its own"
        )
    settings = _preset_settings(name, where, path, table, model)
    sections = {key: model.by_path[key].section for key in settings}
    found = {key: value for key, value in settings.items() if sections[key] != SIMULATION}
    return found | preset_schedule(table.get(SCHEDULE), found, model, called)


def expand_sectors(
    table: dict[str, Any], origins: Origins, path: Path, model: Model
) -> dict[str, Any]:
    """Replace every sector's preset by the quantities that it sets."""
    sectors = table.get("sectors")
    if not isinstance(sectors, Mapping):
        return table
    expanded = {}
    for name, sector in sectors.items():
        if isinstance(sector, Mapping) and "preset" in sector:
            where, beside = f"sectors.{as_name(name)}.preset", origins.get(("sectors", name), path)
            below = {"quantities": _preset_quantities(sector["preset"], where, beside, model)}
            own = {key: value for key, value in sector.items() if key != "preset"}
            quantities = own.get("quantities", {})
            if isinstance(quantities, Mapping):
                own["quantities"] = {**below["quantities"], **quantities}
            expanded[name] = own
        else:
            expanded[name] = sector
    return {**table, "sectors": expanded}
