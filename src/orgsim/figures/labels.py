"""Where text goes when it stands beside what it names: labels kept apart, panels in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def apart(
    wanted: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf
) -> NDArray[np.float64]:
    """Return positions at least ``gap`` apart, in the same order, as near to the wanted as can be.

    Nearest in the sum of squares (pooling neighbours that come too close), then
    kept between ``low`` and ``high``; where there is no room, ``high`` gives way.
    """
    at = np.asarray(wanted, dtype=np.float64)
    order = np.argsort(at, kind="stable")
    steps = gap * np.arange(at.size)
    pools: list[list[float]] = []
    for offset in (at[order] - steps).tolist():
        pools.append([offset])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    offsets = np.array([np.mean(pool) for pool in pools for _ in pool])
    highest = high - gap * (at.size - 1)
    found = np.empty_like(at)
    found[order] = np.maximum(np.minimum(offsets, highest), low) + steps
    return found


def canvas(figure: Figure) -> tuple[Axes, float, float]:
    """Return bare axes over the body of a sheet in millimetres, and their width and height."""
    engine = figure.get_layout_engine()
    assert engine is not None
    left, bottom, width, height = engine.get()["rect"]
    figure.set_layout_engine("none")  # which lays out what has a grid, and warns of anything else
    inches = figure.get_size_inches()
    across, up = (
        25.4 * float(inch) * part for inch, part in zip(inches, (width, height), strict=True)
    )
    axes = figure.add_axes((left, bottom, width, height))
    axes.set_xlim(0.0, across)
    axes.set_ylim(0.0, up)
    axes.set_axis_off()
    return axes, across, up
