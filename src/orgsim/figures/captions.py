"""Words that the captions and labels of several figures share."""

from __future__ import annotations

NBSP = "\N{NO-BREAK SPACE}"


def percent(share: float) -> str:
    """Write a share as a percentage that keeps its sign on the line."""
    return f"{100.0 * share:.4g}{NBSP}%"


def tenths(share: float) -> str:
    """Write a share as a percentage to one decimal; only none is 0 %, and only all 100 %."""
    if share in (0.0, 1.0):
        return f"{100.0 * share:.0f}{NBSP}%"
    written = f"{100.0 * share:.1f}"
    if written == "0.0":
        written = f"<{NBSP}0.1"
    if written == "100.0":
        written = f">{NBSP}99.9"
    return f"{written}{NBSP}%"


def points(difference: float) -> str:
    """Write a difference of shares in percentage points, signed, to one decimal."""
    written = f"{100.0 * difference:+.1f}".replace("-", "\N{MINUS SIGN}")
    return "0.0" if written[1:] == "0.0" else written


def counted(number: int, noun: str) -> str:
    """Write a number and its noun: 1 firm, 2,000 firms."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def sentences(*parts: str) -> str:
    """Return the parts that are not empty, a full stop behind each."""
    return " ".join(f"{part}." for part in parts if part)
