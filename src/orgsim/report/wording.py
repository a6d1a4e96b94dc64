"""Words that the terminal and the page share."""

from __future__ import annotations

from orgsim.analysis.reference import Reference
from orgsim.spec.readable import DEPARTMENT_TITLES
from orgsim.spec.swept_path import value_words
from orgsim.text import NBSP, signed

__all__ = ["DEPARTMENT_TITLES", "SYMBOLS", "standardised", "value_words", "verdict_words"]

SYMBOLS = {"match": "≈", "mismatch": "≠", "inconclusive": "?"}
"""Beside the word, so that a verdict is told by neither colour nor symbol alone."""


def reference_title(split: Reference) -> str:
    """Return the head of the column that holds the reference's shares."""
    return "Article" if split.is_article else "Reference"


def standardised(difference: float | None) -> str:
    """Write a difference in standard errors."""
    return "–" if difference is None else signed(difference)


def verdict_words(kind: str) -> str:
    """Write a verdict as its symbol and its word."""
    return f"{SYMBOLS[kind]}{NBSP}{kind}"
