"""Which part of an output's variance comes from which parameter: Sobol indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.sensitivity.dots import draw_dots, span
from orgsim.figures.sensitivity.inputs import VarianceShares, WithInterval
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

FIRST, TOTAL = 1, 0
"""Places of their colours and markers among the scenarios': far apart in grey, too."""

NOT_VARYING = "Does not vary over these ranges beyond the noise of so many firms."


@house_style()
def indices(shares: VarianceShares) -> Figure:
    """Draw first order and total index of each parameter, a panel an output, the dummy last."""
    from matplotlib.lines import Line2D

    dummy = len(shares.parameters) - 1
    real = largest(shares.total.value[:, :dummy])
    rows = np.array([*real, dummy])
    names = [shares.parameters[row] for row in rows]
    panels = RowPanels(names, shares.outputs, PITCH, greyed=names[-1])
    legend = [
        Line2D(
            [],
            [],
            color=SCENARIO_COLOURS[place],
            marker=SCENARIO_MARKERS[place],
            markersize=3.4,
            label=label,
        )
        for place, label in (
            (TOTAL, "total: from it and whatever it acts with"),
            (FIRST, "first order: from it alone"),
        )
    ]
    words = sentences(
        f"Part of an output’s variance over the plausible ranges; lines: {given_percent(0.95)} "
        "bootstrap interval",
        f"Grey: {names[-1]}, which nothing reads, so that its indices are 0 but for error",
        "Below 0 lies an index near 0, with its error"
        if (shares.first.value < 0.0).any() or (shares.total.value < 0.0).any()
        else "",
        f"The {MOST_ROWS} of {dummy} parameters whose total is largest here"
        if dummy > MOST_ROWS
        else "",
        f"{counted(shares.samples, 'sample')}: {counted(shares.points, 'point')} of "
        f"{counted(shares.firms, 'firm')}",
    )
    figure = sheet(panels.width, panels.body, title=shares.title, caption=words, legend=legend)
    for output, axes in enumerate(panels.axes(figure)):
        if shares.varies[output]:
            first, total = (
                WithInterval(*(a[output, rows] for a in (of.value, of.low, of.high)))
                for of in (shares.first, shares.total)
            )
            _draw(axes, first, total, panels.panel)
        else:
            say_in(axes, NOT_VARYING, panels.panel)
    return finish(figure)


def _draw(axes: Axes, first: WithInterval, total: WithInterval, room: float) -> None:
    for place, rows, offset in ((TOTAL, total, -0.17), (FIRST, first, 0.17)):
        draw_dots(
            axes,
            rows,
            colour=SCENARIO_COLOURS[place],
            marker=SCENARIO_MARKERS[place],
            offset=offset,
            is_last_grey=True,
        )
    rule_rows(axes, len(first.value))
    axes.axvline(0.0, color=INK, linewidth=0.6, zorder=1.0)
    axes.axvline(1.0, color="#D0D0D0", linewidth=0.5, zorder=0.9)
    axes.set_xlim(*span(first.value, first.low, first.high, total.value, total.low, total.high))
    number_ticks(axes.xaxis, room)
    axes.set_xlabel("part of the variance")


def _alt(shares: VarianceShares) -> str:
    dummy = len(shares.parameters) - 1
    told = []
    for output, title in enumerate(shares.outputs):
        values = shares.total.value[output, :dummy]
        if not shares.varies[output] or not np.isfinite(values).any():
            told.append(f"{title} does not vary")
            continue
        top = int(np.nanargmax(values))
        told.append(
            f"{title} {shares.parameters[top]} {two_decimals(values[top])}, alone "
            f"{two_decimals(shares.first.value[output, top])}"
        )
    return (
        f"Sobol indices of {counted(dummy, 'parameter')}, first order and total, with intervals. "
        f"The largest total of each output: {'; '.join(told)}."
    )


FIGURE = Entry(
    name="indices",
    needs=VarianceShares,
    title="Where the variance of each output comes from",
    alt=_alt,
    draw=indices,
    order=30,
)
