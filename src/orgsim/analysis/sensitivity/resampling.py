"""Resamples for bootstrap intervals, as how often each thing is drawn.

B. Efron (1979), Bootstrap methods: another look at the jackknife, The Annals of Statistics 7(1),
1-26.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from orgsim.design.draws import RESAMPLE, picks, word_table

RESAMPLES = 1_000
"""Resamples for an interval of 95 %: some 25 lie beyond each end."""

_LARGEST_BLOCK = 2**22  # numbers, 32 MB


def resampled(seed: int, size: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each of ``size`` things is in each resample, in blocks of resamples.

    Every resample draws as many things as there are, and puts each back. It depends on the seed,
    its number and the size alone.

    Yields
    ------
    float64 (some resamples, size)
        Whole numbers, each row adding up to ``size``.
    """
    step = max(1, _LARGEST_BLOCK // max(size, 1))
    for first in range(0, resamples, step):
        numbers = np.arange(first, min(first + step, resamples))
        drawn = picks(word_table(seed, numbers, size, RESAMPLE), size)
        drawn += size * np.arange(numbers.size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * numbers.size)
        yield counts.reshape(numbers.size, size).astype(np.float64)


def percentile_limits(
    found: NDArray[np.float64], error: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the limits that leave out half of the error at each end of the first axis.

    NaN where one of the resamples has no number: a statistic that may not exist has no interval.
    """
    low, high = np.quantile(found, [error / 2.0, 1.0 - error / 2.0], axis=0)
    return low, high
