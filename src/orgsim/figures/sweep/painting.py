"""Cells put on paper: colours by value, dots where there is no point, hatching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.style import INK, percent_ticks, plain
from orgsim.figures.sweep.cells import Cells
from orgsim.figures.sweep.ticks import dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize

HATCH: dict[str, Any] = {"edgecolor": INK, "hatch": "//////", "linewidth": 0.0}
"""How cells and legends are hatched, for ``PolyCollection`` and ``Patch``."""


def draw(
    axes: Axes,
    cells: Cells,
    values: NDArray[Any],
    cmap: Colormap,
    norm: Normalize,
    room: tuple[float, float],
) -> Any:
    """Colour the cells of a panel of ``room`` mm; return what a colour bar asks for."""
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Rectangle

    masked = np.ma.masked_invalid(np.asarray(values, dtype=np.float64))
    if cells.empty.any():
        axes.add_patch(
            Rectangle(
                (0, 0),
                1,
                1,
                transform=axes.transAxes,
                facecolor="white",
                edgecolor="#BBBBBB",
                hatch="....",
                linewidth=0.0,
                zorder=0.1,
            )
        )
    if cells.edges is None:
        drawn: Any = PolyCollection(
            cells.polygons, cmap=cmap, norm=norm, edgecolors="face", linewidths=0.4, zorder=0.6
        )
        drawn.set_array(masked)
        axes.add_collection(drawn)
    else:
        ex, ey = cells.edges
        drawn = axes.pcolormesh(
            ex,
            ey,
            masked.reshape(ey.size - 1, ex.size - 1),
            cmap=cmap,
            norm=norm,
            edgecolors="face",
            linewidth=0.4,
            zorder=0.6,
        )
    dress(axes, cells.x, cells.y, room)
    corners = np.concatenate([cells.corners(c) for c in range(cells.count.size)])
    axes.set_xlim(corners[:, 0].min(), corners[:, 0].max())
    axes.set_ylim(corners[:, 1].min(), corners[:, 1].max())
    return drawn


def hatch(axes: Axes, cells: Cells, chosen: NDArray[np.bool_]) -> None:
    """Hatch some cells."""
    from matplotlib.collections import PolyCollection

    if chosen.any():
        axes.add_collection(
            PolyCollection(
                [cells.corners(int(c)) for c in np.flatnonzero(chosen)],
                facecolor="none",
                **HATCH,
                zorder=0.8,
            )
        )


def dress_bar(bar: Any, label: str) -> None:
    """Write percent and a label at a colour bar."""
    percent_ticks(bar.ax.yaxis)
    bar.set_label(plain(label))
    bar.outline.set_visible(False)
