"""Splits of firms over the scenarios: the article's, counts to hold against it, and comparisons."""

from __future__ import annotations

import numpy as np

from orgsim.analysis.comparison import Comparison, compare_shares
from orgsim.analysis.reference import Reference, reference_of_counts, usual_split
from orgsim.analysis.shares import goodman
from orgsim.model import MODEL
from orgsim.model.columns import OUTCOMES, SCENARIOS

ARTICLE = np.array([0.4, 0.2, 0.3, 0.1])
"""Shares of the scenarios as the article has them."""


def counted(*counts) -> Reference:
    """Return a reference that a sample of firms gave."""
    return reference_of_counts(
        dict(zip(SCENARIOS, counts, strict=True)), "counts", "test", SCENARIOS
    )


def compared(counts, reference=None, tolerance=0.05) -> Comparison:
    """Return counts beside a reference, the article if none is given."""
    return compare_shares(
        counts,
        usual_split(MODEL) if reference is None else reference,
        tolerance=tolerance,
        limits=goodman(counts),
        spent=1.0,
        outcomes=OUTCOMES,
        side_shares={},
        without_misfit=None,
        is_square=True,
    )
