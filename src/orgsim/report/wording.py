"""Words that the terminal and the page share."""

from __future__ import annotations

from orgsim.analysis.reference import Reference
from orgsim.text import NBSP, signed

SYMBOLS = {"match": "≈", "mismatch": "≠", "inconclusive": "?"}
"""Beside the word, so that a verdict is told by neither colour nor symbol alone."""

DEPARTMENT_TITLES = {"marketing": "marketing", "it": "IT"}
"""What departments are called in a sentence."""


def reference_title(split: Reference) -> str:
    """Return the head of the column that holds the reference's shares."""
    return "Article" if split.is_article else "Reference"


def standardised(difference: float | None) -> str:
    """Write a difference in standard errors."""
    return "–" if difference is None else signed(difference)


def verdict_words(kind: str) -> str:
    """Write a verdict as its symbol and its word."""
    return f"{SYMBOLS[kind]}{NBSP}{kind}"


def value_words(value: object) -> str:
    """Write a swept value in few digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
