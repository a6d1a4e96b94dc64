"""Rows of dots with their intervals, as several figures have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.sensitivity.inputs import Floats, WithInterval
from orgsim.figures.style import FAINT

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_dots(
    axes: Axes,
    rows: WithInterval,
    *,
    colour: str,
    marker: str,
    offset: float = 0.0,
    is_last_grey: bool = False,
) -> None:
    """Draw a dot a row, from 0 down, with its interval if there is one.

    Parameters
    ----------
    offset : float
        How far below the middle of its row, in rows.
    is_last_grey : bool
        Whether the last row is of a dummy.
    """
    last = len(rows.value) - 1
    for row, (value, low, high) in enumerate(zip(rows.value, rows.low, rows.high, strict=True)):
        ink = FAINT if is_last_grey and row == last else colour
        if np.isfinite(low) and np.isfinite(high):
            axes.hlines(row + offset, low, high, color=ink, linewidth=1.1, zorder=2.0)
        if np.isfinite(value):
            axes.plot(value, row + offset, marker, color=ink, markersize=3.4, zorder=3.0)


def draw_floors(axes: Axes, floor: Floats) -> None:
    """Shade each row from 0 to what chance shows."""
    rows = np.flatnonzero(np.isfinite(floor))
    axes.barh(rows, floor[rows], height=0.72, color="#DDDDDD", linewidth=0.0, zorder=1.0)


def span(*values: Floats, least: float = 0.0, most: float = 1.0) -> tuple[float, float]:
    """Return where an axis begins and ends that shows all of some numbers, 0 and ``most``."""
    there = np.concatenate([v[np.isfinite(v)] for v in map(np.ravel, values)])
    low = min(least, float(there.min(initial=0.0)))
    high = max(most, float(there.max(initial=0.0)))
    room = 0.04 * (high - low)
    return low - room, high + room
