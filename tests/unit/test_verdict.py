"""The verdict against other programs and brute force, and what it says in words."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
from scipy import optimize, spatial, stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import (
    binom_tost,
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep,
)

from orgsim.analysis.comparison import Comparison, compare_shares
from orgsim.analysis.differences import FromKnown, FromSample
from orgsim.analysis.distances import (
    aitchison,
    jensen_shannon,
    rounding_distance,
    total_variation,
)
from orgsim.analysis.goodness import g_test
from orgsim.analysis.reference import (
    Reference,
    article,
    reference_of_counts,
    reference_of_shares,
    target_of,
)
from orgsim.analysis.shares import goodman
from orgsim.analysis.verdict import judge, kinds_of
from orgsim.columns import SCENARIOS
from orgsim.errors import ConfigError

test_proportions_2indep.__test__ = False  # a name of statsmodels, not a test of ours

ARTICLE = np.array([0.4, 0.2, 0.3, 0.1])
SPLITS = [
    (n, tol, counts)
    for n in (1, 5, 20, 137, 1000)
    for tol in (0.0, 0.01, 0.05, 0.3, 0.7)
    for counts in np.random.default_rng(n).multinomial(n, [0.3, 0.3, 0.3, 0.1], size=3)
]


def counted(*counts) -> Reference:
    return reference_of_counts(dict(zip(SCENARIOS, counts, strict=True)), "counts", "test")


def compared(counts, reference=None, tolerance=0.05) -> Comparison:
    return compare_shares(
        counts,
        article() if reference is None else reference,
        tolerance=tolerance,
        limits=goodman(counts),
        spent=1.0,
        side_counts={0.4: counts[2], 0.6: counts[2]},
        without_misfit=None,
    )


@pytest.mark.parametrize(("n", "tolerance", "counts"), SPLITS)
def test_equivalence_p_values_are_those_of_exact_binomial_tests(n, tolerance, counts):
    found = FromKnown(counts, ARTICLE)
    below, above = found.p_below(tolerance), found.p_above(-tolerance)
    for i, share in enumerate(ARTICLE):
        low, high = share - tolerance, share + tolerance
        if low > 1e-9 and high < 1.0 - 1e-9:
            both, from_low, from_high = binom_tost(int(counts[i]), n, low, high)
            assert max(below[i], above[i]) == pytest.approx(both, rel=1e-9, abs=1e-300)
            assert (above[i], below[i]) == pytest.approx((from_low, from_high), rel=1e-9)
        if high > 1.0 - 1e-9:  # nothing is farther above, so that it is not needs no proof
            assert below[i] == 0.0
        if low < 1e-9:
            assert above[i] == 0.0


@pytest.mark.parametrize(("n", "tolerance", "counts"), SPLITS)
def test_mismatch_p_values_are_those_of_the_smallest_rejection_region(n, tolerance, counts):
    """By brute force over all counts: those as unlikely at either end of what is tolerated."""
    every = np.arange(n + 1)
    for i, share in enumerate(ARTICLE):
        low, high = max(share - tolerance, 0.0), min(share + tolerance, 1.0)
        above, below = stats.binom.sf(every - 1, n, high), stats.binom.cdf(every, n, low)
        tail = min(above[counts[i]], below[counts[i]]) * (1 + 1e-10)
        region = (above <= tail) | (below <= tail)
        size = max(stats.binom.pmf(every[region], n, end).sum() for end in (low, high))
        p = FromKnown(counts, ARTICLE).p_outside(tolerance)[i]
        assert p == pytest.approx(min(size, 1.0), rel=1e-6, abs=1e-14)


@pytest.mark.parametrize("error", [0.05, 0.0125])
def test_limits_are_clopper_and_pearsons(error):
    counts = np.array([0, 3, 97, 900])
    low, high = FromKnown(counts, ARTICLE).limits(error)
    theirs = proportion_confint(counts, 1000, alpha=2 * error, method="beta")
    assert low + ARTICLE == pytest.approx(np.nan_to_num(theirs[0]), abs=1e-9)
    assert high + ARTICLE == pytest.approx(theirs[1], abs=1e-9)


def test_of_two_samples_p_values_and_limits_are_agresti_and_caffos():
    counts, others = np.array([410, 190, 295, 105]), np.array([90, 30, 50, 30])
    found = FromSample(counts, others)
    low, high = found.limits(0.05)
    for i in range(4):
        both = (int(counts[i]), 1000, int(others[i]), 200)
        theirs = confint_proportions_2indep(*both, method="agresti-caffo", alpha=0.1)
        assert (low[i], high[i]) == pytest.approx(theirs, abs=1e-12)
        for value, alternative, p in (
            (0.05, "smaller", found.p_below(0.05)[i]),
            (-0.05, "larger", found.p_above(-0.05)[i]),
        ):
            test = test_proportions_2indep(
                *both, value=value, method="agresti-caffo", alternative=alternative
            )
            assert p == pytest.approx(test.pvalue, rel=1e-9)


def test_of_two_samples_without_tolerance_the_mismatch_test_is_two_sided():
    found = FromSample(np.array([410, 190, 295, 105]), np.array([90, 30, 50, 30]))
    z = found.limits(0.5)[0] / ((found.limits(0.158655)[1] - found.limits(0.158655)[0]) / 2)
    assert found.p_outside(0.0) == pytest.approx(2 * stats.norm.sf(np.abs(z)), rel=1e-3)


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
    verdict = judge(np.array(counts), article(), 0.05)
    assert verdict.kind == kind
    assert kinds_of(np.array([counts]), article(), 0.05).tolist() == [kind]


def test_the_least_tolerance_of_a_match_is_where_the_verdict_turns():
    counts = np.array([4300, 1800, 2950, 950])
    within = judge(counts, article(), 0.05).within
    assert judge(counts, article(), within + 1e-6).kind == "match"
    assert judge(counts, article(), within - 1e-6).kind != "match"


def test_a_mismatch_names_the_scenarios_that_are_off_and_by_how_much_at_least():
    verdict = judge(np.array([5100, 1000, 2950, 950]), article(), 0.05)
    assert [SCENARIOS[i] for i in verdict.outside] == ["cemo", "cmto"]
    for i, count in ((0, 5100), (1, 1000)):
        low, high = proportion_confint(count, 10_000, alpha=2 * 0.05 / 4, method="beta")
        least = max(low - ARTICLE[i], ARTICLE[i] - high)
        assert verdict.beyond[i] == pytest.approx(least, abs=1e-9)
        assert verdict.beyond[i] > 0.05
    assert verdict.beyond[2:] == (0.0, 0.0)


def test_less_error_to_spend_asks_for_more():
    counts = np.array([4380, 1900, 2780, 940])
    assert judge(counts, article(), 0.05).kind == "match"
    assert judge(counts, article(), 0.05, spent=0.001).kind == "inconclusive"


@pytest.mark.parametrize("firms", [60, 1_000, 20_000])
def test_more_firms_as_named_then_decide_if_the_split_is_what_it_seems(firms):
    counts = np.round(firms * np.array([0.447, 0.18, 0.28, 0.093])).astype(int)
    verdict = judge(counts, article(), 0.05)
    assert verdict.kind == "inconclusive"
    assert verdict.resolution <= 0.01
    truth = np.array([0.44, 0.18, 0.286, 0.094])
    added = np.round(verdict.more_firms * truth).astype(int)
    assert judge(counts + added, article(), 0.05).kind == "match"


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
    verdict = judge(counts, article(), 0.05)
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
    for reference in (article(), counted(1, 0, 0, 0)):
        assert judge(counts, reference, 1.0).kind == "match"
        assert judge(counts, reference, 1.0).within <= 1.0


def test_a_share_that_can_be_no_farther_off_than_the_tolerance_needs_no_proof():
    """Nobody in CEMO is 40 points below the article: within 40 points, and not beyond."""
    counts = np.array([0, 333, 500, 167])
    assert FromKnown(counts, ARTICLE).p_above(-0.4)[0] == 0.0


# --- distances


def test_distances_against_formulas_by_hand():
    a, b = [0.5, 0.2, 0.2, 0.1], [0.4, 0.2, 0.3, 0.1]
    assert total_variation(a, b) == pytest.approx(0.1)
    assert total_variation([1, 0, 0, 0], [0, 0, 0, 1]) == 1.0
    assert total_variation([a, b], b).tolist() == [0.1, 0.0]
    middle = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
    divergence = sum(
        (x * math.log2(x / m) + y * math.log2(y / m)) / 2
        for x, y, m in zip(a, b, middle, strict=True)
    )
    assert jensen_shannon(a, b) == pytest.approx(math.sqrt(divergence))
    assert jensen_shannon([1, 0, 0, 0], [0, 0, 0, 1]) == pytest.approx(1.0)
    for a, b in np.random.default_rng(5).dirichlet([1.0, 0.2, 3.0, 0.5], (200, 2)):
        judge = spatial.distance.jensenshannon(a, b, base=2.0)
        assert jensen_shannon(a, b) == pytest.approx(judge, rel=1e-12, abs=1e-15)
    pairs = [
        (math.log(a[i] / a[j]) - math.log(b[i] / b[j])) ** 2
        for i, j in itertools.combinations(range(4), 2)
    ]
    assert aitchison(a, b) == pytest.approx(math.sqrt(sum(pairs) / 4))
    assert aitchison([0.5, 0.5, 0, 0], b) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_distance_after_rounding_is_the_least_over_splits_that_round_so(seed):
    """By linear programming: splits within the rounding, the nearest in total variation."""
    p = np.random.default_rng(seed).dirichlet([4, 2, 3, 1])
    q = ARTICLE
    # Variables: a split r and slacks s >= |p - r|; half the slacks' sum is the distance.
    objective = np.r_[np.zeros(4), np.full(4, 0.5)]
    eye = np.eye(4)
    least = optimize.linprog(
        objective,
        A_ub=np.block([[eye, -eye], [-eye, -eye]]),
        b_ub=np.r_[p, -p],
        A_eq=np.r_[np.ones(4), np.zeros(4)][None, :],
        b_eq=[1.0],
        bounds=[*((max(v - 0.05, 0), min(v + 0.05, 1)) for v in q), *[(0, None)] * 4],
    ).fun
    assert rounding_distance(p, q, 0.05) == pytest.approx(least, abs=1e-9)


# --- G-test


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
    test = g_test(np.array(counts), article())
    assert test.method == "exact"
    assert test.p_value == pytest.approx(brute_force_p(counts, ARTICLE.tolist()), rel=1e-9)


@pytest.mark.statistical
def test_monte_carlo_p_values_are_near_the_exact_and_the_asymptotic_ones():
    """Six standard errors of 9,999 draws: a false alarm below 1e-8, over the fixed seed."""
    counts = np.array([4150, 1950, 2940, 960])
    test = g_test(counts, article())
    assert test.method == "Monte Carlo"
    expected = stats.power_divergence(counts, 10_000 * ARTICLE, lambda_="log-likelihood")
    assert test.statistic == pytest.approx(expected.statistic)
    p = expected.pvalue
    assert test.p_asymptotic == pytest.approx(p)
    assert abs(test.p_value - p) < 6 * math.sqrt(p * (1 - p) / 9_999)
    assert g_test(counts, article()) == test  # the same whenever it is asked for


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
        {"cemo": 0.5, "cmto": 0.5, "cmo_and_cto": 0, "cmo_vs_cto": 0}, "never", "test"
    )
    test = g_test(np.array([50, 50, 1, 0]), never)
    assert (test.statistic, test.p_value) == (None, 0.0)
    assert g_test(np.array([50, 50, 0, 0]), never).p_value == pytest.approx(1.0)


# --- the comparison as a whole


def test_standardised_differences_are_standard_errors_away():
    one = compared([430, 190, 280, 100])
    assert one.scenarios[0].standardised_difference == pytest.approx(
        0.03 / math.sqrt(0.4 * 0.6 / 1000)
    )
    assert one.scenarios[0].effect_size == pytest.approx(
        2 * math.asin(math.sqrt(0.43)) - 2 * math.asin(math.sqrt(0.40))
    )
    two = compared([430, 190, 280, 100], counted(400, 200, 300, 100))
    pooled = 830 / 2000
    assert two.scenarios[0].standardised_difference == pytest.approx(
        0.03 / math.sqrt(pooled * (1 - pooled) * 2 / 1000)
    )


def test_the_two_by_two_view_against_statsmodels_and_by_hand():
    square = compared([430, 190, 280, 100]).square
    assert (square.active.value, square.best.value) == pytest.approx((0.62, 0.71))
    assert (square.active.reference, square.best.reference) == pytest.approx((0.6, 0.7))
    low, high = proportion_confint(620, 1000, method="beta")
    assert (square.active.low, square.active.high) == pytest.approx((low, high))
    table = Table2x2(np.array([[430, 190], [280, 100]]))
    assert square.odds_ratio.value == pytest.approx(430 * 100 / (190 * 280))
    assert (square.odds_ratio.low, square.odds_ratio.high) == pytest.approx(
        table.oddsratio_confint(0.05)
    )
    assert square.odds_ratio.reference == pytest.approx(4 / 6)
    # 35, 25, 35, 5 and 45, 15, 25, 15 % both round to the article's tens.
    assert square.reference_range == pytest.approx((35 * 5 / (25 * 35), 45 * 15 / (15 * 25)))


def test_an_empty_scenario_leaves_the_comparison_whole():
    comparison = compared([600, 0, 400, 0])
    told = json.loads(json.dumps(comparison.as_dict(), allow_nan=False))
    assert told["aitchison"] is None
    assert 0 < told["two_by_two"]["odds_ratio"]["low"] < told["two_by_two"]["odds_ratio"]["high"]


def test_the_object_for_scripts_has_what_is_promised():
    told = compared([4000, 2000, 3000, 1000]).as_dict()
    for key in ("shares", "low", "high", "reference", "total_variation", "verdict"):
        assert key in told
    assert told["verdict"] == "match"
    assert told["difference"]["cmto"] == 0.0
    assert told["low"]["cemo"] < 0.4 < told["high"]["cemo"]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            [4000, 2000, 3000, 1000],
            ["Match with the article within 5 points (p < 0.001)", "95\N{NO-BREAK SPACE}% conf"],
        ),
        ([5000, 1500, 2600, 900], ["Mismatch", "CEMO is 10 points above it (at least 8.9 points)"]),
        ([40, 20, 30, 10], ["Inconclusive", "more firms needed", "1 point of the tolerance"]),
    ],
)
def test_the_verdict_is_one_sentence(counts, words):
    sentence = compared(counts).sentence
    for word in words:
        assert word in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")


def test_the_sentence_of_a_match_names_how_near_it_surely_is():
    """By hand: the largest of eight one-sided 95 % limits of Clopper and Pearson."""
    counts = np.array([4300, 1800, 2950, 950])
    low, high = proportion_confint(counts, 10_000, alpha=0.1, method="beta")
    within = max((high - ARTICLE).max(), (ARTICLE - low).max())
    assert f"off by more than {100 * within:.1f} points" in compared(counts.tolist()).sentence


@pytest.mark.parametrize("seed", range(40))
def test_splits_that_are_equal_have_a_p_value(seed):
    """Rounding leaves G a little less than nothing, of which chi-squared knows no probability."""
    counts = np.random.default_rng(seed).multinomial(1_000, [0.4, 0.2, 0.3, 0.1])
    shares = dict(zip(SCENARIOS, (counts / 1_000).tolist(), strict=True))
    same = compared(counts.tolist(), reference_of_shares(shares, "same", "test"))
    json.dumps(same.as_dict(), allow_nan=False)
    assert same.g_test.p_asymptotic == pytest.approx(1.0)


def test_the_articles_rounding_is_part_of_the_statement():
    near = compared([4300, 1800, 2950, 950]).article_note
    assert "in tens and no method" in near
    assert "could be one that it rounded" in near
    far = compared([6000, 1000, 2500, 500]).article_note
    assert "15 points (total variation) away" in far  # 60 % is 15 beyond what rounds to 40
    assert (
        "is to be nearer than they are known"
        in compared([4300, 1800, 2950, 950], tolerance=0.02).article_note
    )
    assert compared([40, 20, 30, 10], counted(40, 20, 30, 10)).article_note == ""


def test_notebooks_show_the_verdict_and_the_table():
    shown = compared([4000, 2000, 3000, 1000])._repr_html_()
    assert "<table" in shown
    assert "Match with the article" in shown
    assert "40.0%" in shown


# --- references


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ([0.4, 0.2, 0.3, 0.2], "sum to 1.1; allowed: 1"),
        ([-0.4, 1.0, 0.3, 0.1], "cemo = -0.4"),
        (["x", 0.2, 0.3, 0.1], "is not a number"),
        ([math.nan, 0.2, 0.3, 0.1], "is not a number"),
        ([True, 0, 0, 0], "is not a number"),
    ],
)
def test_what_are_no_shares_is_refused_with_the_field(shares, text):
    with pytest.raises(ConfigError, match="where: ") as refused:
        reference_of_shares(dict(zip(SCENARIOS, shares, strict=True)), "name", "where")
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("last", "text"),
    [("cmo_vs_ct", "did you mean 'cmo_vs_cto'"), ("cmto", "nothing of cmo_vs_cto")],
)
def test_scenarios_that_are_unknown_or_missing_are_named(last, text):
    shares = {"cemo": 0.4, "cmto": 0.2, "cmo_and_cto": 0.3, last: 0.1}
    with pytest.raises(ConfigError, match=text):
        reference_of_shares(shares, "name", "where")


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ([0, 0, 0, 0], "all counts are 0"),
        ([1.5, 1, 1, 1], "cemo = 1.5 is not a count"),
        ([-1, 1, 1, 1], "cemo = -1 is not a count"),
        ([10**400, 1, 1, 1], "beyond all counts"),
        ([math.inf, 1, 1, 1], "beyond all counts"),
    ],
)
def test_what_are_no_counts_is_refused(counts, text):
    with pytest.raises(ConfigError, match=text):
        counted(*counts)


def test_only_the_article_itself_is_known_to_be_rounded():
    """A survey may find the same shares, and exactly."""
    shares = dict(zip(SCENARIOS, ARTICLE.tolist(), strict=True))
    assert target_of(shares, "target", "test") == article()
    given = reference_of_shares(shares, "survey", "test")
    assert (given.name, given.rounding, given.is_article) == ("survey", None, False)


def test_numbers_of_numpy_are_numbers():
    shares = dict(zip(SCENARIOS, ARTICLE, strict=True))
    assert reference_of_shares(shares, "array", "test").shares == tuple(ARTICLE)
    whole = dict(zip(SCENARIOS, np.array([4, 2, 3, 1]), strict=True))
    assert reference_of_counts(whole, "array", "test").counts == (4, 2, 3, 1)
