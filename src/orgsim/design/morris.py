"""Trajectories on which one parameter moves at a time, for elementary effects.

References
----------
M. D. Morris (1991), Factorial sampling plans for preliminary computational experiments,
Technometrics 33(2), 161-174.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orgsim.design.draws import TRAJECTORY, drawn_words, picks
from orgsim.errors import ConfigError
from orgsim.text import counted

LEVELS = 4
"""Levels of a parameter, from 0 to 1; Morris's own examples have four."""


def morris_trajectories(
    dimensions: int, count: int, *, seed: int, levels: int = LEVELS
) -> NDArray[np.float64]:
    """Return trajectories through the grid of levels in the unit cube.

    Each begins at a point of the grid drawn at random and moves every parameter once, in random
    order, up or down by ``levels / (2 * (levels - 1))``, which makes all levels equally likely
    before and after. A trajectory depends on the seed and its number alone: more of them leave
    the first ones as they were.

    Parameters
    ----------
    dimensions : int
        Parameters.
    count : int
        Trajectories.
    seed : int
        From 0 below 2**64.
    levels : int
        An even number of equally spaced values of each parameter, both ends among them.

    Returns
    -------
    float64 (count, dimensions + 1, dimensions)
        From 0 to 1, both included.

    Raises
    ------
    ConfigError
        If there is nothing to lay, or if levels are odd.
    """
    if dimensions < 1 or count < 1:
        what = counted(dimensions, "parameter"), counted(count, "trajectory", "trajectories")
        raise ConfigError(f"{' and '.join(what)} make no design; allowed: at least 1 of each")
    if levels < 2 or levels % 2:
        raise ConfigError(
            f"levels = {levels}; allowed: an even number from 2, such as {LEVELS}: the step is "
            "half of the levels, and only then is every level as likely as the others"
        )
    numbers, places = np.arange(count)[:, None], np.arange(dimensions)[None, :]
    base, way, turn, _ = drawn_words(seed, numbers, places, TRAJECTORY)
    low = picks(base, levels // 2)
    rises = picks(way, 2) == 1
    step = np.where(rises, levels // 2, -(levels // 2))
    start = np.where(rises, low, low + levels // 2)
    # The place of a parameter in the order in which they move: the order of an order.
    place = np.argsort(np.argsort(turn, axis=1, kind="stable"), axis=1, kind="stable")
    moved = place[:, None, :] < np.arange(dimensions + 1)[None, :, None]
    # Whole numbers up to here, so that the same level is the same number everywhere.
    return (start[:, None, :] + moved * step[:, None, :]) / (levels - 1)
