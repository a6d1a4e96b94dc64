"""Words that several captions of a sweep's figures share."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sweep.shares import SweepShares

NBSP = "\N{NO-BREAK SPACE}"


def percent(share: float) -> str:
    """Write a share as a percentage that keeps its sign on the line."""
    return f"{100.0 * share:.4g}{NBSP}%"


def size_of(sweep: SweepShares) -> str:
    """Return how many points and firms there are."""
    low, high = int(np.min(sweep.firms)), int(np.max(sweep.firms))
    firms = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{len(sweep.firms):,} design points of {firms} firms each"


def sentences(*parts: str) -> str:
    """Return the parts that are not empty, a full stop behind each."""
    return " ".join(f"{part}." for part in parts if part)
