"""Which version of the model a config is of: ``model = 2``, or what it shows without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.config.values import is_number, show
from orgsim.errors import ConfigError
from orgsim.spec import Earlier, Model

KEY = "model"
"""Of a config, beside its title."""


def as_key(version: str) -> int | str:
    """Return a version as configs have it: a number if it is one."""
    return int(version) if version.isdecimal() else version


def version_of(
    table: Mapping[str, Any], model: Model, origin: str
) -> tuple[Earlier, list[str] | None]:
    """Return the version of the model that a config is of, and what it sets that came since.

    None in place of that if the config says itself of which version it is.

    A config that says nothing is of the present one, unless it was resolved by an earlier one: such
    a config gives every parameter that there was, and not all that there are.

    Raises
    ------
    ConfigError
        If it names a version that the model cannot be.
    """
    if KEY in table:
        given = table[KEY]
        is_word = isinstance(given, str) or (is_number(given) and float(given).is_integer())
        word = str(given if isinstance(given, str) else int(given)) if is_word else ""
        if word not in model.versions:
            allowed = " or ".join(str(as_key(version)) for version in model.versions)
            raise ConfigError(f"{origin}: {KEY} = {show(given)}; allowed: {allowed}")
        return model.versions[word], None
    said = {
        f"{section}.{name}"
        for section in model.sections
        if isinstance(table.get(section), Mapping)
        for name in table[section]
    }
    lacking = model.by_path.keys() - said
    for one in model.earlier:
        if lacking and lacking <= one.added.keys():
            return one, sorted(one.added.keys() - lacking)
    return model.versions[model.version], None


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by path as a config's tables."""
    tables: dict[str, Any] = {}
    for path, value in settings.items():
        section, _, name = path.partition(".")
        tables.setdefault(section, {})[name] = value
    return tables
