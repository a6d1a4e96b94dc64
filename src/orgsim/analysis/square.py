"""The article's 2 x 2: active or passive firms, best or worst case.

Active firms rebuild the roles (CEMO, CMTO), passive ones keep them. Best and worst are the
article's labels: of active firms, CEMO is the better end; of passive ones, that both pillars talk.
The odds ratio says whether active firms end well more often than passive ones: above 1 they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.proportions import clopper_pearson, odds_ratio_with_limits
from orgsim.analysis.reference import Reference


@dataclass(frozen=True)
class Estimate:
    """A quantity, its interval, and what the reference gives.

    Attributes
    ----------
    value, low, high : float
        Each interval by itself covers the truth with the stated probability.
    reference : float or None
        None where it does not exist: a ratio over nothing.
    """

    value: float
    low: float
    high: float
    reference: float | None


@dataclass(frozen=True)
class Square:
    """Margins and odds ratio of the 2 x 2.

    Attributes
    ----------
    active, best : Estimate
        Shares of firms.
    odds_ratio : Estimate
        (CEMO x CMO vs CTO) / (CMTO x CMO and CTO). Where a scenario is empty, half a firm is added
        to each.
    reference_range : (float, float or None) or None
        Odds ratios that the reference's rounding leaves possible; None where it is not rounded. An
        upper end of None is infinite.
    """

    active: Estimate
    best: Estimate
    odds_ratio: Estimate
    reference_range: tuple[float, float | None] | None


def square_of(counts: NDArray[np.int64], reference: Reference, error: float) -> Square:
    """Return the 2 x 2 view of counts (4,) beside a reference.

    Intervals: of shares after Clopper and Pearson, of the odds ratio after Woolf, each with
    ``error`` by itself.
    """
    shares = np.array(reference.shares)
    firms = int(counts.sum())

    def margin(first: int, second: int) -> Estimate:
        count = int(counts[first] + counts[second])
        low, high = clopper_pearson(count, firms, error)
        return Estimate(count / firms, low, high, float(shares[first] + shares[second]))

    # Rows: active, passive; columns: best, worst.
    table = counts.reshape(2, 2).astype(np.float64)
    ratio = Estimate(*odds_ratio_with_limits(table, error), odds_ratio(shares))
    return Square(
        active=margin(0, 1),
        best=margin(0, 2),
        odds_ratio=ratio,
        reference_range=_rounded_range(shares, reference.rounding),
    )


def odds_ratio(shares: NDArray[np.float64]) -> float | None:
    """Return the odds ratio of four shares, None where it is infinite or undefined."""
    over = shares[1] * shares[2]
    return float(shares[0] * shares[3] / over) if over > 0.0 else None


def _rounded_range(
    shares: NDArray[np.float64], rounding: float | None
) -> tuple[float, float | None] | None:
    """Return the odds ratios of splits that round to these shares.

    Least where CEMO and CMO vs CTO are as small, the others as large as may be; the sum stays.
    """
    if rounding is None:
        return None
    turn = rounding * np.array([1.0, -1.0, -1.0, 1.0])
    least = odds_ratio(np.maximum(shares - turn, 0.0))
    return (least or 0.0, odds_ratio(np.maximum(shares + turn, 0.0)))
