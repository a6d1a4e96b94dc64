"""Shares of the scenarios, with simultaneous intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orgsim.columns import COUNTS, SCENARIOS

LEVEL = 0.95
"""Joint confidence of the reported intervals."""

ERROR = round(1.0 - LEVEL, 12)
"""Joint error of what is reported: of intervals, and of a verdict either way."""


def goodman(
    counts: ArrayLike, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return simultaneous confidence intervals for multinomial shares.

    With k counts n_i that sum to N, and A the quantile of chi-squared with one
    degree of freedom at 1 - (1 - level) / k, the limits are::

        (A + 2 n_i -+ sqrt(A (A + 4 n_i (N - n_i) / N))) / (2 (N + A))

    Parameters
    ----------
    counts : integers (..., k)
        At least two classes, not all empty; a stack of them gives a stack of intervals.
    level : float
        Joint confidence, in (0, 1).

    Returns
    -------
    low, high : float64 (..., k)

    References
    ----------
    L. A. Goodman (1965), On simultaneous confidence intervals for multinomial
    proportions, Technometrics 7(2), 247-254.

    Examples
    --------
    >>> low, high = goodman([40, 20, 30, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.287, 0.12, 0.198, 0.048], [0.525, 0.315, 0.426, 0.198])
    """
    from scipy.special import chdtri

    n = np.asarray(counts, dtype=np.float64)
    return limits(n, float(chdtri(1, (1.0 - level) / n.shape[-1])))


def limits(
    counts: NDArray[np.float64], quantile: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Goodman's limits for a given quantile A, along the last axis of counts."""
    total = counts.sum(axis=-1, keepdims=True)
    spread = np.sqrt(quantile * (quantile + 4.0 * counts * (total - counts) / total))
    low = (quantile + 2.0 * counts - spread) / (2.0 * (total + quantile))
    high = (quantile + 2.0 * counts + spread) / (2.0 * (total + quantile))
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


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
    passive = moved[..., 2] + moved[..., 3]
    moved[..., 2] = cmo_and_cto
    moved[..., 3] = passive - moved[..., 2]
    return moved


def share_columns(
    counts: NDArray[np.int64],
    without_misfit: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    first_point: int = 0,
) -> dict[str, Any]:
    """Return the columns of ``columns.SHARES`` for some design points.

    Parameters
    ----------
    counts : int64 (points, len(columns.COUNTS))
        Firms counted at the horizon.
    without_misfit : int64 (points, 4)
        Firms of each scenario that never saw a misfit.
    low, high : float64 (points, 4)
        Simultaneous intervals.
    first_point : int
        Number of the first of them.
    """
    points, kinds = len(counts), len(SCENARIOS)
    ended = counts[:, :kinds]
    firms = ended.sum(axis=1)
    at = {
        name: moved_cut_point(ended, counts[:, COUNTS.index(f"cmo_and_cto_{name}")])
        for name in ("at_04", "at_06")
    }
    return {
        "point": np.repeat(np.arange(first_point, first_point + points), kinds),
        "scenario": list(SCENARIOS) * points,
        "count": ended.ravel(),
        "firms": np.repeat(firms, kinds),
        "share": (ended / firms[:, None]).ravel(),
        "low": low.ravel(),
        "high": high.ravel(),
        "share_at_04": (at["at_04"] / firms[:, None]).ravel(),
        "share_at_06": (at["at_06"] / firms[:, None]).ravel(),
        "without_misfit": without_misfit.ravel(),
    }
