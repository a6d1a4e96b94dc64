"""A map of the distance to the reference over two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.style import (
    DISTANCE_MAP,
    INK,
    SINGLE,
    finish,
    house_style,
    plain,
    sheet,
    wrapped,
)
from orgsim.figures.sweep.captions import cell_words, size_of
from orgsim.figures.sweep.cells import cells_of
from orgsim.figures.sweep.painting import draw, dress_bar
from orgsim.figures.sweep.pairs import SweepPair
from orgsim.figures.sweep.shares import distance, reference_shares
from orgsim.figures.sweep.ticks import depth, margin
from orgsim.spec.swept_path import value_words
from orgsim.text import NBSP, bare_given, bare_tenths

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@house_style()
def distance_map(pair: SweepPair) -> Figure:
    """Draw how far the shares are from the reference, and mark the nearest design point."""
    import matplotlib
    from matplotlib.colors import Normalize
    from matplotlib.lines import Line2D

    sweep = pair.sweep
    cells = cells_of(sweep, pair.x, pair.y)
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
        *cell_words(cells, "distance"),
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
    dress_bar(bar, f"distance to the {sweep.reference_name}, points")
    return finish(figure)


def _alt(pair: SweepPair) -> str:
    # Rounded as the table of points is: of points that are as near the first is named.
    far = np.round(distance(pair.sweep), 15)
    nearest = int(np.argmin(far))
    at = ", ".join(
        f"{path} {value_words(np.asarray(values).tolist()[nearest])}"
        for path, values in pair.sweep.parameters.items()
    )
    return (
        "How far the shares are from the reference, as total variation. Least "
        f"{bare_tenths(far[nearest])}{NBSP}points at {at}; most "
        f"{bare_tenths(far.max())}{NBSP}points."
    )


def _suits(pair: SweepPair) -> bool:
    """Whether the reference is whole."""
    return all(share is not None for share in reference_shares(pair.sweep))


FIGURE = Entry(
    name="distance-map",
    needs=SweepPair,
    title="The distance from the reference over two parameters",
    alt=_alt,
    draw=distance_map,
    order=30,
    suits=_suits,
)
