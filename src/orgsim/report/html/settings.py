"""Settings that differ from the preset or the defaults, swept ones, and those of sectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orgsim.config import Config, load_config, preset_names, preset_path
from orgsim.model import MODEL
from orgsim.model.columns import ARTICLE_SHARES
from orgsim.model.parameters import BY_PATH, PARAMETERS, defaults
from orgsim.report.html.section import Section
from orgsim.report.html.subject import Subject
from orgsim.report.tables.table import Column, Table
from orgsim.report.wording import DEPARTMENT_TITLES
from orgsim.spec import Parameter
from orgsim.spec.readable import readable
from orgsim.spec.schedule import is_scheduled
from orgsim.spec.swept_path import SweptPath, parameter_at
from orgsim.spec.twin import inner_path, is_of_twin
from orgsim.text import column_percent, mix_percent, points

_FIRMS = "simulation.firms"

USUAL_TOLERANCE = 0.05
"""What a config has that says nothing of it."""


def settings_section(subject: Subject) -> Section:
    """Return what was set otherwise than in the preset, or by default."""
    preset = _preset(subject)
    base = defaults() if preset is None else preset.settings
    of_preset = () if preset is None else preset.sectors
    content = {
        "preset": "" if preset is None else preset.name,
        "differing": _differing_table(subject, "" if preset is None else preset.name, base),
        "swept": _swept_table(subject, base) if subject.is_sweep else None,
        "sectors": _sectors_table(subject),
        "own_sectors": subject.config.sectors != of_preset,
        "asked": _asked(subject),
        "parameters": len(PARAMETERS),
    }
    return Section("settings", "Settings", "settings", content)


def differences(settings: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield path and value of each setting that differs from the base, in the table's order.

    Those of a schedule and of the twin come last; None: there is no such change here.
    """
    for parameter in PARAMETERS:
        value = settings.get(parameter.path, base[parameter.path])
        if value != base[parameter.path]:
            yield parameter.path, value
    for path in {**base, **settings}:
        if (is_scheduled(path) or is_of_twin(path)) and settings.get(path) != base.get(path):
            yield path, settings.get(path)


def _before(path: str, base: Mapping[str, Any]) -> Any:
    """Return what a setting is in the base; of the twin, what it takes the place of."""
    of_twin = inner_path(path)
    return base.get(path if of_twin is None else of_twin)


def parameter_of(path: str) -> Parameter:
    """Return the parameter of a setting, be it of a schedule."""
    found = parameter_at(path, MODEL)
    if found is None:
        raise AssertionError(f"{path}: is no setting")
    return found


def _preset(subject: Subject) -> Config | None:
    """Return the preset that the run's config is a change of, if there is one."""
    name = subject.meta.preset
    return load_config(preset_path(str(name)), model=MODEL) if name in preset_names() else None


def _of_interest(subject: Subject) -> dict[str, Any]:
    """Return the settings with the firms that there are, and without what is swept."""
    settings = {**subject.settings, _FIRMS: subject.meta.extent.firms}
    if subject.config.precision is not None:  # a cap, and no number of firms
        del settings[_FIRMS]
    if not subject.is_sweep:
        return settings
    found = (SweptPath.of(path, MODEL) for path in subject.run.swept)
    swept = {path.parameter.path for path in found if path is not None}
    return {path: value for path, value in settings.items() if path not in swept}


def _differing_table(subject: Subject, preset: str, base: Mapping[str, Any]) -> Table:
    columns = [
        Column("Setting", "code"),
        Column("Here"),
        Column("In the preset" if preset else "Default"),
        Column("Unit", "word"),
        Column("Meaning", "prose"),
    ]
    swept = set() if subject.point is None else set(subject.run.swept)
    rows = []
    for path, value in differences(_of_interest(subject), base):
        parameter = parameter_of(path)
        here = readable(value)
        if any(s == path or s.startswith(f"{path}.") for s in swept):
            here += " (swept)"
        told = (readable(_before(path, base)), _unit(parameter.unit), parameter.meaning)
        rows.append([path, here, *told])
    against = f"the preset {preset}" if preset else "the defaults"
    return Table("settings-table", f"Settings that differ from {against}", columns, rows)


def _unit(unit: str) -> str:
    return "–" if unit == "-" else unit


def _asked(subject: Subject) -> list[str]:
    """Return what was asked for besides parameters, where it is not the usual."""
    config, told = subject.config, []
    if dict(config.target.shares) != ARTICLE_SHARES:
        shares = [f"{name} {column_percent(s)}" for name, s in config.target.shares.items()]
        told.append(f"Target instead of the article: {', '.join(shares)}.")
    if config.target.tolerance != USUAL_TOLERANCE:
        told.append(f"Tolerance of the target: {points(config.target.tolerance)}.")
    if config.precision is not None:
        told.append(
            "Firms were added until every share was known to within "
            f"{points(config.precision.half_width)}, {config.precision.most_firms:,} at most."
        )
    return told


def _swept_table(subject: Subject, base: Mapping[str, Any]) -> Table:
    columns = [
        Column("Setting", "code"),
        Column("Swept"),
        Column("Otherwise"),
        Column("Unit", "word"),
        Column("Meaning", "prose"),
    ]
    rows = []
    sweep = subject.meta.sweep
    for path, dimension in sweep["parameters"].items():
        told = ("–", "–", "settings of shipped presets, laid over the others")
        if (found := SweptPath.of(path, MODEL)) is not None:
            parameter, department = found
            whose = f" (in {DEPARTMENT_TITLES[department]})" if department else ""
            told = (
                readable(base.get(parameter.path)),
                _unit(parameter.unit),
                f"{parameter.meaning}{whose}",
            )
        rows.append([path, _span(subject, path, dimension), *told])
    caption = f"Swept settings (design: {sweep['design'].replace('_', ' ')})"
    return Table("swept-table", caption, columns, rows)


def _span(subject: Subject, path: str, dimension: Mapping[str, Any]) -> str:
    """Return over which values a setting is swept; where a table says, the ends that it has."""
    if "values" in dimension:
        return ", ".join(map(readable, dimension["values"]))
    if "low" not in dimension:
        values = sorted(set(subject.ranked[path].tolist()))
        return f"{readable(values[0])} to {readable(values[-1])}, {len(values):,} values"
    span = f"{readable(dimension['low'])} to {readable(dimension['high'])}"
    if "levels" in dimension:
        span += f" in {dimension['levels']} levels"
    return span if dimension["scale"] == "linear" else f"{span}, {dimension['scale']} scale"


def _sectors_table(subject: Subject) -> Table | None:
    """Return what sectors set themselves, a row a setting; None without sectors."""
    if not subject.config.sectors:
        return None
    columns = [
        Column("Sector"),
        Column("Share", "number"),
        Column("Setting", "code"),
        Column("Here"),
        Column("Meaning", "prose"),
    ]
    rows = []
    for sector in subject.config.sectors:
        share = mix_percent(sector.share)
        own = [
            [sector.name, share, path, readable(value), BY_PATH[path].meaning]
            for path, value in sector.quantities.items()
        ]
        rows += own or [[sector.name, share, "–", "as all firms", "–"]]
    return Table("sectors-table", "Sectors, and what they set themselves", columns, rows)
