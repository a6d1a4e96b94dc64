"""What ``[sweep]`` means, checked against the parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from orgsim.config.points_file import read_points
from orgsim.config.schedule import entries_of, preset_schedule
from orgsim.config.sweep_checks import Fixed, SweepChecks, decisive
from orgsim.config.sweep_schema import SweepTable, SweptParameter
from orgsim.config.values import checker, nearest, show
from orgsim.design import Design, Dimension
from orgsim.design.constraints import check
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import SIMULATION, Model
from orgsim.spec.schedule import inner, is_scheduled, scheduled
from orgsim.spec.swept_path import PRESET
from orgsim.spec.twin import TWIN
from orgsim.system.files import as_path


@dataclass(frozen=True)
class Sweep:
    """Many design points.

    Attributes
    ----------
    design : Design
        Where they lie.
    common_random_numbers : bool
        Whether all points get the same draws; otherwise a point's number is part of the key.
    presets : mapping of name to (mapping of path to value)
        What a value of the swept ``preset`` lays over the config.
    """

    design: Design
    common_random_numbers: bool
    presets: Mapping[str, Mapping[str, Any]]


Columns = Mapping[str, tuple[Any, ...]]
"""A table of points by the paths of its columns."""


def preset_settings(given: Mapping[str, Any], where: str, model: Model) -> dict[str, Any]:
    """Check the settings, by path, that a preset lays over a config.

    Raises
    ------
    ConfigError
        If a path is unknown or belongs to all points, or a value is wrong.
    """
    checked = {}
    for path, value in given.items():
        if is_scheduled(path):
            continue
        parameter = model.by_path.get(path)
        if parameter is None:
            hint = nearest(path, model.by_path)
            raise ConfigError(f"{where}.{as_name(path)}: unknown parameter{hint}")
        if parameter.section == SIMULATION:
            raise ConfigError(f"{where}.{path}: is the same for all points")
        try:
            checked[path] = checker(parameter, model.departments)(value)
        except ValueError as error:
            raise ConfigError(f"{where}.{path}: {error}") from None
    return checked | preset_schedule(entries_of(given, where), checked, model, where)


def _table(
    checks: SweepChecks, given: SweepTable, beside: Path, known: Columns | None
) -> tuple[dict[str, SweptParameter], dict[str, tuple[Any, ...]]]:
    """Return the swept parameters of a table of points, and its columns, read unless known."""
    columns = _read_table(checks, given, beside) if known is None else dict(known)
    swept = given.parameters or {path: SweptParameter() for path in columns}
    for path, column in columns.items():
        if path == PRESET:
            continue
        if checks.parameter(path).kind == "integer":
            columns[path] = column = tuple(map(_whole, column))
        checks.column(path, column, partial(_named_row, path))
    return dict(swept), columns


def _read_table(checks: SweepChecks, given: SweepTable, beside: Path) -> dict[str, tuple[Any, ...]]:
    where = f"{checks.origin}: sweep.table"
    file = as_path(str(given.table), where, beside=beside.parent, refusal=ConfigError)
    return read_points(
        file, list(given.parameters) or None, lambda path: _refuse_unknown(checks, given, path)
    )


def _refuse_unknown(checks: SweepChecks, given: SweepTable, path: str) -> None:
    """Refuse a column that is no parameter's, before it is read."""
    if path == PRESET:
        return
    try:
        checks.known(path, f"sweep.table: column {as_name(path, 100)}")
    except ConfigError as error:
        hint = (
            "\n  to take some columns alone, name them in [sweep.parameters]: "
            '"resistance.status_threat" = {}'
        )
        raise ConfigError(f"{error}{'' if given.parameters else hint}") from None


def _named_row(path: str, row: int) -> str:
    return f"sweep.table: column {path}, row {row + 1}"


def _whole(value: Any) -> Any:
    """Return 5 for 5.0, as tables of floats hold whole numbers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _presets(
    checks: SweepChecks,
    given: SweepTable,
    names: Sequence[Any],
    read_preset: Any,
) -> dict[str, dict[str, Any]]:
    """Return what the named presets lay over the config."""
    where = f"sweep.parameters.{PRESET}"
    unused = sorted(set(given.presets) - set(names))
    if unused and given.design != "table":  # of a table, constraints may have left rows out
        raise checks.error(f"sweep.presets.{unused[0]}", f"is no value of {where}")
    found = {}
    for name in names:
        if not isinstance(name, str):
            raise checks.error(where, f"{show(name)} is not the name of a preset")
        if name in given.presets:
            at = f"{checks.origin}: sweep.presets.{as_name(name)}"
            found[name] = preset_settings(given.presets[name], at, checks.model)
        else:
            found[name] = read_preset(name, f"{where}.values")
        for path in found[name]:
            checks.no_sector_sets(path, f"{where}: {name}: {path}")
            if f"{TWIN}.{inner(path)}" in checks.settings:
                raise checks.error(where, f"{name}: {path}: the twin sets it itself")
    return found


def _fit_presets(
    checks: SweepChecks,
    dimensions: Sequence[Dimension],
    table: Mapping[str, Sequence[Any]],
    presets: Mapping[str, Mapping[str, Any]],
) -> None:
    """Check the swept values against what each preset makes of the settings."""
    for dimension in dimensions:
        if dimension.path == PRESET:
            continue
        whole = checks.parameter(dimension.path)
        for name, laid in presets.items():
            if is_scheduled(whole.path) and scheduled(laid):
                raise checks.error(
                    f"sweep.parameters.{dimension.path}",
                    f"the preset {name!r} has a schedule of its own; sweep one of the two",
                )
        values = dimension.values or table.get(dimension.path) or (dimension.low, dimension.high)
        values = decisive(values, whole=whole.kind == "integer")
        for name, laid in presets.items():
            if whole.path in laid:
                over = {**checks.settings, **laid}
                under = SweepChecks(checks.origin, over, checks.sectors, checks.model)
                where = f"sweep.parameters.{dimension.path}: with preset {name!r}"
                for value in values:
                    under.value(dimension.path, value, where)


def _preset_names(given: SweptParameter, where: str, checks: SweepChecks) -> tuple[Any, ...]:
    if given.values is None:
        raise checks.error(where, "needs values = [names of presets]")
    return tuple(given.values)


def make_sweep(
    given: SweepTable,
    model: Model,
    *,
    settings: Mapping[str, Any],
    sectors: Fixed,
    beside: Path,
    origin: str,
    read_preset: Any,
    columns: Columns | None = None,
) -> Sweep:
    """Return a checked sweep.

    Parameters
    ----------
    given : SweepTable
        As pydantic left it.
    model : Model
    settings : mapping of path to value
        The config's own.
    sectors : sequence of (name, quantities)
    beside : Path
        The file that names a table of points, which lies relative to it.
    origin : str
        How messages call it.
    read_preset : callable
        Returns the settings by path that a named preset itself sets.
    columns : mapping of path to tuple (points,), optional
        The table of points, if it is known; otherwise its file is read.

    Raises
    ------
    ConfigError
        With the field's path.
    """
    checks = SweepChecks(origin, settings, sectors, model)
    table: dict[str, tuple[Any, ...]] | None = None
    swept = dict(given.parameters)
    if given.design == "table":
        swept, table = _table(checks, given, beside, columns)
    names: tuple[Any, ...] = ()
    dimensions = []
    for name, parameter in swept.items():
        if name != PRESET:
            dimensions.append(checks.dimension(name, parameter, given.design))
            continue
        if table is not None:
            names = tuple(dict.fromkeys(table[PRESET]))
            dimensions.append(Dimension(PRESET))
        else:
            names = _preset_names(parameter, f"sweep.parameters.{PRESET}", checks)
            dimensions.append(Dimension(PRESET, values=names))
    _no_double(checks, [dimension.path for dimension in dimensions])
    for constraint in given.constraints:
        try:
            check(constraint, [d.path for d in dimensions], model)
        except ConfigError as error:
            raise checks.error("sweep.constraints", error) from None
    seed = settings[f"{SIMULATION}.seed"] if given.seed is None else given.seed
    design = Design(
        kind=given.design,
        dimensions=tuple(dimensions),
        points=given.points or 0,
        seed=int(seed),
        constraints=tuple(given.constraints),
        table=table,
    )
    presets = _presets(checks, given, names, read_preset)
    _fit_presets(checks, dimensions, table or {}, presets)
    return Sweep(design, given.common_random_numbers, presets)


def _no_double(checks: SweepChecks, paths: Sequence[str]) -> None:
    """Refuse a parameter that is swept both whole and by department."""
    for path in paths:
        whole, _, last = path.rpartition(".")
        if whole in paths and last:
            raise checks.error(f"sweep.parameters.{path}", f"{whole} is swept already")
