"""How far the distribution of a part of the points is from that of all, by Kolmogorov-Smirnov."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def distances_of_parts(parts: NDArray[np.int64], values: Floats) -> Floats:
    """Return the largest difference of two distribution functions: each part's, and that of all.

    Parameters
    ----------
    parts : int64 (points,)
        Which part each point is in, from 0, none empty.
    values : float64 (points,)
        In increasing order; some may be equal.

    Returns
    -------
    float64 (parts,)
        From 0 to 1.
    """
    order = np.argsort(parts, kind="stable")  # by part, and within it by value
    sizes = np.bincount(parts)
    starts = np.cumsum(sizes) - sizes
    size = np.repeat(sizes, sizes)
    place = np.arange(values.size) - np.repeat(starts, sizes)
    # The difference is greatest just before or at a value of the part. Of equal values in a part
    # one is the last, and one the first; those between are nearer to the others' function.
    before = np.searchsorted(values, values, side="left")[order] / values.size
    at = np.searchsorted(values, values, side="right")[order] / values.size
    apart = np.maximum((place + 1) / size - at, before - place / size)
    return np.asarray(np.maximum.reduceat(apart, starts))
