"""What is counted of the firms of each scenario, and how they would be split otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orgsim.model.columns import COUNTS, SCENARIOS, STRUCTURES
from orgsim.model.cut_points import SIDE_CUT_POINTS
from orgsim.spec import OtherSplit, Tally, Twin

TOGETHER, APART = SCENARIOS.index("cmo_and_cto"), SCENARIOS.index("cmo_vs_cto")


def _never_saw_a_misfit(record: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    return np.asarray(record["quarters_of_misfit"] == 0)


WITHOUT_MISFIT = "without_misfit"

TALLIES = (
    Tally(WITHOUT_MISFIT, "of the count: firms that never saw a misfit", holds=_never_saw_a_misfit),
)
"""Firms of each scenario of which something is true: one entry here is a column of ``shares``."""


def has_tried(record: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Return which firms proposed a reorganisation."""
    return np.asarray(record["attempts"] > 0)


def has_improved(
    record: Mapping[str, NDArray[Any]], margin: float, *, is_sustained: bool
) -> NDArray[np.bool_]:
    """Return which firms tried, and ended better than their twins.

    In single precision, as the columns are kept.

    Parameters
    ----------
    margin : float
        By how much, of the twin's performance, the firm's must exceed it.
    is_sustained : bool
        Whether they must be active at the horizon, too.
    """
    own, twin = (np.float32(record[f"{of}performance"]) for of in ("", "twin_"))
    better = (own > np.float32(1.0 + margin) * twin) & (own > 0.0)
    active = record["structure"] != STRUCTURES.index("separate")
    kept = active if is_sustained else np.True_
    return np.asarray(has_tried(record) & better & kept)


@dataclass(frozen=True)
class _Improved:
    """:func:`has_improved`, as tallies ask it."""

    margin: float
    is_sustained: bool

    def __call__(self, record: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        return has_improved(record, self.margin, is_sustained=self.is_sustained)


def twin_tallies(margin: float) -> tuple[Tally, ...]:
    """Return what is counted of firms that have a twin.

    Parameters
    ----------
    margin : float
        By how much, of the twin's performance, the firm's must exceed it.
    """
    better = f"of the count: firms that tried and perform more than {margin:g} better than the twin"
    return (
        Tally("tried", "of the count: firms that proposed a reorganisation", holds=has_tried),
        Tally("improved", better, holds=_Improved(margin, is_sustained=False)),
        Tally(
            "sustained",
            f"{better}, and are active at the horizon",
            holds=_Improved(margin, is_sustained=True),
        ),
    )


TWIN = Twin(
    ("scenario", "performance", "capability"),
    twin_tallies,
    usual={"mechanisms.reorganisation": False},
)


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
