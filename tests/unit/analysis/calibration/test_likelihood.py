"""Likelihoods against scipy's multivariate normal, a simulation, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from orgsim.analysis.calibration.likelihood import output_log_likelihood, split_log_likelihood

ARTICLE = np.array([0.4, 0.2, 0.3, 0.1])


def covariance(p, n, rounding):
    return rounding**2 / 3.0 * (np.eye(p.size) - 1.0 / p.size) + (np.diag(p) - np.outer(p, p)) / n


@pytest.mark.parametrize("rounding", [0.0, 0.005, 0.05])
@pytest.mark.parametrize("left_out", range(4))
def test_it_is_the_density_of_any_coordinates_but_one(rounding, left_out):
    rng = np.random.default_rng(1)
    shares, firms = rng.dirichlet([3.0] * 4, 20), rng.integers(100, 5_000, 20)
    found = split_log_likelihood(shares, firms, ARTICLE, rounding)
    kept = np.delete(np.arange(4), left_out)
    for p, n, value in zip(shares, firms, found.value, strict=True):
        known = multivariate_normal(p[kept], covariance(p, n, rounding)[np.ix_(kept, kept)])
        assert value == pytest.approx(known.logpdf(ARTICLE[kept]), rel=1e-9)
    assert not found.lacking.any()


def test_two_scenarios_are_one_normal_number():
    p, n = np.array([[0.3, 0.7]]), np.array([400])
    found = split_log_likelihood(p, n, np.array([0.35, 0.65]), 0.02).value[0]
    deviation = np.sqrt(0.02**2 / 6.0 + 0.3 * 0.7 / 400)
    assert found == pytest.approx(norm.logpdf(0.35, 0.3, deviation), rel=1e-12)


def test_a_further_scenario_that_says_nothing_new_is_one_scenario_alone():
    only = split_log_likelihood(np.ones((1, 1)), np.array([10]), np.ones(1), 0.05)
    assert only.value.tolist() == [0.0]


@pytest.mark.parametrize("rounding", [0.0, 1e-9, 0.05])
@pytest.mark.parametrize(
    "p",
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.5, 0.5, 0.0, 0.0], [0.4, 0.0, 0.3, 0.3]],
)
@pytest.mark.parametrize("wanted", [ARTICLE, np.array([1.0, 0.0, 0.0, 0.0])])
def test_empty_scenarios_have_a_finite_density(rounding, p, wanted):
    for firms in (1, 2_000, 10**9):
        found = split_log_likelihood(np.array([p]), np.array([firms]), wanted, rounding)
        assert np.isfinite(found.value).all()
        assert not found.lacking.any()


def test_the_nearest_split_is_the_likeliest_where_firms_are_as_many():
    shares = np.array([ARTICLE, [0.41, 0.19, 0.3, 0.1], [0.5, 0.2, 0.2, 0.1], [1.0, 0, 0, 0]])
    value = split_log_likelihood(shares, np.full(4, 2_000), ARTICLE, 0.05).value
    assert (np.diff(value) < 0.0).all()


def test_what_was_not_simulated_is_counted_and_impossible():
    shares = np.array([ARTICLE, [np.nan, 0.2, 0.3, 0.1], ARTICLE])
    found = split_log_likelihood(shares, np.array([100, 100, 0]), ARTICLE, 0.05)
    assert found.lacking.tolist() == [False, True, True]
    assert found.value[1:].tolist() == [-np.inf, -np.inf]
    assert np.isfinite(found.value[0])


def test_outputs_are_independent_normals():
    values, variances = np.array([[0.5, 2.0], [0.1, 3.0]]), np.array([[0.01, 0.0], [0.04, 1.0]])
    wanted, errors = np.array([0.4, 2.5]), np.array([0.1, 0.3])
    found = output_log_likelihood(values, variances, wanted, errors)
    known = norm.logpdf(wanted, values, np.sqrt(variances + errors**2)).sum(axis=1)
    assert found.value == pytest.approx(known, rel=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_outputs_that_lack_a_number_are_counted_and_impossible(bad):
    values = np.array([[0.5, 2.0], [bad, 3.0]])
    found = output_log_likelihood(values, np.zeros((2, 2)), np.ones(2), np.ones(2))
    assert found.lacking.tolist() == [False, True]
    assert found.value[1] == -np.inf
    unknown = output_log_likelihood(np.ones((1, 1)), np.array([[bad]]), np.ones(1), np.ones(1))
    assert unknown.lacking.tolist() == [True]


def test_a_figure_without_an_error_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        output_log_likelihood(np.ones((1, 1)), np.zeros((1, 1)), np.ones(1), np.zeros(1))


def test_sampling_counts_once_where_it_is_not_added_to_what_scatters_already():
    """Averaged over simulated shares, whose scatter is the multinomial's own.

    Then the likelihood is normal with the covariance of rounding and of one multinomial: with
    100,000 draws within 4 of the average's standard errors, and with the sampling added it is not.
    """
    p, firms, rounding = np.array([0.4, 0.2, 0.3, 0.1]), 200, 0.05
    known = np.array([0.44, 0.2, 0.28, 0.08])
    shares = np.random.default_rng(9).multinomial(firms, p, 100_000) / firms
    count = np.full(100_000, firms)

    def average(*, adds_sampling):
        found = np.exp(
            split_log_likelihood(shares, count, known, rounding, adds_sampling=adds_sampling).value
        )
        return found.mean(), found.std() / np.sqrt(found.size)

    covariance = rounding**2 / 3.0 * (np.eye(4) - 0.25) + (np.diag(p) - np.outer(p, p)) / firms
    once = multivariate_normal(p[:3], covariance[:3, :3]).pdf(known[:3])
    mean, error = average(adds_sampling=False)
    assert abs(mean - once) < 4.0 * error + 0.01 * once  # shares are no normal numbers
    mean, error = average(adds_sampling=True)
    assert abs(mean - once) > 20.0 * error
