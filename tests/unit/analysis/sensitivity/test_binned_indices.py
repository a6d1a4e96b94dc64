"""Binned indices against scipy's analysis of variance, closed forms, and repetitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, f_oneway, qmc

from known_functions import ISHIGAMI_FIRST, ishigami
from orgsim.analysis.sensitivity.binned_indices import binned_indices


def unseen(waves, intervals=8):
    """Return the share of a wave's variance that lies within intervals of its range."""
    half = math.pi * waves / intervals
    return 1.0 - (math.sin(half) / half) ** 2


@pytest.mark.parametrize("points", [80, 200])
def test_it_is_the_quotient_of_an_analysis_of_variance(points):
    """With F of scipy's: within / total is (n - 1) / (n - k + (k - 1) F)."""
    x = np.random.default_rng(2).random((points, 3))
    y = ishigami(x)
    found = binned_indices(x, y[:, None], intervals=10, seed=1)
    for dimension in range(3):
        groups = y[np.argsort(x[:, dimension])].reshape(10, -1)
        f = f_oneway(*groups).statistic
        expected = 1.0 - (points - 1) / (points - 10 + 9 * f)
        assert found.value[dimension, 0] == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("design", ["independent", "sobol"])
def test_closed_forms_less_what_is_within_intervals(design):
    """A line, one wave, and Ishigami's sin^2, which is a wave of two periods.

    With 8,192 points, within four standard errors of independent ones, each below 0.01; false alarm
    1 in 2,000.
    """
    rng = np.random.default_rng(7)
    x = rng.random((8_192, 3)) if design == "independent" else qmc.Sobol(3, rng=rng).random(8_192)
    y = np.column_stack(
        [
            math.sqrt(12.0) * x[:, 0] + math.sqrt(2.0) * np.sin(2.0 * math.pi * x[:, 1]),
            np.cos(4.0 * math.pi * x[:, 1]) * math.sqrt(2.0) + math.sqrt(12.0) * x[:, 2],
            ishigami(x),
        ]
    )
    line, wave, two_waves = 1.0 - 1.0 / 64.0, 1.0 - unseen(1), 1.0 - unseen(2)
    expected = np.array([[line / 2, wave / 2, 0.0], [0.0, two_waves / 2, line / 2]]).T
    found = binned_indices(x, y, seed=1)
    standard_error = (found.high - found.low) / (2 * 1.96)
    assert (standard_error < 0.01).all()
    # On a Sobol sequence chance puts nothing between the means, and what is taken off is too much.
    too_much = 7 / (8_192 - 8) if design == "sobol" else 0.0
    assert (np.abs(found.value[:, :2] - expected) < 4.0 * standard_error[:, :2] + too_much).all()
    second = ISHIGAMI_FIRST[1] * two_waves
    assert abs(found.value[1, 2] - second) < 4.0 * standard_error[1, 2]
    assert (unseen(1), 1 / 64) == pytest.approx((0.05, 0.0156), abs=5e-4)  # as the docstring says


@pytest.mark.statistical
@pytest.mark.parametrize("points", [128, 512])
def test_intervals_hold_what_is_seen_about_as_often_as_they_say(points):
    """Of a line and a wave in 400 repetitions as often as an interval of 88 to 98 % would.

    False alarm 1 in 10,000 for each of three parameters.
    """
    rng = np.random.default_rng(3)
    expected = np.array([4.0 * (1.0 - 1.0 / 64.0), 1.0 - unseen(1), 0.0]) / 5.0
    held = np.zeros(3)
    for _ in range(400):
        x = rng.random((points, 3))
        y = 2.0 * math.sqrt(12.0) * x[:, 0] + math.sqrt(2.0) * np.sin(2.0 * math.pi * x[:, 1])
        found = binned_indices(x, y[:, None], seed=1, dummies=1)
        held += (found.low[:, 0] <= expected) & (expected <= found.high[:, 0])
    assert (held >= binom.ppf(5e-5, 400, 0.88)).all()
    assert (held <= binom.ppf(1 - 5e-5, 400, 0.98)).all()


@pytest.mark.statistical
def test_known_noise_is_subtracted_without_bias():
    """Of shares of 20 firms at the same 96 points, 2,000 copies; false alarm 1 in 10,000.

    The index is a quotient; its variance, and what is left of that within intervals, have no bias.
    Intervals of 32 and of 64 points, so that it matters how much noise each mean takes up.
    """
    rng = np.random.default_rng(2)
    x = np.column_stack([np.repeat([0.0, 1.0, 1.0], 32), rng.random(96)])
    share = 1.0 / (1.0 + np.exp(-ishigami(np.column_stack([x, x[:, 1]])) / 4.0))[:, None]
    drawn = rng.binomial(20, share, (96, 2_000)) / 20.0
    noise = drawn * (1.0 - drawn) / 19.0

    def within(values, **known):
        variance = values.var(axis=0, ddof=1) - known.get("noise", np.zeros(1)).mean(axis=0)
        return (1.0 - binned_indices(x, values, seed=1, dummies=1, **known).value) * variance

    clean, found = within(share), within(drawn, noise=noise)
    standard_error = found.std(axis=1) / np.sqrt(2_000)
    assert (np.abs(found.mean(axis=1) - clean[:, 0]) < 4.2 * standard_error).all()
    assert (within(drawn).mean(axis=1) > 1.1 * clean[:, 0]).all()


@pytest.mark.statistical
def test_what_does_nothing_is_above_its_floor_in_one_case_of_twenty():
    """400 pairs of parameter and output; false alarm 1 in 10,000, with bounds of 3 and 7 %, since
    outputs share their dummies."""
    rng = np.random.default_rng(8)
    exceeded = 0
    for _ in range(40):
        x, y = rng.random((80, 2)), rng.random((80, 5))
        x[:, 1] = x[:, 1] > 0.7
        found = binned_indices(x, y, seed=int(rng.integers(2**40)))
        exceeded += int((found.value > found.floor).sum())
    assert binom.ppf(5e-5, 400, 0.03) <= exceeded <= binom.ppf(1 - 5e-5, 400, 0.07)


def test_an_output_that_does_not_vary_has_no_indices():
    x = np.random.default_rng(1).random((64, 2))
    found = binned_indices(x, np.column_stack([np.full(64, 0.1), x[:, 0]]), seed=1)
    assert found.varies.tolist() == [False, True]
    for table in found[:4]:
        assert np.isnan(table[:, 0]).all()
        assert np.isfinite(table[:, 1]).all()
    noise = np.full((64, 1), 1.0)
    assert binned_indices(x, x[:, :1], noise=noise, seed=1).varies.tolist() == [False]
    single = binned_indices(np.ones((64, 1)), x[:, :1], seed=1)
    assert single.value[0, 0] == pytest.approx(0.0, abs=1e-12)


def test_a_point_that_lacks_a_number_is_left_out():
    rng = np.random.default_rng(1)
    tables = [rng.random((65, 3)), rng.random((65, 1)), np.full((65, 1), 0.01)]
    x, y, noise = (table[1:] for table in tables)
    expected = binned_indices(x, y, noise=noise, seed=1)
    for spoilt in range(3):
        x, y, noise = (table.copy() for table in tables)
        (x, y, noise)[spoilt][0, 0] = np.nan
        found = binned_indices(x, y, noise=noise, seed=1)
        assert (found.used, found.dropped) == (64, 1)
        assert np.array_equal(found.value, expected.value)
    few = binned_indices(tables[0][:8], tables[1][:8], seed=1)
    assert np.isnan(few.value).all()
    assert (few.used, few.varies.tolist()) == (8, [False])
