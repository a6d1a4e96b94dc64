"""Limits and tests of proportions against statsmodels and scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2, mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from orgsim.analysis.goodness import g_test
from orgsim.analysis.proportions import (
    agresti_caffo,
    clopper_pearson,
    exact_mcnemar,
    holm,
    odds_ratio_with_limits,
)
from orgsim.analysis.reference import reference_of_counts, reference_of_shares
from orgsim.columns import SCENARIOS

COUNTS = [(0, 10), (10, 10), (1, 10), (7, 20), (620, 1_000), (3, 1_000_000), (10**9 - 1, 10**9)]
ERRORS = [0.05, 0.0125, 1e-6]


@pytest.mark.parametrize(("count", "total"), COUNTS)
@pytest.mark.parametrize("error", ERRORS)
def test_exact_limits_of_a_proportion(count, total, error):
    expected = proportion_confint(count, total, alpha=error, method="beta")
    assert clopper_pearson(count, total, error) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("error", ERRORS)
def test_limits_of_differences_of_independent_proportions(error):
    one, two, total = np.array([0, 10, 3, 390]), np.array([0, 0, 900, 410]), 1_000
    expected = [
        confint_proportions_2indep(a, total, b, total, method="agresti-caffo", alpha=error)
        for a, b in zip(one, two, strict=True)
    ]
    assert np.transpose(agresti_caffo(one, two, total, error)) == pytest.approx(
        np.clip(expected, -1.0, 1.0)
    )


@pytest.mark.parametrize("table", [(430, 190, 280, 100), (1, 2, 3, 4), (0, 5, 7, 9), (0, 0, 3, 1)])
@pytest.mark.parametrize("error", ERRORS)
def test_limits_of_an_odds_ratio(table, error):
    cells = np.array(table, dtype=float).reshape(2, 2)
    judge = Table2x2(cells, shift_zeros=True)
    expected = (judge.oddsratio, *judge.oddsratio_confint(alpha=error))
    assert odds_ratio_with_limits(cells, error) == pytest.approx(expected)


@pytest.mark.parametrize(("out", "into"), [(10, 26), (0, 1), (5, 5), (0, 60), (100_000, 101_000)])
def test_p_values_of_changes_both_ways(out, into):
    expected = mcnemar([[0, out], [into, 0]], exact=True).pvalue
    assert exact_mcnemar(out, into) == pytest.approx(expected, rel=1e-9)
    assert exact_mcnemar(into, out) == exact_mcnemar(out, into)


def test_no_change_at_all_is_no_evidence():
    assert exact_mcnemar(0, 0) == 1.0


def test_adjusted_p_values():
    random = np.random.default_rng(12)
    for raw in ([0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.9, 1.0], random.random(4), [0.02] * 4):
        assert holm(raw) == pytest.approx(multipletests(raw, method="holm")[1])


def test_the_g_test_against_scipy():
    """Statistic and asymptotic p-value; the exact one by all splits of scipy's distribution."""
    shares = {"cemo": 0.4, "cmto": 0.2, "cmo_and_cto": 0.3, "cmo_vs_cto": 0.1}
    reference = reference_of_shares(shares, "given", "here")
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
    reference = reference_of_counts(dict(zip(SCENARIOS, others, strict=True)), "given", "here")
    judge = stats.chi2_contingency([counts, others], correction=False, lambda_="log-likelihood")
    test = g_test(counts, reference)
    assert (test.statistic, test.p_asymptotic) == pytest.approx((judge.statistic, judge.pvalue))
