"""Rank indices against the sum in the paper, closed forms, and repetitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from known_functions import G_FIRST, ISHIGAMI_FIRST, g_function, ishigami
from orgsim.analysis.sensitivity.rank_indices import rank_indices


def in_the_paper(x, y):
    """Return the estimator as it stands there: N(j) is next in order, the first after the last."""
    order = [int(i) for i in np.argsort(x)]
    following = dict(zip(order, order[1:] + order[:1], strict=True))
    n, mean = len(y), sum(y) / len(y)
    products = sum(y[j] * y[following[j]] for j in range(n)) / n
    return (products - mean**2) / (sum(v**2 for v in y) / n - mean**2)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_papers_sum_without_the_pair_of_last_and_first(seed):
    """Half the squared difference of that pair, as one of n pairs, is all that is left out; and
    both variances are divided by n - 1 and not by n, which makes no difference."""
    rng = np.random.default_rng(seed)
    x = rng.random((80, 3))
    y = ishigami(x)
    found = rank_indices(x, y[:, None], seed=1).value[:, 0]
    for dimension in range(3):
        ends = y[x[:, dimension].argmax()] - y[x[:, dimension].argmin()]
        left_out = ends**2 / 2.0 / 80 / y.var()
        expected = in_the_paper(x[:, dimension], list(y)) + left_out
        assert found[dimension] == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("function", "dimensions", "expected"),
    [(ishigami, 3, ISHIGAMI_FIRST), (g_function, 5, G_FIRST)],
)
def test_closed_forms(function, dimensions, expected):
    """With 8,192 points, within four standard errors, each below 0.02; false alarm 1 in 2,000."""
    x = np.random.default_rng(6).random((8_192, dimensions))
    found = rank_indices(x, function(x)[:, None], seed=1)
    standard_error = (found.high - found.low)[:, 0] / (2 * 1.96)
    assert (standard_error < 0.02).all()
    assert (np.abs(found.value[:, 0] - expected) < 4.0 * standard_error).all()


@pytest.mark.statistical
@pytest.mark.parametrize("points", [64, 256])
@pytest.mark.parametrize(
    ("function", "dimensions", "expected"),
    [
        (ishigami, 3, ISHIGAMI_FIRST),
        (g_function, 5, G_FIRST),
        (lambda x: x @ [4.0, 1.0], 2, np.array([16.0, 1.0]) / 17.0),
    ],
)
def test_intervals_hold_closed_forms_about_as_often_as_they_say(
    function, dimensions, expected, points
):
    """In 400 repetitions as often as one of 90 to 97 %; false alarm 1 in 10,000 for each index."""
    rng = np.random.default_rng(1)
    held = np.zeros(dimensions)
    for _ in range(400):
        x = rng.random((points, dimensions))
        found = rank_indices(x, function(x)[:, None], seed=1, dummies=1)
        held += (found.low[:, 0] <= expected) & (expected <= found.high[:, 0])
    assert (held >= binom.ppf(5e-5, 400, 0.90)).all()
    assert (held <= binom.ppf(1 - 5e-5, 400, 0.97)).all()


@pytest.mark.statistical
@pytest.mark.parametrize("rest", [0.1, 0.5, 1.0])
def test_standard_errors_are_the_spread_of_repetitions(rest):
    """Of a line and a rest of known variance, 512 points, 2,000 repetitions: within 8 %.

    The spread of so many is known to 1.6 %: false alarm 1 in 100,000, were the error exact. Without
    the products of successive pairs it would be too small by 17 %.
    """
    rng = np.random.default_rng(1)
    x = rng.random((2_000, 512, 1))
    y = np.sqrt(12.0) * x + np.sqrt(rest) * rng.normal(size=x.shape)
    found = [rank_indices(x[k], y[k], seed=1, dummies=1) for k in range(2_000)]
    value = np.array([each.value[0, 0] for each in found])
    error = np.array([each.high[0, 0] - each.low[0, 0] for each in found]) / (2 * 1.96)
    assert value.mean() == pytest.approx(1.0 / (1.0 + rest), abs=0.005)
    assert np.sqrt((error**2).mean()) == pytest.approx(value.std(), rel=0.08)


@pytest.mark.statistical
def test_known_noise_is_subtracted_without_bias():
    """Of shares of 20 firms at the same 128 points, 2,000 copies; false alarm 1 in 10,000.

    The index is a quotient; its variance, and the index times that, have no bias.
    """
    rng = np.random.default_rng(2)
    x = rng.random((128, 3))
    share = 1.0 / (1.0 + np.exp(-ishigami(x) / 4.0))[:, None]
    drawn = rng.binomial(20, share, (128, 2_000)) / 20.0
    noise = drawn * (1.0 - drawn) / 19.0
    clean = rank_indices(x, share, seed=1).value * share.var(ddof=1)
    variance = drawn.var(axis=0, ddof=1) - noise.mean(axis=0)
    found = rank_indices(x, drawn, noise=noise, seed=1).value * variance
    standard_error = found.std(axis=1) / np.sqrt(2_000)
    assert (np.abs(found.mean(axis=1) - clean[:, 0]) < 4.2 * standard_error).all()
    uncorrected = rank_indices(x, drawn, seed=1).value.mean(axis=1)
    assert (uncorrected[:2] < 0.9 * clean[:2, 0] / share.var(ddof=1)).all()


def test_equal_values_of_a_parameter_are_put_in_random_order():
    """A switch and a whole number from 0 to 3: first orders 4/9 and 5/9 of y = 2 a + b.

    Four standard errors, each below 0.03; false alarm 1 in 10,000. The points come in order of y,
    so that leaving equals in their order would make both indices 1 but for a few jumps.
    """
    rng = np.random.default_rng(9)
    switch, whole = rng.integers(0, 2, 4_096), rng.integers(0, 4, 4_096)
    y = 2.0 * switch + whole
    order = np.argsort(y, kind="stable")
    x = np.column_stack([switch, whole]).astype(float)[order]
    found = rank_indices(x, y[order, None], seed=1)
    standard_error = (found.high - found.low)[:, 0] / (2 * 1.96)
    assert (standard_error < 0.03).all()
    assert (np.abs(found.value[:, 0] - [4 / 9, 5 / 9]) < 4.0 * standard_error).all()
    other = rank_indices(x, y[order, None], seed=2)
    assert not np.array_equal(found.value, other.value)
    assert np.array_equal(found.value, rank_indices(x, y[order, None], seed=1).value)


@pytest.mark.statistical
def test_what_does_nothing_is_above_its_floor_in_one_case_of_twenty():
    """600 outputs of 100 points; false alarm 1 in 10,000. They share their dummies, so counts
    spread more than a binomial's: bounds are those of 3 and 7 %."""
    rng = np.random.default_rng(12)
    exceeded = total = 0
    for _ in range(30):
        x, y = rng.random((100, 1)), rng.random((100, 20))
        found = rank_indices(x, y, seed=int(rng.integers(2**40)))
        exceeded += int((found.value[0] > found.floor).sum())
        total += 20
    assert binom.ppf(5e-5, total, 0.03) <= exceeded <= binom.ppf(1 - 5e-5, total, 0.07)


def test_an_output_that_does_not_vary_has_no_indices():
    x = np.random.default_rng(1).random((64, 2))
    found = rank_indices(x, np.column_stack([np.full(64, 0.1), x[:, 0]]), seed=1)
    assert found.varies.tolist() == [False, True]
    assert np.isnan(found.value[:, 0]).all()
    assert np.isnan([found.low[:, 0], found.high[:, 0]]).all()
    assert np.isnan(found.floor[0])
    assert np.isfinite([found.value[:, 1], found.low[:, 1], found.high[:, 1]]).all()
    noise = np.full((64, 1), 1.0)
    assert rank_indices(x, x[:, :1], noise=noise, seed=1).varies.tolist() == [False]


def test_a_point_that_lacks_a_number_is_left_out():
    x = np.random.default_rng(1).random((65, 3))
    y, noise = ishigami(x)[:, None], np.full((65, 1), 0.1)
    expected = rank_indices(x[1:], y[1:], noise=noise[1:], seed=1)
    for table in (x, y, noise):
        spoilt = [t.copy() for t in (x, y, noise)]
        spoilt[[t is table for t in (x, y, noise)].index(True)][0, 0] = np.nan
        found = rank_indices(spoilt[0], spoilt[1], noise=spoilt[2], seed=1)
        assert (found.used, found.dropped) == (64, 1)
        assert np.array_equal(found.value, expected.value)
    few = rank_indices(x[:2], y[:2], seed=1)
    assert np.isnan(few.value).all()
    assert (few.used, few.varies.tolist()) == (2, [False])
