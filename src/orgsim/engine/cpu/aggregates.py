"""What is added up over firms, each quarter: of any model's series.

All additions are of integers, so no aggregate depends on their order: values are summed in units
of 2**-24, and counted by bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from orgsim.engine.contract import BINS
from orgsim.numerics.elementary import GRID
from orgsim.numerics.jit import merged, rule
from orgsim.spec import Series

_FIRST_BIN = np.int32(0)
_LAST_BIN = np.int32(BINS - 1)


def adder_of(series: Sequence[Series]) -> Any:
    """Return a function that adds up series, between their lowest values and 1, when compiled."""
    lows = np.array([one.low for one in series], dtype=np.float64)
    bins_a_unit = BINS / (1.0 - lows)

    @merged
    def add_up_series(listed, active, sums, bins, done):
        """Add the series of the first ``active`` firms to their sums, and note their bins.

        ``listed`` is float64 (series, lanes); ``done`` firms of the task came before.
        """
        for j in range(sums.size):
            total = np.int64(0)
            for lane in range(active):
                total += np.int32(np.floor(listed[j, lane] * GRID + 0.5))
                place = np.int32((listed[j, lane] - lows[j]) * bins_a_unit[j])
                bins[j, done + lane] = min(max(place, _FIRST_BIN), _LAST_BIN)
            sums[j] += total

    return add_up_series


@rule
def count_bins(bins, histogram):
    """Count the firms in each bin of each series and quarter.

    After the last block, not quarter by quarter: the counters of all quarters are more than the
    processor's caches hold, and each row of them is now fetched once.

    Parameters
    ----------
    bins : uint16 (quarters, series, firms)
    histogram : int64 (quarters, series, BINS)
        Added to.
    """
    for t in range(bins.shape[0]):
        for j in range(bins.shape[1]):
            for firm in range(bins.shape[2]):
                histogram[t, j, bins[t, j, firm]] += 1
