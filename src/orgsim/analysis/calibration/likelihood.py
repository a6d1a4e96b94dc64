"""How likely a known split and other known figures are at each setting.

The split is known to a rounding and simulated with a number of firms. Both errors are taken for
normal ones: a rounding of at most r has the variance r^2 / 3 of a number that is uniform from -r to
r, and shares of n firms have the covariances of a multinomial distribution. Rounded shares add up
to 1 as the true ones do, so the rounding's covariance is projected on errors that add up to 0.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_IN_AN_EMPTY_SCENARIO = 0.5


class LogLikelihood(NamedTuple):
    """What each setting makes of what is known; both are (points,).

    Attributes
    ----------
    value : float64
        Natural logarithm of the density; -inf where there is nothing to go by, and never NaN.
    lacking : bool
        Where a simulated number is missing or infinite: such points are to be counted and shown.
    """

    value: Floats
    lacking: NDArray[np.bool_]


def split_log_likelihood(
    shares: Floats,
    firms: NDArray[np.int64],
    reference: Floats,
    rounding: float,
    *,
    adds_sampling: bool = True,
) -> LogLikelihood:
    """Return how likely a split is at each setting, by a normal distribution on the simplex.

    The covariance is ``(rounding^2 / 3) (I - J / K) + (diag p - p p') / n`` with J full of ones.
    Both it and the residuals add up to 0, so one coordinate follows from the others, and the
    density is that of any K - 1 of them. Which, does not matter: the one left out is minus the sum
    of the others, and to exchange it for one of them is a linear map whose determinant is -1. Left
    out is each point's largest share, because then the others are far from following from each
    other: scaled to a diagonal of ones, their covariance has no eigenvalue below 1 / K, whatever
    the shares, the firms and the rounding.

    A scenario in which no firm ended counts half a firm in the covariance, since none among n does
    not say that there is none. So a share of exactly 0 or 1 has a finite density without rounding,
    too; where every scenario has firms the covariance is the one above.

    Parameters
    ----------
    shares : float64 (points, K)
        Simulated, each row adding up to 1.
    firms : int64 (points,)
        Behind them.
    reference : float64 (K,)
        Known shares, which add up to 1.
    rounding : float
        By how much each known share may be off, in shares, from 0.
    adds_sampling : bool
        Whether the covariance has the multinomial's part. Simulated shares scatter by it already:
        a posterior from many points, each with firms of its own, has it once without, and twice
        with. Without it the rounding must be above 0.
    """
    firms = np.asarray(firms, dtype=np.float64)
    lacking = ~(np.isfinite(shares).all(axis=1) & (firms >= 1.0))
    kinds = shares.shape[1]
    given = np.where(lacking[:, None], 1.0 / kinds, shares)
    count = np.where(lacking, 1.0, firms)
    own = given * count[:, None]
    own = np.where(own < _IN_AN_EMPTY_SCENARIO, _IN_AN_EMPTY_SCENARIO, own)
    p = own / own.sum(axis=1, keepdims=True)
    kept = np.argsort(p, axis=1, kind="stable")[:, :-1]
    p = np.take_along_axis(p, kept, axis=1)
    residual = np.take_along_axis(reference - given, kept, axis=1)
    unit = np.eye(kinds - 1)
    sampling = (p[:, :, None] * unit - p[:, :, None] * p[:, None, :]) / count[:, None, None]
    of_rounding = rounding**2 / 3.0 * (unit - 1.0 / kinds)
    factor = np.linalg.cholesky(sampling * float(adds_sampling) + of_rounding)
    apart = np.linalg.solve(factor, residual[:, :, None])[:, :, 0]
    logs = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    value = -0.5 * (apart**2).sum(axis=1) - logs - 0.5 * (kinds - 1) * math.log(2.0 * math.pi)
    return LogLikelihood(np.where(lacking, -np.inf, value), lacking)


def output_log_likelihood(
    values: Floats, variances: Floats, wanted: Floats, errors: Floats
) -> LogLikelihood:
    """Return how likely further known figures are at each setting, each by a normal distribution.

    They are taken for independent of each other, and of the split. What is simulated adds its
    sampling variance to the square of the known figure's error.

    Parameters
    ----------
    values, variances : float64 (points, outputs)
        Simulated, and their sampling variances. A point with a number missing has -inf.
    wanted, errors : float64 (outputs,)
        Known figures, and their standard errors.

    Raises
    ------
    ValueError
        If an error is not above 0.
    """
    if not (errors > 0.0).all():
        raise ValueError("every known figure needs an error above 0")
    whole = np.isfinite(values) & np.isfinite(variances) & (variances >= 0.0)
    lacking = np.asarray(~whole.all(axis=1))
    variance = np.where(whole, variances, 0.0) + errors**2
    square = np.where(whole, values - wanted, 0.0) ** 2 / variance
    value = -0.5 * (square + np.log(2.0 * math.pi * variance)).sum(axis=1)
    return LogLikelihood(np.where(lacking, -np.inf, value), lacking)
