"""Where the posterior lies: in one piece or several, and how much of it reaches the split."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MASS = 0.95
"""Of the region of highest density whose connectedness is asked for."""

NEIGHBOURS = 15
"""Each draw is joined to as many. With 10, a region of one parameter fell apart by chance in 14 of
200 calibrations of 512 points, and with 15 in none; a region with no more draws than that is joined
to the others, as happened in 1 of 50 with two that have 0.7 and 0.3 of the mass."""

STRAY = 0.01
"""Pieces with less mass are chance, and not counted."""


class Region(NamedTuple):
    """The region of highest posterior density, by pieces.

    Attributes
    ----------
    mass : float64 (pieces,)
        Posterior mass of each, the largest first; none if nothing has a likelihood.
    piece : int64 (points,)
        Which each draw is in; -1 outside the region, and in pieces too small to count.
    stray : float
        Mass within the region but in no piece.
    """

    mass: Floats
    piece: NDArray[np.int64]
    stray: float

    @property
    def connected(self) -> bool:
        """Whether there is one piece."""
        return len(self.mass) == 1


def region(
    unit: Floats,
    weight: Floats,
    log_target: Floats,
    *,
    mass: float = MASS,
    neighbours: int = NEIGHBOURS,
) -> Region:
    """Return the pieces of the region of highest density that holds so much mass.

    The draws of the highest likelihoods that have the mass together are joined, each to its
    nearest neighbours, and what hangs together is a piece. By neighbours, and not by a radius,
    because draws of different waves and regions lie at different distances. Distances are measured
    with the draws' own covariance, so that a narrow ridge is no matter of scale. A bridge between
    two regions is seen if a draw lies on it.

    Parameters
    ----------
    unit : float64 (points, dimensions)
        In the unit cube.
    weight, log_target : float64 (points,)
        As :class:`~orgsim.analysis.calibration.importance.Weights` has them.
    mass : float
    neighbours : int
    """
    piece = np.full(len(unit), -1, dtype=np.int64)
    order = np.argsort(-log_target, kind="stable")
    order = order[weight[order] > 0.0]
    if not order.size:
        return Region(np.zeros(0), piece, 0.0)
    below = np.cumsum(weight[order]) - weight[order]
    inside = order[below < mass]
    label = _joined(_whitened(unit[inside], weight[inside]), neighbours)
    masses = np.bincount(label, weight[inside])
    by_mass = np.argsort(-masses, kind="stable")
    counted = by_mass[masses[by_mass] >= min(STRAY, masses.max())]
    number = np.full(len(masses), -1)
    number[counted] = np.arange(len(counted))
    piece[inside] = number[label]
    return Region(masses[counted], piece, float(masses.sum() - masses[counted].sum()))


def _joined(at: Floats, neighbours: int) -> NDArray[np.int64]:
    """Return which points hang together, each joined to its nearest ones: (points,)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    points, joined = len(at), min(neighbours + 1, len(at))
    if not at.shape[1]:  # all are one
        return np.zeros(points, dtype=np.int64)
    _, near = cKDTree(at).query(at, k=joined)
    start = np.repeat(np.arange(points), joined)
    graph = coo_matrix((np.ones(start.size), (start, near.ravel())), shape=(points, points))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _whitened(unit: Floats, weight: Floats) -> Floats:
    """Return points in units of their own covariance; directions without any are left out."""
    share = weight / weight.sum()
    apart = unit - share @ unit
    values, vectors = np.linalg.eigh((apart * share[:, None]).T @ apart)
    wide = values > max(1e-12 * values.max(), 1e-24)
    return np.asarray(apart @ vectors[:, wide] / np.sqrt(values[wide]))


class MassWithin(NamedTuple):
    """How much of prior and posterior comes near the split, each with its Monte-Carlo error."""

    prior: float
    prior_error: float
    posterior: float
    posterior_error: float


def mass_within(
    shares: Floats, reference: Floats, tolerance: float, weight: Floats, log_mixture: Floats
) -> MassWithin:
    """Return prior and posterior mass of settings with every share within a tolerance.

    The prior's is the mean of 1 / q over all draws that are within, q being the density of the
    mixture from which they come. As simulated: with few firms, chance carries some settings in and
    others out.

    Parameters
    ----------
    shares : float64 (points, scenarios)
        Simulated; a row with a number missing is not within.
    reference : float64 (scenarios,)
    tolerance : float
        In shares; the bound is within.
    weight, log_mixture : float64 (points,)
        As :class:`~orgsim.analysis.calibration.importance.Weights` has them.
    """
    with np.errstate(invalid="ignore"):
        within = (np.abs(shares - reference) <= tolerance + 1e-9).all(axis=1)
    of_prior = np.where(within, np.exp(-log_mixture), 0.0)
    points = len(of_prior)
    prior_error = of_prior.std(ddof=1) / np.sqrt(points) if points > 1 else np.nan
    posterior = float(weight[within].sum())
    error = np.sqrt((weight**2 * (within - posterior) ** 2).sum())
    return MassWithin(float(of_prior.mean()), float(prior_error), posterior, float(error))
