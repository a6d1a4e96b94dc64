"""First-order Sobol indices of given points, from means over intervals of one parameter.

The share of an output's variance that lies between the means of intervals is the correlation ratio
of K. Pearson (1905), less what chance puts between them: the variance within the intervals is
divided by its degrees of freedom. As a sensitivity of given points: E. Plischke, E. Borgonovo and
C. L. Smith (2013), Global sensitivity measures from given data, European Journal of Operational
Research 226(3), 536-550.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.proportions import standard_errors
from orgsim.analysis.sensitivity.given_data import (
    DUMMIES,
    INTERVALS,
    complete,
    dummy_orders,
    floor_of,
    intervals_of,
)
from orgsim.analysis.shares import ERROR

Floats = NDArray[np.float64]


class BinnedIndices(NamedTuple):
    """First-order indices from intervals; arrays are (dimensions, outputs) where not said.

    Attributes
    ----------
    value : float64
        Negative ones are left as they are.
    low, high : float64
        Normal interval.
    floor : float64
        What a parameter without effect exceeds in one case of 20, by dummies with the same
        intervals.
    varies : bool (outputs,)
        False where all values are equal, or vary no more than their noise: indices are NaN.
    used, dropped : int
        Points that are whole, and those that lack a number and were left out.
    """

    value: Floats
    low: Floats
    high: Floats
    floor: Floats
    varies: NDArray[np.bool_]
    used: int
    dropped: int


def binned_indices(
    x: Floats,
    y: Floats,
    *,
    noise: Floats | None = None,
    intervals: int = INTERVALS,
    error: float = ERROR,
    seed: int,
    dummies: int = DUMMIES,
) -> BinnedIndices:
    """Estimate first-order indices from how far the means of intervals of a parameter are apart.

    What an output does within an interval is not seen: of a straight line the index is too small
    by 1 part in 64, of a wave over the whole range by 1 in 20, with eight intervals. In return it
    can be had of a Sobol sequence of few parameters, where it is more precise than of independent
    points, and the interval too wide; see
    :func:`~orgsim.analysis.sensitivity.given_data.refuse_design`. There chance puts next to nothing
    between the means, and a parameter without effect has an index just below 0, of
    -(intervals - 1) / (points - intervals). Known noise is subtracted from both variances.

    The interval is the normal one, by the influence of each point on the quotient. It is of the
    index of the intervals, which is the parameter's less what is not seen.

    Parameters
    ----------
    x : float64 (points, dimensions)
    y : float64 (points, outputs)
    noise : float64 (points, outputs), optional
        Sampling variance of each output, if all points have draws of their own.
    intervals : int
        With as many points in each as can be.
    error : float
        That each interval leaves out.
    seed : int
        Of the dummies.
    dummies : int
    """
    known = np.zeros_like(y) if noise is None else noise
    kept = complete(x, y, known)
    x, y, known = x[kept], y[kept], known[kept]
    used, dimensions = x.shape
    value, reach, floor = np.full((3, dimensions, y.shape[1]), np.nan)
    if used > intervals:
        y = y - y[0]  # of equal values nothing is left, not even rounding
        chance = dummy_orders(seed, used, dummies)
        for dimension, column in enumerate(x.T):
            part = intervals_of(column, intervals)
            value[dimension], spread = _index(part, y, known)
            reach[dimension] = standard_errors(error) * spread
            of_dummies = [_index(part[shuffled], y, known)[0] for shuffled in chance]
            floor[dimension] = floor_of(np.array(of_dummies))
    varies = np.isfinite(value).all(axis=0)
    return BinnedIndices(value, value - reach, value + reach, floor, varies, used, len(kept) - used)


def _index(part: NDArray[np.int64], y: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return index and standard error of outputs: (outputs,) each."""
    points, order = len(y), np.argsort(part, kind="stable")
    y, noise, sizes = y[order], noise[order], np.bincount(part)
    starts = np.cumsum(sizes) - sizes
    free = points - sizes.size
    means = np.add.reduceat(y, starts) / sizes[:, None]
    own = (y - np.repeat(means, sizes, axis=0)) ** 2
    # A mean has taken up the noise of one of its points.
    left = np.repeat(1.0 - 1.0 / sizes, sizes)[:, None]
    within = (own.sum(axis=0) - (noise * left).sum(axis=0)) / free
    square = (y - y.mean(axis=0)) ** 2
    squares = square.sum(axis=0) / (points - 1)
    variance = squares - noise.mean(axis=0)
    variance = np.where(variance > 1e-12 * squares, variance, np.nan)
    ratio = within / variance
    influence = (own - noise) - ratio * (square - noise)
    return 1.0 - ratio, influence.std(axis=0) / variance / np.sqrt(points)
