"""One setting that a schedule or a twin changes: which ones may be, and to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orgsim.config.values import checker, nearest
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import Model, Parameter

Sectors = Sequence[tuple[str, Mapping[str, Any]]]
"""Sectors by name, with the quantities that they set themselves."""


def known_parameter(
    path: str, at: str, hinted: str, known: Sequence[str], model: Model
) -> Parameter:
    """Return the parameter at a path, which messages call ``at``.

    Parameters
    ----------
    hinted : str
        What the nearest of the ``known`` paths is looked for.

    Raises
    ------
    ConfigError
        If there is none.
    """
    parameter = model.by_path.get(path)
    if parameter is None:
        raise ConfigError(f"{at}: unknown parameter{nearest(hinted, known)}")
    return parameter


def checked_change(
    parameter: Parameter, value: Any, at: str, sectors: Sectors, moot: str, model: Model
) -> Any:
    """Return the value that a parameter is changed to, of all departments or of some.

    Parameters
    ----------
    moot : str
        What would come of it in a sector that sets the parameter itself.

    Raises
    ------
    ConfigError
        If a sector does, or the parameter cannot be so.
    """
    for name, quantities in sectors:
        if parameter.path in quantities:
            raise ConfigError(f"{at}: [sectors.{as_name(name)}] sets it itself, where {moot}")
    try:
        return checker(parameter, model.departments, partly=True)(value)
    except ValueError as error:
        raise ConfigError(f"{at}: {error}") from None
