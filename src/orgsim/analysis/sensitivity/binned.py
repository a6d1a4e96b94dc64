"""First-order Sobol indices of evenly laid points, from means over intervals of one parameter.

References
----------
E. Plischke, E. Borgonovo and C. L. Smith (2013), Global sensitivity measures from given data,
European Journal of Operational Research 226(3), 536-550.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.given_data import DUMMIES, complete, dummy_orders, floor_of

Floats = NDArray[np.float64]

_MOST_BINS = 16
_BIN_POINTS = 8
"""Points that a bin should hold on average."""


class BinnedIndices(NamedTuple):
    """First-order indices from means over bins.

    Attributes
    ----------
    value : float64 (dimensions, outputs)
        NaN of an output that does not vary.
    floor : float64 (dimensions, outputs)
        What one dummy of 20 with the same bins exceeds, were points independent; of evenly laid
        ones chance is less.
    used, dropped : int
        Points that are whole, and those that lack a number and were left out.
    """

    value: Floats
    floor: Floats
    used: int
    dropped: int


def binned_indices(
    x: Floats, y: Floats, *, noise: Floats | None = None, seed: int, dummies: int = DUMMIES
) -> BinnedIndices:
    """Estimate first-order indices by the variance of means over bins of a parameter.

    Of a Sobol or Halton sequence, or a grid, of which neighbours in one parameter are no
    independent points. What bins would show of the scatter within them is subtracted; there is no
    interval, for the points are not drawn.

    Parameters
    ----------
    x : float64 (points, dimensions)
        Equal values always share a bin; of up to 16 different values each is a bin.
    y : float64 (points, outputs)
    noise : float64 (points, outputs), optional
        Sampling variance of each output, if all points have draws of their own.
    seed : int
        Of the dummies.
    dummies : int
    """
    known = np.zeros_like(y) if noise is None else noise
    kept = complete(x, y, known)
    x, y, known = x[kept], y[kept], known[kept]
    used = len(x)
    shape = x.shape[1], y.shape[1]
    if used < 2:
        nothing = np.full(shape, np.nan)
        return BinnedIndices(nothing, nothing, used, len(kept) - used)
    y = y - y.mean(axis=0)
    squares = (y**2).sum(axis=0) / (used - 1)
    variance = squares - known.mean(axis=0)
    variance = np.where(variance > 1e-12 * squares, variance, np.nan)
    bins = [_bins(column) for column in x.T]
    value = np.stack([_between(part, y) / variance for part in bins])
    chance = dummy_orders(seed, used, dummies)
    floor = np.stack(
        [floor_of(np.stack([_between(part[o], y) / variance for o in chance])) for part in bins]
    )
    return BinnedIndices(value, floor, used, len(kept) - used)


def _bins(column: Floats) -> NDArray[np.int64]:
    """Return each point's bin, from 0, empty ones not counted: (points,)."""
    levels, found = np.unique(column, return_inverse=True)
    if levels.size <= _MOST_BINS:
        return found
    count = min(_MOST_BINS, max(2, math.isqrt(column.size // _BIN_POINTS)))
    edges = np.quantile(column, np.arange(1, count) / count)
    return np.unique(np.searchsorted(edges, column, side="right"), return_inverse=True)[1]


def _between(part: NDArray[np.int64], y: Floats) -> Floats:
    """Return the variance of outputs between bins, less that of means of scatter: (outputs,)."""
    points, count = part.size, int(part.max()) + 1
    sizes = np.bincount(part, minlength=count)
    sums = np.stack([np.bincount(part, weights=column, minlength=count) for column in y.T], axis=1)
    between = (sums**2 / sizes[:, None]).sum(axis=0)
    within = (y**2).sum(axis=0) - between
    scatter = (count - 1) / (points - count) * within if points > count else 0.0
    return np.asarray((between - scatter) / (points - 1))
