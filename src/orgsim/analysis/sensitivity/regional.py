"""Which parameters tell the points that satisfy a condition from those that do not.

References
----------
G. M. Hornberger and R. C. Spear (1981), An approach to the preliminary analysis of environmental
systems, Journal of Environmental Management 12, 7-18.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.distance import distances_of_parts
from orgsim.analysis.sensitivity.given_data import DUMMIES, complete, dummy_orders, floor_of

Floats = NDArray[np.float64]

_EXACT = 10_000  # pairs of points up to which the p-value is exact


class Regional(NamedTuple):
    """How points that satisfy a condition differ; arrays are (dimensions, conditions).

    Attributes
    ----------
    distance : float64
        Kolmogorov-Smirnov distance of the parameter's two distributions, from 0 to 1. NaN of a
        condition that all points satisfy, or none.
    p_value : float64
        That both are the same; too large rather than too small where values are equal. There is
        one for every parameter: some are small by chance.
    floor : float64
        The distance that a parameter without effect exceeds in one case of 20, by dummies with the
        same values.
    satisfied : int64 (conditions,)
        Points that satisfy each.
    used, dropped : int
        Points that are whole, and those that lack a number and were left out.
    """

    distance: Floats
    p_value: Floats
    floor: Floats
    satisfied: NDArray[np.int64]
    used: int
    dropped: int


def regional(
    x: Floats, satisfied: NDArray[np.bool_], *, seed: int, dummies: int = DUMMIES
) -> Regional:
    """Compare each parameter's distribution where a condition holds and where it does not.

    A parameter that matters only together with others may be the same in both. The distance has no
    interval, for the reason that :func:`~orgsim.analysis.sensitivity.pawn.pawn` gives.

    Parameters
    ----------
    x : float64 (points, dimensions)
    satisfied : bool (points, conditions)
    seed : int
        Of the dummies.
    dummies : int
    """
    from scipy.stats import ks_2samp

    kept = complete(x)
    x, satisfied = x[kept], satisfied[kept]
    used, (dimensions, conditions) = len(x), (x.shape[1], satisfied.shape[1])
    distance, p_value, floor = np.full((3, dimensions, conditions), np.nan)
    counts = satisfied.sum(axis=0)
    chance = dummy_orders(seed, used, dummies)
    for condition in np.flatnonzero((counts > 0) & (counts < used)):
        holds = satisfied[:, condition]
        pairs = int(counts[condition]) * (used - int(counts[condition]))
        method = "exact" if pairs <= _EXACT else "asymp"
        for dimension, column in enumerate(x.T):
            values = np.sort(column)
            distance[dimension, condition] = _apart(holds[np.argsort(column)], values)
            p_value[dimension, condition] = ks_2samp(
                column[holds], column[~holds], method=method
            ).pvalue
            floor[dimension, condition] = floor_of(
                np.array([_apart(holds[shuffled], values) for shuffled in chance])
            )
    return Regional(distance, p_value, floor, counts, used, len(kept) - used)


def _apart(holds: NDArray[np.bool_], values: Floats) -> float:
    """Return the distance between the values where something holds and where it does not.

    From that of either to both together, of which the other is a part.
    """
    to_all = distances_of_parts(holds.astype(np.int64), values)[1]
    return float(to_all * holds.size / (holds.size - holds.sum()))
