"""Regional sensitivity against scipy's two-sample test and distances known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, ks_2samp, kstest

from known_functions import ishigami
from orgsim.analysis.sensitivity.regional import regional


@pytest.mark.parametrize("points", [70, 600])
def test_distances_and_p_values_are_scipys(points):
    x = np.random.default_rng(2).random((points, 4))
    x[:, 3] = np.round(3 * x[:, 3])  # equal values
    holds = np.column_stack([ishigami(x) > 5.0, ishigami(x) < 8.0])
    found = regional(x, holds, seed=1)
    assert found.satisfied.tolist() == holds.sum(axis=0).tolist()
    for condition in range(2):
        for dimension in range(4):
            kept = holds[:, condition]
            one, other = x[kept, dimension], x[~kept, dimension]
            exact = kept.sum() * (~kept).sum() <= 10_000
            judge = ks_2samp(one, other, method="exact" if exact else "asymp")
            assert found.distance[dimension, condition] == pytest.approx(judge.statistic, abs=1e-12)
            assert found.p_value[dimension, condition] == pytest.approx(judge.pvalue, rel=1e-9)


def test_a_condition_on_one_parameter_is_found_in_it_alone():
    """Where x > 0.3 holds, the two distributions do not overlap: the distance is 1."""
    x = np.random.default_rng(3).random((300, 5))
    found = regional(x, x[:, [2]] > 0.3, seed=1)
    assert found.distance[2, 0] == 1.0
    assert found.p_value[2, 0] < 1e-50
    assert (found.distance[[0, 1, 3, 4], 0] < 0.25).all()  # of 300: false alarm 1 in 500


@pytest.mark.statistical
def test_what_does_nothing_has_even_p_values_and_one_in_twenty_above_its_floor():
    """400 parameters at random; false alarm 1 in 10,000 for the first and for the second.

    Conditions share their dummies: bounds of the second are those of 3 and 7 %.
    """
    rng = np.random.default_rng(4)
    p_values, exceeded = [], 0
    for _ in range(40):
        x, holds = rng.random((90, 5)), rng.random((90, 2)) < 0.4
        found = regional(x, holds, seed=int(rng.integers(2**40)))
        p_values.append(found.p_value.ravel())
        exceeded += int((found.distance > found.floor).sum())
    assert binom.ppf(5e-5, 400, 0.03) <= exceeded <= binom.ppf(1 - 5e-5, 400, 0.07)
    # An exact p-value is at least as large as an even one.
    assert kstest(np.concatenate(p_values), "uniform", alternative="greater").pvalue > 1e-4


def test_a_condition_that_all_or_none_satisfy_tells_nothing():
    x = np.random.default_rng(5).random((64, 2))
    holds = np.column_stack([np.ones(64, bool), np.zeros(64, bool), x[:, 0] > 0.5])
    found = regional(x, holds, seed=1)
    assert found.satisfied[:2].tolist() == [64, 0]
    for table in found[:3]:
        assert np.isnan(table[:, :2]).all()
        assert np.isfinite(table[:, 2]).all()


def test_points_that_lack_a_number_are_left_out():
    x = np.random.default_rng(1).random((65, 3))
    holds = ishigami(x)[:, None] > 4.0
    expected = regional(x[1:], holds[1:], seed=1)
    x[0, 1] = np.nan
    found = regional(x, holds, seed=1)
    assert (found.used, found.dropped) == (64, 1)
    for one, other in zip(found[:4], expected[:4], strict=True):
        assert np.array_equal(one, other)
