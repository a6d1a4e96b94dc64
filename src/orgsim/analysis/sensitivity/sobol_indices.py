"""Sobol indices of blocks: which part of an output's variance comes from which parameters.

With f centred on its mean, V its variance, and the sums running over N samples::

    first order   S_g  = sum f(B) (f(AB_g) - f(A)) / N / V                  Saltelli et al. 2010
    total         T_g  = sum (f(A) - f(AB_g))^2 / 2N / V                    Jansen 1999
    of a pair     S_gh = sum (f(BA_g) f(AB_h) - f(A) f(B)) / N / V - S_g - S_h     Saltelli 2002

V is the mean squared deviation of the values of A and B together from their common mean c, on
which all values are centred.

Noise
    Let each value have an error of its own, with mean 0 and known variance: as a share p of n firms
    has, whose sampling variance is estimated without bias by p (1 - p) / (n - 1). Products of two
    blocks' values share no error, so f(B) f(AB_g), f(B) f(A) and f(BA_g) f(AB_h) have the
    expectation that they would have without. Squares do: V is too large by the mean variance v of
    the errors of A and B, times (1 - 1 / 2N), as c has taken up a little of them; T's numerator by
    half the sum of the mean variances of A and AB_g. And c shares errors with A and with B: c f(A)
    raises the first order's numerator by v_A / 2N, and c (f(A) + f(B)) that of a pair by
    (v_A + v_B) / 2N. All these are subtracted. Nothing of it holds if points share their draws:
    then errors of A and AB_g are nearly the same, and what is subtracted was never there.

References
----------
M. J. W. Jansen (1999), Analysis of variance designs for model output, Computer Physics
Communications 117(1-2), 35-43. A. Saltelli (2002), Making best use of model evaluations to compute
sensitivity indices, same journal 145(2), 280-297. A. Saltelli, P. Annoni, I. Azzini,
F. Campolongo, M. Ratto and S. Tarantola (2010), Variance based sensitivity analysis of model
output: design and estimator for the total sensitivity index, same journal 181(2), 259-270.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.blocks import Blocks, Floats
from orgsim.analysis.sensitivity.resampling import RESAMPLES, percentile_limits, resampled
from orgsim.analysis.shares import ERROR


class Estimate(NamedTuple):
    """Indices with their intervals, each float64 (groups or pairs, outputs)."""

    value: Floats
    low: Floats
    high: Floats


class SobolIndices(NamedTuple):
    """What blocks say of every group and output.

    Negative indices, and first orders above totals, are left as they are: an index near 0 is
    estimated below 0 about as often as above.

    Attributes
    ----------
    first, total : Estimate
        (groups, outputs).
    second : Estimate or None
        (pairs, outputs); None without blocks BA.
    pairs : tuple of pairs of int
        Groups of each row of ``second``, from 0.
    variance : float64 (outputs,)
        Of the output over the parameters' ranges, less what is noise.
    noise : float64 (outputs,)
        What was subtracted as noise.
    first_sum : Estimate
        (outputs,): of the first orders of the groups that were to be summed.
    varies : bool (outputs,)
        False where all values are equal, or vary no more than noise alone would in 99 of 100
        cases: indices are NaN.
    used, dropped : int
        Samples that are whole, and those that lack a value and were left out.
    """

    first: Estimate
    total: Estimate
    second: Estimate | None
    pairs: tuple[tuple[int, int], ...]
    variance: Floats
    noise: Floats
    first_sum: Estimate
    varies: NDArray[np.bool_]
    used: int
    dropped: int


BEYOND_NOISE = 2.33
"""Standard errors that a variance must exceed its noise by: chance alone does in 1 case of 100."""


def sobol_indices(
    values: Blocks,
    *,
    noise: Blocks | None = None,
    summed: int | None = None,
    error: float = ERROR,
    seed: int,
    resamples: int = RESAMPLES,
) -> SobolIndices:
    """Estimate Sobol indices of first order, total, and of pairs, with bootstrap intervals.

    Samples are resampled whole and the percentiles taken. As if they had been drawn independently,
    which points of a Sobol sequence are not: of these, intervals are rather too wide. An interval
    is NaN where in some resample the output does not vary beyond its noise.

    Parameters
    ----------
    values : Blocks
        Samples with a number missing or infinite are left out whole.
    noise : Blocks, optional
        Sampling variance of each value, if all points have draws of their own; ``ba`` is not used.
    summed : int, optional
        Of how many groups, the first ones, the first orders are summed; by default of all, to
        which a dummy would add noise.
    error : float
        That each interval leaves out.
    seed : int
        Of the resamples.
    resamples : int
    """
    whole = values.whole()
    if noise is None:
        noise = Blocks(*(np.zeros_like(block) for block in (values.a, values.b, values.ab)))
    else:
        whole &= noise._replace(ba=None).whole()
    kept, known = values.at(whole), noise.at(whole)
    used, groups, _ = kept.ab.shape
    pairs = tuple(itertools.combinations(range(0 if kept.ba is None else kept.ba.shape[1]), 2))
    found = _estimates(kept, known, np.ones((1, used)), pairs)[0]
    drawn = np.concatenate(
        [_estimates(kept, known, w, pairs) for w in resampled(seed, used, resamples)]
    )
    subtracted = _noise_of_variance(known)
    varies = _varies(found[-1], subtracted, used)
    found[:, ~varies] = drawn[:, :, ~varies] = np.nan
    low, high = percentile_limits(drawn, error)
    sums = drawn[:, : groups if summed is None else summed].sum(axis=1)
    of_sum = found[: groups if summed is None else summed].sum(axis=0)
    first, total, second, variance = (
        Estimate(found[rows], low[rows], high[rows])
        for rows in (
            slice(0, groups),
            slice(groups, 2 * groups),
            slice(2 * groups, -1),
            slice(-1, None),
        )
    )
    return SobolIndices(
        first=first,
        total=total,
        second=None if kept.ba is None else second,
        pairs=pairs,
        variance=variance.value[0],
        noise=subtracted,
        first_sum=Estimate(of_sum, *percentile_limits(sums, error)),
        varies=varies,
        used=used,
        dropped=len(whole) - used,
    )


def _varies(variance: Floats, noise: Floats, samples: int) -> NDArray[np.bool_]:
    """Return which outputs vary more than noise alone would: (outputs,).

    The variance of 2 N numbers that are noise has the standard error noise * sqrt(2 / (2 N - 1)).
    """
    beyond = BEYOND_NOISE * np.sqrt(2.0 / max(2 * samples - 1, 1)) * np.nan_to_num(noise)
    return np.isfinite(variance) & (np.nan_to_num(variance) > beyond)


class _Means(NamedTuple):
    """Means over samples of what the estimators are made of: (resamples, columns) each."""

    a: Floats
    b: Floats
    squares: Floats  # of a and b, half their sum
    step: Floats  # ab - a
    swap: Floats  # b (ab - a)
    jump: Floats  # (ab - a)^2
    a_b: Floats
    both: Floats  # ba + ab of a pair
    pair: Floats  # ba ab
    noise_a: Floats
    noise_b: Floats
    noise_ab: Floats


def _estimates(
    values: Blocks, noise: Blocks, weights: Floats, pairs: tuple[tuple[int, int], ...]
) -> Floats:
    """Return all indices, and the variance as the last row: (resamples, rows, outputs)."""
    used, groups, outputs = values.ab.shape
    found = np.full((len(weights), 2 * groups + len(pairs) + 1, outputs), np.nan)
    if used < 2:
        return found
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    for output in range(outputs):
        means = _means(values, noise, weights, output, columns)
        found[:, :, output] = _indices(means, used, columns)
    return found


def _means(
    values: Blocks, noise: Blocks, weights: Floats, output: int, pairs: NDArray[np.int64]
) -> _Means:
    """Return the means of one output, by how often each sample counts: (resamples, samples)."""
    # Measured from one of the values, so that equal values have no variance to the last digit and
    # a mean far from 0 costs none; centred they are by the means, in every resample on its own.
    origin = values.a[0, output]
    a, b = values.a[:, output, None] - origin, values.b[:, output, None] - origin
    ab = values.ab[:, :, output] - origin
    ba = ab if values.ba is None else values.ba[:, :, output] - origin
    one, other = ba[:, pairs[0]], ab[:, pairs[1]]
    step = ab - a
    squares = (a**2 + b**2) / 2.0
    noises = noise.a[:, output, None], noise.b[:, output, None], noise.ab[:, :, output]
    swaps = a, b, squares, step, b * step, step**2
    columns = *swaps, a * b, one + other, one * other, *noises
    return _Means(*(weights @ column / len(a) for column in columns))


def _indices(m: _Means, samples: int, pairs: NDArray[np.int64]) -> Floats:
    """Return first orders, totals, pairs, and the variance: (resamples, rows)."""
    centre = (m.a + m.b) / 2.0
    taken_up = 1.0 / (2.0 * samples)
    noise = (m.noise_a + m.noise_b) / 2.0
    variance = m.squares - centre**2 - noise * (1.0 - taken_up)
    # What is left of equal values is rounding, some 1e-16 of the squares.
    variance = np.where(variance > 1e-12 * m.squares, variance, np.nan)
    first = m.swap - centre * m.step - m.noise_a * taken_up
    total = (m.jump - m.noise_a - m.noise_ab) / 2.0
    joint = m.pair - m.a_b - centre * (m.both - m.a - m.b) - 2.0 * noise * taken_up
    second = joint - first[:, pairs[0]] - first[:, pairs[1]]
    indices = np.concatenate([first, total, second], axis=1) / variance
    return np.concatenate([indices, variance], axis=1)


def _noise_of_variance(noise: Blocks) -> Floats:
    """Return what is subtracted from the variance as noise: (outputs,)."""
    samples = len(noise.a)
    if samples < 2:
        return np.full(noise.a.shape[1], np.nan)
    mean = (noise.a + noise.b).mean(axis=0) / 2.0
    return np.asarray(mean * (1.0 - 1.0 / (2.0 * samples)))
