"""Words that several captions of a sweep's figures share."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sweep.shares import SweepShares
from orgsim.text import from_to


def size_of(sweep: SweepShares) -> str:
    """Return how many points and firms there are."""
    firms = from_to(int(np.min(sweep.firms)), int(np.max(sweep.firms)))
    return f"{len(sweep.firms):,} design points of {firms} firms each"
