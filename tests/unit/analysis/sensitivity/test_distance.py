"""Distances of parts against scipy's two-sample test, ties and all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from orgsim.analysis.sensitivity.distance import distances_of_parts


@pytest.mark.parametrize("kinds", [2, 3, 20, 10**9])
@pytest.mark.parametrize("seed", range(8))
def test_distances_are_scipys(kinds, seed):
    rng = np.random.default_rng(seed)
    values = np.sort(rng.integers(0, kinds, 157) / 7.0)
    parts = rng.permutation(np.r_[np.arange(6), rng.integers(0, 6, 151)])
    expected = [ks_2samp(values[parts == part], values).statistic for part in range(6)]
    assert distances_of_parts(parts, values) == pytest.approx(expected, abs=1e-14)


def test_one_part_that_is_all_is_at_no_distance():
    assert distances_of_parts(np.zeros(5, dtype=np.int64), np.arange(5.0)).tolist() == [0.0]
