"""Pictures of a parameter sweep: shares of the scenarios over the parameters moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.report.figures.style import (
    DISTANCE_MAP,
    DOUBLE,
    FAINT,
    INK,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    SHARE_MAP,
    SINGLE,
    SMALL_SIZE,
    TEXT_SIZE,
    finish,
    house_style,
    light_grid,
    paler,
    percent_ticks,
    plain,
    sheet,
    text_width,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.figure import Figure

NBSP = "\N{NO-BREAK SPACE}"

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CURVE_BINS = 12
"""Quantile bins of a response curve, where there are points enough."""

BIN_POINTS = 6
"""Points that a bin should hold on average."""

MAP_BINS = 16
"""Most bins along a side of a map."""

MAP_LEVELS = 20
"""A parameter of at most so many values, each met often, keeps them on a map of means."""

GRID_FILLED = 0.7
"""Part of the cells between two parameters' values that points must fill to count as a grid."""

MOST_PANELS = 24
"""Response curves on one sheet."""

MAPPED_PARAMETERS = 3
"""Of more than two parameters, so many that move the shares most are mapped pairwise."""

CELL_POINTS = 4
"""Points that a cell of a map of means should hold on average."""

LINE_CELLS = 4
"""Cells along a side that a map must have for a line to be drawn on it."""

NEAR = 0.05
NEIGHBOURS = (13, 200)
"""Part of the cells, within bounds, that smooth a surface before a line is drawn on it."""

NAME_WIDTH = 24.0
"""Millimetres at which the name of a category is broken."""

AGREEMENT = 0.75
"""Part of a cell's points where its scenario must be the likeliest for the cell to be decided."""


@dataclass(frozen=True)
class SweepShares:
    """Shares over a design, ready to draw.

    Parameters
    ----------
    parameters : arrays (points,)
        Values by path: float, int, bool or str.
    scales : words
        "linear", "log" or "category" by path; missing means linear, or category for words.
    labels : words
        What to write at an axis, by path; missing means the last part of the path.
    share, low, high : float64 (points, 4)
        Shares and simultaneous intervals, in the order of ``columns.SCENARIOS``.
    firms : int64 (points,)
        Firms simulated at each point.
    reference : floats
        Shares to compare with, by scenario.
    reference_name : str
        Who gives them, as figures call it.
    """

    title: str
    parameters: Mapping[str, NDArray[Any]]
    scales: Mapping[str, str]
    labels: Mapping[str, str]
    share: Floats
    low: Floats
    high: Floats
    firms: Integers
    reference: Mapping[str, float]
    reference_name: str = "article"


@dataclass(frozen=True)
class _Axis:
    """A parameter as a coordinate: numbers on their scale, categories as 0, 1, 2, ..."""

    path: str
    label: str
    scale: str
    values: Floats
    levels: Floats
    names: tuple[str, ...]
    whole: bool

    @property
    def category(self) -> bool:
        return self.scale == "category"

    def forth(self, values: Floats) -> Floats:
        """Return values on the scale on which distances are even."""
        return np.log(values) if self.scale == "log" else values

    def back(self, values: Floats) -> Floats:
        return np.exp(values) if self.scale == "log" else values

    def edges(self) -> Floats:
        """Return the borders between levels, midway on the scale."""
        t = self.forth(self.levels)
        if t.size == 1:
            return self.back(np.array([t[0] - 0.5, t[0] + 0.5]))
        middle = (t[1:] + t[:-1]) / 2.0
        inner = np.concatenate([[2.0 * t[0] - middle[0]], middle, [2.0 * t[-1] - middle[-1]]])
        return self.back(inner)

    def bin_edges(self, count: int) -> Floats:
        """Return the borders of bins that are equally wide on the scale, about all values."""
        t = self.forth(self.levels)
        room = (t[-1] - t[0]) / self.values.size  # a stratified design ends so much inside
        return self.back(np.linspace(t[0] - room, t[-1] + room, count + 1))

    def text(self, value: float) -> str:
        """Return a value as ticks and captions write it."""
        if self.category:
            return self.names[int(value)]
        return _number(value if self.whole else float(f"{value:.3g}"))

    @property
    def name(self) -> str:
        """The label without a unit in brackets."""
        return re.sub(r"\s*\([^()]*\)$", "", self.label) or self.label


def _axis(sweep: SweepShares, path: str) -> _Axis:
    raw = np.asarray(sweep.parameters[path])
    label = sweep.labels.get(path) or path.rsplit(".", 1)[-1].replace("_", " ")
    scale = sweep.scales.get(path, "linear")
    if raw.dtype.kind not in "iuf" or scale == "category":
        if raw.dtype.kind == "b":
            kinds: list[Any] = [k for k in (False, True) if k in raw]
            names = tuple("yes" if k else "no" for k in kinds)
        elif raw.dtype.kind in "iuf":
            kinds = np.unique(raw).tolist()
            names = tuple(f"{k:,.6g}" for k in kinds)
        else:
            kinds = list(dict.fromkeys(raw.tolist()))
            names = tuple(str(k) for k in kinds)
        code = {kind: float(i) for i, kind in enumerate(kinds)}
        values = np.array([code[value] for value in raw.tolist()])
        return _Axis(path, label, "category", values, np.arange(float(len(kinds))), names, False)
    values = raw.astype(np.float64)
    if scale == "log" and not (values > 0.0).all():
        scale = "linear"
    return _Axis(path, label, scale, values, np.unique(values), (), raw.dtype.kind in "iu")


def _moved(sweep: SweepShares) -> list[str]:
    """Return the parameters that take more than one value, or all where none does."""
    moved = [p for p, v in sweep.parameters.items() if np.unique(np.asarray(v)).size > 1]
    return moved or list(sweep.parameters)


# ---------------------------------------------------------------------------
# Bins of one parameter
# ---------------------------------------------------------------------------


def _bins(axis: _Axis) -> Integers:
    """Return each point's bin: a level where there are few, else a quantile bin."""
    count = int(np.clip(axis.values.size // BIN_POINTS, 2, CURVE_BINS))
    levels = np.searchsorted(axis.levels, axis.values)
    if axis.category or axis.levels.size <= count:
        return levels.astype(np.int64)
    inner = np.quantile(axis.values, np.arange(1, count) / count)
    return np.unique(np.searchsorted(inner, axis.values), return_inverse=True)[1].astype(np.int64)


def influence(sweep: SweepShares, path: str) -> float:
    """Return how much a parameter moves the shares by itself.

    It is the variance of the shares between the bins of the parameter, summed
    over the scenarios, less what bins would show of scatter within them:
    ``sum_b n_b |m_b - m|^2 / N - (k - 1) / (N - k) * sum_b S_b / N`` with k bins
    of n_b points, mean m_b, and sum of squares S_b about it.
    """
    share = np.asarray(sweep.share, dtype=np.float64)
    bins = _bins(_axis(sweep, path))
    points, count = bins.size, int(bins.max()) + 1
    mean = np.stack([share[bins == b].mean(axis=0) for b in range(count)])
    between = float(((mean[bins] - share.mean(axis=0)) ** 2).sum()) / points
    within = float(((share - mean[bins]) ** 2).sum()) / points
    if points > count:
        between -= within * (count - 1) / (points - count)
    return between


# ---------------------------------------------------------------------------
# Cells over two parameters
# ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cells:
    """A picture's cells over two parameters, and the points in each.

    A mesh has edges, and its cells are numbered row by row from the bottom;
    otherwise every cell is a polygon.
    """

    x: _Axis
    y: _Axis
    member: Integers
    count: Integers
    mean_of_others: bool
    edges: tuple[Floats, Floats] | None = None
    polygons: list[Floats] = field(default_factory=list)

    @property
    def empty(self) -> NDArray[np.bool_]:
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
        if self.edges is None:
            return self.polygons[cell]
        ex, ey = self.edges
        row, column = divmod(cell, ex.size - 1)
        x0, x1, y0, y1 = ex[column], ex[column + 1], ey[row], ey[row + 1]
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])

    def draw(
        self,
        axes: Axes,
        values: NDArray[Any],
        cmap: Colormap,
        norm: Normalize,
        room: tuple[float, float],
    ) -> Any:
        """Colour the cells of a panel of ``room`` mm; return what a colour bar asks for."""
        from matplotlib.collections import PolyCollection
        from matplotlib.patches import Rectangle

        masked = np.ma.masked_invalid(np.asarray(values, dtype=np.float64))
        if self.empty.any():
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
        if self.edges is None:
            drawn: Any = PolyCollection(
                self.polygons, cmap=cmap, norm=norm, edgecolors="face", linewidths=0.4, zorder=0.6
            )
            drawn.set_array(masked)
            axes.add_collection(drawn)
        else:
            ex, ey = self.edges
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
        _dress(axes, self.x, self.y, room)
        corners = np.concatenate([self.corners(c) for c in range(self.count.size)])
        axes.set_xlim(corners[:, 0].min(), corners[:, 0].max())
        axes.set_ylim(corners[:, 1].min(), corners[:, 1].max())
        return drawn

    def hatch(self, axes: Axes, cells: NDArray[np.bool_]) -> None:
        """Hatch some cells."""
        from matplotlib.collections import PolyCollection

        if cells.any():
            axes.add_collection(
                PolyCollection(
                    [self.corners(int(c)) for c in np.flatnonzero(cells)],
                    facecolor="none",
                    **_HATCH,
                    zorder=0.8,
                )
            )

    @property
    def lined(self) -> bool:
        """Whether a line may be drawn: two numbers, and cells enough."""
        if self.x.category or self.y.category or (~self.empty).sum() < LINE_CELLS**2:
            return False
        return self.edges is None or min(e.size for e in self.edges) > LINE_CELLS

    def crosses(self, plane: Floats, level: float) -> bool:
        """Return whether a smoothed surface has a line of that level."""
        seen = plane[~self.empty, 0]
        return bool(seen.min() < level < seen.max())

    def contour(self, axes: Axes, plane: Floats, level: float) -> None:
        """Draw the line along which a smoothed surface equals the level."""
        from matplotlib.patheffects import withStroke

        style: dict[str, Any] = {"levels": [level], "colors": [INK], "linewidths": 1.0}
        if self.edges is None:
            from scipy.spatial import Delaunay

            sites, own = _mirrored(*_unit_sites(self.x, self.y)[:2])
            at = _from_unit(self.x, self.y, sites)
            triangles = Delaunay(sites).simplices
            slope = (plane[own, 1:] * (sites - sites[own])).sum(axis=1)
            beyond = plane[own, 0] + slope  # images take what the slope makes of their site
            lines: Any = axes.tricontour(at[:, 0], at[:, 1], triangles, beyond, **style)
        else:
            ex, ey = self.edges
            table = np.ma.masked_invalid(plane[:, 0].reshape(ey.size - 1, ex.size - 1))
            table = _with_border(_with_border(table).T).T
            lines = axes.contour(_to_border(self.x, ex), _to_border(self.y, ey), table, **style)
        lines.set_path_effects([withStroke(linewidth=2.2, foreground="white")])

    def smooth(self, values: Floats) -> Floats:
        """Return height and slopes of a plane fitted around each cell, (cells, 3).

        The nearest cells count with Gaussian weights that reach as far as the
        outermost; slopes are by units of the unit square, and nan in empty cells.
        """
        from scipy.spatial import cKDTree

        full = np.flatnonzero(~self.empty)
        if self.edges is None:
            at = _unit_sites(self.x, self.y)[0]
        else:
            ex, ey = self.edges
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


_HATCH: dict[str, Any] = {"edgecolor": INK, "hatch": "//////", "linewidth": 0.0}


def _with_border(table: Any) -> Any:
    """Return rows carried on by half a row, so that a line ends at the border of the cells."""
    first, last = 1.5 * table[:1] - 0.5 * table[1:2], 1.5 * table[-1:] - 0.5 * table[-2:-1]
    joined: Any = np.ma.concatenate
    return joined([first, table, last])


def _to_border(axis: _Axis, edges: Floats) -> Floats:
    t = axis.forth(edges)
    return axis.back(np.concatenate([t[:1], (t[1:] + t[:-1]) / 2.0, t[-1:]]))


def _span(axis: _Axis) -> tuple[float, float]:
    t = axis.forth(axis.levels)
    return (t[0], t[-1]) if t.size > 1 else (t[0] - 0.5, t[0] + 0.5)


def _from_unit(x: _Axis, y: _Axis, unit: Floats) -> Floats:
    (x0, x1), (y0, y1) = _span(x), _span(y)
    return np.column_stack(
        [x.back(x0 + unit[:, 0] * (x1 - x0)), y.back(y0 + unit[:, 1] * (y1 - y0))]
    )


def _unit_sites(x: _Axis, y: _Axis) -> tuple[Floats, float, Integers]:
    """Return distinct points in the unit square, the room around it, and each point's site."""
    (x0, x1), (y0, y1) = _span(x), _span(y)
    unit = np.column_stack(
        [(x.forth(x.values) - x0) / (x1 - x0), (y.forth(y.values) - y0) / (y1 - y0)]
    )
    sites, member = np.unique(unit, axis=0, return_inverse=True)
    return sites, 0.5 / np.sqrt(len(sites)), member.ravel().astype(np.int64)


def _mirrored(sites: Floats, room: float) -> tuple[Floats, Integers]:
    """Return the sites and their mirror images in the four borders, and whose image each is."""
    images = [sites]
    for column in (0, 1):
        for border in (-room, 1.0 + room):
            image = sites.copy()
            image[:, column] = 2.0 * border - image[:, column]
            images.append(image)
    return np.concatenate(images), np.tile(np.arange(len(sites)), 5)


def _neighbourhoods(x: _Axis, y: _Axis) -> _Cells:
    """Return a cell a point: all that is nearer to it than to any other point.

    Mirror images of the points in the borders make the borders edges of cells,
    and spare special cases: points on a line have neighbourhoods, too.
    """
    from scipy.spatial import Voronoi

    sites, room, member = _unit_sites(x, y)
    mosaic = Voronoi(_mirrored(sites, room)[0])
    polygons = []
    for site in range(len(sites)):
        corners = mosaic.vertices[mosaic.regions[mosaic.point_region[site]]]
        corners = np.clip(corners, -room, 1.0 + room)
        around = corners - sites[site]
        polygons.append(
            _from_unit(x, y, corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))])
        )
    count = np.bincount(member, minlength=len(sites))
    return _Cells(x, y, member, count, False, polygons=polygons)


def _strips(x: _Axis, y: _Axis) -> _Cells:
    """Return a cell a point where one parameter is a category: midway to its neighbours."""
    across, along = (x, y) if x.category else (y, x)
    pairs, member = np.unique(
        np.column_stack([across.values, along.values]), axis=0, return_inverse=True
    )
    member = member.ravel().astype(np.int64)
    t0, t1 = _span(along)
    room = (t1 - t0) * 0.5 / max(1.0, len(pairs) / across.levels.size)
    polygons = []
    for level in across.levels:
        t = along.forth(pairs[pairs[:, 0] == level, 1])
        edges = along.back(np.concatenate([[t0 - room], (t[1:] + t[:-1]) / 2.0, [t1 + room]]))
        for low, high in pairwise(edges):
            a, b = level - 0.5, level + 0.5
            corners = np.array([[a, low], [b, low], [b, high], [a, high]])
            polygons.append(corners if across is x else corners[:, ::-1])
    return _Cells(x, y, member, np.bincount(member), False, polygons=polygons)


def _mesh(x: _Axis, y: _Axis, ex: Floats, ey: Floats, mean_of_others: bool) -> _Cells:
    columns, rows = ex.size - 1, ey.size - 1
    column = np.clip(np.searchsorted(ex, x.values, side="right") - 1, 0, columns - 1)
    row = np.clip(np.searchsorted(ey, y.values, side="right") - 1, 0, rows - 1)
    member = (row * columns + column).astype(np.int64)
    count = np.bincount(member, minlength=rows * columns)
    return _Cells(x, y, member, count, mean_of_others, edges=(ex, ey))


def _cells(sweep: SweepShares, x_path: str, y_path: str) -> _Cells:
    """Choose the cells: a grid's own, a point's own, or bins where other parameters move, too."""
    x, y = _axis(sweep, x_path), _axis(sweep, y_path)
    points = x.values.size
    if set(_moved(sweep)) <= {x_path, y_path}:
        pairs = len(np.unique(np.column_stack([x.values, y.values]), axis=0))
        if pairs >= GRID_FILLED * x.levels.size * y.levels.size or (x.category and y.category):
            return _mesh(x, y, x.edges(), y.edges(), False)
        if x.category or y.category:
            return _strips(x, y)
        return _neighbourhoods(x, y)

    def keeps_levels(axis: _Axis) -> bool:
        few = axis.levels.size <= MAP_LEVELS and points >= 4 * axis.levels.size
        return axis.category or axis.levels.size == 1 or few

    cells = points / CELL_POINTS
    fixed = [axis.levels.size for axis in (x, y) if keeps_levels(axis)]
    side = np.sqrt(cells) if not fixed else cells / fixed[0]
    count = int(np.clip(side, 2, MAP_BINS))
    ex, ey = (axis.edges() if keeps_levels(axis) else axis.bin_edges(count) for axis in (x, y))
    return _mesh(x, y, ex, ey, True)


# ---------------------------------------------------------------------------
# Axes and words
# ---------------------------------------------------------------------------


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _number(value: float, _: object = None) -> str:
    """Write a number as ticks do: 0.001, 1,000, 2·10⁻⁵."""
    if value == 0.0 or 0.000999 < abs(value) < 1e6:
        return f"{value:,.6g}".replace("-", "\N{MINUS SIGN}")
    mantissa, power = f"{value:.5e}".split("e")
    head = f"{float(mantissa):.6g}".replace("-", "\N{MINUS SIGN}")
    ten = "10" + str(int(power)).translate(_SUPERSCRIPTS)
    return ten if head == "1" else f"{head}·{ten}"


def _broken(axis: _Axis) -> list[str]:
    return ["\n".join(wrapped(name, NAME_WIDTH, SMALL_SIZE)) for name in axis.names]


def _names(axis: _Axis, room: float) -> tuple[float, list[str]]:
    """Return how to write categories along x: at what angle, broken into lines or cut short."""
    names = _broken(axis)
    widest = max(text_width(line, SMALL_SIZE) for name in names for line in name.split("\n"))
    each = room / axis.levels.size
    if widest + 1.0 <= each:
        return 0.0, names
    short = []
    for name in axis.names:
        cut = name
        while text_width(cut, SMALL_SIZE) > NAME_WIDTH * 1.25:
            cut = f"{cut.removesuffix('…')[:-1].rstrip()}…"
        short.append(cut)
    return (35.0 if each >= 6.0 else 90.0), short


def _margin(axis: _Axis) -> float:
    """Return the millimetres by which categories along y are wider than numbers."""
    if not axis.category:
        return 0.0
    lines = [line for name in _broken(axis) for line in name.split("\n")]
    return max(0.0, max(text_width(line, SMALL_SIZE) for line in lines) - 6.0)


def _depth(axis: _Axis, room: float) -> float:
    """Return the millimetres by which categories along x reach deeper than a line of numbers."""
    if not axis.category:
        return 0.0
    angle, names = _names(axis, room)
    if not angle:
        return 3.3 * max(name.count("\n") for name in names)
    return float(max(text_width(name, SMALL_SIZE) for name in names) * np.sin(np.radians(angle)))


def _dress_one(axes: Axes, axis: _Axis, side: str, room: float) -> None:
    """Give one side, ``room`` millimetres long, its scale, ticks and label."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    ticks = axes.xaxis if side == "x" else axes.yaxis
    label = "\n".join(wrapped(axis.label, room, TEXT_SIZE))
    (axes.set_xlabel if side == "x" else axes.set_ylabel)(plain(label))
    if axis.category:
        angle, names = _names(axis, room) if side == "x" else (0.0, _broken(axis))
        how: dict[str, Any] = {}
        if angle:
            how = {"rotation": angle, "ha": "right", "va": "center", "rotation_mode": "anchor"}
        ticks.set_ticks(axis.levels.tolist(), labels=[plain(name) for name in names], **how)
        ticks.set_tick_params(length=0.0)
        return
    (axes.set_xscale if side == "x" else axes.set_yscale)(axis.scale)
    if axis.scale == "log":
        decades = np.log10(axis.levels[-1] / axis.levels[0])
        subs = (1.0, 2.0, 5.0) if decades < 2.5 else (1.0,)
        if decades < 0.4:
            ticks.set_major_locator(MaxNLocator(nbins=4))
            ticks.set_minor_locator(MaxNLocator(nbins=4))
        else:
            ticks.set_major_locator(LogLocator(subs=subs, numticks=8))
            ticks.set_minor_locator(LogLocator(subs=np.arange(1.0, 10.0).tolist(), numticks=20))
        ticks.set_minor_formatter(NullFormatter())
    else:
        ticks.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], integer=axis.whole))
    ticks.set_major_formatter(FuncFormatter(_number))


def _dress(axes: Axes, x: _Axis, y: _Axis, room: tuple[float, float]) -> None:
    _dress_one(axes, x, "x", room[0])
    _dress_one(axes, y, "y", room[1])
    for spine in axes.spines.values():
        spine.set_visible(True)


def _percent(share: float) -> str:
    return f"{100.0 * share:.4g}{NBSP}%"


def _size_of(sweep: SweepShares) -> str:
    """Return how many points and firms there are."""
    low, high = int(np.min(sweep.firms)), int(np.max(sweep.firms))
    firms = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{len(sweep.firms):,} design points of {firms} firms each"


def _sentences(*parts: str) -> str:
    return " ".join(f"{part}." for part in parts if part)


def _cell_words(cells: _Cells, what: str) -> list[str]:
    if cells.mean_of_others:
        words = [f"Cells: {what}, mean over the other parameters"]
    elif cells.edges is None:
        words = [f"Cells: {what} at the nearest design point"]
    else:
        words = [f"Cells: {what} at a design point"]
    if cells.empty.any():
        words.append("Dotted: no design point")
    return words


def _reference(sweep: SweepShares) -> list[float | None]:
    return [sweep.reference.get(name) for name in SCENARIOS]


def distance(sweep: SweepShares) -> Floats:
    """Return the total variation distance of each point to the reference split, from 0 to 1."""
    reference = _reference(sweep)
    known = [share for share in reference if share is not None]
    if len(known) < len(SCENARIOS):
        raise ValueError("the distance asks for a reference share of every scenario")
    return np.abs(np.asarray(sweep.share) - np.array(known)).sum(axis=1) / 2.0


# ---------------------------------------------------------------------------
# The figures
# ---------------------------------------------------------------------------


def share_maps(sweep: SweepShares, x: str, y: str) -> Figure:
    """Draw the share of each scenario over two parameters: four panels, one colour scale.

    On a grid each cell is a design point; scattered points colour what is
    nearest to them; where other parameters move, too, cells are bins with the
    mean of their points.
    """
    import matplotlib
    from matplotlib.colors import Normalize

    cells = _cells(sweep, x, y)
    mean = cells.mean(sweep.share)
    top = float(np.nanmax(mean))
    norm = Normalize(0.0, top if top > 0.0 else 1.0)
    references = _reference(sweep)
    lines: list[tuple[Floats, float] | None] = [None] * len(SCENARIOS)
    for s, level in enumerate(references):
        if level is not None and cells.lined:
            plane = cells.smooth(mean[:, s])
            lines[s] = (plane, level) if cells.crosses(plane, level) else None
    words = [
        *_cell_words(cells, "share"),
        f"Line: where the share, smoothed, is that of the {sweep.reference_name}"
        if any(lines)
        else "",
        _size_of(sweep),
    ]
    with house_style():
        room = 68.0 - _margin(cells.y) / 2.0, 54.0
        body = 132.0 + _depth(cells.x, room[0])
        figure = sheet(DOUBLE, body, title=sweep.title, caption=_sentences(*words))
        panels = figure.subplots(2, 2, sharex=True, sharey=True)
        for s, axes in enumerate(panels.flat):
            drawn = cells.draw(axes, mean[:, s], matplotlib.colormaps[SHARE_MAP], norm, room)
            reference = references[s]
            title = SCENARIO_TITLES[s]
            if reference is not None:
                title += f", {sweep.reference_name} {_percent(reference)}"
            axes.set_title(plain(title))
            if (line := lines[s]) is not None:
                cells.contour(axes, *line)
            axes.label_outer()
        bar = figure.colorbar(drawn, ax=panels, aspect=40, fraction=0.05, pad=0.02)
        _dress_bar(bar, "share of firms, %")
        return finish(figure)


def _dress_bar(bar: Any, label: str) -> None:
    percent_ticks(bar.ax.yaxis)
    bar.set_label(plain(label))
    bar.outline.set_visible(False)


def likeliest(sweep: SweepShares) -> tuple[Integers, NDArray[np.bool_]]:
    """Return each point's likeliest scenario, and whether its lead may be noise.

    It may where the interval of the likeliest overlaps that of the second.
    """
    share = np.asarray(sweep.share)
    order = np.argsort(-share, axis=1, kind="stable")
    rows = np.arange(len(share))
    first, second = order[:, 0], order[:, 1]
    return first, np.asarray(sweep.low)[rows, first] <= np.asarray(sweep.high)[rows, second]


def _likeliest_cells(sweep: SweepShares, cells: _Cells) -> tuple[Floats, NDArray[np.bool_]]:
    """Return each cell's likeliest scenario by mean share, nan if empty, and if undecided."""
    mean = cells.mean(sweep.share)
    full = ~cells.empty
    first = np.full(cells.count.size, np.nan)
    undecided = np.zeros(cells.count.size, dtype=np.bool_)
    chosen = np.argmax(mean[full], axis=1)
    first[full] = chosen
    if cells.mean_of_others:
        agree = cells.mean(likeliest(sweep)[0] == first[cells.member])
        undecided[full] = agree[full] < AGREEMENT
    else:
        low, high = cells.mean(sweep.low)[full], cells.mean(sweep.high)[full]
        rows = np.arange(chosen.size)
        second = np.argsort(-mean[full], axis=1, kind="stable")[:, 1]
        undecided[full] = low[rows, chosen] <= high[rows, second]
    return first, undecided


def likeliest_map(sweep: SweepShares, x: str, y: str) -> Figure:
    """Draw which scenario is the likeliest over two parameters, paler where undecided.

    A point is undecided where the intervals of its two likeliest scenarios
    overlap; a bin, where other parameters move, too, where its scenario is the
    likeliest at less than three quarters of its points.
    """
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    cells = _cells(sweep, x, y)
    first, undecided = _likeliest_cells(sweep, cells)
    doubt, meaning = (
        (
            "points disagree",
            f"the scenario is the likeliest at under {_percent(AGREEMENT)} of the cell’s points",
        )
        if cells.mean_of_others
        else (
            "lead within the noise",
            f"the {_percent(0.95)} intervals of the two likeliest scenarios overlap",
        )
    )
    words = _sentences(
        *_cell_words(cells, "the scenario with the largest share"),
        f"Pale and hatched: {meaning}" if undecided.any() else "",
        _size_of(sweep),
    )
    with house_style():
        legend = [
            Patch(facecolor=colour, label=title)
            for colour, title in zip(SCENARIO_COLOURS, SCENARIO_TITLES, strict=True)
        ]
        legend.append(Patch(facecolor="#DDDDDD", **_HATCH, label=doubt))
        room = 72.0 - _margin(cells.y), 60.0
        body = 72.0 + _depth(cells.x, room[0])
        figure = sheet(SINGLE, body, title=sweep.title, caption=words, legend=legend)
        axes = figure.subplots()
        colours = [*SCENARIO_COLOURS, *(paler(colour) for colour in SCENARIO_COLOURS)]
        norm = BoundaryNorm(np.arange(-0.5, len(colours)), len(colours))
        codes = first + len(SCENARIOS) * undecided
        cells.draw(axes, codes, ListedColormap(colours), norm, room)
        cells.hatch(axes, undecided)
        return finish(figure)


def distance_map(sweep: SweepShares, x: str, y: str) -> Figure:
    """Draw how far the shares are from the reference, and mark the nearest design point."""
    import matplotlib
    from matplotlib.colors import Normalize
    from matplotlib.lines import Line2D

    cells = _cells(sweep, x, y)
    far = distance(sweep)
    mean = cells.mean(far)
    top = float(np.nanmax(mean))
    best = int(np.argmin(far))
    at = float(cells.x.values[best]), float(cells.y.values[best])
    star: dict[str, Any] = {
        "marker": "*",
        "markersize": 9.0,
        "markerfacecolor": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.8,
        "linestyle": "none",
    }
    label = f"nearest, {100.0 * far[best]:.1f} points: " + "; ".join(
        f"{axis.name}{NBSP}={NBSP}{axis.text(value)}"
        for axis, value in zip((cells.x, cells.y), at, strict=True)
    )
    words = _sentences(
        *_cell_words(cells, "distance"),
        f"Total variation distance to the split of the {sweep.reference_name}, "
        + " / ".join(f"{100.0 * (r or 0.0):.4g}" for r in _reference(sweep)),
        _size_of(sweep),
    )
    with house_style():
        lines = wrapped(label, SINGLE - 14.0, 7.5)
        handle = Line2D([], [], label=plain(lines[0]), **star)
        rest = [Line2D([], [], linestyle="none", label=plain(line)) for line in lines[1:]]
        room = 58.0 - _margin(cells.y), 60.0
        body = 72.0 + _depth(cells.x, room[0])
        figure = sheet(SINGLE, body, title=sweep.title, caption=words, legend=[handle, *rest])
        axes = figure.subplots()
        norm = Normalize(0.0, top if top > 0.0 else 1.0)
        drawn = cells.draw(axes, mean, matplotlib.colormaps[DISTANCE_MAP], norm, room)
        axes.plot(*at, **star, clip_on=False, zorder=5.0)
        bar = figure.colorbar(drawn, ax=axes, aspect=30, fraction=0.06, pad=0.03)
        _dress_bar(bar, f"distance to the {sweep.reference_name}, points")
        return finish(figure)


@dataclass(frozen=True)
class _Curve:
    """Where to draw shares over one parameter, and the band around them."""

    at: Floats
    share: Floats
    low: Floats
    high: Floats


def _curve(sweep: SweepShares, axis: _Axis, alone: bool) -> _Curve:
    share = np.asarray(sweep.share, dtype=np.float64)
    if alone:
        order = np.argsort(axis.values, kind="stable")
        return _Curve(
            axis.values[order],
            share[order],
            np.asarray(sweep.low)[order],
            np.asarray(sweep.high)[order],
        )
    bins = _bins(axis)
    groups = [bins == b for b in range(int(bins.max()) + 1)]
    t = axis.forth(axis.values)
    return _Curve(
        axis.back(np.array([t[g].mean() for g in groups])),
        np.stack([share[g].mean(axis=0) for g in groups]),
        np.stack([np.quantile(share[g], 0.1, axis=0) for g in groups]),
        np.stack([np.quantile(share[g], 0.9, axis=0) for g in groups]),
    )


def _draw_curve(axes: Axes, axis: _Axis, curve: _Curve) -> None:
    for s, (colour, marker) in enumerate(zip(SCENARIO_COLOURS, SCENARIO_MARKERS, strict=True)):
        share, low, high = curve.share[:, s], curve.low[:, s], curve.high[:, s]
        if axis.category:
            at = curve.at + 0.16 * (s - 1.5)
            axes.vlines(at, low, high, color=colour, linewidth=1.4, alpha=0.55, zorder=2.0)
            axes.plot(at, share, marker, color=colour, markersize=3.6, zorder=3.0)
        else:
            axes.fill_between(
                curve.at, low, high, color=colour, alpha=0.16, linewidth=0.0, zorder=1.5
            )
            dots: dict[str, Any] = (
                {"marker": marker, "markersize": 2.6} if curve.at.size <= 30 else {}
            )
            axes.plot(curve.at, share, color=colour, zorder=3.0, **dots)


def response_curves(sweep: SweepShares) -> Figure:
    """Draw the four shares against each parameter.

    With one parameter, the points and their simultaneous intervals. With more,
    the mean over bins of a parameter, and the range from 10 % to 90 % of the
    points of a bin: that is how far the other parameters move the shares, not
    how surely they are known.
    """
    from matplotlib.lines import Line2D

    paths = _moved(sweep)
    alone = len(paths) == 1
    dropped = len(paths) - MOST_PANELS
    if dropped > 0:
        kept = sorted(paths, key=lambda path: -influence(sweep, path))[:MOST_PANELS]
        paths = [path for path in paths if path in kept]
    axes_of = [_axis(sweep, path) for path in paths]
    curves = [_curve(sweep, axis, alone) for axis in axes_of]
    references = _reference(sweep)
    band = "Bars" if all(axis.category for axis in axes_of) else "Bands"
    if any(axis.category for axis in axes_of) and band == "Bands":
        band = "Bands and bars"
    marks = "Dots" if band == "Bars" else "Lines" if band == "Bands" else "Lines and dots"
    words = [
        f"{band}: simultaneous {_percent(0.95)} interval at a design point"
        if alone
        else f"{marks}: mean over the design points of a bin. {band}: from "
        f"{_percent(0.1)} to {_percent(0.9)} of these points, moved by the other parameters; "
        "not a confidence interval",
        f"The {MOST_PANELS} parameters of {MOST_PANELS + dropped} that move the shares most"
        if dropped > 0
        else "",
        _size_of(sweep),
    ]
    count = len(paths)
    columns = 2 if count in (2, 4) else min(count, 3 if count <= 9 else 4)
    rows = -(-count // columns)
    width, height = (SINGLE, 62.0) if alone else (DOUBLE, min(56.0 * rows, max(150.0, 36.0 * rows)))
    room = (width - 12.0) / columns - 2.0
    with house_style():
        height += sum(
            max(_depth(axis, room) for axis in axes_of[start : start + columns])
            for start in range(0, count, columns)
        )
        legend = [
            Line2D([], [], color=colour, marker=marker, markersize=3.4, label=title)
            for colour, marker, title in zip(
                SCENARIO_COLOURS, SCENARIO_MARKERS, SCENARIO_TITLES, strict=True
            )
        ]
        if any(r is not None for r in references):
            legend.append(
                Line2D(
                    [],
                    [],
                    color=FAINT,
                    linewidth=0.8,
                    linestyle=(0, (4, 2.5)),
                    label=plain(sweep.reference_name),
                )
            )
        figure = sheet(width, height, title=sweep.title, caption=_sentences(*words), legend=legend)
        panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
        ends = [float(curve.high.max()) for curve in curves]
        ends += [float(curve.share.max()) for curve in curves]
        top = max([*ends, *(r for r in references if r is not None)])
        for panel, axis, curve in zip(panels.flat, axes_of, curves, strict=False):
            for colour, reference in zip(SCENARIO_COLOURS, references, strict=True):
                if reference is not None:
                    panel.axhline(
                        reference,
                        color=colour,
                        linewidth=0.8,
                        linestyle=(0, (4, 2.5)),
                        zorder=1.2,
                    )
            _draw_curve(panel, axis, curve)
            _dress_one(panel, axis, "x", room)
            if axis.category:
                panel.set_xlim(-0.5, axis.levels.size - 0.5)
            panel.set_ylim(0.0, 1.04 * top if top > 0.0 else 1.0)
            percent_ticks(panel.yaxis)
            light_grid(panel)
        for panel in panels[:, 0]:
            panel.set_ylabel("share of firms, %")
        for panel in panels.flat[count:]:
            panel.remove()
        return finish(figure)


# ---------------------------------------------------------------------------
# Which figures
# ---------------------------------------------------------------------------


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "parameter"


def _slugs(paths: Sequence[str]) -> dict[str, str]:
    """Return a name for files for each path, all different."""
    slugs: dict[str, str] = {}
    for path in paths:
        slug, number = _slug(path), 2
        while slug in slugs.values():
            slug, number = f"{_slug(path)}-{number}", number + 1
        slugs[path] = slug
    return slugs


def figures_of(sweep: SweepShares) -> dict[str, Callable[[], Figure]]:
    """Return the figures that suit a sweep, by names fit for files.

    With one parameter, its response curves; with two, maps as well; with more,
    maps for the pairs of the three that move the shares most (see
    ``influence``).
    """
    paths = _moved(sweep)
    figures: dict[str, Callable[[], Figure]] = {"response-curves": partial(response_curves, sweep)}
    mapped = paths
    if len(paths) > 2:
        ranked = sorted(paths, key=lambda path: -influence(sweep, path))[:MAPPED_PARAMETERS]
        mapped = [path for path in paths if path in ranked]
    slugs = _slugs(paths)
    whole = all(share is not None for share in _reference(sweep))
    for x, y in combinations(mapped, 2):
        pair = f"{slugs[x]}-{slugs[y]}"
        figures[f"share-map-{pair}"] = partial(share_maps, sweep, x, y)
        figures[f"likeliest-map-{pair}"] = partial(likeliest_map, sweep, x, y)
        if whole:
            figures[f"distance-map-{pair}"] = partial(distance_map, sweep, x, y)
    return figures
