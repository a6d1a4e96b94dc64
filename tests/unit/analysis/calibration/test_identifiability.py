"""What a posterior tells: against numbers known beforehand, numpy, and errors over many seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2

from made_up_surfaces import as_the_trial, calibrated
from orgsim.analysis.calibration.identifiability import identifiability, value_of_information


def equal(count):
    return np.full(count, 1.0 / count)


def normal_draws(rng, count, correlation, deviations, mean=0.5):
    factor = np.linalg.cholesky(np.asarray(correlation))
    return mean + rng.standard_normal((count, len(factor))) @ factor.T * np.asarray(deviations)


def test_equal_weights_are_numpys():
    unit = np.random.default_rng(1).random((300, 3)) ** [1.0, 2.0, 3.0]
    found = identifiability(unit, equal(300))
    assert found.mean == pytest.approx(unit.mean(axis=0))
    assert found.deviation == pytest.approx(unit.std(axis=0, ddof=1))
    assert found.correlation == pytest.approx(np.corrcoef(unit.T))
    assert found.contraction == pytest.approx(1.0 - 12.0 * unit.var(axis=0, ddof=1))
    assert found.effective_size == pytest.approx(300.0)


def test_a_weight_of_two_is_two_draws():
    unit = np.random.default_rng(2).random((40, 2))
    twice = np.append(np.full(10, 2.0), np.ones(30)) / 50.0
    found = identifiability(unit, twice)
    covariance = np.cov(np.concatenate([unit[:10], unit]).T, ddof=0)
    known = np.corrcoef(np.concatenate([unit[:10], unit]).T)
    assert found.correlation[0, 1] == pytest.approx(known[0, 1])
    assert found.deviation**2 * (1.0 - (twice**2).sum()) == pytest.approx(np.diagonal(covariance))


def test_the_prior_itself_tells_nothing():
    axis = (np.arange(60) + 0.5) / 60.0
    unit = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    found = identifiability(unit, equal(3_600))
    assert found.contraction == pytest.approx([0.0, 0.0], abs=1e-3)
    assert found.left == pytest.approx([1.0, 1.0], abs=1e-3)
    assert found.uninformed.tolist() == [True, True]
    assert found.ridges == ()


def test_contractions_are_off_by_their_errors():
    """60 sets of weighted draws; chi-square of 59 degrees, false alarm 1 in 1,000 each."""
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        unit = rng.random((400, 2))
        weight = np.exp(-0.5 * ((unit[:, 0] - 0.5) / 0.2) ** 2)
        found.append(identifiability(unit, weight / weight.sum()))
    contraction = np.array([f.contraction for f in found])
    error = np.array([f.contraction_error for f in found])
    axis = (np.arange(4_000) + 0.5) / 4_000.0
    density = np.exp(-0.5 * ((axis - 0.5) / 0.2) ** 2)
    truth = np.array([1.0 - 12.0 * (density @ (axis - 0.5) ** 2) / density.sum(), 0.0])
    square = (((contraction - truth) / error) ** 2).sum(axis=0)
    assert (square > chi2.ppf(5e-4, 60)).all()
    assert (square < chi2.ppf(1.0 - 5e-4, 60)).all()


def test_a_pair_is_a_ridge_from_a_correlation_of_seven_tenths():
    """Draws of which the covariance is exact, made so."""
    for r, expected in ((0.65, 0), (0.75, 1), (-0.9, 1)):
        unit = exact(normal_draws(np.random.default_rng(3), 200, np.eye(3), np.ones(3)))
        unit = 0.5 + unit @ np.linalg.cholesky([[1, r, 0], [r, 1, 0], [0, 0, 1.0]]).T * 0.05
        ridges = identifiability(unit, equal(200)).ridges
        assert len(ridges) == expected
        for ridge in ridges:
            assert ridge.parameters == (0, 1)
            half = math.sqrt(0.5)
            assert np.abs(ridge.along) == pytest.approx([half, half, 0.0], abs=1e-9)
            assert np.sign(ridge.along[0] * ridge.along[1]) == np.sign(r)
            sd = 0.05 * math.sqrt(12.0 * 200 / 199)
            assert ridge.length == pytest.approx(sd * math.sqrt(1.0 + abs(r)))
            assert ridge.width == pytest.approx(sd * math.sqrt(1.0 - abs(r)))


def exact(draws):
    """Return draws moved so that their mean is 0 and their covariance the unit matrix."""
    apart = draws - draws.mean(axis=0)
    factor = np.linalg.cholesky(apart.T @ apart / len(apart))
    return apart @ np.linalg.inv(factor).T


def test_three_that_make_up_for_each_other_are_one_ridge():
    """Their sum is known, each pair correlates by -0.5 alone."""
    rng = np.random.default_rng(4)
    unit = rng.normal(0.5, 0.1, (500, 4))
    unit[:, :3] -= unit[:, :3].mean(axis=1, keepdims=True) - rng.normal(0.5, 0.01, (500, 1))
    found = identifiability(unit, equal(500))
    assert np.abs(np.tril(found.correlation, -1)).max() < 0.65
    assert [ridge.parameters for ridge in found.ridges] == [(0, 1, 2)]
    assert found.ridges[0].along.sum() == pytest.approx(0.0, abs=0.1)
    assert found.ridges[0].length > 5.0 * found.ridges[0].width


def test_a_known_parameter_that_hangs_on_an_unknown_one_is_on_the_ridge():
    """As in the trial: hype weight and status threat, correlated by 0.85 and 3 to 1 in length."""
    correlation = [[1.0, 0.85], [0.85, 1.0]]
    unit = normal_draws(np.random.default_rng(5), 400, correlation, [0.05, 0.2])
    found = identifiability(unit, equal(400))
    assert [ridge.parameters for ridge in found.ridges] == [(0, 1)]
    assert found.directions[0, 1] > 0.95  # the long axis is nearly the other alone


def test_directions_are_axes_of_the_covariance():
    unit = np.random.default_rng(6).random((300, 4)) @ np.random.default_rng(7).random((4, 4)) / 4.0
    found = identifiability(unit, equal(300))
    covariance = 12.0 * np.cov(unit.T)
    assert found.directions @ found.directions.T == pytest.approx(np.eye(4), abs=1e-9)
    assert found.directions @ covariance @ found.directions.T == pytest.approx(
        np.diag(found.left), abs=1e-9
    )
    assert (np.diff(found.left) <= 0.0).all()
    rows = np.arange(4)
    assert (found.directions[rows, np.abs(found.directions).argmax(axis=1)] > 0.0).all()


def test_the_trials_surface_is_known_but_for_one_parameter():
    found = calibrated(as_the_trial, 4, waves=5)
    told = identifiability(found.unit, found.weights.weight)
    assert told.uninformed.tolist() == [False, False, False, True]
    assert (told.contraction[:3] > 0.9).all()
    assert (told.contraction_error < 0.15).all()


def test_a_parameter_that_does_not_vary_has_no_correlation():
    unit = np.random.default_rng(8).random((50, 3))
    unit[:, 1] = 0.25
    found = identifiability(unit, equal(50))
    assert np.isnan(found.correlation[1]).all()
    assert found.contraction[1] == 1.0
    assert found.ridges == ()


def test_one_draw_tells_of_no_variance():
    with pytest.raises(ValueError, match="fewer than two draws"):
        identifiability(np.ones((3, 2)), np.array([0.0, 1.0, 0.0]))


@pytest.mark.parametrize("error", [0.0, 0.5, 2.0])
def test_what_is_removed_is_that_of_a_normal_posterior(error):
    """x and y = 2 x + z, of which y is known to an error: the rest of x by Bayes's formula."""
    drawn = exact(np.random.default_rng(9).standard_normal((300, 2)))
    unit, values = 0.5 + 0.1 * drawn, 2.0 * drawn[:, [0]] + drawn[:, [1]]
    found = value_of_information(unit, equal(300), values, np.array([error]))
    # Of x and z, with y = 2 x + z + e: precision of the sum.
    assert found.removed[0, 0] == pytest.approx(4.0 / (5.0 + error**2), rel=1e-9)
    assert found.removed[1, 0] == pytest.approx(1.0 / (5.0 + error**2), rel=1e-9)


def test_an_error_of_a_figure_is_drawn_in_on_average():
    """Straight lines through outputs that errors were added to leave as much as is said."""
    rng = np.random.default_rng(10)
    x = rng.random(200_000)
    y = np.exp(x) + 0.2 * rng.standard_normal(x.size)
    found = value_of_information(x[:, None], equal(x.size), y[:, None], np.array([0.3]))
    seen = y + 0.3 * rng.standard_normal(x.size)
    assert found.removed[0, 0] == pytest.approx(np.corrcoef(x, seen)[0, 1] ** 2, abs=0.01)


def test_noise_is_no_part_of_what_would_be_known():
    rng = np.random.default_rng(11)
    x = rng.random(100_000)
    y = x + 0.3 * rng.standard_normal(x.size)
    noise = np.full((x.size, 1), 0.09)
    found = value_of_information(
        x[:, None], equal(x.size), y[:, None], np.array([0.2]), noise=noise
    )
    assert found.removed[0, 0] == pytest.approx((1 / 12) / (1 / 12 + 0.04), abs=0.02)


@pytest.mark.statistical
def test_an_output_that_tells_nothing_exceeds_chance_in_one_case_of_twenty():
    """2,000 outputs of 200 draws; false alarm below 1 in 10,000 (four standard errors)."""
    rng = np.random.default_rng(12)
    unit, values = rng.random((200, 1)), rng.standard_normal((200, 2_000))
    found = value_of_information(unit, equal(200), values, np.zeros(2_000))
    share = (found.removed[0] > found.chance).mean()
    assert share == pytest.approx(0.05, abs=4.0 * math.sqrt(0.05 * 0.95 / 2_000))


def test_shares_removed_are_off_by_their_errors():
    """60 sets of 300 draws with a true share of 0.5; false alarm 1 in 1,000."""
    apart = []
    for seed in range(60):
        drawn = np.random.default_rng(seed).standard_normal((300, 2))
        values = drawn[:, [0]] + drawn[:, [1]]
        found = value_of_information(drawn, equal(300), values, np.zeros(1))
        apart.append((found.removed[0, 0] - 0.5) / found.removed_error[0, 0])
    assert chi2.ppf(5e-4, 60) < np.square(apart).sum() < chi2.ppf(1.0 - 5e-4, 60)


def test_outputs_that_do_not_vary_or_lack_numbers_are_told():
    rng = np.random.default_rng(13)
    unit = rng.random((100, 2))
    values = np.column_stack([np.full(100, 0.3), unit[:, 0], np.full(100, np.nan), unit[:, 0]])
    values[:7, 3] = np.nan
    weight = np.append(0.0, np.full(99, 1.0 / 99.0))
    found = value_of_information(unit, weight, values, np.zeros(4))
    assert found.varies.tolist() == [False, True, False, True]
    assert found.lacking.tolist() == [0, 0, 99, 6]
    assert np.isnan(found.removed[:, [0, 2]]).all()
    assert found.removed[0, [1, 3]] == pytest.approx(1.0)
    noisy = value_of_information(
        unit, weight, values[:, :2], np.zeros(2), noise=np.full((100, 2), 1.0)
    )
    assert noisy.varies.tolist() == [False, False]
