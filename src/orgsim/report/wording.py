"""Numbers and words that the terminal and the page share."""

from __future__ import annotations

from orgsim.figures.captions import NBSP, tenths

SYMBOLS = {"match": "≈", "mismatch": "≠", "inconclusive": "?"}
"""Beside the word, so that a verdict is told by neither colour nor symbol alone."""

DEPARTMENT_TITLES = {"marketing": "marketing", "it": "IT"}
"""What departments are called in a sentence."""


def percent(share: float) -> str:
    """Write a share as a percentage to one decimal, nothing that is not 0 as 0."""
    return f"0.0{NBSP}%" if share == 0.0 else tenths(share)


def interval(low: float, high: float) -> str:
    """Write an interval of shares in percent."""
    return f"{100.0 * low:.1f} – {100.0 * high:.1f}"


def signed(difference: float, unit: float = 100.0) -> str:
    """Write a difference with its sign: of shares in points, or in another unit."""
    written = f"{unit * difference:+.1f}".replace("-", "\N{MINUS SIGN}")
    return "0.0" if written[1:] == "0.0" else written


def signed_interval(low: float, high: float) -> str:
    """Write an interval of a difference in points."""
    return f"{signed(low)} to {signed(high)}"


def standardised(difference: float | None) -> str:
    """Write a difference in standard errors."""
    return "–" if difference is None else signed(difference, 1.0)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a number and its noun: 1 firm, 2,000 firms."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def verdict_words(kind: str) -> str:
    """Write a verdict as its symbol and its word."""
    return f"{SYMBOLS[kind]}{NBSP}{kind}"


def value_words(value: object) -> str:
    """Write a swept value in few digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
