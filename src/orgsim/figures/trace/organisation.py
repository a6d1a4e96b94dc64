"""Who reports to whom, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    INK,
    SMALL_SIZE,
    TEXT_SIZE,
    finish,
    house_style,
    plain,
    sheet,
)
from orgsim.figures.trace.timeline_data import DEPARTMENT_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, GAP = 30.0, 5.5
"""Of boxes, and between levels, in millimetres."""

_PANEL = 88.0
_LINE = 3.3
_HEADING = 6.0
_COLUMNS = {"left": 21.0, "middle": 44.0, "right": 67.0}


@dataclass(frozen=True)
class Box:
    """A post or a department.

    Attributes
    ----------
    name : str
        As other boxes' ``boss`` calls it.
    title : str
    lines : sequence of str
        What is written below the title.
    column : str
        ``left`` (marketing's side), ``middle`` or ``right`` (IT's).
    level : int
        0 at the top.
    boss : str
        Name of the box that this one reports to; empty at the top.
    technical : float or None
        Share of the gauge at the lower edge; None: no gauge.
    """

    name: str
    title: str
    lines: Sequence[str]
    column: str
    level: int
    boss: str = ""
    technical: float | None = None

    @property
    def height(self) -> float:
        """In millimetres."""
        return _LINE * (1 + len(self.lines)) + (1.8 if self.technical is None else 3.4)


@dataclass(frozen=True)
class Chart:
    """An organisation at one moment: its heading, and boxes, bosses before those below."""

    heading: str
    boxes: Sequence[Box]


@house_style()
def organisation(charts: Sequence[Chart], *, title: str = "", caption: str = "") -> Figure:
    """Draw one or two organisations side by side."""
    depth = max(_bottom(chart) for chart in charts) + _HEADING + 1.0
    figure = sheet(DOUBLE, depth + 2.0, title=title, caption=caption)
    panels = figure.subplots(1, len(charts), squeeze=False)
    for axes, chart in zip(panels[0], charts, strict=True):
        axes.set_xlim(0.0, _PANEL)
        axes.set_ylim(depth, 0.0)
        axes.set_aspect("equal", anchor="NW")
        axes.set_axis_off()
        _draw(axes, chart)
    return finish(figure)


def _tops(chart: Chart) -> dict[int, float]:
    """Return where each level begins, from the top."""
    tops, y = {}, _HEADING
    for level in range(1 + max(box.level for box in chart.boxes)):
        tops[level] = y
        y += max((b.height for b in chart.boxes if b.level == level), default=0.0) + GAP
    return tops


def _bottom(chart: Chart) -> float:
    tops = _tops(chart)
    return max(tops[box.level] + box.height for box in chart.boxes) - _HEADING


def _draw(axes: Axes, chart: Chart) -> None:
    tops = _tops(chart)
    axes.text(0.0, 2.6, plain(chart.heading), size=TEXT_SIZE, ha="left", va="center")
    known = {box.name: box for box in chart.boxes}
    for box in chart.boxes:
        if box.boss:
            _draw_line(axes, known[box.boss], box, tops)
    for box in chart.boxes:
        _draw_box(axes, box, tops)


def _draw_line(axes: Axes, boss: Box, box: Box, tops: Mapping[int, float]) -> None:
    """Draw a line of reporting: down from the boss, across just above the box, down to it."""
    x, below = _COLUMNS[boss.column], tops[boss.level] + boss.height
    to, above = _COLUMNS[box.column], tops[box.level]
    bend = below + GAP / 2.0
    axes.plot([x, x, to, to], [below, bend, bend, above], color=INK, linewidth=0.9, zorder=1.0)


def _draw_box(axes: Axes, box: Box, tops: Mapping[int, float]) -> None:
    from matplotlib.patches import Rectangle

    left, top = _COLUMNS[box.column] - WIDTH / 2.0, tops[box.level]
    edge = {"left": DEPARTMENT_COLOURS[0], "right": DEPARTMENT_COLOURS[1]}.get(box.column, INK)
    axes.add_patch(
        Rectangle(
            (left, top),
            WIDTH,
            box.height,
            facecolor="white",
            edgecolor=edge,
            linewidth=1.0,
            zorder=2.0,
        )
    )
    y = top + 0.9 + _LINE / 2.0
    middle = _COLUMNS[box.column]
    axes.text(
        middle, y, plain(box.title), size=SMALL_SIZE, weight="bold", ha="center", va="center",
        zorder=3.0,
    )  # fmt: skip
    for i, line in enumerate(box.lines):
        axes.text(
            middle, y + _LINE * (i + 1), plain(line), size=SMALL_SIZE, ha="center", va="center",
            zorder=3.0,
        )  # fmt: skip
    if box.technical is not None:
        _draw_gauge(axes, left, top + box.height - 1.5, box.technical)


def _draw_gauge(axes: Axes, left: float, top: float, share: float) -> None:
    """Draw a bar that is filled from the left by the technical share."""
    from matplotlib.patches import Rectangle

    inside, room = left + 0.5, WIDTH - 1.0
    for width, colour in ((room, "#E4E4E4"), (room * share, FAINT)):
        axes.add_patch(
            Rectangle((inside, top), width, 1.0, facecolor=colour, linewidth=0.0, zorder=2.5)
        )
