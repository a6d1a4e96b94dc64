"""Maps over two parameters: the shares, the likeliest scenario, the distance to a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.figures.captions import sentences
from orgsim.figures.style import (
    DISTANCE_MAP,
    DOUBLE,
    INK,
    SCENARIO_COLOURS,
    SHARE_MAP,
    SINGLE,
    finish,
    house_style,
    paler,
    percent_ticks,
    plain,
    sheet,
    wrapped,
)
from orgsim.figures.sweep.captions import size_of
from orgsim.figures.sweep.cells import Cells, cells_of
from orgsim.figures.sweep.lines import contour, crosses, lined, smooth
from orgsim.figures.sweep.painting import HATCH, draw, hatch
from orgsim.figures.sweep.shares import (
    Floats,
    SweepShares,
    distance,
    likeliest,
    reference_shares,
)
from orgsim.figures.sweep.ticks import depth, margin
from orgsim.text import NBSP, bare_given, bare_tenths, given_percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AGREEMENT = 0.75
"""Part of a cell's points where its scenario must be the likeliest for the cell to be decided."""


def _cell_words(cells: Cells, what: str) -> list[str]:
    if cells.mean_of_others:
        words = [f"Cells: {what}, mean over the other parameters"]
    elif cells.edges is None:
        words = [f"Cells: {what} at the nearest design point"]
    else:
        words = [f"Cells: {what} at a design point"]
    if cells.empty.any():
        words.append("Dotted: no design point")
    return words


def _dress_bar(bar: Any, label: str) -> None:
    percent_ticks(bar.ax.yaxis)
    bar.set_label(plain(label))
    bar.outline.set_visible(False)


@house_style()
def share_maps(sweep: SweepShares, x: str, y: str) -> Figure:
    """Draw the share of each scenario over two parameters: four panels, one colour scale.

    On a grid each cell is a design point; scattered points colour what is
    nearest to them; where other parameters move, too, cells are bins with the
    mean of their points.
    """
    import matplotlib
    from matplotlib.colors import Normalize

    cells = cells_of(sweep, x, y)
    mean = cells.mean(sweep.share)
    top = float(np.nanmax(mean))
    norm = Normalize(0.0, top if top > 0.0 else 1.0)
    references = reference_shares(sweep)
    lines: list[tuple[Floats, float] | None] = [None] * len(SCENARIOS)
    for s, level in enumerate(references):
        if level is not None and lined(cells):
            plane = smooth(cells, mean[:, s])
            lines[s] = (plane, level) if crosses(cells, plane, level) else None
    words = [
        *_cell_words(cells, "share"),
        f"Line: where the share, smoothed, is that of the {sweep.reference_name}"
        if any(lines)
        else "",
        size_of(sweep),
    ]
    room = 68.0 - margin(cells.y) / 2.0, 54.0
    body = 132.0 + depth(cells.x, room[0])
    figure = sheet(DOUBLE, body, title=sweep.title, caption=sentences(*words))
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    for s, axes in enumerate(panels.flat):
        drawn = draw(axes, cells, mean[:, s], matplotlib.colormaps[SHARE_MAP], norm, room)
        reference = references[s]
        title = SCENARIO_TITLES[s]
        if reference is not None:
            title += f", {sweep.reference_name} {given_percent(reference)}"
        axes.set_title(plain(title))
        if (line := lines[s]) is not None:
            contour(axes, cells, *line)
        axes.label_outer()
    bar = figure.colorbar(drawn, ax=panels, aspect=40, fraction=0.05, pad=0.02)
    _dress_bar(bar, "share of firms, %")
    return finish(figure)


def _likeliest_cells(sweep: SweepShares, cells: Cells) -> tuple[Floats, NDArray[np.bool_]]:
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


@house_style()
def likeliest_map(sweep: SweepShares, x: str, y: str) -> Figure:
    """Draw which scenario is the likeliest over two parameters, paler where undecided.

    A point is undecided where the intervals of its two likeliest scenarios
    overlap; a bin, where other parameters move, too, where its scenario is the
    likeliest at less than three quarters of its points.
    """
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    cells = cells_of(sweep, x, y)
    first, undecided = _likeliest_cells(sweep, cells)
    doubt, meaning = (
        (
            "points disagree",
            f"the scenario is the likeliest at under {given_percent(AGREEMENT)} of the cell’s "
            "points",
        )
        if cells.mean_of_others
        else (
            "lead within the noise",
            f"the {given_percent(0.95)} intervals of the two likeliest scenarios overlap",
        )
    )
    words = sentences(
        *_cell_words(cells, "the scenario with the largest share"),
        f"Pale and hatched: {meaning}" if undecided.any() else "",
        size_of(sweep),
    )
    legend = [
        Patch(facecolor=colour, label=title)
        for colour, title in zip(SCENARIO_COLOURS, SCENARIO_TITLES, strict=True)
    ]
    legend.append(Patch(facecolor="#DDDDDD", **HATCH, label=doubt))
    room = 72.0 - margin(cells.y), 60.0
    body = 72.0 + depth(cells.x, room[0])
    figure = sheet(SINGLE, body, title=sweep.title, caption=words, legend=legend)
    axes = figure.subplots()
    colours = [*SCENARIO_COLOURS, *(paler(colour) for colour in SCENARIO_COLOURS)]
    norm = BoundaryNorm(np.arange(-0.5, len(colours)), len(colours))
    codes = first + len(SCENARIOS) * undecided
    draw(axes, cells, codes, ListedColormap(colours), norm, room)
    hatch(axes, cells, undecided)
    return finish(figure)


@house_style()
def distance_map(sweep: SweepShares, x: str, y: str) -> Figure:
    """Draw how far the shares are from the reference, and mark the nearest design point."""
    import matplotlib
    from matplotlib.colors import Normalize
    from matplotlib.lines import Line2D

    cells = cells_of(sweep, x, y)
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
    label = f"nearest, {bare_tenths(far[best])} points: " + "; ".join(
        f"{axis.name}{NBSP}={NBSP}{axis.text(value)}"
        for axis, value in zip((cells.x, cells.y), at, strict=True)
    )
    words = sentences(
        *_cell_words(cells, "distance"),
        f"Total variation distance to the split of the {sweep.reference_name}, "
        + " / ".join(bare_given(r or 0.0) for r in reference_shares(sweep)),
        size_of(sweep),
    )
    lines = wrapped(label, SINGLE - 14.0, 7.5)
    handle = Line2D([], [], label=plain(lines[0]), **star)
    rest = [Line2D([], [], linestyle="none", label=plain(line)) for line in lines[1:]]
    room = 58.0 - margin(cells.y), 60.0
    body = 72.0 + depth(cells.x, room[0])
    figure = sheet(SINGLE, body, title=sweep.title, caption=words, legend=[handle, *rest])
    axes = figure.subplots()
    norm = Normalize(0.0, top if top > 0.0 else 1.0)
    drawn = draw(axes, cells, mean, matplotlib.colormaps[DISTANCE_MAP], norm, room)
    axes.plot(*at, **star, clip_on=False, zorder=5.0)
    bar = figure.colorbar(drawn, ax=axes, aspect=30, fraction=0.06, pad=0.03)
    _dress_bar(bar, f"distance to the {sweep.reference_name}, points")
    return finish(figure)
