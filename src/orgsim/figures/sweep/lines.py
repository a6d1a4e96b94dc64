"""Lines of equal share on a map: cells smoothed by planes, and where the surface has a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.figures.style import INK
from orgsim.figures.sweep.axes import Axis
from orgsim.figures.sweep.cells import Cells
from orgsim.figures.sweep.shares import Floats
from orgsim.figures.sweep.unit_square import from_unit, mirrored, unit_sites

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE_CELLS = 4
"""Cells along a side that a map must have for a line to be drawn on it."""

NEAR = 0.05
NEIGHBOURS = (13, 200)
"""Part of the cells, within bounds, that smooth a surface before a line is drawn on it."""


def lined(cells: Cells) -> bool:
    """Return whether a line may be drawn: two numbers, and cells enough."""
    if cells.x.category or cells.y.category or (~cells.empty).sum() < LINE_CELLS**2:
        return False
    return cells.edges is None or min(e.size for e in cells.edges) > LINE_CELLS


def crosses(cells: Cells, plane: Floats, level: float) -> bool:
    """Return whether a smoothed surface has a line of that level."""
    seen = plane[~cells.empty, 0]
    return bool(seen.min() < level < seen.max())


def smooth(cells: Cells, values: Floats) -> Floats:
    """Return height and slopes of a plane fitted around each cell, (cells, 3).

    The nearest cells count with Gaussian weights that reach as far as the
    outermost; slopes are by units of the unit square, and nan in empty cells.
    """
    from scipy.spatial import cKDTree

    full = np.flatnonzero(~cells.empty)
    if cells.edges is None:
        at = unit_sites(cells.x, cells.y)[0]
    else:
        ex, ey = cells.edges
        across, up = (np.arange(0.5, e.size - 1) / (e.size - 1) for e in (ex, ey))
        at = np.column_stack([np.tile(across, up.size), np.repeat(up, across.size)])[full]
    known = values[full]
    count = min(int(np.clip(NEAR * full.size, *NEIGHBOURS)), full.size)
    reach, near = cKDTree(at).query(at, k=count)
    reach, near = reach.reshape(full.size, -1), near.reshape(full.size, -1)
    far = np.maximum(reach[:, -1:], 1e-12)
    weight = np.exp(-2.0 * (reach / far) ** 2)
    basis = np.concatenate(
        [np.ones((*near.shape, 1)), (at[near] - at[:, None, :]) / far[:, :, None]], axis=2
    )
    normal = np.einsum("ij,ija,ijb->iab", weight, basis, basis)
    normal += np.diag([0.0, 1e-6, 1e-6])  # cells on a line leave a slope open
    right = np.einsum("ij,ija,ij->ia", weight, basis, known[near])
    plane = np.full((values.size, 3), np.nan)
    plane[full] = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
    plane[full, 1:] /= far
    return plane


def _with_border(table: Any) -> Any:
    """Return rows carried on by half a row, so that a line ends at the border of the cells."""
    first, last = 1.5 * table[:1] - 0.5 * table[1:2], 1.5 * table[-1:] - 0.5 * table[-2:-1]
    joined: Any = np.ma.concatenate
    return joined([first, table, last])


def _to_border(axis: Axis, edges: Floats) -> Floats:
    t = axis.forth(edges)
    return axis.back(np.concatenate([t[:1], (t[1:] + t[:-1]) / 2.0, t[-1:]]))


def contour(axes: Axes, cells: Cells, plane: Floats, level: float) -> None:
    """Draw the line along which a smoothed surface equals the level."""
    from matplotlib.patheffects import withStroke

    style: dict[str, Any] = {"levels": [level], "colors": [INK], "linewidths": 1.0}
    if cells.edges is None:
        from scipy.spatial import Delaunay

        sites, own = mirrored(*unit_sites(cells.x, cells.y)[:2])
        at = from_unit(cells.x, cells.y, sites)
        triangles = Delaunay(sites).simplices
        slope = (plane[own, 1:] * (sites - sites[own])).sum(axis=1)
        beyond = plane[own, 0] + slope  # images take what the slope makes of their site
        lines: Any = axes.tricontour(at[:, 0], at[:, 1], triangles, beyond, **style)
    else:
        ex, ey = cells.edges
        table = np.ma.masked_invalid(plane[:, 0].reshape(ey.size - 1, ex.size - 1))
        table = _with_border(_with_border(table).T).T
        lines = axes.contour(_to_border(cells.x, ex), _to_border(cells.y, ey), table, **style)
    lines.set_path_effects([withStroke(linewidth=2.2, foreground="white")])
