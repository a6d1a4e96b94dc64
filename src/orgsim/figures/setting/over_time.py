"""The four scenarios quarter by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.labels import apart
from orgsim.figures.quarter_axis import name_quarters
from orgsim.figures.setting.inputs import SettingQuarters
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    TEXT_SIZE,
    finish,
    house_style,
    light_grid,
    percent_ticks,
    plain,
    sheet,
    text_width,
    wrapped,
)
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.model.cut_points import CUT_POINT, SIDE_CUT_POINTS
from orgsim.text import column_percent, counted, given_percent, tenths

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BODY = 76.0  # mm
_PASSIVE = SCENARIOS.index("cmo_and_cto")
_DRAWN = (*SCENARIOS, "under_way", "cmo_and_cto_at_04", "cmo_and_cto_at_06")
_LABEL = 52.0  # mm at most for a label at the right
_DASHES = (0, (3.5, 2.0))


def _labels(quarters: SettingQuarters) -> list[str]:
    words = []
    for s, title in enumerate(SCENARIO_TITLES):
        label = f"{title} {tenths(quarters[f'share_{SCENARIOS[s]}'][-1])}"
        if quarters.reference is not None:
            label += f" ({quarters.reference_name} {given_percent(float(quarters.reference[s]))})"
        words.append("\n".join(wrapped(label, _LABEL, TEXT_SIZE)))
    return words


def _draw_ends(axes: Axes, quarters: SettingQuarters, labels: list[str], top: float) -> None:
    """Write at the right what each line is, and mark the reference."""
    ends = [float(quarters[f"share_{name}"][-1]) for name in SCENARIOS]
    lines = 1 + max(label.count("\n") for label in labels)
    gap = (3.7 * lines) / (_BODY - 8.0) * top
    # From the last up, so that equal shares keep the article's order from the top down.
    at = apart(ends[::-1], gap, 0.0)[::-1]
    beside = axes.get_yaxis_transform()
    outside: dict[str, Any] = {"transform": beside, "clip_on": False}
    for s, colour in enumerate(SCENARIO_COLOURS):
        if quarters.reference is not None:
            level = float(quarters.reference[s])
            axes.plot([1.005, 1.03], [level, level], color=colour, linewidth=2.6, **outside)
        axes.plot([1.0, 1.035, 1.05], [ends[s], ends[s], at[s]], color=FAINT, lw=0.5, **outside)
        axes.text(1.06, at[s], plain(labels[s]), transform=beside, va="center", size=TEXT_SIZE)


def _draw_lines(axes: Axes, quarters: SettingQuarters) -> None:
    count = len(quarters["quarter"])
    x = np.arange(count)
    alone = count == 1
    axes.plot(x, quarters["share_under_way"], "x" if alone else "-", color=FAINT, linewidth=0.9)
    for side in SIDE_CUT_POINTS:
        name = f"share_{SCENARIOS[_PASSIVE]}_at_{round(10 * side):02d}"
        axes.plot(
            x,
            quarters[name],
            marker="_" if alone else "",
            color=SCENARIO_COLOURS[_PASSIVE],
            linewidth=0.9,
            linestyle=_DASHES,
            markersize=6.0,
        )
    every = max(1, count // 8)
    for s, (colour, marker) in enumerate(zip(SCENARIO_COLOURS, SCENARIO_MARKERS, strict=True)):
        share = quarters[f"share_{SCENARIOS[s]}"]
        # Markers of different lines stand at different quarters, so that none hides another.
        axes.plot(
            x,
            share,
            color=colour,
            linewidth=1.5,
            marker=marker,
            markersize=4.0,
            markeredgecolor="white",
            markeredgewidth=0.4,
            markevery=(s * every // 4, every),
            clip_on=False,
            zorder=3.0,
        )


@house_style()
def scenarios_over_time(quarters: SettingQuarters) -> Figure:
    """Draw where firms would stand were the horizon each quarter, and the reference at the right.

    Lines, not stacked areas: a reference can stand beside a line, and two lines
    can be compared, which areas on a moving ground forbid.
    """
    from matplotlib.lines import Line2D

    labels = _labels(quarters)
    shares = [quarters[f"share_{name}"] for name in _DRAWN]
    references = [] if quarters.reference is None else [float(max(quarters.reference))]
    top = min(1.0, 1.04 * max([0.1, *references, *(float(share.max()) for share in shares)]))
    words = sentences(
        "Lines: where firms would stand were the horizon that quarter",
        f"A passive firm is CMO and CTO from a completion of joint tasks of {CUT_POINT} on, else "
        f"CMO vs CTO; dashed: CMO and CTO from {SIDE_CUT_POINTS[0]} (upper) and "
        f"{SIDE_CUT_POINTS[1]} (lower) on",
        f"Ticks at the right: {quarters.reference_name}" if references else "",
        counted(quarters.firms, "firm"),
    )
    yellow = SCENARIO_COLOURS[_PASSIVE]
    legend = [
        Line2D([], [], color=FAINT, linewidth=0.9, label="reorganisation under way"),
        Line2D(
            [],
            [],
            color=yellow,
            linewidth=0.9,
            linestyle=_DASHES,
            label=f"CMO and CTO with cut-point {SIDE_CUT_POINTS[0]}, {SIDE_CUT_POINTS[1]}",
        ),
    ]
    figure = sheet(DOUBLE, _BODY, title=quarters.title, caption=words, legend=legend)
    axes = figure.subplots()
    axes.set_ylim(0.0, top)
    _draw_lines(axes, quarters)
    _draw_ends(axes, quarters, labels, top)
    widest = max(text_width(line, TEXT_SIZE) for t in labels for line in t.split("\n"))
    name_quarters(axes, quarters.calendar, DOUBLE - 30.0 - widest)
    axes.set_xlim(quarters.span)
    axes.set_ylabel("share of firms, %")
    percent_ticks(axes.yaxis)
    light_grid(axes)
    return finish(figure)


def _alt(quarters: SettingQuarters) -> str:
    told = []
    for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True):
        first, end = (column_percent(quarters[f"share_{name}"][t]) for t in (0, -1))
        told.append(f"{title} {first} and {end}")
    return (
        "Where firms would stand were the horizon at each quarter. At the end of "
        f"{quarters.calendar[0]} and of {quarters.calendar[-1]}: {'; '.join(told)}."
    )


FIGURE = Entry(
    name="scenarios-over-time",
    needs=SettingQuarters,
    title="Scenarios over time",
    alt=_alt,
    draw=scenarios_over_time,
    order=10,
)
