"""Words and numbers as stories write them."""

from __future__ import annotations

from collections.abc import Sequence

NBSP = "\N{NO-BREAK SPACE}"

STRUCTURE_TITLES = ("separate departments", "CMTO", "CEMO")
"""By structure code."""

POST_TITLES = ("CEO", "CMO", "CIO", "infrastructure chief", "CMTO")
"""By post."""


def percent(share: float) -> str:
    """Write a share as a percentage, to three digits.

    Examples
    --------
    >>> percent(0.475).replace(NBSP, " "), percent(0.00012).replace(NBSP, " ")
    ('47.5 %', '0.012 %')
    """
    value = 100.0 * share
    text = f"{value:.1f}" if value >= 0.1 else f"{value:.2g}"
    return f"{text.removesuffix('.0')}{NBSP}%"


def number(value: float) -> str:
    """Write a state variable to two decimals.

    Examples
    --------
    >>> number(0.4), number(-0.031)
    ('0.40', '−0.03')
    """
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "quarter"), counted(2, "quarter"), counted(0, "person", "people")
    ('1 quarter', '2 quarters', '0 people')
    """
    noun = singular if count == 1 else plural or f"{singular}s"
    return f"{count:,} {noun}"


def listed(words: Sequence[str]) -> str:
    """Join words with commas and an "and".

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
