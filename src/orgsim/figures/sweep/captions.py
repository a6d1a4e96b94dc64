"""Words that several captions and alternative texts of a sweep's figures share."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sweep.cells import Cells
from orgsim.figures.sweep.shares import SweepShares
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.text import column_percent, from_to


def size_of(sweep: SweepShares) -> str:
    """Return how many points and firms there are."""
    firms = from_to(int(np.min(sweep.firms)), int(np.max(sweep.firms)))
    return f"{len(sweep.firms):,} design points of {firms} firms each"


def ranges(sweep: SweepShares) -> str:
    """Return the lowest and the highest share of each scenario over all points."""
    told = (
        f"{title} {column_percent(share.min())} to {column_percent(share.max())}"
        for title, share in zip(SCENARIO_TITLES, np.asarray(sweep.share).T, strict=True)
    )
    return "; ".join(told)


def cell_words(cells: Cells, what: str) -> list[str]:
    """Return what the cells of a map stand for, in sentences without their stops."""
    if cells.mean_of_others:
        words = [f"Cells: {what}, mean over the other parameters"]
    elif cells.edges is None:
        words = [f"Cells: {what} at the nearest design point"]
    else:
        words = [f"Cells: {what} at a design point"]
    if cells.empty.any():
        words.append("Dotted: no design point")
    return words
