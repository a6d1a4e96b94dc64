"""Words and numbers as stories write them."""

from __future__ import annotations

from collections.abc import Sequence

from orgsim.figures.captions import NBSP, counted, tenths

__all__ = ["NBSP", "POST_TITLES", "STRUCTURE_TITLES", "counted", "listed", "number", "people",
           "percent"]  # fmt: skip

STRUCTURE_TITLES = ("separate departments", "CMTO", "CEMO")
"""By structure code."""

POST_TITLES = ("CEO", "CMO", "CIO", "infrastructure chief", "CMTO")
"""By post."""

_MOST_DIGITS = 17


def _digits(value: float, others: Sequence[float], least: int) -> int:
    """Return how many decimals it takes so that a value does not read as another one."""
    digits = least
    while digits < _MOST_DIGITS and any(
        other != value and f"{other:.{digits}f}" == f"{value:.{digits}f}" for other in others
    ):
        digits += 1
    return digits


def percent(share: float, *beside: float) -> str:
    """Write a share as a percentage to one decimal; only none is 0 %, and only all 100 %.

    Parameters
    ----------
    beside : float
        Other shares that it is compared with: it gets the decimals that keep them in order.

    Examples
    --------
    >>> percent(0.475).replace(NBSP, " "), percent(0.00012).replace(NBSP, " ")
    ('47.5 %', '< 0.1 %')
    >>> percent(0.9995, 1.0).replace(NBSP, " ")
    '99.95 %'
    """
    digits = _digits(100.0 * share, [100.0 * other for other in beside], 1)
    if digits == 1:
        return tenths(share).replace(f".0{NBSP}", NBSP)
    return f"{100.0 * share:.{digits}f}".rstrip("0").removesuffix(".") + f"{NBSP}%"


def number(value: float, *beside: float) -> str:
    """Write a state variable to two decimals, or more: only 0 is 0.00, and only 1 is 1.00.

    Parameters
    ----------
    beside : float
        Other numbers that it is compared with: it gets the decimals that keep them in order.

    Examples
    --------
    >>> number(0.4), number(-0.031), number(0.0004), number(0.4996, 0.5)
    ('0.40', '−0.03', '0.0004', '0.4996')
    """
    digits = _digits(value, (0.0, 1.0, *beside), 2)
    return f"{value + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def people(count: int) -> str:
    """Write a count of people.

    Examples
    --------
    >>> people(1), people(2000)
    ('1 person', '2,000 people')
    """
    return "1 person" if count == 1 else f"{count:,} people"


def listed(words: Sequence[str]) -> str:
    """Join words with commas and an "and".

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
