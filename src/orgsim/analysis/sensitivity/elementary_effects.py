"""Elementary effects: what an output does when one parameter moves.

References
----------
M. D. Morris (1991), Factorial sampling plans for preliminary computational experiments,
Technometrics 33(2), 161-174. F. Campolongo, J. Cariboni and A. Saltelli (2007), An effective
screening design for sensitivity analysis of large models, Environmental Modelling & Software
22(10), 1509-1518: the mean of absolute effects.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.resampling import RESAMPLES, percentile_limits, resampled
from orgsim.analysis.shares import ERROR

Floats = NDArray[np.float64]


class MorrisSummary(NamedTuple):
    """What effects say of every parameter and output; all arrays are (dimensions, outputs).

    Attributes
    ----------
    mu : float64
        Mean effect, in the output's unit over a parameter's whole range.
    mu_star : float64
        Mean of absolute effects: effects of both signs do not cancel.
    sigma : float64
        Standard deviation of effects: large where an effect depends on where it is measured, be
        it by curvature or by other parameters. Noise of the output adds to it, and to mu_star.
    mu_star_low, mu_star_high : float64
        Bootstrap interval of mu_star over trajectories; NaN with fewer than two effects.
    used, left_out : int64
        Effects that count, and those that do not exist.
    """

    mu: Floats
    mu_star: Floats
    sigma: Floats
    mu_star_low: Floats
    mu_star_high: Floats
    used: NDArray[np.int64]
    left_out: NDArray[np.int64]


def effects(points: Floats, values: Floats) -> Floats:
    """Return each change of an output by the step that made it, carried over to the whole range.

    Parameters
    ----------
    points : float64 (trajectories, dimensions + 1, dimensions)
        Points as they were simulated, on a scale on which every range is from 0 to 1. Where whole
        numbers are rounded, steps differ from the design's, and some are none.
    values : float64 (trajectories, dimensions + 1, outputs)

    Returns
    -------
    float64 (trajectories, dimensions, outputs)
        NaN where a parameter made no step, or where a value on either side is missing.

    Raises
    ------
    ValueError
        If points are no trajectories: two parameters move in a step, or one moves twice.
    """
    steps = np.diff(points, axis=1)
    moved = steps != 0.0
    if (moved.sum(axis=2) > 1).any() or (moved.sum(axis=1) > 1).any():
        raise ValueError("the points are no trajectories on which each parameter moves once")
    changes = np.diff(values, axis=1)
    found = np.full((points.shape[0], points.shape[2], values.shape[2]), np.nan)
    trajectory, step, dimension = np.nonzero(moved)
    made = steps[trajectory, step, dimension]
    found[trajectory, dimension] = changes[trajectory, step] / made[:, None]
    return found


def morris_summary(
    effects: Floats, *, error: float = ERROR, seed: int, resamples: int = RESAMPLES
) -> MorrisSummary:
    """Return means and spread of elementary effects, with an interval of mu_star.

    Trajectories are resampled whole, since effects on one are not independent. A resample that
    holds no effect of a parameter says nothing of it and is left out.

    Parameters
    ----------
    effects : float64 (trajectories, dimensions, outputs)
        See :func:`effects`; NaN where there is none.
    error : float
        That the interval leaves out.
    seed : int
        Of the resamples.
    resamples : int
    """
    exists = np.isfinite(effects)
    values = np.where(exists, effects, 0.0)
    used = exists.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):  # no effect at all: NaN is the answer
        mu = values.sum(axis=0) / used
        mu_star = np.abs(values).sum(axis=0) / used
        squares = np.where(exists, (values - mu) ** 2, 0.0).sum(axis=0)
        sigma = np.sqrt(np.where(used > 1, squares / (used - 1), np.nan))
    low, high = _limits(np.abs(values), exists, error=error, seed=seed, resamples=resamples)
    left_out = len(effects) - used
    return MorrisSummary(mu, mu_star, sigma, low, high, used, left_out)


def _limits(
    sizes: Floats, exists: NDArray[np.bool_], *, error: float, seed: int, resamples: int
) -> tuple[Floats, Floats]:
    """Return limits of the mean of absolute effects, each (dimensions, outputs)."""
    shape = sizes.shape[1:]
    columns, counted = sizes.reshape(len(sizes), -1), exists.reshape(len(sizes), -1)
    sums, totals = [], []
    for weights in resampled(seed, len(sizes), resamples):
        sums.append(weights @ columns)
        totals.append(weights @ counted.astype(np.float64))
    total = np.concatenate(totals)
    with np.errstate(invalid="ignore"):
        means = np.concatenate(sums) / total
    limits = np.full((2, columns.shape[1]), np.nan)
    for column in np.flatnonzero(counted.sum(axis=0) > 1):
        held = means[total[:, column] > 0.0, column]
        limits[:, column] = percentile_limits(held, error)
    low, high = limits.reshape(2, *shape)
    return low, high
