"""What the pictures of a sensitivity analysis are made from: plain arrays, NaN for no number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WithInterval:
    """Estimates and their 95 % intervals, all of one shape."""

    value: Floats
    low: Floats
    high: Floats

    def __getitem__(self, of: slice) -> WithInterval:
        """Return those of some outputs."""
        return WithInterval(self.value[of], self.low[of], self.high[of])


@dataclass(frozen=True)
class ScreenedEffects:
    """Elementary effects over the whole range of each parameter.

    Parameters
    ----------
    parameters : tuple of str
        Paths, the one that moves most first.
    outputs, units : tuple of str
        Titles, and units for an axis; none of a share.
    is_share : bool (outputs,)
        Whether an output is a share of something, whose change is told in points.
    mu_star, sigma : float64 (outputs, parameters)
        Mean of the changes without their signs, and their standard deviation.
    trajectories, points, firms : int
        Of the design; firms of each point.
    """

    title: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    units: tuple[str, ...]
    is_share: NDArray[np.bool_]
    mu_star: Floats
    sigma: Floats
    trajectories: int
    points: int
    firms: int


@dataclass(frozen=True)
class VarianceShares:
    """Sobol indices of first order and total.

    Parameters
    ----------
    parameters : tuple of str
        Paths, or names of groups; the last is a dummy, which nothing reads.
    outputs : tuple of str
        Titles.
    first, total : WithInterval (outputs, parameters)
    varies : bool (outputs,)
        Whether an output varies beyond its noise.
    samples, points, firms : int
    """

    title: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    first: WithInterval
    total: WithInterval
    varies: NDArray[np.bool_]
    samples: int
    points: int
    firms: int

    def some(self, of: slice) -> VarianceShares:
        """Return those of some outputs."""
        return replace(
            self,
            outputs=self.outputs[of],
            first=self.first[of],
            total=self.total[of],
            varies=self.varies[of],
        )


@dataclass(frozen=True)
class PairShares:
    """Sobol indices of pairs.

    Parameters
    ----------
    parameters, outputs : tuple of str
    second : WithInterval (outputs, parameters, parameters)
        Below the diagonal; NaN elsewhere, and of an output that does not vary.
    samples, points, firms : int
    """

    title: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    second: WithInterval
    samples: int
    points: int
    firms: int

    def some(self, of: slice) -> PairShares:
        """Return those of some outputs."""
        return replace(self, outputs=self.outputs[of], second=self.second[of])


@dataclass(frozen=True)
class GivenShares:
    """First-order indices of points that were there already.

    Parameters
    ----------
    parameters, outputs : tuple of str
    first : WithInterval (outputs, parameters)
        Intervals are NaN where the design gives none; all is NaN of an output that does not vary.
    floor : float64 (outputs, parameters)
        What one dummy of 20 exceeds.
    design : str
        Such as ``sobol``.
    points : int
        Those that count.
    """

    title: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    first: WithInterval
    floor: Floats
    design: str
    points: int

    def some(self, of: slice) -> GivenShares:
        """Return those of some outputs."""
        return replace(self, outputs=self.outputs[of], first=self.first[of], floor=self.floor[of])


@dataclass(frozen=True)
class NearPoints:
    """How far the points near a reference lie apart from the others, parameter by parameter.

    Parameters
    ----------
    parameters : tuple of str
    distance, floor : float64 (parameters,)
        Kolmogorov-Smirnov distance, and what one dummy of 20 exceeds; NaN where all points are
        near, or none.
    reference : str
    tolerance : float
        A share, not points.
    near, points : int
        How many are near, and all of them.
    """

    title: str
    parameters: tuple[str, ...]
    distance: Floats
    floor: Floats
    reference: str
    tolerance: float
    near: int
    points: int
