"""The G-test against scipy and brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from orgsim.analysis.goodness import g_test
from orgsim.analysis.reference import reference_of_counts, reference_of_shares, usual_split
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS
from splits import ARTICLE, counted


def brute_force_p(counts, shares):
    """Sum multinomial probabilities of all splits whose G is as large, with exact factorials."""

    def g(split):
        return 2 * sum(
            x * math.log(x / (sum(split) * q)) for x, q in zip(split, shares, strict=True) if x
        )

    n = sum(counts)
    total = 0.0
    for split in itertools.product(range(n + 1), repeat=4):
        if sum(split) == n and g(split) >= g(counts) - 1e-9:
            ways = math.factorial(n) / math.prod(map(math.factorial, split))
            total += ways * math.prod(q**x for x, q in zip(split, shares, strict=True))
    return total


@pytest.mark.parametrize("counts", [[3, 3, 1, 1], [0, 0, 0, 6], [4, 2, 3, 1], [9, 0, 0, 0]])
def test_exact_p_values_of_the_g_test_by_brute_force(counts):
    test = g_test(np.array(counts), usual_split(MODEL))
    assert test.method == "exact"
    assert test.p_value == pytest.approx(brute_force_p(counts, ARTICLE.tolist()), rel=1e-9)


@pytest.mark.statistical
def test_monte_carlo_p_values_are_near_the_exact_and_the_asymptotic_ones():
    """Six standard errors of 9,999 draws: a false alarm below 1e-8, over the fixed seed."""
    counts = np.array([4150, 1950, 2940, 960])
    test = g_test(counts, usual_split(MODEL))
    assert test.method == "Monte Carlo"
    expected = stats.power_divergence(counts, 10_000 * ARTICLE, lambda_="log-likelihood")
    assert test.statistic == pytest.approx(expected.statistic)
    p = expected.pvalue
    assert test.p_asymptotic == pytest.approx(p)
    assert abs(test.p_value - p) < 6 * math.sqrt(p * (1 - p) / 9_999)
    assert g_test(counts, usual_split(MODEL)) == test  # the same whenever it is asked for


@pytest.mark.statistical
def test_beside_a_sample_the_g_test_is_that_of_a_contingency_table():
    """Six standard errors of 9,999 draws, over the fixed seed."""
    counts, others = np.array([410, 190, 295, 105]), (190, 115, 140, 55)
    test = g_test(counts, counted(*others))
    expected = stats.chi2_contingency(
        [counts.tolist(), others], lambda_="log-likelihood", correction=False
    )
    assert (test.statistic, test.p_asymptotic) == pytest.approx(
        (expected.statistic, expected.pvalue)
    )
    p = expected.pvalue
    assert abs(test.p_value - p) < 6 * math.sqrt(p * (1 - p) / 9_999) + 0.005


def test_what_a_reference_calls_impossible_refutes_it_by_one_firm():
    never = reference_of_shares(
        {"cemo": 0.5, "cmto": 0.5, "cmo_and_cto": 0, "cmo_vs_cto": 0}, "never", "test", SCENARIOS
    )
    test = g_test(np.array([50, 50, 1, 0]), never)
    assert (test.statistic, test.p_value) == (None, 0.0)
    assert g_test(np.array([50, 50, 0, 0]), never).p_value == pytest.approx(1.0)


def test_the_g_test_against_scipy():
    """Statistic and asymptotic p-value; the exact one by all splits of scipy's distribution."""
    shares = {"cemo": 0.4, "cmto": 0.2, "cmo_and_cto": 0.3, "cmo_vs_cto": 0.1}
    reference = reference_of_shares(shares, "given", "here", SCENARIOS)
    for counts in ([430, 190, 280, 100], [0, 7, 5, 1], [40, 20, 30, 10]):
        expected = sum(counts) * np.array(list(shares.values()))
        g, p = stats.power_divergence(counts, expected, lambda_="log-likelihood")
        test = g_test(np.array(counts), reference)
        assert (test.statistic, test.p_asymptotic) == pytest.approx((max(g, 0.0), p), abs=1e-9)
    few = np.array([1, 2, 0, 2])
    splits = [s for s in np.ndindex(6, 6, 6, 6) if sum(s) == 5]
    at_least = g_test(few, reference).statistic - 1e-9
    by_hand = sum(
        stats.multinomial.pmf(split, 5, list(shares.values()))
        for split in splits
        if g_test(np.array(split), reference).statistic >= at_least
    )
    assert g_test(few, reference).p_value == pytest.approx(by_hand)


def test_the_g_test_of_two_samples_against_scipy():
    counts, others = np.array([430, 190, 280, 100]), np.array([350, 250, 310, 90])
    reference = reference_of_counts(
        dict(zip(SCENARIOS, others, strict=True)), "given", "here", SCENARIOS
    )
    judge = stats.chi2_contingency([counts, others], correction=False, lambda_="log-likelihood")
    test = g_test(counts, reference)
    assert (test.statistic, test.p_asymptotic) == pytest.approx((judge.statistic, judge.pvalue))
