"""Maps of the shares over two parameters, one a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.style import DOUBLE, SHARE_MAP, finish, house_style, plain, sheet
from orgsim.figures.sweep.captions import cell_words, ranges, size_of
from orgsim.figures.sweep.cells import cells_of
from orgsim.figures.sweep.lines import contour, crosses, lined, smooth
from orgsim.figures.sweep.painting import draw, dress_bar
from orgsim.figures.sweep.pairs import SweepPair
from orgsim.figures.sweep.shares import Floats, reference_shares
from orgsim.figures.sweep.ticks import depth, margin
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.text import given_percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@house_style()
def share_maps(pair: SweepPair) -> Figure:
    """Draw the share of each scenario over two parameters: four panels, one colour scale.

    On a grid each cell is a design point; scattered points colour what is
    nearest to them; where other parameters move, too, cells are bins with the
    mean of their points.
    """
    import matplotlib
    from matplotlib.colors import Normalize

    sweep = pair.sweep
    cells = cells_of(sweep, pair.x, pair.y)
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
        *cell_words(cells, "share"),
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
    dress_bar(bar, "share of firms, %")
    return finish(figure)


def _alt(pair: SweepPair) -> str:
    return f"Four maps, one a scenario. Over all points: {ranges(pair.sweep)}."


FIGURE = Entry(
    name="share-map",
    needs=SweepPair,
    title="Shares over two parameters",
    alt=_alt,
    draw=share_maps,
    order=10,
)
