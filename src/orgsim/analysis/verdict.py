"""Whether simulated shares match a reference: a verdict that errs as rarely as it says.

Split and reference match within a tolerance if every scenario's share in the population of all
firms that could be simulated lies within so much of the reference's. The verdict is one of

match
    An equivalence test rejects that some share is farther off: for every scenario two one-sided
    tests at error e, all of which must reject. As all must, no correction is due
    (intersection-union test, Berger 1982), and a false match has at most probability e.
mismatch
    A test rejects that all shares are as near: some scenario's p-value is at most e / 4
    (Bonferroni's inequality), so a false mismatch has at most probability e.
inconclusive
    Neither. It says how many more firms should decide.

The error e is 0.05, for each look at the firms. Whoever adds firms after an inconclusive verdict
looks twice, and the errors of both looks add up to 0.10 at most; of a run that stopped at
``[precision]``, e is what its rule spends on the look at which it stopped.

References
----------
R. L. Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics
24(4), 295-300.

D. J. Schuirmann (1987), A comparison of the two one-sided tests procedure and the power approach
for assessing the equivalence of average bioavailability, Journal of Pharmacokinetics and
Biopharmaceutics 15(6), 657-680.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.differences import Differences, differences
from orgsim.analysis.more_firms import more_firms
from orgsim.analysis.reference import Reference
from orgsim.analysis.shares import ERROR

MATCH, MISMATCH, INCONCLUSIVE = "match", "mismatch", "inconclusive"
VERDICTS = (MATCH, MISMATCH, INCONCLUSIVE)


@dataclass(frozen=True)
class Verdict:
    """What can be said of a split and a reference.

    Attributes
    ----------
    kind : str
        ``match``, ``mismatch`` or ``inconclusive``.
    tolerance : float
        How far every share may be off.
    error : float
        Largest probability of a false match, and of a false mismatch.
    p_match : float
        Of the equivalence test: the match is significant if at most ``error``.
    p_mismatch : float
        Of the test that all shares are within the tolerance, corrected for four scenarios.
    within : float
        Least tolerance at which the verdict would be a match: no share is farther off, but with
        probability ``error``.
    beyond : floats (4,)
        By how much the shares in ``outside`` are off at least, by limits that hold jointly; 0 of
        the others.
    outside : ints
        Scenarios that are off by more than the tolerance, the farthest first.
    more_firms : int or None
        Of an inconclusive verdict: firms to add; None where no number of them would do.
    resolution : float or None
        Of an inconclusive verdict: how near to the tolerance the distance may be for these firms
        to be enough.
    """

    kind: str
    tolerance: float
    error: float
    p_match: float
    p_mismatch: float
    within: float
    beyond: tuple[float, ...]
    outside: tuple[int, ...]
    more_firms: int | None = None
    resolution: float | None = None


def judge(
    counts: NDArray[np.int64], reference: Reference, tolerance: float, *, spent: float = 1.0
) -> Verdict:
    """Return the verdict on a split.

    Parameters
    ----------
    counts : int64 (4,)
        Firms by scenario.
    reference : Reference
    tolerance : float
        In shares: 0.05 is 5 points.
    spent : float
        Part of the error that may be spent on this look: below 1 where firms were added until a
        precision was met.
    """
    error = ERROR * spent * reference.spent
    found = differences(counts, reference)
    p_match = float(_p_match(found, tolerance))
    p_mismatch = float(_p_mismatch(found, tolerance))
    kind = str(_kinds(np.array(p_match), np.array(p_mismatch), error))
    low, high = found.limits(error)
    outside = _outside(found, tolerance, error) if kind == MISMATCH else ()
    more, resolution = None, None
    if kind == INCONCLUSIVE and tolerance > 0.0:
        more, resolution = more_firms(counts, reference, found, tolerance, error)
    return Verdict(
        kind=kind,
        tolerance=tolerance,
        error=error,
        p_match=p_match,
        p_mismatch=p_mismatch,
        within=float(np.maximum(high, -low).max()),
        beyond=_beyond(found, outside, error),
        outside=outside,
        more_firms=more,
        resolution=resolution,
    )


def kinds_of(
    counts: NDArray[np.int64],
    reference: Reference,
    tolerance: float,
    spent: NDArray[np.float64] | float = 1.0,
) -> NDArray[np.str_]:
    """Return the kinds of verdict on many splits.

    Parameters
    ----------
    counts : int64 (points, 4)
    reference : Reference
    tolerance : float
    spent : float or float64 (points,)
        As in :func:`judge`.

    Returns
    -------
    words (points,)
    """
    found = differences(counts, reference)
    error = ERROR * spent * reference.spent
    return _kinds(_p_match(found, tolerance), _p_mismatch(found, tolerance), error)


def _p_match(found: Differences, tolerance: float) -> NDArray[np.float64]:
    """Return the p-value of the equivalence test: the largest of all one-sided ones."""
    return np.maximum(found.p_below(tolerance), found.p_above(-tolerance)).max(axis=-1)


def _p_mismatch(found: Differences, tolerance: float) -> NDArray[np.float64]:
    """Return the p-value against all shares being within the tolerance."""
    p_values = found.p_outside(tolerance)
    return np.minimum(p_values.shape[-1] * p_values.min(axis=-1), 1.0)


def _kinds(
    p_match: NDArray[np.float64],
    p_mismatch: NDArray[np.float64],
    error: NDArray[np.float64] | float,
) -> NDArray[np.str_]:
    return np.where(p_match <= error, MATCH, np.where(p_mismatch <= error, MISMATCH, INCONCLUSIVE))


def _outside(found: Differences, tolerance: float, error: float) -> tuple[int, ...]:
    """Return the scenarios that are surely off by more, the farthest first."""
    p_values = found.p_outside(tolerance)
    surely = p_values <= error / p_values.shape[-1]
    order = np.argsort(-np.abs(found.difference), kind="stable")
    return tuple(int(i) for i in order if surely[i])


def _beyond(found: Differences, outside: tuple[int, ...], error: float) -> tuple[float, ...]:
    """Return by how much those scenarios are off at least, 0 of the others."""
    kinds = found.difference.shape[-1]
    low, high = found.limits(error / kinds)
    least = np.maximum(low, -high)
    return tuple(float(least[i]) if i in outside else 0.0 for i in range(kinds))
