"""A map of the likeliest scenario over two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.style import SCENARIO_COLOURS, SINGLE, finish, house_style, paler, sheet
from orgsim.figures.sweep.captions import cell_words, size_of
from orgsim.figures.sweep.cells import Cells, cells_of
from orgsim.figures.sweep.painting import HATCH, draw, hatch
from orgsim.figures.sweep.pairs import SweepPair
from orgsim.figures.sweep.shares import Floats, SweepShares, likeliest
from orgsim.figures.sweep.ticks import depth, margin
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.text import given_percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AGREEMENT = 0.75
"""Part of a cell's points where its scenario must be the likeliest for the cell to be decided."""


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
def likeliest_map(pair: SweepPair) -> Figure:
    """Draw which scenario is the likeliest over two parameters, paler where undecided.

    A point is undecided where the intervals of its two likeliest scenarios
    overlap; a bin, where other parameters move, too, where its scenario is the
    likeliest at less than three quarters of its points.
    """
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    sweep = pair.sweep
    cells = cells_of(sweep, pair.x, pair.y)
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
        *cell_words(cells, "the scenario with the largest share"),
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


def _alt(pair: SweepPair) -> str:
    points = np.bincount(likeliest(pair.sweep)[0], minlength=len(SCENARIOS))
    told = (f"{title} at {n:,}" for title, n in zip(SCENARIO_TITLES, points.tolist(), strict=True))
    return f"Which scenario has the largest share. Points: {'; '.join(told)}."


FIGURE = Entry(
    name="likeliest-map",
    needs=SweepPair,
    title="The likeliest scenario over two parameters",
    alt=_alt,
    draw=likeliest_map,
    order=20,
)
