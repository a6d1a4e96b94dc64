"""How often the verdict errs, and whether the firms it asks for decide, at known truth.

Splits are multinomial, with fixed seeds. Counts of errors are held against the quantile of a
binomial with the stated rate, each with probability ``FALSE_ALARM`` to be beyond; where a test says
so, no allowance is made, since the true rate is known to be far off.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgsim.analysis.flows import paired_limits
from orgsim.analysis.reference import Reference, usual_split
from orgsim.analysis.verdict import judge, kinds_of
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS
from splits import ARTICLE

FALSE_ALARM = 1e-6
FIRMS = (20, 100, 1_000, 10_000, 100_000)
POINT = 0.01

# At the tolerance, the worst case of either error: in one share, in two, in all.
AT_FIVE = {
    "one above": [0.45, 0.2 - 0.05 / 3, 0.3 - 0.05 / 3, 0.1 - 0.05 / 3],
    "the least share above": [0.4 - 0.05 / 3, 0.2 - 0.05 / 3, 0.3 - 0.05 / 3, 0.15],
    "the least share below": [0.4 + 0.05 / 3, 0.2 + 0.05 / 3, 0.3 + 0.05 / 3, 0.05],
    "one above, one below": [0.45, 0.15, 0.3, 0.1],
    "all four": [0.45, 0.25, 0.25, 0.05],
}

# A point from the tolerance, either side.
A_POINT_OFF = {
    "two at 4": ([0.44, 0.16, 0.30, 0.10], "match"),
    "all at 4": ([0.44, 0.24, 0.26, 0.06], "match"),
    "one at 4": ([0.44, 0.2 - 0.04 / 3, 0.3 - 0.04 / 3, 0.1 - 0.04 / 3], "match"),
    "one at 6": ([0.46, 0.18, 0.28, 0.08], "mismatch"),
    "two at 6": ([0.46, 0.14, 0.30, 0.10], "mismatch"),
    "the least share at 6": ([0.38, 0.18, 0.28, 0.16], "mismatch"),
}


@pytest.mark.statistical
@pytest.mark.parametrize("firms", FIRMS)
@pytest.mark.parametrize("truth", AT_FIVE.values(), ids=AT_FIVE)
def test_at_the_tolerance_neither_verdict_is_given_more_often_than_stated(truth, firms):
    """5,000 splits. The truth may be called a match (it is at most as far) or a mismatch.

    With the truth at the tolerance both are errors of at most 5 %, by the nearest truth beyond.
    """
    repetitions = 5_000
    counts = np.random.default_rng(1982).multinomial(firms, truth, size=repetitions)
    kinds = kinds_of(counts, usual_split(MODEL), 0.05)
    most = stats.binom.isf(FALSE_ALARM, repetitions, 0.05)
    assert (kinds == "match").sum() <= most
    assert (kinds == "mismatch").sum() <= most


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("truth", "kind", "firms"),
    [
        ([0.4, 0.2, 0.3, 0.1], "match", 3_000),
        ([0.42, 0.19, 0.3, 0.09], "match", 10_000),
        ([0.5, 0.2, 0.2, 0.1], "mismatch", 3_000),
    ],
)
def test_clear_truths_are_found_with_firms_enough(truth, kind, firms):
    """At least 98 of 100 splits; by the normal approximation more than 99.5 are expected."""
    counts = np.random.default_rng(3).multinomial(firms, truth, size=5_000)
    kinds = kinds_of(counts, usual_split(MODEL), 0.05)
    assert (kinds == kind).mean() >= 0.98


@pytest.mark.statistical
@pytest.mark.parametrize("tolerance", [0.0, 0.005, 0.02, 0.2])
def test_other_tolerances_err_no_more(tolerance):
    """5,000 splits of a truth at the tolerance in two shares."""
    repetitions = 5_000
    truth = ARTICLE + tolerance * np.array([1.0, -1.0, 0.0, 0.0])
    for firms in (30, 3_000):
        counts = np.random.default_rng(4).multinomial(firms, truth, size=repetitions)
        kinds = kinds_of(counts, usual_split(MODEL), tolerance)
        most = stats.binom.isf(FALSE_ALARM, repetitions, 0.05)
        assert (kinds == "match").sum() <= most
        assert (kinds == "mismatch").sum() <= most


def after_the_named_firms(truth, firms, reference, repetitions, seed):
    """Return how many verdicts were inconclusive, then decided, and then false."""
    generator = np.random.default_rng(seed)
    truth = np.array(truth)
    is_match = np.abs(truth - ARTICLE).max() <= 0.05
    inconclusive = decided = false = 0
    for _ in range(repetitions):
        counts = generator.multinomial(firms, truth)
        first = judge(counts, reference, 0.05)
        if first.kind != "inconclusive":
            continue
        inconclusive += 1
        more = generator.multinomial(first.more_firms, truth)
        kind = judge(counts + more, reference, 0.05).kind
        decided += kind != "inconclusive"
        false += kind == ("mismatch" if is_match else "match")
    return inconclusive, decided, false


@pytest.mark.statistical
@pytest.mark.parametrize("firms", [200, 1_000, 5_000])
@pytest.mark.parametrize(("truth", "kind"), A_POINT_OFF.values(), ids=A_POINT_OFF)
def test_inconclusive_names_firms_that_decide_in_eight_of_ten_cases(truth, kind, firms):
    """300 splits, those inconclusive: at least 80 % decided, less what chance may take.

    By simulations with other seeds the rate is .82 or more where a hundred cases are left.
    """
    inconclusive, decided, false = after_the_named_firms(
        truth, firms, usual_split(MODEL), 300, seed=8
    )
    assert inconclusive >= 100
    assert decided >= stats.binom.ppf(FALSE_ALARM, inconclusive, 0.8)
    assert false <= stats.binom.isf(FALSE_ALARM, inconclusive, 0.05)


@pytest.mark.statistical
def test_over_all_such_cases_eight_of_ten_are_decided():
    """All six truths at four sizes, 100 splits each: no allowance for chance is made."""
    inconclusive = decided = 0
    for truth, _ in A_POINT_OFF.values():
        for firms in (50, 1_000, 10_000, 20_000):
            found = after_the_named_firms(truth, firms, usual_split(MODEL), 100, seed=9)
            inconclusive += found[0]
            decided += found[1]
    assert inconclusive > 1_000
    assert decided >= 0.8 * inconclusive


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("truth", "others"),
    [
        ([0.40, 0.20, 0.30, 0.10], 3_000),
        ([0.40, 0.20, 0.30, 0.10], 10_000),
        ([0.42, 0.18, 0.30, 0.10], 20_000),
        ([0.44, 0.16, 0.30, 0.10], 1_000_000),
        ([0.46, 0.18, 0.28, 0.08], 1_000_000),
    ],
)
def test_beside_a_sample_the_firms_named_decide_where_the_resolution_named_allows(truth, others):
    """300 pairs of splits: of those at least the named resolution off, 80 % less chance."""
    generator = np.random.default_rng(10)
    off = abs(np.abs(np.array(truth) - ARTICLE).max() - 0.05)
    named = decided = 0
    for _ in range(300):
        theirs = generator.multinomial(others, ARTICLE)
        reference = Reference(
            "sample", SCENARIOS, tuple(theirs / others), counts=tuple(map(int, theirs))
        )
        counts = generator.multinomial(200, truth)
        first = judge(counts, reference, 0.05)
        if first.kind != "inconclusive" or first.more_firms is None:
            continue
        if first.resolution > off + 1e-9:
            continue
        named += 1
        more = generator.multinomial(first.more_firms, truth)
        decided += judge(counts + more, reference, 0.05).kind != "inconclusive"
    assert named >= 100
    assert decided >= stats.binom.ppf(FALSE_ALARM, named, 0.8)


@pytest.mark.statistical
@pytest.mark.parametrize(("firms", "others"), [(100, 1_000), (1_000, 1_000), (5_000, 20_000)])
@pytest.mark.parametrize("truth", [AT_FIVE["one above"], AT_FIVE["all four"]])
def test_beside_a_sample_errors_are_near_what_is_stated(truth, firms, others):
    """2,000 pairs of splits; the normal approximation is given half a point: 5.5 %."""
    repetitions = 2_000
    generator = np.random.default_rng(5)
    kinds = []
    for _ in range(repetitions):
        theirs = generator.multinomial(others, ARTICLE)
        reference = Reference(
            "sample", SCENARIOS, tuple(theirs / others), counts=tuple(map(int, theirs))
        )
        counts = generator.multinomial(firms, truth, size=1)
        kinds += kinds_of(counts, reference, 0.05).tolist()
    most = stats.binom.isf(FALSE_ALARM, repetitions, 0.055)
    assert kinds.count("match") <= most
    assert kinds.count("mismatch") <= most


@pytest.mark.statistical
@pytest.mark.parametrize("moving", [0.01, 0.1, 0.6])
@pytest.mark.parametrize("firms", [200, 5_000])
def test_paired_intervals_cover_all_four_differences_jointly(moving, firms):
    """4,000 pairs of splits: some firms draw their scenario anew, from another split.

    The joint coverage stated is 95 %; Bonferroni and the half firms make it more.
    """
    repetitions = 4_000
    generator = np.random.default_rng(6)
    other = np.array([0.2, 0.4, 0.3, 0.1])
    truth = moving * (other - ARTICLE)
    table = np.diag(ARTICLE) * (1.0 - moving) + moving * np.outer(ARTICLE, other)
    draws = generator.multinomial(firms, table.ravel(), size=repetitions)
    counts = draws.reshape(-1, 4, 4)
    stayed = np.einsum("nii->ni", counts)
    joined, left = counts.sum(axis=1) - stayed, counts.sum(axis=2) - stayed
    low, high = paired_limits(joined, left, firms, 0.05 / 4)
    covered = ((low <= truth) & (truth <= high)).all(axis=1).sum()
    assert covered >= stats.binom.ppf(FALSE_ALARM, repetitions, 0.95)
