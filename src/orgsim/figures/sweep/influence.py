"""The bins of one parameter, and how much it moves the shares by itself."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sweep.axes import Axis, axis_of
from orgsim.figures.sweep.shares import Integers, SweepShares

CURVE_BINS = 12
"""Quantile bins of a response curve, where there are points enough."""

BIN_POINTS = 6
"""Points that a bin should hold on average."""


def bins_of(axis: Axis) -> Integers:
    """Return each point's bin: a level where there are few, else a quantile bin."""
    count = int(np.clip(axis.values.size // BIN_POINTS, 2, CURVE_BINS))
    levels = np.searchsorted(axis.levels, axis.values)
    if axis.category or axis.levels.size <= count:
        return levels.astype(np.int64)
    inner = np.quantile(axis.values, np.arange(1, count) / count)
    return np.unique(np.searchsorted(inner, axis.values), return_inverse=True)[1].astype(np.int64)


def influence(sweep: SweepShares, path: str) -> float:
    """Return how much a parameter moves the shares by itself.

    It is the variance of the shares between the bins of the parameter, summed
    over the scenarios, less what bins would show of scatter within them:
    ``sum_b n_b |m_b - m|^2 / N - (k - 1) / (N - k) * sum_b S_b / N`` with k bins
    of n_b points, mean m_b, and sum of squares S_b about it.
    """
    share = np.asarray(sweep.share, dtype=np.float64)
    bins = bins_of(axis_of(sweep, path))
    points, count = bins.size, int(bins.max()) + 1
    mean = np.stack([share[bins == b].mean(axis=0) for b in range(count)])
    between = float(((mean[bins] - share.mean(axis=0)) ** 2).sum()) / points
    within = float(((share - mean[bins]) ** 2).sum()) / points
    if points > count:
        between -= within * (count - 1) / (points - count)
    return between
