"""``[[schedule]]``: settings that change over time, from TOML to paths among the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orgsim.config.changes import Sectors, checked_change, known_parameter
from orgsim.config.rules import joint_problem
from orgsim.config.values import show
from orgsim.errors import ConfigError
from orgsim.printable import as_name, listed
from orgsim.spec import SIMULATION, Model
from orgsim.spec.calendar import calendar, quarter_named
from orgsim.spec.departments import laid_over
from orgsim.spec.schedule import FROM, SCHEDULE, order_problem, scheduled, scheduled_path

MOST_SEGMENTS = 1_000
"""As many as the longest horizon has quarters."""

_ENTRY = f"write [[{SCHEDULE}]], once for each change, with {FROM} and the settings that change"


def schedule_settings(
    given: Any,
    settings: Mapping[str, Any],
    sectors: Sectors,
    model: Model,
    origin: str,
) -> dict[str, Any]:
    """Return what a schedule adds to the settings, by path; see :mod:`orgsim.spec.schedule`.

    Parameters
    ----------
    given : object
        What stands under ``schedule`` in a config, settings named by their paths; None: nothing.
    settings : mapping of path to value
        The config's others, checked.
    sectors : sequence of (name, mapping of path to value)
        With the quantities that they set themselves.

    Raises
    ------
    ConfigError
        If it is no list of changes, or one of them is not allowed.
    """
    if given is None:
        return {}
    if not isinstance(given, list):
        shown = "a table" if isinstance(given, Mapping) else show(given)
        raise ConfigError(f"{origin}: {SCHEDULE}: is {shown}; {_ENTRY}")
    if given and not model.is_schedulable:
        raise ConfigError(f"{origin}: {SCHEDULE}: settings of the model {model.name} cannot change")
    if len(given) > MOST_SEGMENTS:
        raise ConfigError(f"{origin}: {SCHEDULE}: has more than {MOST_SEGMENTS:,} changes")
    found: dict[str, Any] = {}
    present = dict(settings)
    for number, entry in enumerate(given, 1):
        where = f"{origin}: {SCHEDULE}.{number}"
        if not isinstance(entry, Mapping):
            raise ConfigError(f"{where}: is {show(entry)}; {_ENTRY}")
        start = _start(entry, model, where)
        changes = dict(_changes(entry, sectors, model, where))
        if not changes:
            raise ConfigError(f"{where}: changes nothing; give it a setting, or leave it out")
        present |= {
            path: laid_over(value, present[path], model.departments)
            for path, value in changes.items()
        }
        problem = joint_problem(model.joint_rules, present)
        if problem:
            raise ConfigError(f"{where}: {problem}")
        found[scheduled_path(number, FROM)] = start
        found |= {scheduled_path(number, path): value for path, value in changes.items()}
    problem = order_problem({**settings, **found})
    if problem:
        raise ConfigError(f"{origin}: {problem}")
    return found


def _start(entry: Mapping[str, Any], model: Model, where: str) -> int:
    """Return the first quarter of a segment: a number counted from 0, or a name as 2016 Q1."""
    allowed = f'allowed: a quarter counted from 0, or by its name, as {FROM} = "2016 Q1"'
    if FROM not in entry:
        raise ConfigError(f"{where}.{FROM}: is missing; {allowed}")
    value = entry[FROM]
    named = quarter_named(value) if isinstance(value, str) else None
    if named is not None:
        if named < 0:
            raise ConfigError(
                f"{where}.{FROM}: {show(value)} is before the first quarter, {calendar(0)}"
            )
        value = named
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConfigError(f"{where}.{FROM}: {show(value)} is no quarter; {allowed}")
    return value


def _changes(
    entry: Mapping[str, Any], sectors: Sectors, model: Model, where: str
) -> Iterator[tuple[str, Any]]:
    """Yield path and value of each change, checked."""
    known = [p.path for p in model.parameters if not p.fixed]
    for path, value in entry.items():
        if path == FROM:
            continue
        at = f"{where}.{as_name(path, 100)}"
        home = next((p for p in known if p.endswith(f".{path}")), path)
        parameter = known_parameter(path, at, home, known, model)
        if parameter.fixed:
            raise ConfigError(f"{at}: cannot change over time: it {parameter.fixed}")
        moot = "the schedule would not change it"
        yield path, checked_change(parameter, value, at, sectors, moot, model)


def merged(below: Any, above: Any, origin: str, model: Model) -> Any:
    """Return a schedule with changes laid over it: a list is one of its own, and replaces it.

    A table holds changes of segments by their numbers, as ``schedule.1.from`` after ``--set``; the
    number after the last adds one.
    """
    if not isinstance(above, Mapping):
        return above
    entries = list(below) if isinstance(below, list) else []
    for key, changes in above.items():
        number = int(key) if key.isascii() and key.isdecimal() else 0
        if not 1 <= number <= len(entries) + 1 or not isinstance(changes, Mapping):
            known = f"1 to {len(entries)}" if entries else "none"
            raise ConfigError(
                f"{origin}: {SCHEDULE}.{as_name(key, 60)}: is no segment; there are: {known}; the "
                f"next one is {SCHEDULE}.{len(entries) + 1}"
            )
        if number > len(entries):
            entries.append({})
        there = entries[number - 1]
        over = {
            path: laid_over(value, there[path], model.departments) if path in there else value
            for path, value in changes.items()
        }
        entries[number - 1] = {**there, **over}
    return entries


def preset_schedule(
    given: Any, settings: Mapping[str, Any], model: Model, origin: str
) -> dict[str, Any]:
    """Return what the schedule of a swept preset adds to its settings, by path.

    Parameters
    ----------
    given : object
        As of :func:`schedule_settings`, which raises the same.
    settings : mapping of path to value
        The preset's others.
    """
    # The horizon is the config's, and every point is held against it.
    usual = {**model.defaults, f"{SIMULATION}.quarters": model.most_quarters}
    return schedule_settings(given, {**usual, **settings}, (), model, origin)


def entries_of(settings: Mapping[str, Any], where: str) -> list[dict[str, Any]] | None:
    """Return the schedule among settings by path, as a config has it; None without one.

    Raises
    ------
    ConfigError
        If segments do not count from 1 on.
    """
    found = scheduled(settings)
    if not found:
        return None
    if list(found) != list(range(1, len(found) + 1)):
        raise ConfigError(f"{where}: {SCHEDULE}: segments count 1, 2, ..., not {listed(found)}")
    return list(found.values())


def as_entries(settings: Mapping[str, Any], model: Model) -> list[dict[str, Any]]:
    """Return a schedule as a config has it, a table for each segment; empty without one."""
    entries = []
    for changes in scheduled(settings).values():
        entry: dict[str, Any] = {FROM: changes[FROM]}
        for section in model.sections:
            inner = {
                path.partition(".")[2]: value
                for path, value in changes.items()
                if path != FROM and model.by_path[path].section == section
            }
            if inner:
                entry[section] = inner
        entries.append(entry)
    return entries
