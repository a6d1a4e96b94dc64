"""Tests and limits of differences from a reference, against other programs and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import (
    binom_tost,
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep,
)

from orgsim.analysis.differences import FromKnown, FromSample
from splits import ARTICLE

test_proportions_2indep.__test__ = False  # a name of statsmodels, not a test of ours

SPLITS = [
    (n, tol, counts)
    for n in (1, 5, 20, 137, 1000)
    for tol in (0.0, 0.01, 0.05, 0.3, 0.7)
    for counts in np.random.default_rng(n).multinomial(n, [0.3, 0.3, 0.3, 0.1], size=3)
]


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


def test_a_share_that_can_be_no_farther_off_than_the_tolerance_needs_no_proof():
    """Nobody in CEMO is 40 points below the article: within 40 points, and not beyond."""
    counts = np.array([0, 333, 500, 167])
    assert FromKnown(counts, ARTICLE).p_above(-0.4)[0] == 0.0
