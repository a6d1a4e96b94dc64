"""What can be asked of points that were not laid for the question, and what cannot.

Any points of a sweep whose parameters vary independently will do for the statistics of
:mod:`~orgsim.analysis.sensitivity.rank_indices`,
:mod:`~orgsim.analysis.sensitivity.binned_indices`, :mod:`~orgsim.analysis.sensitivity.pawn` and
:mod:`~orgsim.analysis.sensitivity.regional`, but for those that :func:`refuse_design` names.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from orgsim.design.draws import DUMMY, orders
from orgsim.text import counted

Floats = NDArray[np.float64]
Statistic = Literal["rank", "binned", "pawn", "regional"]

FEWEST_POINTS = 64
"""Below, a statistic is mostly chance."""

DUMMIES = 20
"""Dummy parameters behind a noise floor."""

FLOOR = 0.95
"""Chance that another dummy stays below the floor."""

INTERVALS = 8
"""Intervals of a parameter in which points are looked at together. A power of two: then they are
strata of a Sobol sequence, in each of which other parameters are spread evenly. With ten intervals,
indices of parameters that do nothing were up to six times as large there."""

_EVEN_SEQUENCES = ("sobol", "halton")
_FEWEST_OF_SOBOL = 128
_MOST_DIMENSIONS_OF_SOBOL = 8


def refuse_design(kind: str, points: int, dimensions: int, *, statistic: Statistic) -> str:
    """Return why a statistic cannot be had of a design, in a sentence; empty if it can.

    Sequences that fill the cube evenly are no independent points. Neighbours in one coordinate of
    a Sobol or Halton sequence are near each other, or far, in the others too: rank indices of
    parameters that do nothing came out at 0.87 in two dimensions, and at 0.84 in 84 (the largest
    of some 30 functions of four coordinates, with 1,024 points; of independent points and Latin
    hypercubes 0.14). Statistics over intervals do not look at neighbours, and are better on a Sobol
    sequence of few parameters than on independent points: with 8 and 256 points, indices of
    parameters that do nothing stayed below 0.03, against 0.06. With fewer points, and with more
    parameters, what lies in an interval is not spread evenly any more: 0.44 with 6 parameters and
    64 points, 0.50 with 16 and 256.

    Parameters
    ----------
    kind : str
        ``sobol``, ``halton``, ``latin_hypercube``, ``grid``, ``table``, or another design.
    points, dimensions : int
    statistic : str
        ``rank``, ``binned``, ``pawn`` or ``regional``.
    """
    fewest = max(_FEWEST_OF_SOBOL if kind == "sobol" else FEWEST_POINTS, 2 * dimensions)
    if statistic == "rank" and kind in _EVEN_SEQUENCES and dimensions > 1:
        return (
            f"rank indices cannot be had of a {kind.capitalize()} sequence: neighbours in one "
            "parameter are near each other in others too, so that parameters without effect "
            'appear to have one; allowed: binned indices, or design = "latin_hypercube"'
        )
    if kind == "sobol" and dimensions > _MOST_DIMENSIONS_OF_SOBOL:
        return (
            f"{dimensions:,} swept parameters on a Sobol sequence are too many: within an interval "
            "of one, the others are not spread evenly; allowed: at most "
            f'{_MOST_DIMENSIONS_OF_SOBOL}, or design = "latin_hypercube"'
        )
    if points < fewest:
        asked = f"{counted(points, 'point')} with {counted(dimensions, 'swept parameter')}"
        return (
            f"{asked} are too few; allowed: at least {fewest:,}, or indices of a design laid for "
            "them"
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


def intervals_of(column: Floats, intervals: int) -> NDArray[np.int64]:
    """Return in which interval each point is, with as many points in each as can be: (points,).

    They count from 0. Equal values share an interval, so that a switch has two, and none is empty.
    """
    edges = np.quantile(column, np.arange(1, intervals) / intervals)
    found = np.searchsorted(edges, column, side="right")
    return np.unique(found, return_inverse=True)[1]
