"""What can be asked of points that were not laid for the question, and what cannot.

Any points of a sweep whose parameters vary independently will do for the statistics of
:mod:`~orgsim.analysis.sensitivity.rank_indices`, :mod:`~orgsim.analysis.sensitivity.pawn` and
:mod:`~orgsim.analysis.sensitivity.regional`, but for those that :func:`refuse_design` names.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from orgsim.design.draws import DUMMY, orders

Floats = NDArray[np.float64]
Statistic = Literal["rank", "pawn", "regional"]

FEWEST_POINTS = 64
"""Below, a statistic is mostly chance."""

DUMMIES = 20
"""Dummy parameters behind a noise floor."""

FLOOR = 0.95
"""Chance that another dummy stays below the floor."""

_EVEN_SEQUENCES = ("sobol", "halton")
_MOST_DIMENSIONS_OF_SOBOL = 8


def refuse_design(kind: str, points: int, dimensions: int, *, statistic: Statistic = "rank") -> str:
    """Return why a statistic cannot be had of a design, in a sentence; empty if it can.

    Sequences that fill the cube evenly are no independent points. Neighbours in one coordinate of
    a Sobol or Halton sequence are near each other, or far, in the others too: rank indices of
    parameters that do nothing came out at 0.87 of two dimensions, and at 0.84 of 84 (1,024 points,
    some 30 scramblings and functions of four of the coordinates; independent points and Latin
    hypercubes: at most 0.14). Distances over intervals are fine in few dimensions, and better than
    with independent points; in 16 and more, the medians of parameters that do nothing came out
    up to twice as large as those of independent points.

    Parameters
    ----------
    kind : str
        ``sobol``, ``halton``, ``latin_hypercube``, ``grid``, ``table``, or another design.
    points, dimensions : int
    statistic : str
        ``rank``, ``pawn`` or ``regional``.
    """
    fewest = max(FEWEST_POINTS, 2 * dimensions)
    if points < fewest:
        return (
            f"{points:,} points with {dimensions:,} swept parameters are too few; allowed: at "
            f"least {fewest:,}, twice as many as parameters and {FEWEST_POINTS} in any case"
        )
    if statistic == "rank" and kind in _EVEN_SEQUENCES and dimensions > 1:
        return (
            f"rank indices cannot be had of a {kind.capitalize()} sequence: neighbours in one "
            "parameter are near each other in others too, so that parameters without effect "
            'appear to have one; allowed: design = "latin_hypercube" or a table of independent '
            "points, or indices of a design laid for them"
        )
    if kind == "sobol" and dimensions > _MOST_DIMENSIONS_OF_SOBOL:
        return (
            f"{dimensions} parameters on a Sobol sequence are too many for distances between "
            f"distributions; allowed: at most {_MOST_DIMENSIONS_OF_SOBOL}, or "
            'design = "latin_hypercube"'
        )
    return ""


def complete(*tables: Floats) -> NDArray[np.bool_]:
    """Return which rows, one of each table, lack no number: (points,)."""
    return np.asarray(np.isfinite(np.concatenate(tables, axis=1)).all(axis=1))


def dummy_orders(seed: int, points: int, dummies: int) -> NDArray[np.int64]:
    """Return orders of the points in which they have nothing to do with any output.

    Returns
    -------
    int64 (dummies, points)
    """
    return orders(seed, dummies, points, DUMMY)


def floor_of(statistics: Floats) -> Floats:
    """Return what another dummy exceeds in one case of 20, of statistics along the first axis.

    Of 20 dummies that is just below the largest: the quantile at (dummies + 1) x 0.95, in the order
    of their statistics, which a further one from the same distribution exceeds just so often.
    """
    return np.asarray(np.quantile(statistics, FLOOR, axis=0, method="weibull"))
