"""What tells the points near a reference from the others, parameter by parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.sensitivity.dots import draw_dots, draw_floors, span
from orgsim.figures.sensitivity.given import CHANCE
from orgsim.figures.sensitivity.inputs import NearPoints, WithInterval
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
from orgsim.text import counted, percentage_points, two_decimals

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@house_style()
def near(points: NearPoints) -> Figure:
    """Draw the distance between each parameter's values at near points and at the others."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    rows = largest(points.distance[None, :])
    names = [points.parameters[row] for row in rows]
    count = len(points.parameters)
    panels = RowPanels(names, [f"near the {points.reference} or not"], PITCH)
    legend = [
        Line2D(
            [],
            [],
            color=SCENARIO_COLOURS[3],
            marker=SCENARIO_MARKERS[3],
            markersize=3.4,
            linestyle="none",
            label="distance of the two distributions",
        ),
        Patch(facecolor="#DDDDDD", label=CHANCE),
    ]
    words = sentences(
        "Kolmogorov-Smirnov distance between a parameter’s values at the points near the "
        f"{points.reference} and at the others, from 0 to 1",
        f"{counted(points.near, 'point')} of {points.points:,} have all shares within "
        f"{percentage_points(points.tolerance)}",
        "A mark within the grey is not told from chance",
        f"The {MOST_ROWS} of {count} parameters whose distance is largest"
        if count > MOST_ROWS
        else "",
    )
    figure = sheet(panels.width, panels.body, title=points.title, caption=words, legend=legend)
    (axes,) = panels.axes(figure)
    distance, floor = points.distance[rows], points.floor[rows]
    if not np.isfinite(distance).any():
        say_in(axes, "There is nothing to tell apart.", panels.panel)
        return finish(figure)
    nothing = np.full(distance.shape, np.nan)
    draw_floors(axes, floor)
    draw_dots(
        axes,
        WithInterval(distance, nothing, nothing),
        colour=SCENARIO_COLOURS[3],
        marker=SCENARIO_MARKERS[3],
    )
    rule_rows(axes, len(rows))
    axes.axvline(0.0, color=INK, linewidth=0.6, zorder=1.5)
    axes.set_xlim(*span(distance, floor))
    number_ticks(axes.xaxis, panels.panel)
    axes.set_xlabel("distance")
    return finish(figure)


def _alt(points: NearPoints) -> str:
    told = f"{counted(points.near, 'point')} of {points.points:,} are near."
    if np.isfinite(points.distance).any():
        top = int(np.nanargmax(points.distance))
        told += (
            f" They differ most in {points.parameters[top]}: "
            f"{two_decimals(points.distance[top])}, by chance {two_decimals(points.floor[top])}."
        )
    return (
        f"How far the values of each parameter at points near the {points.reference} lie from "
        f"those at the others. {told}"
    )


FIGURE = Entry(
    name="near",
    needs=NearPoints,
    title="What tells the near points from the others",
    alt=_alt,
    draw=near,
    order=60,
)
