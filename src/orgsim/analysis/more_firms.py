"""After an inconclusive verdict: how many more firms should decide.

Firms are added to those that are there, so the plan starts from what these say. For every side
of every share that the equivalence test leaves open, two truths are supposed, both a resolution
away from the tolerance: just near enough, and just too far. The plan is the number of firms with
which the verdict would find out whichever is true with probability ``POWER`` at least, by the
normal approximation. Truths that the firms at hand exclude are left out.

The resolution is a fifth of the tolerance, a point of five; where the firms at hand exclude every
truth so far from the tolerance, it is halved until they do not. Nearer to the tolerance, no
number of firms is sure to decide.

Of a reference that is itself a sample, its own error stays however many firms are added here. Where
it is too large for the resolution, that is doubled until it is not, up to the tolerance: beyond,
there is no such number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.differences import Differences, sample_variance
from orgsim.analysis.reference import Reference

POWER = 0.87
"""Planned probability of a decision; 0.80 is promised, and the normal approximation errs."""

_STEPS = 5
"""Tolerances are planned to a fifth."""

MOST_FIRMS = 10**10
"""More are not named: nobody would simulate them."""

_HALVINGS = 12

_FEWEST = 20
"""Not less than a twentieth of the firms at hand is added: it would hardly change the verdict."""


def more_firms(
    counts: NDArray[np.int64],
    reference: Reference,
    found: Differences,
    tolerance: float,
    error: float,
) -> tuple[int | None, float]:
    """Return how many firms to add, and how far from the tolerance they are sure to decide.

    Parameters
    ----------
    counts : int64 (4,)
        Firms by scenario, on which the verdict is inconclusive.
    reference : Reference
    found : Differences
        Of the two.
    tolerance : float
        Above 0.
    error : float
        As in :class:`orgsim.analysis.verdict.Verdict`.

    Returns
    -------
    more : int or None
        None: no number of firms that could be simulated would do.
    resolution : float
    """
    left_open = np.concatenate([found.p_below(tolerance), found.p_above(-tolerance)]) > error

    def plan(resolution: float) -> _Plan:
        return _Plan(counts, reference, left_open, tolerance, error, resolution)

    resolution = tolerance / _STEPS
    for _ in range(_HALVINGS):
        if plan(resolution).is_open:
            break
        resolution /= 2.0
    more = _firms_for(plan(resolution))
    while more is None and 2.0 * resolution <= tolerance:
        resolution *= 2.0
        more = _firms_for(plan(resolution))
    return more, resolution


def _firms_for(plan: _Plan) -> int | None:
    """Return the least firms to add for the planned power; None if no number will do."""
    if not plan.is_open:
        return None
    least, most = 0, max(plan.firms // _FEWEST, 1)
    while plan.power(most) < POWER:
        least, most = most, 2 * most
        if most > MOST_FIRMS:
            return None
    while most - least > max(1, most // 200):
        middle = (least + most) // 2
        least, most = (least, middle) if plan.power(middle) >= POWER else (middle, most)
    return _rounded_up(most)


def _rounded_up(firms: int) -> int:
    """Return a number with two digits that mean something, for it is an estimate.

    Examples
    --------
    >>> _rounded_up(23_456), _rounded_up(7), _rounded_up(1_001)
    (24000, 7, 1100)
    """
    unit = 10 ** max(len(str(firms)) - 2, 0)
    return -(-firms // unit) * unit


class _Plan:
    """Supposed truths, and how probably some more firms find out about the worst of them.

    All shares are turned so that the tolerance lies above them: that a share of the reference
    is missed by too little is its complement missed by too much. So there are eight sides.
    """

    def __init__(
        self,
        counts: NDArray[np.int64],
        reference: Reference,
        left_open: NDArray[np.bool_],
        tolerance: float,
        error: float,
        resolution: float,
    ) -> None:
        from scipy.special import ndtri

        self.firms = int(counts.sum())
        seen = counts / self.firms
        shares = np.concatenate([np.array(reference.shares), 1.0 - np.array(reference.shares)])
        self._seen = np.concatenate([seen, 1.0 - seen])
        self._bound = shares + tolerance
        kinds = len(counts)
        self._other_variance = np.zeros(2 * kinds)
        if reference.counts is not None:
            variance = sample_variance(np.array(reference.counts, dtype=np.int64))
            self._other_variance = np.concatenate([variance, variance])
        self._quantile_match = -float(ndtri(error))
        self._quantile_mismatch = -float(ndtri(error / kinds))
        # What neither test has excluded lies within this many standard errors.
        self._quantile_plausible = -float(ndtri(error / (2 * kinds)))
        self._near = left_open & self._plausible(self._bound - resolution)
        self._far = left_open & self._plausible(self._bound + resolution)
        self._resolution = resolution

    @property
    def is_open(self) -> bool:
        """Whether the firms at hand leave some supposed truth possible."""
        return bool(self._near.any() or self._far.any())

    def _variance(self, share: NDArray[np.float64], firms: int) -> NDArray[np.float64]:
        return share * (1.0 - share) / firms + self._other_variance

    def _plausible(self, truth: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which truths the firms at hand do not exclude."""
        within = (truth > 0.0) & (truth < 1.0)
        safe = np.where(within, truth, 0.5)
        spread = np.sqrt(self._variance(safe, self.firms))
        return within & (np.abs(self._seen - safe) <= self._quantile_plausible * spread)

    def power(self, more: int) -> float:
        """Return the least probability of a decision over the supposed truths.

        Near ones are found out by a match, for which all open sides must be; as they are tied
        to each other, the chances to miss one are added up (Bonferroni).
        """
        near = self._chance(more, -self._resolution, -self._quantile_match, above=False)
        far = self._chance(more, self._resolution, self._quantile_mismatch, above=True)
        missed = float((1.0 - near[self._near]).sum())
        found = float(far[self._far].min(initial=1.0))
        return min(1.0 - missed, found)

    def _chance(
        self, more: int, beside: float, quantile: float, *, above: bool
    ) -> NDArray[np.float64]:
        """Return the chances that shares end beyond the critical value, by side.

        Parameters
        ----------
        more : int
            Firms added.
        beside : float
            Where the truth is, from the bound.
        quantile : float
            The critical value, in standard errors from the bound.
        above : bool
            Whether beyond is above.
        """
        from scipy.special import ndtr

        firms = self.firms + more
        truth = np.clip(self._bound + beside, 0.0, 1.0)
        bound = np.clip(self._bound, 0.0, 1.0)
        critical = bound + quantile * np.sqrt(self._variance(bound, firms))
        middle, variance = self._expected(truth, more)
        # Where nothing varies, half a firm decides.
        spread = np.maximum(np.sqrt(variance), 0.5 / firms)
        below: NDArray[np.float64] = ndtr((critical - middle) / spread)
        return 1.0 - below if above else below

    def _expected(
        self, truth: NDArray[np.float64], more: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean and variance of the shares once more firms are there, given these.

        The difference seen is a supposed truth and two errors, that of the firms at hand and
        that of the reference, in proportion to their variances as far as anyone can tell. Of
        the first, what the new firms leave of its weight remains; of the second, all.
        """
        firms = self.firms + more
        weight = self.firms / firms
        variance = truth * (1.0 - truth)
        own, other = np.maximum(variance, 1e-12) / self.firms, self._other_variance
        remains = (weight * own + other) / (own + other)
        middle = truth + remains * (self._seen - truth)
        known = weight**2 * own + other - remains**2 * (own + other)
        return middle, np.maximum(known, 0.0) + more * variance / firms**2
