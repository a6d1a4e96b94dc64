"""What firms look like quarter by quarter, from exact integer aggregates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orgsim.columns import COUNTS, QUANTILES, SERIES, SERIES_LOW

FIRST_YEAR = 2014


def calendar(quarter: int) -> str:
    """Return the calendar name of a quarter.

    Examples
    --------
    >>> calendar(0), calendar(5)
    ('2014 Q1', '2015 Q2')
    """
    return f"{FIRST_YEAR + quarter // 4} Q{quarter % 4 + 1}"


def histogram_quantiles(
    histogram: NDArray[np.int64], low: float, probabilities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return quantiles from a histogram over [low, 1], linear within a bin.

    The p-quantile is where the piecewise linear distribution function that the
    bins define reaches p; it is off by less than a bin's width.

    Parameters
    ----------
    histogram : int64 (bins,)
        Not all empty.
    low : float
        Lower end of the first bin.
    probabilities : float64 (n,)
        In (0, 1).
    """
    edges = low + (1.0 - low) * np.arange(histogram.size + 1) / histogram.size
    reached = np.concatenate([[0], np.cumsum(histogram)])
    wanted = probabilities * reached[-1]
    place = np.searchsorted(reached, wanted, side="left") - 1
    place = np.clip(place, 0, histogram.size - 1)
    inside = (wanted - reached[place]) / np.maximum(histogram[place], 1)
    return np.asarray(edges[place] + inside * (edges[place + 1] - edges[place]))


def quarter_columns(
    point: int,
    sums: NDArray[np.int64],
    histogram: NDArray[np.int64],
    counts: NDArray[np.int64],
    demand: NDArray[np.float64],
    hype: NDArray[np.float64],
) -> dict[str, NDArray[np.generic] | list[str]]:
    """Return the columns of ``columns.QUARTERS`` for one design point.

    Parameters
    ----------
    sums, histogram, counts : int64
        As in ``orgsim.engine.Chunk``, over all firms of the point.
    demand, hype : float64 (quarters,)
    """
    quarters = counts.shape[0]
    at = {name: counts[:, i] for i, name in enumerate(COUNTS)}
    firms = at["cemo"] + at["cmto"] + at["cmo_and_cto"] + at["cmo_vs_cto"]
    columns: dict[str, NDArray[np.generic] | list[str]] = {
        "point": np.full(quarters, point),
        "quarter": np.arange(quarters),
        "calendar": [calendar(t) for t in range(quarters)],
        "demand": demand,
        "hype": hype,
        "share_separate": (at["cmo_and_cto"] + at["cmo_vs_cto"]) / firms,
    }
    columns |= {f"share_{name}": at[name] / firms for name in COUNTS}
    probabilities = np.array(QUANTILES) / 100.0
    for j, name in enumerate(SERIES):
        columns[f"{name}_mean"] = sums[:, j] / 2.0**24 / firms
        rows = [
            histogram_quantiles(histogram[t, j], SERIES_LOW[name], probabilities)
            for t in range(quarters)
        ]
        for q, values in zip(QUANTILES, np.transpose(rows), strict=True):
            columns[f"{name}_q{q:02d}"] = values
    return columns
