"""Every firm a second time, with the same luck under other settings: ``twin.firm.attention``.

As with a schedule, what a twin has of its own stands among the settings under paths of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from orgsim.spec.departments import is_partial, laid_over
from orgsim.spec.output import Tally
from orgsim.spec.schedule import inner

TWIN = "twin"
MARGIN = "twin.margin"
USUAL_MARGIN = 0.1
"""A firm is improved that performs a tenth better: an assumption."""


class Twin(NamedTuple):
    """What of a twin is kept beside its firm.

    Attributes
    ----------
    columns : tuple of str
        Of the record; the twin's have ``twin_`` before their names.
    tallies : callable
        Takes the margin, and returns what is counted of firms that have one.
    usual : mapping of path to value
        What a twin has otherwise where a question needs twins and its config has none.
    """

    columns: tuple[str, ...]
    tallies: Callable[[float], tuple[Tally, ...]]
    usual: Mapping[str, Any] = {}


def inner_path(path: str) -> str | None:
    """Return which setting a path of the twin changes; None of any other path, and the margin's."""
    first, _, inner = path.partition(".")
    return inner if first == TWIN and path != MARGIN and inner else None


def is_of_twin(path: str) -> bool:
    """Whether a path is of the twin, or its margin."""
    return path.partition(".")[0] == TWIN


def own_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings without what is the twin's."""
    return {path: value for path, value in settings.items() if not is_of_twin(path)}


def twin_changes(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the twin has of its own, by the paths that it changes; empty without one."""
    found = ((inner_path(path), value) for path, value in settings.items())
    return {path: value for path, value in found if path is not None}


def twin_settings(
    settings: Mapping[str, Any], departments: Sequence[str] = ()
) -> dict[str, Any] | None:
    """Return the settings of the twin, its schedule among them; None without one.

    What the twin sets holds for it in all quarters: the schedule does not change that. Of a value
    that it sets for some departments alone, the others' follow the schedule.
    """
    changes = twin_changes(settings)
    if not changes:
        return None
    found = {}
    for path, value in own_settings(settings).items():
        of = inner(path)
        if of not in changes:
            found[path] = value
        elif of == path or is_partial(changes[of], departments):
            found[path] = laid_over(changes[of], value, departments)
    return found
