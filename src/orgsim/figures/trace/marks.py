"""The strip above a timeline: reorganisations with labels, and a row for each post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orgsim.figures.style import FAINT, INK, SMALL_SIZE, text_width
from orgsim.figures.trace.timeline_data import Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SYMBOLS: dict[str, dict[str, Any]] = {
    "proposal": {"marker": ">", "markerfacecolor": "white"},
    "adoption": {"marker": "o", "markerfacecolor": INK},
    "failure": {"marker": "X", "markerfacecolor": INK},
    "reversal": {"marker": "v", "markerfacecolor": INK},
}
"""Of what happens to reorganisations."""

POST_ROWS = ("CEO", "CMO", "CIO", "infrastructure", "CMTO")
MOST_LANES = 5
LANE = 4.2
"""Millimetres."""

_MARK = 2.2  # mm beside a mark's middle that its label leaves free


def lanes_of(marks: Sequence[Mark], quarters: int, width: float) -> list[tuple[Mark, int, bool]]:
    """Place labelled marks so that no two labels meet.

    Parameters
    ----------
    width : float
        Of the panel, in millimetres.

    Returns
    -------
    list of (mark, lane, to the left)
        Lane 0 is the topmost: as lines go down from the marks, and labels to the right, hardly any
        line then crosses a label. A mark for whose label no lane has room stands without it in
        lane ``MOST_LANES``.
    """
    scale = width / quarters
    ends = [-1e9] * MOST_LANES
    placed = []
    for mark in sorted(marks, key=lambda mark: mark.quarter):
        at = scale * (mark.quarter + 1)
        length = text_width(mark.label, SMALL_SIZE) * 1.04 + 2.0 * _MARK
        left = at + length > width and at > length
        start, stop = (at - length, at + _MARK) if left else (at - _MARK, at + length)
        free = [lane for lane, end in enumerate(ends) if end <= start]
        if free:
            ends[free[0]] = stop
            placed.append((mark, free[0], left))
        else:
            placed.append((Mark(mark.quarter, mark.kind), MOST_LANES, left))
    return placed


def lanes_used(placed: Sequence[tuple[Mark, int, bool]]) -> int:
    """Return how many lanes there are, from the topmost to the lowest with a mark."""
    return 1 + max((lane for _, lane, _ in placed), default=0)


def draw_reorganisations(
    axes: Axes, placed: Sequence[tuple[Mark, int, bool]], scale: float
) -> None:
    """Draw marks with their labels; ``scale`` is millimetres a quarter."""
    bottom = lanes_used(placed) - 0.5
    axes.set_ylim(bottom, -0.5)
    gap = _MARK / scale
    for mark, lane, left in placed:
        x = mark.quarter + 1
        axes.plot([x, x], [lane, bottom], color=FAINT, linewidth=0.5, zorder=1.1)
        axes.plot(
            [x], [lane], color=INK, markersize=4.0, markeredgewidth=0.7, linestyle="none",
            clip_on=False, zorder=4.0, **SYMBOLS[mark.kind],
        )  # fmt: skip
        axes.text(
            x - gap if left else x + gap,
            lane,
            mark.label,
            size=SMALL_SIZE,
            ha="right" if left else "left",
            va="center_baseline",
            zorder=4.0,
            # Lines of other marks run down behind it.
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.85},
        )


def draw_posts(axes: Axes, marks: Sequence[Mark], rows: Sequence[str]) -> None:
    """Draw a row a post, with a mark wherever somebody new takes it."""
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(axis="y", length=0.0)
    for row in range(len(rows)):
        axes.axhline(row, color=FAINT, linewidth=0.3, zorder=1.0)
    axes.plot(
        [mark.quarter + 1 for mark in marks],
        [rows.index(mark.kind) for mark in marks],
        "s",
        color=INK,
        markersize=2.6,
        clip_on=False,
        zorder=4.0,
    )
