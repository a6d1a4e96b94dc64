"""Settings laid over a config: ``section.key=value``, as after ``--set``, or a mapping of paths."""

from __future__ import annotations

import json
import numbers
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from orgsim.config.sources import DEEPEST_TABLES, monster
from orgsim.config.unquoted import with_paths
from orgsim.config.values import nearest
from orgsim.errors import ConfigError
from orgsim.printable import as_name, shortened
from orgsim.spec import SIMULATION, Model
from orgsim.spec.schedule import SCHEDULE
from orgsim.spec.twin import TWIN

Overrides = Mapping[str, Any] | Iterable[str | Mapping[str, Any]] | None
"""A mapping of paths to values, or several of these and of ``section.key=value``; later ones win.
"""

SET, OVERRIDES = "--set", "overrides"
"""How messages call where settings come from."""

_ROOMS = "a number, true or false, a word, a list or a table"
_ALONE = ("title", SCHEDULE)
"""Keys of a config that stand in no table."""

_NUMPY_KINDS = "biufUO"
"""Kinds of numpy's that hold such values, and no dates, bytes or complex numbers."""


class Change(NamedTuple):
    """Tables to lay over a config.

    Attributes
    ----------
    table : dict
        As TOML would hold it.
    told : str
        ``SET`` or ``OVERRIDES``: how messages call where it comes from.
    """

    table: dict[str, Any]
    told: str

    def sets(self, section: str, *keys: str) -> bool:
        """Whether it says something of one of these keys of a section."""
        return not self.table.get(section, {}).keys().isdisjoint(keys)


def changes_of(
    model: Model, overrides: Overrides = (), *, firms: int | None = None, seed: int | None = None
) -> tuple[Change, ...]:
    """Return what overrides lay over a config, in order.

    Parameters
    ----------
    model : Model
        Whose settings they are.
    firms, seed : int, optional
        ``simulation.firms`` and ``simulation.seed``; they win, as ``--firms`` and ``--seed`` do.

    Raises
    ------
    ConfigError
        If one of them is no path with a value that a config can hold.
    """
    shorthands = {f"{SIMULATION}.firms": firms, f"{SIMULATION}.seed": seed}
    given = [*_listed(overrides), {k: v for k, v in shorthands.items() if v is not None}]
    return tuple(_change(one, model) for one in given if one or not isinstance(one, Mapping))


def _listed(overrides: Any) -> list[Any]:
    if overrides is None:
        return []
    if isinstance(overrides, Mapping):
        return [overrides]
    if isinstance(overrides, str | bytes) or not isinstance(overrides, Iterable):
        raise _no_override(overrides)
    return list(overrides)


def _change(one: Any, model: Model) -> Change:
    if isinstance(one, Mapping):
        return Change(_of_mapping(one, model), OVERRIDES)
    if isinstance(one, str):
        return Change(parse_set(one, model), SET)
    raise _no_override(one)


def _no_override(found: Any) -> ConfigError:
    shown = f"{shortened(found, 60)!r}, " if isinstance(found, str) else ""
    return ConfigError(
        f"overrides: {shown}of type {type(found).__name__}; allowed: a mapping such as "
        '{"firm.it_staff": 3}, or a list of "section.key=value"'
    )


def parse_set(assignment: str, model: Model) -> dict[str, Any]:
    """Return the table that ``section.key=value`` stands for.

    Both sides are read as TOML; a value that is not TOML is taken as text.

    Raises
    ------
    ConfigError
        If it stands for none.
    """
    key, _, text = assignment.partition("=")
    of_twin = assignment.startswith(f"{TWIN}.set.")
    told = assignment.removeprefix(f"{TWIN}.set.")
    called = f"{'--twin' if of_twin else SET} {shortened(told, 100)!r}"
    if not text.isascii() or not key.isascii():
        try:
            assignment.encode("utf-8")
        except UnicodeEncodeError:
            raise ConfigError(f"{called}: is no UTF-8 text") from None
    table: dict[str, Any] = {}
    for value in (text.strip(), json.dumps(text.strip())):
        try:
            table = tomllib.loads(f"{key} = {value}")
            break
        except (ValueError, RecursionError):
            continue
    nested = all(isinstance(value, dict) for name, value in table.items() if name not in _ALONE)
    if not text or not table or not nested:
        raise ConfigError(f"{called}: write section.key=value")
    problem = monster(table)
    if problem:
        raise ConfigError(f"{called}: {problem}")
    return with_paths(table, called, model)


def _of_mapping(given: Mapping[Any, Any], model: Model) -> dict[str, Any]:
    """Return the table that paths with values stand for, all of them together."""
    table: dict[str, Any] = {}
    for path, value in given.items():
        keys = _keys(path, model)
        plain = _plain(value, f"overrides: {as_name(path, 100)}")
        if (
            len(keys) < 2
            and keys not in [[name] for name in _ALONE]
            and not isinstance(plain, dict)
        ):
            raise _no_path(path, model)
        _put(table, keys, plain, f"overrides: {as_name(path, 100)}")
    problem = monster(table)
    if problem:
        raise ConfigError(f"overrides: {problem}")
    return with_paths(table, "overrides", model)


def _no_path(path: Any, model: Model) -> ConfigError:
    if not isinstance(path, str):
        return ConfigError(f"overrides: {as_name(repr(path), 60)} is no path; write section.key")
    quotes = "; a name of more than a-z, A-Z, 0-9, _ and - stands in quotes"
    hint = quotes if "." in path else nearest(path, model.by_path)
    return ConfigError(f"overrides: {shortened(path, 100)!r}: write section.key{hint}")


def _keys(path: Any, model: Model) -> list[str]:
    """Return the names along a path, which is written as a key in TOML, and before ``=``."""
    if not isinstance(path, str) or {"=", "\n"} & set(path):
        raise _no_path(path, model)
    try:
        path.encode("utf-8")
        inner: Any = tomllib.loads(f"{path} = 0")
    except (ValueError, RecursionError):
        raise _no_path(path, model) from None
    keys = []
    while isinstance(inner, dict):
        ((key, inner),) = inner.items()
        keys.append(key)
    return keys


def _put(table: dict[str, Any], keys: list[str], value: Any, called: str) -> None:
    """Put a value into tables within tables; what stands there already is no order of two."""
    *above, last = keys
    for key in above:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{called}: stands there twice")
    if last not in table:
        table[last] = value
        return
    if not isinstance(table[last], dict) or not isinstance(value, dict):
        raise ConfigError(f"{called}: stands there twice")
    for key, inner in value.items():
        _put(table[last], [key], inner, called)


def _plain(value: Any, called: str, depth: int = 0) -> Any:
    """Return a value as TOML would give it, whoever's number, list or table it is."""
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind not in _NUMPY_KINDS:
            raise ConfigError(f"{called}: of type {value.dtype.name}; allowed: {_ROOMS}")
        value = value.tolist()
    if isinstance(value, str):
        return _text(value, called)
    if isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return _float(value, called)
    if depth > DEEPEST_TABLES:
        raise ConfigError(f"{called}: tables within tables, more than {DEEPEST_TABLES} deep")
    if isinstance(value, Mapping):
        return {_key(key, called): _plain(inner, called, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, called, depth + 1) for inner in value]
    raise ConfigError(f"{called}: of type {type(value).__name__}; allowed: {_ROOMS}")


def _text(value: str, called: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ConfigError(f"{called}: is no UTF-8 text") from None
    return str.__str__(value)  # without what a subclass, such as an enum, makes of it


def _float(value: numbers.Real, called: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ConfigError(f"{called}: is no finite number") from None


def _key(key: Any, called: str) -> str:
    if not isinstance(key, str):
        raise ConfigError(f"{called}: the key {as_name(repr(key), 60)} is no text")
    return _text(key, called)
