"""What the targets tell of every parameter, and which parameters they cannot tell apart.

Everything is in units of the prior, which is uniform over the cube: its variance is 1 / 12.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.calibration.importance import effective_size

Floats = NDArray[np.float64]

PRIOR_VARIANCE = 1.0 / 12.0

UNINFORMED = 0.1
"""A parameter with less contraction keeps nine tenths of its variance: the targets do not tell it.
A convention."""

TIED = 0.3
"""A combination of parameters that is known with less than this part of the variance which it
would have if they were independent is all that the targets fix. Of two parameters it is a
correlation beyond 0.7. A convention."""

TAKES_PART = 0.3
"""Least weight of a parameter in a direction of length 1, nearly a tenth of its square."""

_NOTHING = 1e-24


class Ridge(NamedTuple):
    """Parameters of which the targets fix one combination and leave open where along it.

    Attributes
    ----------
    parameters : tuple of int
        Which take part.
    along : float64 (dimensions,)
        Direction of length 1 in which the posterior of these is longest, with 0 for the others;
        its largest number is positive. Parameters with one sign rise together, with two signs one
        makes up for the other.
    length, width : float
        Standard deviations along it and, of these parameters, in the narrowest direction, in those
        of the prior.
    """

    parameters: tuple[int, ...]
    along: Floats
    length: float
    width: float


class Identifiability(NamedTuple):
    """What a posterior tells of its parameters.

    Attributes
    ----------
    mean, deviation : float64 (dimensions,)
        Of the posterior in the unit cube.
    contraction, contraction_error : float64 (dimensions,)
        1 - variance / prior variance, and its Monte-Carlo error. Below 0 where the posterior is
        wider than the prior, as with a mode at either end.
    correlation : float64 (dimensions, dimensions)
        NaN of a parameter that does not vary.
    left : float64 (dimensions,)
        Shares of the prior's variance that are left in the directions, the largest first.
    directions : float64 (dimensions, dimensions)
        A row each, of length 1 and at right angles; the largest number is positive.
    uninformed : bool (dimensions,)
        Where the contraction is below ``UNINFORMED``.
    ridges : tuple of Ridge
    effective_size : float
    """

    mean: Floats
    deviation: Floats
    contraction: Floats
    contraction_error: Floats
    correlation: Floats
    left: Floats
    directions: Floats
    uninformed: NDArray[np.bool_]
    ridges: tuple[Ridge, ...]
    effective_size: float


def identifiability(unit: Floats, weight: Floats) -> Identifiability:
    """Return what weighted draws of a posterior tell of its parameters.

    Variances are divided by 1 - sum w^2, as much as is lost by taking deviations from the draws'
    own mean. Errors follow from the influence of every draw.

    Parameters
    ----------
    unit : float64 (points, dimensions)
        In the unit cube.
    weight : float64 (points,)
        They add up to 1.

    Raises
    ------
    ValueError
        If fewer than two draws have weight.
    """
    taken_up = 1.0 - float((weight**2).sum())
    if not taken_up > 1e-12:
        raise ValueError("fewer than two draws have a weight, which tell of no variance")
    mean = weight @ unit
    apart = unit - mean
    covariance = (apart * weight[:, None]).T @ apart / taken_up
    # Points lie on a grid of 2^-20: what is left below its square is rounding.
    variance = np.where(np.diagonal(covariance) > _NOTHING, np.diagonal(covariance), 0.0)
    influence = weight[:, None] * (apart**2 - weight @ apart**2)
    error = np.sqrt((influence**2).sum(axis=0)) / PRIOR_VARIANCE
    deviation = np.sqrt(variance)
    known = np.where(variance > 0.0, deviation, np.nan)
    correlation = covariance / np.outer(known, known)
    contraction = 1.0 - variance / PRIOR_VARIANCE
    left, directions = _directions(covariance / PRIOR_VARIANCE)
    return Identifiability(
        mean=mean,
        deviation=deviation,
        contraction=contraction,
        contraction_error=error,
        correlation=correlation,
        left=left,
        directions=directions,
        uninformed=contraction < UNINFORMED,
        ridges=_ridges(covariance / PRIOR_VARIANCE, correlation),
        effective_size=effective_size(weight),
    )


def _directions(matrix: Floats) -> tuple[Floats, Floats]:
    """Return eigenvalues, the largest first, and eigenvectors by row."""
    values, vectors = np.linalg.eigh(matrix)
    rows = vectors.T[::-1]
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    return np.maximum(values[::-1], 0.0), np.asarray(rows * np.where(largest < 0.0, -1.0, 1.0))


def _ridges(covariance: Floats, correlation: Floats) -> tuple[Ridge, ...]:
    """Return a ridge for every combination that is known far better than its parameters.

    Those are the short axes of the correlations, where each parameter has its own posterior's unit:
    the long axis of the covariance would be the least known parameter nearly alone, whatever else
    hangs on it.
    """
    varies = np.flatnonzero(np.isfinite(np.diagonal(correlation)))
    if varies.size < 2:
        return ()
    values, rows = _directions(correlation[np.ix_(varies, varies)])
    ridges = []
    for value, row in zip(values[::-1], rows[::-1], strict=True):
        members = varies[np.abs(row) >= TAKES_PART]
        if value >= TIED or members.size < 2:
            continue
        left, directions = _directions(covariance[np.ix_(members, members)])
        along = np.zeros(len(covariance))
        along[members] = directions[0]
        length, width = np.sqrt(left[[0, -1]]).tolist()
        ridges.append(Ridge(tuple(members.tolist()), along, length, width))
    return tuple(ridges)


class ValueOfInformation(NamedTuple):
    """What further outputs would tell; arrays are (dimensions, outputs) where not said.

    Attributes
    ----------
    removed : float64
        Share of a parameter's posterior variance that would go; NaN where the output does not vary.
    removed_error : float64
        Its Monte-Carlo error.
    chance : float
        What an output that tells nothing exceeds in one case of 20.
    varies : bool (outputs,)
        False where an output varies over the posterior no more than its sampling noise.
    lacking : int64 (outputs,)
        Draws with weight that lack a number and were left out.
    """

    removed: Floats
    removed_error: Floats
    chance: float
    varies: NDArray[np.bool_]
    lacking: NDArray[np.int64]


def value_of_information(
    unit: Floats,
    weight: Floats,
    values: Floats,
    errors: Floats,
    *,
    noise: Floats | None = None,
) -> ValueOfInformation:
    """Return how much of each parameter's variance is gone if a further output becomes known.

    By a weighted linear regression of the parameter on the output, known to an error e:
    ``cov^2 / (var x (var y + e^2))``. No distribution need be normal for that: it is what the best
    straight line removes, on average over what may be found, and with normal ones it is all that
    can be. A bent relation would remove more, and one that turns in the middle is not seen at all.
    Means over intervals of the output would see both, but not with an error that is wider than
    an interval; and eight of them find some 7 / 300 of 300 draws in outputs that tell nothing.

    Parameters
    ----------
    unit : float64 (points, dimensions)
        In the unit cube.
    weight : float64 (points,)
        They add up to 1.
    values : float64 (points, outputs)
        At each draw; a draw that lacks a number is left out for that output.
    errors : float64 (outputs,)
        Standard error to which each would be known, from 0.
    noise : float64 (points, outputs), optional
        Sampling variances of the values; they are no part of what would be known, and subtracted.
    """
    dimensions, outputs = unit.shape[1], values.shape[1]
    removed, spread = np.full((2, dimensions, outputs), np.nan)
    known = np.zeros_like(values) if noise is None else noise
    lacks = ~(np.isfinite(values) & np.isfinite(known))
    for output in range(outputs):
        kept = ~lacks[:, output] & (weight > 0.0)
        total = weight[kept].sum()
        if total > 0.0:
            found = _regressed(
                unit[kept],
                weight[kept] / total,
                values[kept, output],
                known[kept, output],
                errors[output],
            )
            removed[:, output], spread[:, output] = found
    varies = np.isfinite(removed).any(axis=0)
    lacking = (lacks & (weight > 0.0)[:, None]).sum(axis=0)
    size = effective_size(weight)
    chance = 3.841 / size if size > 0.0 else np.nan  # chi-square of one degree at 0.95
    return ValueOfInformation(removed, spread, chance, varies, lacking)


def _regressed(
    unit: Floats, weight: Floats, values: Floats, noise: Floats, error: float
) -> tuple[Floats, Floats]:
    """Return shares of variance that one output removes, and their errors: (dimensions,) each."""
    x, y = unit - weight @ unit, values - weight @ values
    of_x, of_y = weight @ x**2, float(weight @ (y**2 - noise))
    nothing = np.full(unit.shape[1], np.nan)
    # What is left of equal values is rounding, some 1e-16 of their square.
    if not of_y > 1e-12 * max(float(weight @ y**2), float(weight @ values**2) * 1e-12):
        return nothing, nothing
    all_y = of_y + error**2
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.sqrt(of_x * all_y)
        slope = (weight * y) @ x / scale
        own = x**2 / of_x + ((y**2 - noise + error**2) / all_y)[:, None]
        influence = weight[:, None] * (x * y[:, None] / scale - slope * own / 2.0)
    spread = np.sqrt((influence**2).sum(axis=0))
    # More than all cannot go; less noise than was subtracted may say so.
    return np.minimum(slope**2, 1.0), 2.0 * np.abs(slope) * spread
