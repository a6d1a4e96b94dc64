"""PAWN against SALib, scipy's two-sample test, and distances known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import pawn as salib_pawn
from scipy.stats import binom, ks_2samp

from known_functions import g_function, ishigami
from orgsim.analysis.sensitivity.pawn import pawn


@pytest.mark.parametrize("intervals", [5, 10])
@pytest.mark.parametrize("seed", range(3))
def test_salib_finds_the_same_but_for_the_largest_value(intervals, seed):
    """SALib leaves the largest value of a parameter out of the last interval.

    That moves this interval's distance by at most one point's weight in it, and so the median and
    the maximum.
    """
    x = np.random.default_rng(seed).random((400, 5))
    y = g_function(x)
    problem = {"num_vars": 5, "names": list("abcde"), "bounds": [[0.0, 1.0]] * 5}
    judge = salib_pawn.analyze(problem, x, y, S=intervals)
    found = pawn(x, y[:, None], intervals=intervals, seed=1)
    weight = 1.0 / (400 / intervals - 1)
    assert found.median[:, 0] == pytest.approx(judge["median"], abs=weight)
    assert found.maximum[:, 0] == pytest.approx(judge["maximum"], abs=weight)
    # Of most parameters it is neither in the middle nor the largest, and the numbers are equal.
    equal = np.isclose(found.maximum[:, 0], judge["maximum"], rtol=0.0, atol=1e-12)
    assert equal.sum() >= 3


def test_distances_are_scipys_over_intervals_of_as_many_points():
    x = np.random.default_rng(4).random((300, 3))
    y = np.round(ishigami(x))  # many outputs are equal
    found = pawn(x, y[:, None], intervals=10, seed=1)
    for dimension in range(3):
        intervals = np.argsort(x[:, dimension]).reshape(10, 30)
        distances = [ks_2samp(y[points], y).statistic for points in intervals]
        assert found.median[dimension, 0] == pytest.approx(np.median(distances), abs=1e-12)
        assert found.maximum[dimension, 0] == pytest.approx(max(distances), abs=1e-12)


def test_a_parameter_that_is_the_output_has_the_distances_of_its_intervals():
    """Ten points of 100 that are the lowest: all of them lie below 0.1, so the distance is 0.9."""
    y = np.arange(100.0)[:, None]
    found = pawn(y, y, intervals=10, seed=1)
    # In interval k, of 10: the larger of 1 - (k + 1) / 10 and k / 10.
    expected = [max(1 - (k + 1) / 10, k / 10) for k in range(10)]
    assert found.maximum[0, 0] == pytest.approx(0.9)
    assert found.median[0, 0] == pytest.approx(np.median(expected))


def test_equal_values_of_a_parameter_share_an_interval():
    """Of a switch there are two, of three words three: each as scipy has them."""
    rng = np.random.default_rng(5)
    x = np.column_stack([rng.integers(0, 2, 200), rng.integers(0, 3, 200)]).astype(float)
    y = x[:, 0] + rng.random(200)
    found = pawn(x, y[:, None], seed=1)
    for dimension in range(2):
        kinds = np.unique(x[:, dimension])
        distances = [ks_2samp(y[x[:, dimension] == kind], y).statistic for kind in kinds]
        assert found.median[dimension, 0] == pytest.approx(np.median(distances), abs=1e-12)
    single = pawn(np.ones((200, 1)), y[:, None], seed=1)
    assert (single.median[0, 0], single.median_floor[0, 0]) == (0.0, 0.0)


@pytest.mark.statistical
def test_what_does_nothing_is_above_its_floor_in_one_case_of_twenty():
    """400 pairs of parameter and output; false alarm 1 in 10,000 for each statistic, with bounds
    of 3 and 7 %, since outputs share their dummies."""
    rng = np.random.default_rng(8)
    exceeded = np.zeros(2)
    for _ in range(40):
        x, y = rng.random((80, 2)), rng.random((80, 5))
        found = pawn(x, y, seed=int(rng.integers(2**40)))
        exceeded += [
            (found.median > found.median_floor).sum(),
            (found.maximum > found.maximum_floor).sum(),
        ]
    low, high = binom.ppf(5e-5, 400, 0.03), binom.ppf(1 - 5e-5, 400, 0.07)
    assert (low <= exceeded).all()
    assert (exceeded <= high).all()


def test_an_output_that_does_not_vary_has_none():
    x = np.random.default_rng(1).random((64, 2))
    found = pawn(x, np.column_stack([np.full(64, 0.1), x[:, 0]]), seed=1)
    assert found.varies.tolist() == [False, True]
    for table in found[:4]:
        assert np.isnan(table[:, 0]).all()
        assert np.isfinite(table[:, 1]).all()


def test_points_that_lack_a_number_are_left_out():
    x = np.random.default_rng(1).random((66, 3))
    y = ishigami(x)[:, None]
    expected = pawn(x[2:], y[2:], seed=1)
    x[0, 1] = y[1, 0] = np.nan
    found = pawn(x, y, seed=1)
    assert (found.used, found.dropped) == (64, 2)
    assert np.array_equal(found.median, expected.median)
    assert np.array_equal(found.maximum_floor, expected.maximum_floor)
    nothing = pawn(np.full((3, 2), np.nan), np.ones((3, 1)), seed=1)
    assert np.isnan(nothing.median).all()
    assert (nothing.used, nothing.dropped, nothing.varies.tolist()) == (0, 3, [False])
