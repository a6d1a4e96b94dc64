"""How far two splits are apart, each measure with another idea of far."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def total_variation(a: ArrayLike, b: ArrayLike) -> Any:
    """Return half the sum of absolute differences of two splits, from 0 to 1.

    It is the share of firms that would have to end elsewhere. Splits lie along the last axis.

    Examples
    --------
    >>> float(total_variation([0.5, 0.2, 0.2, 0.1], [0.4, 0.2, 0.3, 0.1]))
    0.1
    """
    difference = np.abs(np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64))
    return np.round(difference.sum(axis=-1) / 2.0, 15)


def relative_entropy(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a ln(a / b) item by item, 0 where a is 0; b is positive wherever a is."""
    terms = np.zeros(np.broadcast_shapes(a.shape, b.shape))
    np.log(np.divide(a, b, out=np.ones_like(terms), where=a > 0.0), out=terms)
    return np.asarray(terms * a)


def jensen_shannon(a: ArrayLike, b: ArrayLike) -> float:
    """Return the Jensen-Shannon distance of two splits, the root of the divergence in bits.

    From 0 to 1; a metric, and small shares weigh more than in total variation.

    References
    ----------
    J. Lin (1991), Divergence measures based on the Shannon entropy, IEEE Transactions on
    Information Theory 37(1), 145-151; a metric after the root: D. M. Endres and
    J. E. Schindelin (2003), same journal 49(7), 1858-1860.

    Examples
    --------
    >>> round(jensen_shannon([0.5, 0.2, 0.2, 0.1], [0.4, 0.2, 0.3, 0.1]), 4)
    0.0907
    """
    # scipy.spatial has this ready, and takes a tenth of a second to import.
    p, q = (np.asarray(x, dtype=np.float64) / np.sum(x) for x in (a, b))
    middle = (p + q) / 2.0
    divergence = (relative_entropy(p, middle).sum() + relative_entropy(q, middle).sum()) / 2.0
    return float(np.sqrt(divergence / np.log(2.0)))


def aitchison(a: ArrayLike, b: ArrayLike) -> float | None:
    """Return the Aitchison distance of two splits: that of their centred log-ratios.

    What counts is ratios: from 1 to 2 % is as far as from 10 to 20 %. None where a share is 0,
    for then no ratio exists.

    References
    ----------
    J. Aitchison (1986), The Statistical Analysis of Compositional Data, Chapman and Hall.

    Examples
    --------
    >>> round(aitchison([0.5, 0.2, 0.2, 0.1], [0.4, 0.2, 0.3, 0.1]), 4)
    0.4544
    """
    splits = np.asarray([a, b], dtype=np.float64)
    if not splits.all():
        return None
    logarithms = np.log(splits)
    centred = logarithms - logarithms.mean(axis=1, keepdims=True)
    return float(np.linalg.norm(centred[0] - centred[1]))


def rounding_distance(shares: ArrayLike, reference: ArrayLike, rounding: float) -> float:
    """Return the total variation distance to the nearest split that rounds to the reference.

    Parameters
    ----------
    shares, reference : floats (4,)
    rounding : float
        By how much each share of the reference may be off.
    """
    p, q = np.asarray(shares, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    # What sticks out above the box must be taken off, what is missing below it put on; the
    # larger of both is moved, for a split that fits exists: the reference.
    above = np.maximum(p - (q + rounding), 0.0).sum()
    below = np.maximum((q - rounding) - p, 0.0).sum()
    return round(float(max(above, below)), 15)
