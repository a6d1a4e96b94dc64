"""Numbers and words that several sections share."""

from __future__ import annotations

NBSP = "\N{NO-BREAK SPACE}"

SYMBOLS = {"match": "≈", "mismatch": "≠", "inconclusive": "?"}
"""Beside the word, so that a verdict is told by neither colour nor symbol alone."""

DEPARTMENT_TITLES = {"marketing": "marketing", "it": "IT"}
"""What departments are called in a sentence."""


def percent(share: float) -> str:
    """Write a share as a percentage to one decimal."""
    return f"{100.0 * share:.1f}{NBSP}%"


def interval(low: float, high: float) -> str:
    """Write an interval of shares in percent."""
    return f"{100.0 * low:.1f} – {100.0 * high:.1f}"


def signed(difference: float, unit: float = 100.0) -> str:
    """Write a difference with its sign: of shares in points, or in another unit."""
    return _minus(f"{unit * difference:+.1f}")


def signed_interval(low: float, high: float) -> str:
    """Write an interval of a difference in points."""
    return f"{signed(low)} to {signed(high)}"


def standardised(difference: float | None) -> str:
    """Write a difference in standard errors."""
    return "–" if difference is None else signed(difference, 1.0)


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


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
