"""Which of the quantities drawn for a firm go with which scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.setting.contrasts import (
    BOTH,
    FEWEST,
    Drawn,
    differences,
    farthest,
    quantities,
    reach,
)
from orgsim.figures.setting.inputs import Floats, SettingFirms
from orgsim.figures.style import (
    DOUBLE,
    INK,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    SMALL_SIZE,
    finish,
    house_style,
    plain,
    sheet,
    wrapped,
)
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.text import given_percent, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_EXPLAINED = 12
"""Rows up to which their meaning is written below their name; more fill the sheet."""

_LABEL = 72.0  # mm for the words at the left
_LINE = 3.4  # mm


def _draw_row(axes: Axes, y: float, each: float, difference: Floats, half: Floats) -> None:
    for s, (colour, marker) in enumerate(zip(SCENARIO_COLOURS, SCENARIO_MARKERS, strict=True)):
        at = y + each * (s - 1.5)
        if np.isfinite(half[s]):
            ends = difference[s] - half[s], difference[s] + half[s]
            axes.hlines(at, *ends, color=colour, linewidth=1.3, zorder=2.0)
        if np.isfinite(difference[s]):
            face = colour if np.isfinite(half[s]) else "white"
            axes.plot(difference[s], at, marker, color=face, markeredgecolor=colour, markersize=4.0)


def _balanced(text: str) -> list[str]:
    """Break text into as few lines as fit, all about as long."""
    lines = wrapped(text, _LABEL, SMALL_SIZE)
    for width in np.arange(_LABEL, _LABEL / 3.0, -1.0):
        narrower = wrapped(text, float(width), SMALL_SIZE)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _words(firms: SettingFirms, fixed: list[Drawn], shown: list[tuple[Floats, Floats]]) -> str:
    sectors = np.unique(np.asarray(firms.columns.get("sector", [0]))).size
    hollow = any((np.isfinite(d) & ~np.isfinite(h)).any() for d, h in shown)
    present = np.unique(firms.scenario)
    absent = [title for s, title in enumerate(SCENARIO_TITLES) if s not in present]
    names = "; ".join(d.name if d.whose == BOTH else d.label for d in fixed)
    independent = "from a random number of its own, independently of all others"
    return sentences(
        "Markers: mean over the firms of a scenario less the mean over all firms, in standard "
        f"deviations over all firms. Bars: {given_percent(0.95)} interval of each alone, so that "
        "one in twenty misses the truth",
        f"Hollow, without an interval: the scenario, or all others, have fewer than {FEWEST} firms"
        if hollow
        else "",
        f"Each quantity is drawn {independent}: a difference beyond chance stems from the quantity "
        "itself, in this setting"
        if sectors == 1
        else f"Within a sector each quantity is drawn {independent}; sectors have distributions of "
        "their own, so that a difference may stem from what else sets a sector’s firms apart",
        f"Alike in all firms and left out: {names}" if fixed else "",
        f"No firm: {', '.join(absent)}" if absent else "",
        firms.size,
    )


@house_style()
def drivers(firms: SettingFirms) -> Figure:
    """Draw by how much the firms of a scenario differ from all in what was drawn for them.

    A quantity a row, the one that sets the scenarios farthest apart on top,
    scenarios of a few firms aside.
    """
    from matplotlib.lines import Line2D

    known = quantities(firms)
    fixed = [d for d in known if np.ptp(firms[d.column]) == 0.0]
    apart = np.unique(firms.scenario).size > 1
    rows = [
        (d, *differences(firms[d.column], firms.scenario))
        for d in known
        if d not in fixed and apart
    ]
    rows.sort(key=lambda row: -reach(*row[1:]))
    words = _words(firms, fixed, [row[1:] for row in rows]) if rows else sentences(firms.size)
    explained = len(rows) <= MOST_EXPLAINED
    meanings = [_balanced(drawn.meaning) if explained else [] for drawn, *_ in rows]
    heights = [max(11.0, _LINE * (1 + len(lines)) + 2.2) for lines in meanings]
    legend = [
        Line2D([], [], color=colour, marker=marker, markersize=4.0, label=title)
        for colour, marker, title in zip(
            SCENARIO_COLOURS, SCENARIO_MARKERS, SCENARIO_TITLES, strict=True
        )
    ]
    body = sum(heights) + 10.0 if rows else 16.0
    figure = sheet(DOUBLE, body, title=firms.title, caption=words, legend=legend if rows else ())
    axes = figure.subplots()
    if not rows:
        axes.set_axis_off()
        nothing = (
            "Nothing that is drawn for a firm varies among these firms."
            if apart
            else "All firms end in one scenario: there is nothing to tell them apart by."
        )
        axes.text(0.5, 0.5, nothing, ha="center", va="center")
        return finish(figure)
    edges = np.cumsum([0.0, *heights])
    middles = (edges[1:] + edges[:-1]) / 2.0
    for y, (_, difference, half) in zip(middles, rows, strict=True):
        _draw_row(axes, float(y), 2.0, difference, half)
    axes.axvline(0.0, color=INK, linewidth=0.6, zorder=1.0)
    axes.hlines(
        edges[1:-1], 0.0, 1.0, transform=axes.get_yaxis_transform(), color="#D0D0D0", lw=0.5
    )
    axes.set_ylim(edges[-1], 0.0)
    axes.set_yticks(
        middles,
        labels=[
            plain("\n".join([drawn.label.upper()[:1] + drawn.label[1:], *lines]))
            for (drawn, *_), lines in zip(rows, meanings, strict=True)
        ],
    )
    axes.tick_params(axis="y", length=0.0)
    axes.grid(True, axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("difference to all firms, standard deviations")
    return finish(figure)


def _alt(firms: SettingFirms) -> str:
    told = [
        f"{SCENARIO_TITLES[s]} {drawn.in_words} {signed(difference)}"
        for s, (drawn, difference) in farthest(firms).items()
    ]
    most = f" What sets each apart most: {'; '.join(told)}." if told else ""
    return (
        "How far the firms of each scenario lie from all firms in what was drawn for them, in "
        f"standard deviations.{most}"
    )


FIGURE = Entry(
    name="drivers",
    needs=SettingFirms,
    title="What sets the firms of each scenario apart",
    alt=_alt,
    draw=drivers,
    order=20,
)
