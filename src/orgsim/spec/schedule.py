"""Settings that change over time, as settings: ``schedule.1.from``, ``schedule.1.firm.attention``.

A *segment* of a schedule begins in a quarter, and is the settings before it with some changed. Its
changes stand among the settings of a design point under paths of their own, counted from 1, so that
whatever lays, sweeps, checks and lists settings need not know what a schedule is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from orgsim.spec.departments import laid_over
from orgsim.spec.problems import SIMULATION

SCHEDULE = "schedule"
FROM = "from"


class Segment(NamedTuple):
    """Some quarters under the same settings.

    Attributes
    ----------
    start : int
        The first of them, counted from 0.
    settings : mapping of path to value
        Every parameter.
    """

    start: int
    settings: Mapping[str, Any]


def scheduled_path(number: int, path: str) -> str:
    """Return the path of a change in a segment, or of where it begins, ``from``."""
    return f"{SCHEDULE}.{number}.{path}"


def parts_of(path: str) -> tuple[int, str] | None:
    """Return of which segment a path is, and what of it; None of a path that is of none.

    Examples
    --------
    >>> parts_of("schedule.2.cooperation.moderation"), parts_of("cooperation.moderation")
    ((2, 'cooperation.moderation'), None)
    """
    first, _, rest = path.partition(".")
    number, _, inner = rest.partition(".")
    is_number = number.isascii() and number.isdecimal() and not number.startswith("0")
    if first != SCHEDULE or not is_number or not inner:
        return None
    return int(number), inner


def inner(path: str) -> str:
    """Return which setting a path is of, be it of a segment.

    Examples
    --------
    >>> inner("schedule.2.cooperation.moderation"), inner("cooperation.moderation")
    ('cooperation.moderation', 'cooperation.moderation')
    """
    parts = parts_of(path)
    return path if parts is None else parts[1]


def is_scheduled(path: str) -> bool:
    """Whether a path is of a segment."""
    return parts_of(path) is not None


def scheduled(settings: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the changes of every segment by its number, ``from`` among them, of all settings."""
    found: dict[int, dict[str, Any]] = {}
    for path, value in settings.items():
        parts = parts_of(path)
        if parts is not None:
            found.setdefault(parts[0], {})[parts[1]] = value
    return dict(sorted(found.items()))


def segments(settings: Mapping[str, Any], departments: Sequence[str] = ()) -> list[Segment]:
    """Return the segments of a design point, in order; the first begins in quarter 0.

    Without a schedule there is one. Changes in quarter 0 are merged into it, and what begins after
    the horizon is left out.

    Parameters
    ----------
    settings : mapping of path to value
        Of a design point, checked: its segments begin one after another. Without those of a twin.
    departments : sequence of str
        As of the model: a segment may change the value of some alone.
    """
    base = {path: value for path, value in settings.items() if not is_scheduled(path)}
    found = [Segment(0, base)]
    for changes in scheduled(settings).values():
        start = int(changes[FROM])
        before = found[-1].settings
        rest = {
            path: laid_over(value, before.get(path), departments)
            for path, value in changes.items()
            if path != FROM
        }
        following = Segment(start, {**before, **rest})
        if start < int(base[f"{SIMULATION}.quarters"]):
            found = [*(found if start else []), following]
    return found


def order_problem(settings: Mapping[str, Any]) -> str | None:
    """Return what is wrong with when segments begin, or None."""
    quarters = int(settings[f"{SIMULATION}.quarters"])
    before = -1
    for number, changes in scheduled(settings).items():
        start = int(changes[FROM])
        path = scheduled_path(number, FROM)
        if start == before:
            return (
                f"{path} = {start}: segment {number - 1} begins in the same quarter; make them one"
            )
        if start < before:
            return (
                f"{path} = {start} is before {scheduled_path(number - 1, FROM)} = {before}; put "
                "segments in the order of time"
            )
        if start >= quarters:
            return (
                f"{path} = {start}: the run has {quarters} quarters, the last of them is "
                f"{quarters - 1}, counted from 0"
            )
        before = start
    return None
