"""The next proposal, made of all weighted points so far.

Few points of the first waves are near the posterior. Their target is tempered, the likelihood
raised to a power below 1, so that a fit always stands on enough points and narrows in steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.calibration.importance import effective_size, normalised
from orgsim.analysis.calibration.proposals import (
    PROPOSAL_GRID,
    Proposal,
    probits,
    standardised,
    uniform_proposal,
)

Floats = NDArray[np.float64]

DEFENSIVE = 0.05
"""Share of draws from the prior. No weight is above 20 times what it would be there, and a region
that no fit knows may still be hit, as often as the prior hits it. A tenth instead of a twentieth
costs 6 % of the effective size."""

MOST_COMPONENTS = 4
"""A ridge or a bent region takes two or three, and so do as many regions. Each further one of four
parameters has 15 numbers to be fitted."""

SIZE_A_PARAMETER = 5
"""Effective points for each parameter and one more, on which a fit stands at least."""

WIDE_SHARE, WIDENED = 0.1, 2.0
"""One draw in ten of a component comes from one of twice its standard deviations: tails that a
normal distribution lacks, as where a posterior leans on a bound of its prior. To widen all of them
instead cost 8 to 15 % of the effective size for 7 % more and 21 to 30 % for 15 % more, with two
normal posteriors of four parameters, and helped less in a corner."""

_POWERS = 2**16
_STEPS = 50
_SETTLED = 1e-5
_NARROWEST = 2.0**-10


class Fit(NamedTuple):
    """The next proposal, and what it stands on.

    Attributes
    ----------
    proposal : Proposal
    power : float
        To which the likelihood was raised, from 0 to 1.
    effective_size : float
        Of the points with that target.
    """

    proposal: Proposal
    power: float
    effective_size: float


def fit_proposal(
    unit: Floats,
    log_target: Floats,
    log_mixture: Floats,
    *,
    fewest: float | None = None,
    most_components: int = MOST_COMPONENTS,
    defensive: float = DEFENSIVE,
) -> Fit:
    """Fit a mixture of normal distributions of probits to weighted points.

    The power of the likelihood is the highest with which the effective size is no less than
    ``fewest``. Components are fitted by expectation and maximisation; how many, up to
    ``most_components``, is what the Bayesian information criterion says with the effective size as
    the number of points: that many are paid for by the points.

    All numbers are rounded to multiples of 2^-16, since they come of sums whose last digits differ
    between machines. That an error of 1e-12 carries one of 100 numbers over to the next multiple
    all the same has a chance of 1 in 80,000 a fit; that one carries the choice of the power or of
    the components over to another, less.

    Parameters
    ----------
    unit : float64 (points, dimensions)
        In the unit cube.
    log_target, log_mixture : float64 (points,)
        As :class:`~orgsim.analysis.calibration.importance.Weights` has them.
    fewest : float, optional
        Effective points that a fit stands on; ``SIZE_A_PARAMETER`` for each parameter and one
        more if not given.
    most_components : int
    defensive : float
        Share of draws from the prior.

    Returns
    -------
    Fit
        The uniform proposal where there are too few points with any likelihood to fit one.
    """
    dimensions = unit.shape[1]
    least = SIZE_A_PARAMETER * (dimensions + 1.0) if fewest is None else float(fewest)
    some = log_target > -np.inf
    if int(some.sum()) < dimensions + 2:
        return Fit(uniform_proposal(dimensions), 0.0, float(some.sum()))
    target, mixture = log_target[some], log_mixture[some]
    power = _power(target, mixture, least)
    weight = normalised(power * target - mixture)
    size = effective_size(weight)
    at = probits(unit[some])
    kept = weight > 1e-9 * weight.max()
    fitted = _best(at[kept], weight[kept] / weight[kept].sum(), size, most_components)
    return Fit(_rounded(fitted, defensive), power, size)


def _power(log_target: Floats, log_mixture: Floats, fewest: float) -> float:
    """Return the highest power with enough effective points, by halving; a multiple of 2^-16.

    At the power 0 the points are weighted as draws from the prior, whose size is what there is:
    where not even these are enough, a quarter of their size is.
    """

    def size(step: int) -> float:
        return effective_size(normalised(step / _POWERS * log_target - log_mixture))

    wanted = min(fewest, size(0) / 4.0)
    low, high = 0, _POWERS
    if size(high) >= wanted:
        return 1.0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if size(middle) >= wanted else (low, middle)
    return low / _POWERS


class _Mixture(NamedTuple):
    shares: Floats  # (components,)
    means: Floats  # (components, dimensions)
    covariances: Floats  # (components, dimensions, dimensions)


def _best(at: Floats, weight: Floats, size: float, most: int) -> _Mixture:
    """Return the mixture that the points pay for."""
    dimensions = at.shape[1]
    mean = weight @ at
    overall = _covariance(at - mean, weight)
    numbers = 1 + dimensions + dimensions * (dimensions + 1) // 2
    best, lowest, tried = None, np.inf, 0
    for count in range(1, most + 1):
        if best is not None and (size < 2 * count * (dimensions + 1) or count > tried + 2):
            break  # too few points, or two more were no better
        mixture, mean_log = _fitted(at, weight, size, overall, _centres(at, weight, overall, count))
        criterion = -2.0 * size * mean_log + (count * numbers - 1) * np.log(max(size, 2.0))
        if best is None or criterion < lowest:
            best, lowest, tried = mixture, criterion, count
    assert best is not None
    return best


def _centres(at: Floats, weight: Floats, overall: Floats, count: int) -> Floats:
    """Return where components begin: apart from each other, and where weight is."""
    factor = np.asarray(np.linalg.cholesky(overall), dtype=np.float64)
    apart = standardised(at, np.asarray(weight @ at), factor)
    nearest = (apart**2).sum(axis=1)
    if count == 1:
        return (weight @ at)[None, :]
    chosen: list[int] = []
    for _ in range(count):
        chosen.append(int(np.argmax(weight * nearest)))
        away = ((apart - apart[chosen[-1]]) ** 2).sum(axis=1)
        nearest = away if len(chosen) == 1 else np.minimum(nearest, away)
    centres = apart[chosen]
    for _ in range(10):
        own = np.argmin(((apart[:, None, :] - centres) ** 2).sum(axis=2), axis=1)
        mass = np.bincount(own, weight, count)
        sums = [np.bincount(own, weight * column, count) for column in apart.T]
        centres = np.where(mass[:, None] > 0.0, np.transpose(sums) / mass[:, None], centres)
    return np.asarray(weight @ at + centres @ factor.T)


def _fitted(
    at: Floats, weight: Floats, size: float, overall: Floats, centres: Floats
) -> tuple[_Mixture, float]:
    """Return a mixture by expectation and maximisation, and its mean log-density of probits.

    Covariances are drawn towards the first guess as by some points more, or few points in a
    component would make it flat.
    """
    count, dimensions = centres.shape
    prior = dimensions + 1.0
    guess = overall / count ** (2.0 / dimensions) if count > 1 else overall
    mixture = _Mixture(np.full(count, 1.0 / count), centres, np.tile(guess, (count, 1, 1)))
    before = -np.inf
    mean_log = before
    for _ in range(_STEPS):
        logs = _logs(at, mixture)
        total = np.logaddexp.reduce(logs, axis=0)
        mean_log = float(weight @ total)
        if mean_log - before < _SETTLED or (count == 1 and before > -np.inf):
            break
        before = mean_log
        own = np.exp(logs - total) * weight
        mass = own.sum(axis=1)
        means = (own @ at) / np.maximum(mass, 1e-300)[:, None]
        spreads = [
            (_covariance(at - mean, part) * size + prior * guess) / (size * part.sum() + prior)
            for mean, part in zip(means, own, strict=True)
        ]
        mixture = _Mixture(mass / mass.sum(), means, np.stack(spreads))
    return mixture, mean_log


def _covariance(apart: Floats, weight: Floats) -> Floats:
    """Return the weighted sum of products of deviations, not singular: (dimensions, dimensions)."""
    return np.asarray((apart * weight[:, None]).T @ apart + _NARROWEST**2 * np.eye(apart.shape[1]))


def _logs(at: Floats, mixture: _Mixture) -> Floats:
    """Return log-densities of components, with their shares: (components, points)."""
    logs = np.empty((len(mixture.shares), len(at)))
    for number, (share, mean, covariance) in enumerate(zip(*mixture, strict=True)):
        factor = np.linalg.cholesky(covariance)
        square = (standardised(at, mean, factor) ** 2).sum(axis=1)
        log_share = np.log(max(share, 1e-300))
        logs[number] = log_share - 0.5 * square - np.log(np.diagonal(factor)).sum()
    return logs - 0.5 * at.shape[1] * np.log(2.0 * np.pi)


def _rounded(mixture: _Mixture, defensive: float) -> Proposal:
    """Return a proposal whose numbers are multiples of 2^-16 and whose shares add up to 1."""
    factors = np.linalg.cholesky(mixture.covariances)
    factors = np.concatenate([factors, WIDENED * factors])
    factors = np.round(factors * PROPOSAL_GRID) / PROPOSAL_GRID
    diagonal = np.einsum("kdd->kd", factors)
    np.maximum(diagonal, _NARROWEST, out=diagonal)
    fitted = np.concatenate([(1.0 - WIDE_SHARE) * mixture.shares, WIDE_SHARE * mixture.shares])
    shares = np.round(np.append(defensive, (1.0 - defensive) * fitted) * PROPOSAL_GRID)
    shares[1 + np.argmax(shares[1:])] += PROPOSAL_GRID - shares.sum()
    means = np.round(mixture.means * PROPOSAL_GRID) / PROPOSAL_GRID
    return Proposal(shares / PROPOSAL_GRID, np.tile(means, (2, 1)), factors)
