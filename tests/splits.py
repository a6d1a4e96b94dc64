"""Splits of firms over the scenarios: the article's, counts to hold against it, and comparisons."""

from __future__ import annotations

import numpy as np

from orgsim.analysis.comparison import Comparison, compare_shares
from orgsim.analysis.reference import Reference, article, reference_of_counts
from orgsim.analysis.shares import goodman
from orgsim.columns import SCENARIOS

ARTICLE = np.array([0.4, 0.2, 0.3, 0.1])
"""Shares of the scenarios as the article has them."""


def counted(*counts) -> Reference:
    """Return a reference that a sample of firms gave."""
    return reference_of_counts(dict(zip(SCENARIOS, counts, strict=True)), "counts", "test")


def compared(counts, reference=None, tolerance=0.05) -> Comparison:
    """Return counts beside a reference, the article if none is given."""
    return compare_shares(
        counts,
        article() if reference is None else reference,
        tolerance=tolerance,
        limits=goodman(counts),
        spent=1.0,
        side_counts={0.4: counts[2], 0.6: counts[2]},
        without_misfit=None,
    )
