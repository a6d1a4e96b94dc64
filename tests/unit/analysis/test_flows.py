"""Paired flows against other programs and by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable

from orgsim.analysis.flows import flow_counts, flows_of, p_homogeneity, paired_limits
from orgsim.model.columns import OUTCOMES

COUNTS = np.array([[390, 6, 3, 1], [20, 180, 4, 6], [5, 5, 280, 10], [1, 2, 12, 75]])
NAMES = ("before", "after")


def test_flows_count_firms_by_where_they_were_and_where_they_are():
    before = np.array([0, 0, 1, 3, 3], dtype=np.int8)
    after = np.array([0, 2, 1, 0, 3], dtype=np.int8)
    expected = np.zeros((4, 4), dtype=int)
    for one, two in zip(before, after, strict=True):
        expected[one, two] += 1
    assert (flow_counts(before, after, 4) == expected).all()


def test_shares_and_movers():
    flows = flows_of(COUNTS, NAMES, OUTCOMES)
    assert flows.firms == 1000
    assert flows.moved == 1000 - 390 - 180 - 280 - 75
    cemo = flows.scenarios[0]
    assert (cemo.before, cemo.after) == pytest.approx((0.4, 0.416))
    assert (cemo.left, cemo.joined) == (10, 26)
    assert sum(s.difference for s in flows.scenarios) == pytest.approx(0.0)


def test_p_values_are_exact_binomial_tests_of_those_who_moved_corrected_after_holm():
    flows = flows_of(COUNTS, NAMES, OUTCOMES)
    raw = []
    for i in range(4):
        left = int(COUNTS[i].sum() - COUNTS[i, i])
        joined = int(COUNTS[:, i].sum() - COUNTS[i, i])
        raw.append(stats.binomtest(joined, left + joined, 0.5).pvalue)
    assert [s.p_value for s in flows.scenarios] == pytest.approx(raw)
    order = np.argsort(raw)
    adjusted, worst = [0.0] * 4, 0.0
    for rank, i in enumerate(order):
        worst = max(worst, (4 - rank) * raw[i])
        adjusted[i] = min(worst, 1.0)
    assert [s.p_adjusted for s in flows.scenarios] == pytest.approx(adjusted)


def test_intervals_are_agresti_and_mins():
    """By hand: half a firm in each cell, then the normal approximation."""
    low, high = paired_limits(np.array([26]), np.array([10]), 1000, 0.05)
    into, out, n = 26.5, 10.5, 1002
    middle = (into - out) / n
    spread = math.sqrt(into + out - (into - out) ** 2 / n) / n
    z = stats.norm.isf(0.025)
    assert (low[0], high[0]) == pytest.approx((middle - z * spread, middle + z * spread))


def test_all_margins_alike_is_the_stuart_maxwell_test():
    theirs = SquareTable(COUNTS.astype(float), shift_zeros=False).homogeneity("stuart_maxwell")
    assert p_homogeneity(COUNTS) == pytest.approx(theirs.pvalue)


def test_moves_within_two_groups_of_scenarios_have_two_degrees_of_freedom():
    """Nobody crosses from {CEMO, CMTO} to the rest: two independent McNemar tests."""
    counts = np.diag([50, 40, 30, 20])
    counts[0, 1], counts[1, 0], counts[2, 3], counts[3, 2] = 9, 4, 2, 7
    statistic = (9 - 4) ** 2 / 13 + (2 - 7) ** 2 / 9
    assert p_homogeneity(counts) == pytest.approx(stats.chi2.sf(statistic, 2))


def test_the_same_setting_moves_nobody():
    flows = flows_of(np.diag([40, 20, 30, 10]), NAMES, OUTCOMES)
    assert flows.moved == 0
    assert flows.p_homogeneity == 1.0
    assert flows.worth is None
    assert flows.sentence == "None of 100 firms ends elsewhere."
    assert all(s.low < 0.0 < s.high for s in flows.scenarios)


def test_pairs_are_worth_many_independent_firms():
    """With few movers: the variances are (moved) / n^2 against 2 p (1 - p) / n."""
    counts = np.diag([39_800, 19_900, 29_900, 10_000])
    counts[0, 1], counts[1, 0], counts[2, 0] = 200, 100, 100
    flows = flows_of(counts, NAMES, OUTCOMES)
    n = counts.sum()
    cemo = flows.scenarios[0]
    p = cemo.before
    expected = math.sqrt(2 * p * (1 - p) * n / (cemo.joined + cemo.left))
    assert cemo.narrower == pytest.approx(expected, rel=0.02)
    assert flows.worth > 50


def test_unpaired_intervals_are_those_of_the_same_change_and_wider():
    """By hand, after Agresti and Caffo: a firm to either side of each share."""
    flows = flows_of(COUNTS, NAMES, OUTCOMES)
    for s, before, after in zip(flows.scenarios, COUNTS.sum(1), COUNTS.sum(0), strict=True):
        p, q = (after + 1) / 1002, (before + 1) / 1002
        z = stats.norm.isf(0.05 / 4 / 2)
        spread = math.sqrt(p * (1 - p) / 1002 + q * (1 - q) / 1002)
        limits = (p - q - z * spread, p - q + z * spread)
        assert (s.unpaired_low, s.unpaired_high) == pytest.approx(limits)
        assert s.narrower > 1.0


def test_what_surely_changed_is_said_at_the_error_that_is_left():
    counts = np.diag([400, 200, 300, 92])
    counts[1, 0] = 8
    assert "CEMO +0.8" in flows_of(counts, NAMES, OUTCOMES).sentence
    assert "no share surely changed" in flows_of(counts, NAMES, OUTCOMES, error=0.0025).sentence


def test_the_object_for_scripts_and_the_notebooks_view():
    told = json.loads(json.dumps(flows_of(COUNTS, NAMES, OUTCOMES).as_dict(), allow_nan=False))
    assert told["flows"]["cmto"]["cemo"] == 20
    assert told["scenarios"]["cemo"]["difference"] == pytest.approx(0.016)
    assert "<table" in flows_of(COUNTS, NAMES, OUTCOMES)._repr_html_()
