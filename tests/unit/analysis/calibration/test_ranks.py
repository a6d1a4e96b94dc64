"""Ranks of truths: exact cases, chance by theory, and what unevenness they see."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, chi2, multivariate_normal, norm

from made_up_surfaces import calibrated
from orgsim.analysis.calibration.likelihood import split_log_likelihood
from orgsim.analysis.calibration.ranks import (
    draws_to_rank,
    ranks_of,
    resampled_draws,
    uniformity,
)


def test_a_quarter_of_the_effective_size_is_ranked():
    sizes = [1.0, 31.9, 32.0, 63.9, 64.0, 256.0, 1e9]
    assert [draws_to_rank(size) for size in sizes] == [3, 3, 7, 7, 15, 63, 127]


def test_ranks_count_what_is_lower():
    draws = np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    assert ranks_of(np.array([0.25, 0.25]), draws, seed=1, repetition=0).tolist() == [2, 0]
    assert ranks_of(np.array([0.95, 0.95]), draws, seed=1, repetition=0).tolist() == [3, 3]


@pytest.mark.statistical
def test_ties_are_broken_evenly_and_as_before():
    """Each of 5 places in 5,000 repetitions, by chi-square; false alarm 1 in 10,000."""
    draws = np.full((4, 1), 0.5)
    found = [int(ranks_of(np.array([0.5]), draws, seed=3, repetition=r)[0]) for r in range(5_000)]
    counts = np.bincount(found, minlength=5)
    assert ((counts - 1_000.0) ** 2 / 1_000.0).sum() < chi2.isf(1e-4, 4)
    assert ranks_of(np.array([0.5]), draws, seed=3, repetition=17)[0] == found[17]


@pytest.mark.statistical
def test_draws_are_as_frequent_as_they_weigh():
    """A chi-square of four kinds; false alarm 1 in 10,000. What weighs nothing is never drawn."""
    unit, weight = np.arange(6.0)[:, None], np.array([0.0, 0.1, 0.4, 0.0, 0.3, 0.2])
    drawn = resampled_draws(unit, weight, 20_000, seed=1)[:, 0]
    counts = np.bincount(drawn.astype(int), minlength=6)
    assert counts[[0, 3]].tolist() == [0, 0]
    some = weight > 0.0
    expected = 20_000 * weight[some]
    assert ((counts[some] - expected) ** 2 / expected).sum() < chi2.isf(1e-4, 3)
    few = resampled_draws(unit, weight, 100, seed=1)[:, 0]
    assert np.array_equal(few, drawn[:100])
    other = resampled_draws(unit, weight, 100, seed=1, repetition=1)[:, 0]
    assert not np.array_equal(few, other)


def test_chi_square_is_that_of_bins():
    ranks = np.repeat(np.arange(8), [20, 30, 25, 25, 25, 25, 30, 20])[:, None]
    found = uniformity(ranks, 7)
    assert found.bins == 8
    assert found.chi_square[0] == pytest.approx(4 * 25 / 25)
    assert found.p_value[0] == pytest.approx(chi2.sf(4.0, 7))
    assert found.deviation[0] == pytest.approx(5 / 200)
    assert found.decides
    assert "as even as chance" in found.words


@pytest.mark.parametrize(("repetitions", "draws", "bins"), [(200, 63, 16), (200, 31, 16),
                         (15, 63, 2), (1_000, 127, 64), (100, 8, 9), (50, 6, 7)])  # fmt: skip
def test_bins_have_ten_repetitions_where_that_can_be(repetitions, draws, bins):
    assert uniformity(np.arange(repetitions)[:, None] % (draws + 1), draws).bins == bins


@pytest.mark.statistical
@pytest.mark.parametrize(("repetitions", "draws"), [(200, 31), (120, 7), (300, 63)])
def test_bands_hold_as_often_as_they_say(repetitions, draws):
    """4,000 sets of even ranks; counts are whole, so that fewer than 5 % leave the bands.

    False alarm 1 in 10,000 on either side, of 5 % at most and of 2 % at least.
    """
    rng = np.random.default_rng(draws)
    # One parameter's bands, so the error is not shared out.
    bands = uniformity(rng.integers(0, draws + 1, (repetitions, 1)), draws)
    table = rng.multinomial(repetitions, np.full(draws + 1, 1.0 / (draws + 1)), size=4_000)
    up_to = np.cumsum(table, axis=1)[:, :-1]
    left = int(((up_to < bands.below) | (up_to > bands.above)).any(axis=1).sum())
    assert binom.ppf(1e-4, 4_000, 0.02) <= left <= binom.ppf(1.0 - 1e-4, 4_000, 0.05)


@pytest.mark.statistical
def test_even_ranks_of_four_parameters_are_seldom_called_uneven():
    """At most 10 of 100, by what is said; 200 sets, false alarm 1 in 10,000."""
    rng = np.random.default_rng(8)
    wrong = sum(
        "not even" in uniformity(rng.integers(0, 16, (100, 4)), 15).words for _ in range(200)
    )
    assert wrong <= binom.ppf(1.0 - 1e-4, 200, 0.1)


def test_narrow_wide_and_shifted_posteriors_are_seen():
    """Truths are standard normal; the posterior's deviation or mean is wrong."""
    rng = np.random.default_rng(5)
    for scale, shift in ((0.6, 0.0), (1.7, 0.0), (1.0, 0.5)):
        truth = rng.standard_normal(200)
        draws = shift + scale * rng.standard_normal((200, 31))
        found = uniformity((draws < truth[:, None]).sum(axis=1)[:, None], 31)
        assert found.outside[0]
        assert "not even" in found.words


def test_few_repetitions_decide_nothing():
    found = uniformity(np.zeros((99, 2), dtype=np.int64), 31)
    assert not found.decides
    assert found.words.startswith("99 repetitions decide nothing")
    assert uniformity(np.zeros((1, 1), dtype=np.int64), 31).words.startswith("1 repetition ")


@pytest.mark.parametrize("ranks", [[[8]], [[-1]], []])
def test_ranks_that_cannot_be_are_refused(ranks):
    with pytest.raises(ValueError, match="from 0 to 7"):
        uniformity(np.array(ranks, dtype=np.int64).reshape(-1, 1), 7)


SLOPES = np.array([[0.3, -0.05], [-0.1, 0.25], [-0.2, -0.2]])
FIRMS, ROUNDING = 500, 0.03


def linear_shares(unit):
    """Return shares of three scenarios that are linear in two parameters, all from 0.1 on."""
    return np.array([0.25, 0.25, 0.5]) + unit @ SLOPES.T


def a_split(rng, shares):
    """Return a split with the errors that the likelihood takes for granted."""
    rounding = ROUNDING**2 / 3.0 * (np.eye(3) - 1.0 / 3.0)
    sampling = (np.diag(shares) - np.outer(shares, shares)) / FIRMS
    drawn = multivariate_normal(shares[:2], (rounding + sampling)[:2, :2]).rvs(random_state=rng)
    return np.append(drawn, 1.0 - drawn.sum())


@pytest.mark.statistical
def test_own_calibrations_are_calibrated():
    """200 truths of two parameters, with the likelihood's own rounding error.

    False alarm: 1 in 100 for each of two parameters by chi-square, 1 in 1,000 by the bands. These
    truths are rather uneven themselves: with the posterior by quadrature, the largest deviation of
    the first parameter has a p-value of 0.08. Of 800 others it is 0.83, and 0.78 by these weights.
    """
    rng, draws = np.random.default_rng(11), 31
    ranks = []
    for repetition in range(200):
        truth = rng.random(2)
        surface = surface_of(a_split(rng, linear_shares(truth)))
        found = calibrated(surface, 2, waves=4, count=160, seed=repetition)
        assert draws_to_rank(found.weights.effective_size) >= draws
        kept = resampled_draws(
            found.unit, found.weights.weight, draws, seed=7, repetition=repetition
        )
        ranks.append(ranks_of(truth, kept, seed=7, repetition=repetition))
    answer = uniformity(np.array(ranks), draws, error=0.001)
    assert (answer.p_value > 0.01).all()
    assert not answer.outside.any()


def surface_of(split):
    def surface(unit):
        firms = np.full(len(unit), FIRMS)
        return split_log_likelihood(linear_shares(unit), firms, split, ROUNDING).value

    return surface


def test_weights_place_truths_where_quadrature_does():
    """30 truths; a place among 200 effective draws is off by 0.035 at most, less on average.

    Limits are five standard errors of the mean, and of the spread 0.05.
    """
    rng, axis = np.random.default_rng(21), (np.arange(200) + 0.5) / 200.0
    lattice = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    apart = []
    for repetition in range(30):
        truth = rng.random(2)
        surface = surface_of(a_split(rng, linear_shares(truth)))
        density = np.exp(surface(lattice.reshape(-1, 2))).reshape(200, 200)
        known = [
            np.interp(truth[d], np.arange(201) / 200.0, np.append(0.0, of.cumsum() / of.sum()))
            for d, of in enumerate((density.sum(axis=1), density.sum(axis=0)))
        ]
        found = calibrated(surface, 2, waves=4, count=160, seed=500 + repetition)
        apart.append(found.weights.weight @ (found.unit < truth) - known)
    assert (np.std(apart, axis=0) < 0.05).all()
    assert (np.abs(np.mean(apart, axis=0)) < 5.0 * 0.035 / math.sqrt(30)).all()


def test_a_truth_of_a_known_posterior_has_even_ranks_to_the_digit():
    """Each of the 15 quantiles between 16 equal parts is as far as can be from chance."""
    draws = norm.ppf((np.arange(15) + 1.0) / 16.0)[:, None]
    truths = norm.ppf((np.arange(160) + 0.5) / 160.0)
    ranks = np.stack([ranks_of(np.array([t]), draws, seed=1, repetition=0) for t in truths])
    found = uniformity(ranks, 15)
    assert found.chi_square[0] == 0.0
    assert found.p_value[0] == 1.0
    assert math.isclose(found.deviation[0], 0.0, abs_tol=1e-12)
