"""What firms look like quarter by quarter, from exact integer aggregates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from orgsim.spec import QUANTILES, Model
from orgsim.spec.calendar import calendar


def histogram_quantiles(
    histogram: NDArray[np.int64], low: NDArray[np.float64], probabilities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return quantiles from histograms over [low, 1], linear within a bin.

    The p-quantile is where the piecewise linear distribution function that the
    bins define reaches p; it is off by less than a bin's width.

    Parameters
    ----------
    histogram : int64 (rows, bins)
        All of the same number of firms, at least one; bins a multiple of 32.
    low : float64 (rows,)
        Lower end of the first bin.
    probabilities : float64 (n,)
        In (0, 1).

    Returns
    -------
    float64 (rows, n)
    """
    rows, bins = histogram.shape
    row = np.arange(rows)[:, None]
    # First by strides of bins, then within one: to add up all bins would take megabytes of memory
    # anew for every design point, which takes longer than all the rest.
    strides = np.einsum("rsb->rs", histogram.reshape(rows, -1, _STRIDE)).cumsum(axis=1)
    wanted = probabilities * strides[0, -1]
    stride = (strides[:, None, :] >= wanted[:, None]).argmax(axis=2)
    within = histogram.reshape(rows, -1, _STRIDE)[row, stride]
    before = strides[row, stride] - within.sum(axis=2)
    reached = before[:, :, None] + within.cumsum(axis=2)
    step = (reached >= wanted[:, None]).argmax(axis=2)
    place = stride * _STRIDE + step
    firms = histogram[row, place]
    above = np.take_along_axis(reached, step[:, :, None], axis=2)[:, :, 0]
    inside = (wanted - (above - firms)) / np.maximum(firms, 1)
    lowest = np.asarray(low)[:, None]
    width = 1.0 - lowest
    edge = lowest + width * place / bins
    next_edge = lowest + width * (place + 1) / bins
    return np.asarray(edge + inside * (next_edge - edge))


_STRIDE = 32
_PROBABILITIES = np.array(QUANTILES) / 100.0


def quarter_columns(
    point: int,
    sums: NDArray[np.int64],
    histogram: NDArray[np.int64],
    counts: NDArray[np.int64],
    shared: Mapping[str, NDArray[np.float64]],
    model: Model,
) -> dict[str, NDArray[np.generic] | list[str]]:
    """Return the columns of ``Model.quarters`` for one design point.

    Parameters
    ----------
    sums, histogram, counts : int64
        As in ``orgsim.engine.Chunk``, over all firms of the point.
    shared : mapping of name to float64 (quarters,)
        What all firms share.
    model : Model
    """
    quarters = counts.shape[0]
    at = {name: counts[:, i] for i, name in enumerate(model.counts)}
    firms = counts[:, : len(model.outcomes)].sum(axis=1)
    columns: dict[str, NDArray[np.generic] | list[str]] = {
        "point": np.full(quarters, point),
        "quarter": np.arange(quarters),
        "calendar": [calendar(t) for t in range(quarters)],
        **{column.name: shared[column.name] for column in model.shared},
    }
    for share in model.counted_shares:
        columns[share.column.name] = sum(at[name] for name in share.counts) / firms
    lows = np.tile([series.low for series in model.series], quarters)
    means = sums / 2.0**24 / firms[:, None]
    quantiles = histogram_quantiles(
        histogram.reshape(quarters * len(model.series), -1), lows, _PROBABILITIES
    ).reshape(quarters, len(model.series), len(QUANTILES))
    for j, series in enumerate(model.series):
        columns[f"{series.column.name}_mean"] = means[:, j]
        for k, q in enumerate(QUANTILES):
            columns[f"{series.column.name}_q{q:02d}"] = quantiles[:, j, k]
    return columns
