"""Shares of the scenarios over a design: what the pictures of a sweep are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.model.columns import SCENARIOS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class SweepShares:
    """Shares over a design, ready to draw.

    Parameters
    ----------
    parameters : arrays (points,)
        Values by path: float, int, bool or str.
    scales : words
        "linear", "log" or "category" by path; missing means linear, or category for words.
    labels : words
        What to write at an axis, by path; missing means the last part of the path.
    share, low, high : float64 (points, 4)
        Shares and simultaneous intervals, in the order of ``columns.SCENARIOS``.
    firms : int64 (points,)
        Firms simulated at each point.
    reference : floats
        Shares to compare with, by scenario.
    reference_name : str
        Who gives them, as figures call it.
    """

    title: str
    parameters: Mapping[str, NDArray[Any]]
    scales: Mapping[str, str]
    labels: Mapping[str, str]
    share: Floats
    low: Floats
    high: Floats
    firms: Integers
    reference: Mapping[str, float]
    reference_name: str = "article"


def moved(sweep: SweepShares) -> list[str]:
    """Return the parameters that take more than one value, or all where none does."""
    found = [p for p, v in sweep.parameters.items() if np.unique(np.asarray(v)).size > 1]
    return found or list(sweep.parameters)


def reference_shares(sweep: SweepShares) -> list[float | None]:
    """Return the reference share of each scenario, None where there is none."""
    return [sweep.reference.get(name) for name in SCENARIOS]


def distance(sweep: SweepShares) -> Floats:
    """Return the total variation distance of each point to the reference split, from 0 to 1.

    Raises
    ------
    ValueError
        If the reference leaves a scenario out.
    """
    reference = reference_shares(sweep)
    known = [share for share in reference if share is not None]
    if len(known) < len(SCENARIOS):
        raise ValueError("the distance asks for a reference share of every scenario")
    return np.abs(np.asarray(sweep.share) - np.array(known)).sum(axis=1) / 2.0


def likeliest(sweep: SweepShares) -> tuple[Integers, NDArray[np.bool_]]:
    """Return each point's likeliest scenario, and whether its lead may be noise.

    It may where the interval of the likeliest overlaps that of the second.
    """
    share = np.asarray(sweep.share)
    order = np.argsort(-share, axis=1, kind="stable")
    rows = np.arange(len(share))
    first, second = order[:, 0], order[:, 1]
    return first, np.asarray(sweep.low)[rows, first] <= np.asarray(sweep.high)[rows, second]
