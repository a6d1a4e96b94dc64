"""Shares of the scenarios, with simultaneous intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orgsim.analysis.chi_square import chi_square_quantile
from orgsim.spec import Model

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
    n = np.asarray(counts, dtype=np.float64)
    return limits(n, chi_square_quantile((1.0 - level) / n.shape[-1]))


def limits(
    counts: NDArray[np.float64], quantile: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Goodman's limits for a given quantile A, along the last axis of counts."""
    total = counts.sum(axis=-1, keepdims=True)
    spread = np.sqrt(quantile * (quantile + 4.0 * counts * (total - counts) / total))
    low = (quantile + 2.0 * counts - spread) / (2.0 * (total + quantile))
    high = (quantile + 2.0 * counts + spread) / (2.0 * (total + quantile))
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def share_columns(
    counts: NDArray[np.int64],
    tallies: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    model: Model,
    first_point: int = 0,
) -> dict[str, Any]:
    """Return the columns of ``Model.shares`` for some design points.

    Parameters
    ----------
    counts : int64 (points, len(model.counts))
        Firms counted at the horizon.
    tallies : int64 (points, len(model.tallies), scenarios)
    low, high : float64 (points, scenarios)
        Simultaneous intervals.
    model : Model
    first_point : int
        Number of the first of them.
    """
    points, kinds = len(counts), len(model.outcomes)
    ended = counts[:, :kinds]
    firms = ended.sum(axis=1)
    columns = {
        "point": np.repeat(np.arange(first_point, first_point + points), kinds),
        "scenario": list(model.scenarios) * points,
        "count": ended.ravel(),
        "firms": np.repeat(firms, kinds),
        "share": (ended / firms[:, None]).ravel(),
        "low": low.ravel(),
        "high": high.ravel(),
    }
    for other in model.other_splits:
        columns[other.name] = (other.split(counts) / firms[:, None]).ravel()
    for i, tally in enumerate(model.tallies):
        columns[tally.name] = tallies[:, i].ravel()
    return columns
