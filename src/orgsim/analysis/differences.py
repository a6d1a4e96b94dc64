"""What counts say of each share's difference from a reference: p-values and limits.

Of a known reference they are exact: in a multinomial sample every single count is binomial. Of a
reference that is a sample, too, they are those of Agresti and Caffo, which add a firm to either
side of each share before they take the normal approximation.

References
----------
C. J. Clopper and E. S. Pearson (1934), The use of confidence or fiducial limits illustrated in the
case of the binomial, Biometrika 26(4), 404-413.

A. Agresti and B. Caffo (2000), Simple and effective confidence intervals for proportions and
differences of proportions result from adding two successes and two failures, The American
Statistician 54(4), 280-288.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.reference import Reference

_SLACK = 1e-12
"""A share that may at most reach 0 or 1 cannot be farther off: there is nothing to test."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Differences(Protocol):
    """Simulated shares less those of a reference, scenario by scenario.

    Attributes
    ----------
    difference : float64 (..., 4)
    """

    difference: Floats

    def p_below(self, value: float) -> Floats:
        """Return p-values against differences of ``value`` or more: small where they are less."""
        ...

    def p_above(self, value: float) -> Floats:
        """Return p-values against differences of ``value`` or less: small where they are more."""
        ...

    def p_outside(self, tolerance: float) -> Floats:
        """Return p-values against differences of at most ``tolerance`` either way."""
        ...

    def limits(self, error: float) -> tuple[Floats, Floats]:
        """Return confidence limits, each of which errs with at most the given probability."""
        ...


class FromKnown:
    """Differences from known shares, with exact binomial p-values and limits.

    Parameters
    ----------
    counts : int64 (..., 4)
        Firms by scenario; a stack of them gives a stack of everything.
    shares : float64 (4,)
    """

    def __init__(self, counts: Integers, shares: Floats) -> None:
        self._counts = np.asarray(counts, dtype=np.int64)
        self._firms = self._counts.sum(axis=-1, keepdims=True)
        self._shares = shares
        self.difference: Floats = self._counts / self._firms - shares

    def p_below(self, value: float) -> Floats:
        """See :class:`Differences`."""
        bound = self._shares + value
        tail = _at_most(self._counts, self._firms, np.clip(bound, 0.0, 1.0))
        return np.where(bound > 1.0 - _SLACK, 0.0, tail)

    def p_above(self, value: float) -> Floats:
        """See :class:`Differences`."""
        bound = self._shares + value
        tail = _at_least(self._counts, self._firms, np.clip(bound, 0.0, 1.0))
        return np.where(bound < _SLACK, 0.0, tail)

    def p_outside(self, tolerance: float) -> Floats:
        """See :class:`Differences`.

        Whoever rejects counts that are too large will also reject those that are too small by
        as much. The probability of either is largest at one end of what is tolerated; where the
        ends are far apart in standard errors, the second tail adds nothing.
        """
        n = self._firms
        low = np.clip(self._shares - tolerance, 0.0, 1.0)
        high = np.clip(self._shares + tolerance, 0.0, 1.0)
        tail = np.minimum(_at_least(self._counts, n, high), _at_most(self._counts, n, low))
        least = _last_within(tail, n, low)
        most = n - _last_within(tail, n, 1.0 - high)
        size = [_at_most(least, n, end) + _at_least(most, n, end) for end in (low, high)]
        return np.clip(np.maximum(*size), tail, 1.0)

    def limits(self, error: float) -> tuple[Floats, Floats]:
        """See :class:`Differences`; after Clopper and Pearson."""
        from scipy.special import betaincinv

        x, n = self._counts.astype(np.float64), self._firms.astype(np.float64)
        low = np.where(x > 0, betaincinv(np.maximum(x, 1.0), n - x + 1.0, error), 0.0)
        high = np.where(x < n, betaincinv(x + 1.0, np.maximum(n - x, 1.0), 1.0 - error), 1.0)
        return low - self._shares, high - self._shares


def _at_most(counts: Integers, firms: Integers, share: Floats) -> Floats:
    """Return the binomial probability of so many firms or fewer."""
    from scipy.special import betaincc

    counts = np.broadcast_to(counts, np.broadcast_shapes(counts.shape, firms.shape))
    inside = (counts >= 0) & (counts < firms)
    x = np.where(inside, counts, 0)
    tail = betaincc(x + 1.0, np.maximum(firms - x, 1.0), share)
    return np.where(inside, tail, np.where(counts < 0, 0.0, 1.0))


def _at_least(counts: Integers, firms: Integers, share: Floats) -> Floats:
    """Return the binomial probability of so many firms or more."""
    return _at_most(firms - counts, firms, 1.0 - share)


def _last_within(tail: Floats, firms: Integers, share: Floats) -> Integers:
    """Return the largest count of which so many or fewer have at most a given probability."""
    from scipy.special import bdtrik

    with np.errstate(invalid="ignore"):
        guess = np.floor(bdtrik(tail, firms, share))
    found = np.where(np.isfinite(guess), guess, -1.0).astype(np.int64)
    for _ in range(2):  # the guess is off by one at most, either way
        found = np.where(_at_most(found, firms, share) > tail, found - 1, found)
    following = _at_most(found + 1, firms, share)
    return np.where(following <= tail, found + 1, found)


class FromSample:
    """Differences from the shares of another sample, after Agresti and Caffo.

    Parameters
    ----------
    counts : int64 (..., 4)
        Firms by scenario; a stack of them gives a stack of everything.
    others : int64 (4,)
        Firms by scenario of the reference.
    """

    def __init__(self, counts: Integers, others: Integers) -> None:
        counts = np.asarray(counts, dtype=np.int64)
        n, m = counts.sum(axis=-1, keepdims=True), int(others.sum())
        p, q = (counts + 1.0) / (n + 2.0), (others + 1.0) / (m + 2.0)
        self._middle: Floats = p - q
        variance = p * (1.0 - p) / (n + 2.0) + sample_variance(others)
        self._spread: Floats = np.sqrt(variance)
        self.difference: Floats = counts / n - others / m

    def p_below(self, value: float) -> Floats:
        """See :class:`Differences`."""
        from scipy.special import ndtr

        if value >= 1.0:  # no share can be as far above
            return np.zeros_like(self._middle)
        return ndtr((self._middle - value) / self._spread)

    def p_above(self, value: float) -> Floats:
        """See :class:`Differences`."""
        from scipy.special import ndtr

        if value <= -1.0:
            return np.zeros_like(self._middle)
        return ndtr((value - self._middle) / self._spread)

    def p_outside(self, tolerance: float) -> Floats:
        """See :class:`Differences`."""
        from scipy.special import ndtr

        beyond = (np.abs(self._middle) - tolerance) / self._spread
        return ndtr(-beyond) + ndtr(-beyond - 2.0 * tolerance / self._spread)

    def limits(self, error: float) -> tuple[Floats, Floats]:
        """See :class:`Differences`."""
        from scipy.special import ndtri

        reach = -float(ndtri(error)) * self._spread
        return np.maximum(self._middle - reach, -1.0), np.minimum(self._middle + reach, 1.0)


def sample_variance(counts: Integers) -> Floats:
    """Return the variances of a sample's shares, after Agresti and Caffo: never 0."""
    firms = int(counts.sum())
    share = (counts + 1.0) / (firms + 2.0)
    variance: Floats = share * (1.0 - share) / (firms + 2.0)
    return variance


def differences(counts: Integers, reference: Reference) -> Differences:
    """Return the differences of counts (..., 4) from a reference."""
    if reference.counts is not None:
        return FromSample(counts, np.array(reference.counts, dtype=np.int64))
    return FromKnown(counts, np.array(reference.shares))
