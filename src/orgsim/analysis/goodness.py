"""Whether counts could come from a reference: the G-test, and its p-value without asymptotics.

The G statistic is twice the log of the likelihood ratio. Its distribution is chi-squared
in the limit; for few firms the p-value is exact, over all splits that could have occurred, for more
it is a Monte Carlo estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.chi_square import chi_square_exceeds
from orgsim.analysis.distances import relative_entropy
from orgsim.analysis.reference import Reference

EXACT_FIRMS = 100
"""Most firms for which all splits are enumerated: 176,851 of them."""

DRAWS = 9_999
"""Splits drawn for a Monte Carlo p-value, whose standard error is then 0.005 at most."""

SEED = 20140221
"""Fixed, so that a p-value is the same whenever it is asked for."""

_LARGEST_MARGINS = 10**9
"""More firms than numpy's hypergeometric draws take; by then the asymptotics hold."""


@dataclass(frozen=True)
class GTest:
    """A G-test.

    Attributes
    ----------
    statistic : float or None
        None where the reference calls something impossible that occurred: it is infinite.
    degrees : int
    p_asymptotic : float
        From chi-squared.
    p_value : float
        Exact or Monte Carlo, as ``method`` says, or the asymptotic one.
    method : str
        ``exact``, ``Monte Carlo`` or ``asymptotic``.
    """

    statistic: float | None
    degrees: int
    p_asymptotic: float
    p_value: float
    method: str


def g_test(counts: NDArray[np.int64], reference: Reference) -> GTest:
    """Test whether firms end by the shares of a reference.

    Parameters
    ----------
    counts : int64 (4,)
    reference : Reference
        Known shares, or counts: then the test is for equal shares in both.

    References
    ----------
    G test: R. R. Sokal and F. J. Rohlf, Biometry. Monte Carlo p-values, (hits + 1) / (draws + 1):
    B. Phipson and G. K. Smyth (2010), Permutation p-values should never be zero, Statistical
    Applications in Genetics and Molecular Biology 9(1), article 39.
    """
    if reference.counts is not None:
        return _two_samples(counts, np.array(reference.counts, dtype=np.int64))
    return _one_sample(counts, np.array(reference.shares))


def _statistic(observed: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return G along the last axis; a class that is empty adds nothing.

    Of equal splits, rounding may leave less than nothing, of which no p-value exists.
    """
    terms = relative_entropy(observed.astype(np.float64), expected)
    return np.maximum(2.0 * terms.sum(axis=-1), 0.0)


def _p_of(draws: NDArray[np.float64], statistic: float) -> float:
    """Return the part of drawn statistics at least as large, the observed one counted in."""
    hits = int((draws >= statistic - _slack(statistic)).sum())
    return (hits + 1) / (draws.size + 1)


def _slack(statistic: float) -> float:
    """Return how much statistics of tied splits may differ by rounding."""
    return 1e-9 * max(1.0, statistic)


def _one_sample(counts: NDArray[np.int64], shares: NDArray[np.float64]) -> GTest:
    possible = shares > 0.0
    degrees = int(possible.sum()) - 1
    if counts[~possible].any():
        return GTest(None, degrees, 0.0, 0.0, "exact")
    seen, shares = counts[possible], shares[possible] / shares[possible].sum()
    firms = int(seen.sum())
    if degrees == 0:
        return GTest(0.0, 0, 1.0, 1.0, "exact")
    statistic = float(_statistic(seen, firms * shares))
    p_asymptotic = chi_square_exceeds(degrees, statistic)
    if firms <= EXACT_FIRMS:
        return GTest(statistic, degrees, p_asymptotic, _exact(statistic, firms, shares), "exact")
    draws = np.random.Generator(np.random.Philox(SEED)).multinomial(firms, shares, size=DRAWS)
    p_value = _p_of(_statistic(draws, firms * shares), statistic)
    return GTest(statistic, degrees, p_asymptotic, p_value, "Monte Carlo")


def _exact(statistic: float, firms: int, shares: NDArray[np.float64]) -> float:
    """Return the probability of all splits whose statistic is as large."""
    from scipy.special import gammaln, xlogy

    splits = _splits(firms, shares.size)
    reached = splits[_statistic(splits, firms * shares) >= statistic - _slack(statistic)]
    each = (xlogy(reached, shares) - gammaln(reached + 1)).sum(axis=1)
    return min(float(np.exp(gammaln(firms + 1) + each).sum()), 1.0)


def _splits(firms: int, classes: int) -> NDArray[np.int64]:
    """Return all ways to split firms over classes, (splits, classes)."""
    axes = np.meshgrid(*[np.arange(firms + 1)] * (classes - 1), indexing="ij", copy=False)
    heads = np.stack([axis.ravel() for axis in axes], axis=1)
    heads = heads[heads.sum(axis=1) <= firms]
    return np.column_stack([heads, firms - heads.sum(axis=1)])


def _two_samples(counts: NDArray[np.int64], others: NDArray[np.int64]) -> GTest:
    present = (counts + others) > 0
    table = np.stack([counts, others])[:, present]
    degrees = int(present.sum()) - 1
    if degrees == 0:
        return GTest(0.0, 0, 1.0, 1.0, "exact")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(_statistic(table, expected).sum())
    p_asymptotic = chi_square_exceeds(degrees, statistic)
    margins, firms = table.sum(axis=0), int(table[0].sum())
    if int(margins.sum()) >= _LARGEST_MARGINS:
        return GTest(statistic, degrees, p_asymptotic, p_asymptotic, "asymptotic")
    # Given both margins, under equal shares, the firms of one run are drawn without putting back.
    generator = np.random.Generator(np.random.Philox(SEED))
    drawn = generator.multivariate_hypergeometric(margins, firms, size=DRAWS, method="marginals")
    pairs = np.stack([drawn, margins - drawn], axis=1)
    draws = _statistic(pairs, expected).sum(axis=-1)
    return GTest(statistic, degrees, p_asymptotic, _p_of(draws, statistic), "Monte Carlo")
