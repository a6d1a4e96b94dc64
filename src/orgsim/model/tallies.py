"""What is counted of the firms of each scenario, and how they would be split otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orgsim.model.columns import COUNTS, SCENARIOS
from orgsim.model.cut_points import SIDE_CUT_POINTS
from orgsim.spec import OtherSplit, Tally

TOGETHER, APART = SCENARIOS.index("cmo_and_cto"), SCENARIOS.index("cmo_vs_cto")


def _never_saw_a_misfit(record: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    return np.asarray(record["quarters_of_misfit"] == 0)


WITHOUT_MISFIT = "without_misfit"

TALLIES = (
    Tally(WITHOUT_MISFIT, "of the count: firms that never saw a misfit", holds=_never_saw_a_misfit),
)
"""Firms of each scenario of which something is true: one entry here is a column of ``shares``."""


def moved_cut_point(counts: ArrayLike, cmo_and_cto: ArrayLike) -> NDArray[np.int64]:
    """Return the four counts had another cut-point put so many firms into 'CMO and CTO'.

    The active scenarios do not depend on the cut-point; the passive ones share
    what is left.

    Parameters
    ----------
    counts : integers (..., 4)
    cmo_and_cto : integers (...)
    """
    moved = np.array(counts, dtype=np.int64)
    passive = moved[..., TOGETHER] + moved[..., APART]
    moved[..., TOGETHER] = cmo_and_cto
    moved[..., APART] = passive - moved[..., TOGETHER]
    return moved


def _split_at(name: str) -> Callable[[NDArray[Any]], NDArray[np.int64]]:
    column = COUNTS.index(f"cmo_and_cto_{name}")
    return lambda counts: moved_cut_point(counts[..., : len(SCENARIOS)], counts[..., column])


OTHER_SPLITS = tuple(
    OtherSplit(
        f"share_{name}", f"share had the cut-point been {cut_point}", _split_at(name), cut_point
    )
    for name, cut_point in zip(("at_04", "at_06"), SIDE_CUT_POINTS, strict=True)
)
