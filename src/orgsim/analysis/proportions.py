"""Limits and tests of proportions: a few short formulas, which import next to nothing.

Statsmodels has them all and is their judge in the tests; to import it takes longer than the rest of
a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray


def standard_errors(error: float) -> float:
    """Return how many standard errors a two-sided normal interval reaches to each side."""
    return -NormalDist().inv_cdf(error / 2.0)


def clopper_pearson(count: int, total: int, error: float) -> tuple[float, float]:
    """Return exact confidence limits of a proportion, with two-sided ``error``.

    References
    ----------
    C. J. Clopper and E. S. Pearson (1934), The use of confidence or fiducial limits illustrated in
    the case of the binomial, Biometrika 26(4), 404-413.
    """
    from scipy.special import betaincinv

    low = betaincinv(count, total - count + 1, error / 2.0) if count > 0 else 0.0
    high = betaincinv(count + 1, total - count, 1.0 - error / 2.0) if count < total else 1.0
    return float(low), float(high)


def agresti_caffo(
    counts: NDArray[np.int64], others: NDArray[np.int64], total: int, error: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return confidence limits of differences of independent proportions, with two-sided ``error``.

    One success and one failure are added to each sample before the normal approximation.

    Parameters
    ----------
    counts, others : int64 (n,)
        Successes in the one sample and in the other, each of ``total``.

    References
    ----------
    A. Agresti and B. Caffo (2000), Simple and effective confidence intervals for proportions and
    differences of proportions result from adding two successes and two failures, The American
    Statistician 54(4), 280-288.
    """
    one, two = (counts + 1.0) / (total + 2.0), (others + 1.0) / (total + 2.0)
    spread = np.sqrt((one * (1.0 - one) + two * (1.0 - two)) / (total + 2.0))
    reach = standard_errors(error) * spread
    return np.maximum(one - two - reach, -1.0), np.minimum(one - two + reach, 1.0)


def odds_ratio_with_limits(table: NDArray[np.float64], error: float) -> tuple[float, float, float]:
    """Return the odds ratio of a 2 x 2 table and its confidence limits, with two-sided ``error``.

    Normal in its logarithm; where a cell is empty, half is added to all.

    References
    ----------
    B. Woolf (1955), On estimating the relation between blood group and disease, Annals of Human
    Genetics 19(4), 251-253. J. B. S. Haldane (1956), The estimation and significance of the
    logarithm of a ratio of frequencies, Annals of Human Genetics 20(4), 309-311.
    """
    cells = table + 0.5 if (table == 0.0).any() else table
    (a, b), (c, d) = cells
    reach = standard_errors(error) * float(np.sqrt((1.0 / cells).sum()))
    middle = float(np.log(a * d / (b * c)))
    low, ratio, high = np.exp([middle - reach, middle, middle + reach]).tolist()
    return ratio, low, high


def exact_mcnemar(out: int, into: int) -> float:
    """Return the p-value of as many changes one way as the other, exact and two-sided.

    References
    ----------
    Q. McNemar (1947), Note on the sampling error of the difference between correlated proportions
    or percentages, Psychometrika 12(2), 153-157.
    """
    from scipy.special import bdtr

    changed = out + into
    return min(2.0 * float(bdtr(min(out, into), changed, 0.5)), 1.0) if changed else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for being several, which keep the joint error.

    References
    ----------
    S. Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6(2), 65-70.
    """
    raw = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(raw, kind="stable")
    steps = np.maximum.accumulate(raw[order] * np.arange(raw.size, 0, -1))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(steps, 1.0)
    return [float(value) for value in adjusted]
