"""The verdict: which kind it is, and what would be enough for another."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from orgsim.analysis.reference import usual_split
from orgsim.analysis.verdict import judge, kinds_of
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS
from splits import ARTICLE, compared, counted


@pytest.mark.parametrize(
    ("counts", "kind"),
    [
        ([4000, 2000, 3000, 1000], "match"),
        ([4300, 1800, 2950, 950], "match"),
        ([5000, 1500, 2700, 800], "mismatch"),
        ([4450, 1900, 2750, 900], "inconclusive"),
        ([4, 2, 3, 1], "inconclusive"),
        ([0, 0, 0, 1000], "mismatch"),
    ],
)
def test_kinds_of_verdict(counts, kind):
    verdict = judge(np.array(counts), usual_split(MODEL), 0.05)
    assert verdict.kind == kind
    assert kinds_of(np.array([counts]), usual_split(MODEL), 0.05).tolist() == [kind]


def test_the_least_tolerance_of_a_match_is_where_the_verdict_turns():
    counts = np.array([4300, 1800, 2950, 950])
    within = judge(counts, usual_split(MODEL), 0.05).within
    assert judge(counts, usual_split(MODEL), within + 1e-6).kind == "match"
    assert judge(counts, usual_split(MODEL), within - 1e-6).kind != "match"


def test_a_mismatch_names_the_scenarios_that_are_off_and_by_how_much_at_least():
    verdict = judge(np.array([5100, 1000, 2950, 950]), usual_split(MODEL), 0.05)
    assert [SCENARIOS[i] for i in verdict.outside] == ["cemo", "cmto"]
    for i, count in ((0, 5100), (1, 1000)):
        low, high = proportion_confint(count, 10_000, alpha=2 * 0.05 / 4, method="beta")
        least = max(low - ARTICLE[i], ARTICLE[i] - high)
        assert verdict.beyond[i] == pytest.approx(least, abs=1e-9)
        assert verdict.beyond[i] > 0.05
    assert verdict.beyond[2:] == (0.0, 0.0)


def test_less_error_to_spend_asks_for_more():
    counts = np.array([4380, 1900, 2780, 940])
    assert judge(counts, usual_split(MODEL), 0.05).kind == "match"
    assert judge(counts, usual_split(MODEL), 0.05, spent=0.001).kind == "inconclusive"


@pytest.mark.parametrize("firms", [60, 1_000, 20_000])
def test_more_firms_as_named_then_decide_if_the_split_is_what_it_seems(firms):
    counts = np.round(firms * np.array([0.447, 0.18, 0.28, 0.093])).astype(int)
    verdict = judge(counts, usual_split(MODEL), 0.05)
    assert verdict.kind == "inconclusive"
    assert verdict.resolution <= 0.01
    truth = np.array([0.44, 0.18, 0.286, 0.094])
    added = np.round(verdict.more_firms * truth).astype(int)
    assert judge(counts + added, usual_split(MODEL), 0.05).kind == "match"


def test_beside_few_firms_no_number_of_firms_is_enough():
    verdict = judge(np.array([4000, 2000, 3000, 1000]), counted(40, 20, 30, 10), 0.05)
    assert (verdict.kind, verdict.more_firms) == ("inconclusive", None)


@pytest.mark.parametrize("others", [3_000, 10_000, 1_000_000])
def test_beside_a_sample_a_coarser_resolution_is_named_where_the_finest_cannot_be(others):
    """Equal shares: the firms named then match, though a point could not be resolved."""
    reference = counted(*np.round(others * ARTICLE).astype(int))
    counts = np.array([80, 40, 60, 20])
    verdict = judge(counts, reference, 0.05)
    assert verdict.kind == "inconclusive"
    assert 0.01 <= verdict.resolution <= 0.05
    more = counts + np.round(verdict.more_firms * ARTICLE).astype(int)
    assert judge(more, reference, 0.05).kind == "match"


@pytest.mark.parametrize("counts", [[3000, 2000, 4000, 1000], [20, 0, 0, 0]])
def test_a_sample_of_one_scenario_alone_is_no_certainty(counts):
    """One firm, or twenty: more firms here never decide, and the verdict does not say they do."""
    for others in ((1, 0, 0, 0), (20, 0, 0, 0)):
        verdict = judge(np.array(counts), counted(*others), 0.05)
        assert verdict.kind in ("inconclusive", "mismatch")
        if verdict.kind == "inconclusive":
            assert verdict.more_firms is None


@pytest.mark.parametrize("firms", [50, 1_000, 10_000, 100_000])
def test_firms_are_not_asked_for_by_the_million(firms):
    """A point of five is known from some 30,000 firms: (1.64 + 1.75)^2 / 4 / 0.01^2."""
    counts = np.round(firms * np.array([0.447, 0.18, 0.28, 0.093])).astype(int)
    verdict = judge(counts, usual_split(MODEL), 0.05)
    assert verdict.kind == "match" or verdict.more_firms <= 40_000


def test_a_sample_that_spent_less_error_leaves_less():
    counts, others = np.array([4240, 1950, 2860, 950]), (4000, 2000, 3000, 1000)
    whole = counted(*others)
    assert judge(counts, whole, 0.05).kind == "match"
    looked = dataclasses.replace(whole, spent=1e-4)
    assert judge(counts, looked, 0.05).kind == "inconclusive"
    assert judge(counts, looked, 0.05).error == pytest.approx(0.05e-4)
    assert kinds_of(counts[None], looked, 0.05).tolist() == ["inconclusive"]


def test_many_splits_beside_a_sample_are_judged_as_each_alone():
    counts = np.random.default_rng(5).multinomial(3_000, [0.42, 0.19, 0.29, 0.1], size=200)
    reference = counted(4000, 2000, 3000, 1000)
    alone = [judge(row, reference, 0.05).kind for row in counts]
    assert kinds_of(counts, reference, 0.05).tolist() == alone
    assert len(set(alone)) > 1


def test_a_tolerance_of_nothing_never_matches_and_one_of_all_always_does():
    counts = np.array([4000, 2000, 3000, 1000])
    never = compared(counts.tolist(), tolerance=0.0)
    assert (never.verdict.kind, never.verdict.more_firms) == ("inconclusive", None)
    assert "within 0 points nothing ever matches" in never.sentence
    for reference in (usual_split(MODEL), counted(1, 0, 0, 0)):
        assert judge(counts, reference, 1.0).kind == "match"
        assert judge(counts, reference, 1.0).within <= 1.0
