"""Which parameters of a finished sweep moved which outputs: first-order indices beside chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.sensitivity.dots import draw_dots, draw_floors, span
from orgsim.figures.sensitivity.inputs import Floats, GivenShares, WithInterval
from orgsim.figures.sensitivity.parts import MOST_ROWS, PITCH, largest
from orgsim.figures.sensitivity.sheets import RowPanels, number_ticks, rule_rows, say_in
from orgsim.figures.style import (
    INK,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    finish,
    house_style,
    sheet,
)
from orgsim.text import counted, given_percent, two_decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHANCE = "what one of 20 dummies exceeds"


@house_style()
def given(shares: GivenShares) -> Figure:
    """Draw first-order indices, a panel an output, before what chance shows."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    rows = largest(shares.first.value)
    panels = RowPanels([shares.parameters[row] for row in rows], shares.outputs, PITCH)
    legend = [
        Line2D(
            [],
            [],
            color=SCENARIO_COLOURS[0],
            marker=SCENARIO_MARKERS[0],
            markersize=3.4,
            linestyle="none",
            label="first order: from it alone",
        ),
        Patch(facecolor="#DDDDDD", label=CHANCE),
    ]
    count = len(shares.parameters)
    words = sentences(
        "Part of an output’s variance over the points of the sweep",
        f"Lines: {given_percent(0.95)} interval" if np.isfinite(shares.first.low).any() else "",
        "A dot within the grey is not told from chance",
        f"The {MOST_ROWS} of {count} parameters whose index is largest here"
        if count > MOST_ROWS
        else "",
        f"{counted(shares.points, 'point')} ({shares.design.replace('_', ' ')})",
    )
    figure = sheet(panels.width, panels.body, title=shares.title, caption=words, legend=legend)
    for output, axes in enumerate(panels.axes(figure)):
        first = WithInterval(
            *(a[output, rows] for a in (shares.first.value, shares.first.low, shares.first.high))
        )
        if np.isfinite(first.value).any():
            _draw(axes, first, shares.floor[output, rows], panels.panel)
        else:
            say_in(axes, "Does not vary over the points.", panels.panel)
    return finish(figure)


def _draw(axes: Axes, first: WithInterval, floor: Floats, room: float) -> None:
    draw_floors(axes, floor)
    draw_dots(axes, first, colour=SCENARIO_COLOURS[0], marker=SCENARIO_MARKERS[0])
    rule_rows(axes, len(floor))
    axes.axvline(0.0, color=INK, linewidth=0.6, zorder=1.5)
    axes.set_xlim(*span(first.value, first.low, first.high, floor))
    number_ticks(axes.xaxis, room)
    axes.set_xlabel("part of the variance")


def _alt(shares: GivenShares) -> str:
    told = []
    for output, title in enumerate(shares.outputs):
        values = shares.first.value[output]
        if not np.isfinite(values).any():
            told.append(f"{title} does not vary")
            continue
        top = int(np.nanargmax(values))
        told.append(
            f"{title} {shares.parameters[top]} {two_decimals(values[top])}, by chance "
            f"{two_decimals(shares.floor[output, top])}"
        )
    return (
        f"First-order indices of {counted(len(shares.parameters), 'swept parameter')} beside what "
        f"chance shows. The largest of each output: {'; '.join(told)}."
    )


FIGURE = Entry(
    name="given",
    needs=GivenShares,
    title="What the points of the sweep say by themselves",
    alt=_alt,
    draw=given,
    order=50,
)
