"""``[twin]``: every firm a second time, with the same luck under other settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.config.changes import Sectors, checked_change, known_parameter
from orgsim.config.rules import joint_problem
from orgsim.config.values import nearest, number, show
from orgsim.errors import ConfigError
from orgsim.printable import as_name, listed
from orgsim.spec import SIMULATION, Model
from orgsim.spec.schedule import is_scheduled, segments
from orgsim.spec.swept_path import parameter_at
from orgsim.spec.twin import MARGIN, TWIN, USUAL_MARGIN, twin_changes, twin_settings

SET = "set"
_KEYS = (SET, "margin")


def twin_of(
    given: Any,
    settings: Mapping[str, Any],
    sectors: Sectors,
    model: Model,
    origin: str,
) -> dict[str, Any]:
    """Return what a twin adds to the settings, by path; see :mod:`orgsim.spec.twin`.

    Parameters
    ----------
    given : object
        What stands under ``twin`` in a config; None: nothing.
    settings : mapping of path to value
        The config's others, checked, the schedule's among them.
    sectors : sequence of (name, mapping of path to value)
        With the quantities that they set themselves.

    Raises
    ------
    ConfigError
        If it is no such table, or the twin would be another firm.
    """
    if given is None:
        return {}
    where = f"{origin}: {TWIN}"
    if model.twin is None:
        raise ConfigError(f"{where}: the model {model.name} keeps nothing of twins")
    if not isinstance(given, Mapping):
        shown = "a list" if isinstance(given, list) else show(given)
        raise ConfigError(f"{where}: is {shown}, not a table; write [{TWIN}]")
    for key in given:
        if key not in _KEYS:
            hint = nearest(str(key), _KEYS) or f"; known: {listed(_KEYS)}"
            raise ConfigError(f"{where}.{as_name(key, 60)}: unknown{hint}")
    changes = given.get(SET)
    if not isinstance(changes, Mapping) or not changes:
        wrong = "is missing" if changes is None else "is no table of settings"
        raise ConfigError(
            f"{where}.{SET}: {wrong}: what the twin has otherwise, such as "
            f'{SET} = {{ "mechanisms.reorganisation" = false }}'
        )
    margin_row = parameter_at(MARGIN, model)
    assert margin_row is not None
    try:
        margin = float(number(margin_row, given.get("margin", USUAL_MARGIN)))
    except ValueError as error:
        raise ConfigError(f"{where}.margin: {error}") from None
    found: dict[str, Any] = {}
    for path, value in changes.items():
        at = f"{where}.{SET}.{as_name(path, 100)}"
        found[f"{TWIN}.{path}"] = _checked(path, value, sectors, model, at)
    whole = twin_settings({**settings, **found}, model.departments)
    assert whole is not None
    for segment in segments(whole, model.departments):
        problem = joint_problem(model.joint_rules, segment.settings)
        if problem:
            raise ConfigError(f"{where}: {problem}")
    return {**found, MARGIN: margin}


def _checked(path: str, value: Any, sectors: Sectors, model: Model, at: str) -> Any:
    if is_scheduled(path):
        raise ConfigError(f"{at}: a twin has its firm's schedule, but for what it sets itself")
    inside = next(iter(value), "") if isinstance(value, Mapping) else ""
    hinted = f"{path}.{inside}" if inside else path
    parameter = known_parameter(path, at, hinted, list(model.by_path), model)
    if parameter.section == SIMULATION or path in model.agents:
        raise ConfigError(f"{at}: a twin has its firm's seed, horizon and staff")
    moot = "the twin would not differ"
    return checked_change(parameter, value, at, sectors, moot, model)


def as_table(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a twin as a config has it; empty without one."""
    changes = twin_changes(settings)
    return {SET: changes, "margin": settings[MARGIN]} if changes else {}
