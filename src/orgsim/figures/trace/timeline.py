"""A firm's quarters in one picture: people, support, misfit, joint work, exits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.figures.labels import apart
from orgsim.figures.quarter_axis import name_quarters
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    INK,
    SMALL_SIZE,
    finish,
    house_style,
    sheet,
)
from orgsim.figures.trace.marks import (
    LANE,
    POST_ROWS,
    SYMBOLS,
    draw_posts,
    draw_reorganisations,
    lanes_of,
    lanes_used,
)
from orgsim.figures.trace.timeline_data import (
    DEPARTMENT_COLOURS,
    DEPARTMENT_DASHES,
    DEPARTMENT_TITLES,
    SHADE_TITLES,
    SHADES,
    Floats,
    TimelineData,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL, EXITS = 21.0, 14.0
"""Heights of panels, in millimetres."""

BAND = (0.1, 0.9)
"""Quantiles of people between which the band of a trait lies."""

_PANEL_WIDTH = 143.0  # mm, at least, between the labels on both sides
_LEADER = 1.012  # where names at the ends of lines begin, in widths of a panel
_HATCH, _HATCH_COLOUR = "////", "#BBBBBB"
_WILLING, _CAPABILITY = "#AA3377", "#117733"


@house_style()
def timeline(shown: TimelineData) -> Figure:
    """Draw what a firm went through, panels over one axis of quarters."""
    from matplotlib import rc_context
    from matplotlib.ticker import MaxNLocator

    reorganisations = [mark for mark in shown.marks if mark.kind in SYMBOLS]
    posts = [mark for mark in shown.marks if mark.kind not in SYMBOLS]
    rows = [row for row in POST_ROWS if any(mark.kind == row for mark in posts)]
    placed = lanes_of(reorganisations, shown.quarters, _PANEL_WIDTH)
    heights = {
        **({"marks": LANE * lanes_used(placed)} if placed else {}),
        **({"posts": 3.2 * len(rows) + 1.0} if rows else {}),
        **dict.fromkeys(shown.people, PANEL),
        "support": PANEL,
        **({"misfit": PANEL} if shown.misfit is not None else {}),
        "work": PANEL,
        "exits": EXITS,
    }
    with rc_context({"hatch.color": _HATCH_COLOUR, "patch.edgecolor": FAINT}):
        figure = sheet(
            DOUBLE,
            sum(heights.values()) + 3.0 * len(heights) + 6.0,
            title=shown.title,
            caption=shown.caption,
            legend=_legend(shown),
        )
        drawn = figure.subplots(
            len(heights), 1, sharex=True, squeeze=False, height_ratios=list(heights.values())
        )
        panels: dict[str, Axes] = dict(zip(heights, drawn[:, 0], strict=True))
        for name, axes in panels.items():
            hatched = name not in ("marks", "posts")  # there it would cross out what is written
            _shade(axes, shown, hatched=hatched)
            if name != "marks":
                _rule_off(axes, shown)
            axes.grid(hatched, axis="y")
        if placed:
            draw_reorganisations(panels["marks"], placed, _PANEL_WIDTH / shown.quarters)
            panels["marks"].set_yticks([])
            panels["marks"].spines[["left", "bottom"]].set_visible(False)
        if rows:
            draw_posts(panels["posts"], posts, rows)
            panels["posts"].spines[["left", "bottom"]].set_visible(False)
            panels["posts"].set_ylabel("new")
        for trait, people in shown.people.items():
            _draw_trait(panels[trait], trait, people)
        _draw_support(panels["support"], shown)
        if shown.misfit is not None:
            _draw_misfit(panels["misfit"], shown.misfit)
        _draw_work(panels["work"], shown)
        _draw_exits(panels["exits"], shown)
        panels["exits"].yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
        for axes in drawn[:-1, 0]:
            axes.tick_params(axis="x", which="both", bottom=False)
        name_quarters(panels["exits"], shown.calendar, _PANEL_WIDTH, middle=0.5)
        figure.align_ylabels()
        return finish(figure)


def _legend(shown: TimelineData) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Line2D([], [], color=colour, linestyle=dashes, label=title)
        for colour, dashes, title in zip(
            DEPARTMENT_COLOURS, DEPARTMENT_DASHES, DEPARTMENT_TITLES, strict=True
        )
    ]
    handles += [
        Patch(facecolor=SHADES[code], label=SHADE_TITLES[code])
        for code in SHADES
        if (shown.structure[:-1] == code).any()
    ]
    if shown.target[:-1].any():
        handles.append(Patch(facecolor="white", hatch=_HATCH, label="reorganisation under way"))
    return handles


def _shade(axes: Axes, shown: TimelineData, *, hatched: bool) -> None:
    """Shade the quarters by the structure in force, and hatch those with another under way."""
    axes.set_xlim(0.0, shown.quarters)
    for code, colour in SHADES.items():
        for first, stop in _spans(shown.structure[:-1] == code):
            axes.axvspan(first, stop, facecolor=colour, linewidth=0.0, zorder=0.0)
    for first, stop in _spans(shown.target[:-1] != 0) if hatched else []:
        axes.axvspan(first, stop, facecolor="none", hatch=_HATCH, linewidth=0.0, zorder=0.1)


def _rule_off(axes: Axes, shown: TimelineData) -> None:
    """Draw a line down from every mark of a reorganisation."""
    for mark in shown.marks:
        if mark.kind in SYMBOLS:
            axes.axvline(mark.quarter + 1, color=FAINT, linewidth=0.5, zorder=1.1)


def _spans(truths: Any) -> list[tuple[int, int]]:
    """Return where truths are true, as half-open ranges."""
    padded = np.concatenate([[False], truths, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _unit_axis(axes: Axes, label: str) -> None:
    axes.set_ylim(-0.02, 1.02)
    axes.set_yticks([0.0, 0.5, 1.0], ["0", "½", "1"])
    axes.set_ylabel(label)


def _draw_trait(axes: Axes, trait: str, people: tuple[Any, Any]) -> None:
    """Draw a department's mean, and a band in which most of its people are."""
    for values, colour, dashes in zip(people, DEPARTMENT_COLOURS, DEPARTMENT_DASHES, strict=True):
        x = np.arange(len(values))
        low, high = np.quantile(values, BAND, axis=1)
        axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0.0, zorder=1.5)
        mean = values.mean(axis=1, dtype=np.float64)
        axes.plot(x, mean, color=colour, linestyle=dashes, zorder=3.0)
    _unit_axis(axes, trait)


def _label_ends(axes: Axes, ends: list[tuple[float, str, str]], span: float, room: float) -> None:
    """Write names of lines at their right ends, apart, with a thin line to any that had to move.

    ``span`` is the height of the panel in units of its axis, ``room`` in millimetres.
    """
    least = span * (SMALL_SIZE * 1.25 / 72.0 * 25.4) / room
    low, high = axes.get_ylim()
    heights = apart([y for y, _, _ in ends], least, low, high)
    for wanted, (y, name, colour) in zip(heights, ends, strict=True):
        if abs(y - wanted) > least / 4.0:
            axes.annotate(
                "", (1.0, y), (_LEADER, wanted), xycoords=axes.get_yaxis_transform(),
                textcoords=axes.get_yaxis_transform(), annotation_clip=False,
                arrowprops={
                    "arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0.0,
                    "shrinkB": 0.0,
                },
            )  # fmt: skip
        axes.annotate(
            name, (_LEADER, wanted), (1.0, 0.0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", size=SMALL_SIZE, color=colour, va="center", ha="left",
            annotation_clip=False,
        )  # fmt: skip


def _draw_support(axes: Axes, shown: TimelineData) -> None:
    states = np.arange(shown.quarters + 1)
    axes.plot(states, shown.commitment, color=INK, drawstyle="steps-post", zorder=3.0)
    _unit_axis(axes, "support")
    ends = [(float(shown.commitment[-1]), "commitment", INK)]
    asked = ~np.isnan(shown.willing)
    if asked.any():
        size = 3.0 if shown.quarters <= 100 else 1.5
        axes.plot(
            states[1:], shown.willing, ".-", color=_WILLING, linewidth=1.0, markersize=size,
            zorder=3.1,
        )  # fmt: skip
        axes.stairs(
            shown.quorum, states, baseline=None, color=_WILLING, linewidth=0.8,
            linestyle=(0, (1, 1.5)),
        )  # fmt: skip
        last = float(shown.willing[np.flatnonzero(asked)[-1]])
        ends += [(last, "share willing", _WILLING)]
        ends += [(float(shown.quorum[-1]), "quorum", _WILLING)]
    _label_ends(axes, ends, 1.04, PANEL)


def _draw_misfit(axes: Axes, misfit: Floats) -> None:
    x = np.arange(1, misfit.size + 1)
    axes.axhline(0.0, color=FAINT, linewidth=0.8, zorder=1.2)
    axes.fill_between(
        x, 0.0, np.maximum(misfit, 0.0), color=FAINT, alpha=0.35, linewidth=0.0, zorder=1.4
    )
    single: dict[str, Any] = {"marker": ".", "clip_on": False} if misfit.size == 1 else {}
    axes.plot(x, misfit, color=INK, zorder=3.0, **single)
    axes.set_ylabel("misfit")
    reach = max(float(np.abs(misfit).max()), 0.05)
    axes.set_ylim(
        min(float(misfit.min()), 0.0) - 0.08 * reach, max(float(misfit.max()), 0.0) + 0.08 * reach
    )
    axes.locator_params(axis="y", nbins=4)


def _draw_work(axes: Axes, shown: TimelineData) -> None:
    states = np.arange(shown.quarters + 1)
    single: dict[str, Any] = {"marker": ".", "clip_on": False} if shown.quarters == 1 else {}
    axes.axhline(0.5, color=FAINT, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1.2)
    axes.plot(states[1:], shown.completion, color=INK, zorder=3.0, **single)
    axes.plot(states, shown.capability, color=_CAPABILITY, linestyle=(0, (4, 1.6)), zorder=3.0)
    _unit_axis(axes, "joint work")
    ends = [
        (float(shown.completion[-1]), "completion", INK),
        (float(shown.capability[-1]), "capability", _CAPABILITY),
    ]
    _label_ends(axes, ends, 1.04, PANEL)


def _draw_exits(axes: Axes, shown: TimelineData) -> None:
    x = np.arange(shown.quarters) + 0.5
    below = np.zeros(shown.quarters)
    for g, colour in enumerate(DEPARTMENT_COLOURS):
        axes.bar(x, shown.exits[:, g], 0.8, bottom=below, color=colour, linewidth=0.0, zorder=2.0)
        below += shown.exits[:, g]
    axes.set_ylim(0.0, max(float(below.max()) * 1.08, 1.0))
    axes.set_ylabel("exits")
