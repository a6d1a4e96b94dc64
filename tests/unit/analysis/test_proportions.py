"""Limits and tests of proportions against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table2x2, mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from orgsim.analysis.proportions import (
    agresti_caffo,
    clopper_pearson,
    exact_mcnemar,
    holm,
    odds_ratio_with_limits,
)

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
