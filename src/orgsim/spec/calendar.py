"""Quarters by their names: the first is 2014 Q1."""

from __future__ import annotations

import re

FIRST_YEAR = 2014

_NAME = re.compile(r"\s*([0-9]{4})\s*Q([1-4])\s*")


def calendar(quarter: int) -> str:
    """Return the calendar name of a quarter.

    Examples
    --------
    >>> calendar(0), calendar(5)
    ('2014 Q1', '2015 Q2')
    """
    return f"{FIRST_YEAR + quarter // 4} Q{quarter % 4 + 1}"


def quarter_named(name: str) -> int | None:
    """Return the quarter of a calendar name, counted from 0; None of what is no such name.

    It is negative before the first.

    Examples
    --------
    >>> quarter_named("2015 Q2"), quarter_named("2013Q4"), quarter_named("spring")
    (5, -1, None)
    """
    found = _NAME.fullmatch(name)
    return None if found is None else 4 * (int(found[1]) - FIRST_YEAR) + int(found[2]) - 1
