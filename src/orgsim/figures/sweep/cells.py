"""A plane over two parameters cut into cells: a grid, strips, neighbourhoods, or bins."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.sweep.axes import Axis, axis_of
from orgsim.figures.sweep.shares import Floats, Integers, SweepShares, moved
from orgsim.figures.sweep.unit_square import from_unit, mirrored, span, unit_sites

MAP_BINS = 16
"""Most bins along a side of a map."""

MAP_LEVELS = 20
"""A parameter of at most so many values, each met often, keeps them on a map of means."""

GRID_FILLED = 0.7
"""Part of the cells between two parameters' values that points must fill to count as a grid."""

CELL_POINTS = 4
"""Points that a cell of a map of means should hold on average."""


@dataclass(frozen=True)
class Cells:
    """A picture's cells over two parameters, and the points in each.

    A mesh has edges, and its cells are numbered row by row from the bottom;
    otherwise every cell is a polygon.

    Parameters
    ----------
    member : int64 (points,)
        The cell that each point lies in.
    count : int64 (cells,)
        Points in each cell.
    mean_of_others : bool
        Whether parameters other than these two move within a cell.
    edges : two arrays
        Borders of a mesh's columns and rows.
    polygons : arrays (corners, 2)
        Corners of each cell where there is no mesh.
    """

    x: Axis
    y: Axis
    member: Integers
    count: Integers
    mean_of_others: bool
    edges: tuple[Floats, Floats] | None = None
    polygons: list[Floats] = field(default_factory=list)

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Which cells hold no point."""
        return self.count == 0

    def mean(self, values: NDArray[Any]) -> Floats:
        """Return the mean of (points, ...) over the points of each cell, nan where none is."""
        values = np.asarray(values, dtype=np.float64)
        total = np.zeros((self.count.size, *values.shape[1:]))
        np.add.at(total, self.member, values)
        count = self.count.reshape(-1, *[1] * (values.ndim - 1)).astype(np.float64)
        mean = np.full_like(total, np.nan)
        np.divide(total, count, out=mean, where=count > 0.0)
        return mean

    def corners(self, cell: int) -> Floats:
        """Return the corners of a cell, (corners, 2), in the order they follow each other."""
        if self.edges is None:
            return self.polygons[cell]
        ex, ey = self.edges
        row, column = divmod(cell, ex.size - 1)
        x0, x1, y0, y1 = ex[column], ex[column + 1], ey[row], ey[row + 1]
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _neighbourhoods(x: Axis, y: Axis) -> Cells:
    """Return a cell a point: all that is nearer to it than to any other point.

    Mirror images of the points in the borders make the borders edges of cells,
    and spare special cases: points on a line have neighbourhoods, too.
    """
    from scipy.spatial import Voronoi

    sites, room, member = unit_sites(x, y)
    mosaic = Voronoi(mirrored(sites, room)[0])
    polygons = []
    for site in range(len(sites)):
        corners = mosaic.vertices[mosaic.regions[mosaic.point_region[site]]]
        corners = np.clip(corners, -room, 1.0 + room)
        around = corners - sites[site]
        polygons.append(
            from_unit(x, y, corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))])
        )
    count = np.bincount(member, minlength=len(sites))
    return Cells(x, y, member, count, False, polygons=polygons)


def _strips(x: Axis, y: Axis) -> Cells:
    """Return a cell a point where one parameter is a category: midway to its neighbours."""
    across, along = (x, y) if x.category else (y, x)
    pairs, member = np.unique(
        np.column_stack([across.values, along.values]), axis=0, return_inverse=True
    )
    member = member.ravel().astype(np.int64)
    t0, t1 = span(along)
    room = (t1 - t0) * 0.5 / max(1.0, len(pairs) / across.levels.size)
    polygons = []
    for level in across.levels:
        t = along.forth(pairs[pairs[:, 0] == level, 1])
        edges = along.back(np.concatenate([[t0 - room], (t[1:] + t[:-1]) / 2.0, [t1 + room]]))
        for low, high in pairwise(edges):
            a, b = level - 0.5, level + 0.5
            corners = np.array([[a, low], [b, low], [b, high], [a, high]])
            polygons.append(corners if across is x else corners[:, ::-1])
    return Cells(x, y, member, np.bincount(member), False, polygons=polygons)


def _mesh(x: Axis, y: Axis, ex: Floats, ey: Floats, mean_of_others: bool) -> Cells:
    columns, rows = ex.size - 1, ey.size - 1
    column = np.clip(np.searchsorted(ex, x.values, side="right") - 1, 0, columns - 1)
    row = np.clip(np.searchsorted(ey, y.values, side="right") - 1, 0, rows - 1)
    member = (row * columns + column).astype(np.int64)
    count = np.bincount(member, minlength=rows * columns)
    return Cells(x, y, member, count, mean_of_others, edges=(ex, ey))


def cells_of(sweep: SweepShares, x_path: str, y_path: str) -> Cells:
    """Choose the cells: a grid's own, a point's own, or bins where other parameters move, too."""
    x, y = axis_of(sweep, x_path), axis_of(sweep, y_path)
    points = x.values.size
    if set(moved(sweep)) <= {x_path, y_path}:
        pairs = len(np.unique(np.column_stack([x.values, y.values]), axis=0))
        if pairs >= GRID_FILLED * x.levels.size * y.levels.size or (x.category and y.category):
            return _mesh(x, y, x.edges(), y.edges(), False)
        if x.category or y.category:
            return _strips(x, y)
        return _neighbourhoods(x, y)

    def keeps_levels(axis: Axis) -> bool:
        few = axis.levels.size <= MAP_LEVELS and points >= 4 * axis.levels.size
        return axis.category or axis.levels.size == 1 or few

    cells = points / CELL_POINTS
    fixed = [axis.levels.size for axis in (x, y) if keeps_levels(axis)]
    side = np.sqrt(cells) if not fixed else cells / fixed[0]
    count = int(np.clip(side, 2, MAP_BINS))
    ex, ey = (axis.edges() if keeps_levels(axis) else axis.bin_edges(count) for axis in (x, y))
    return _mesh(x, y, ex, ey, True)
