"""Words that several captions of a sweep's figures share."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sweep.shares import SweepShares


def size_of(sweep: SweepShares) -> str:
    """Return how many points and firms there are."""
    low, high = int(np.min(sweep.firms)), int(np.max(sweep.firms))
    firms = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{len(sweep.firms):,} design points of {firms} firms each"
