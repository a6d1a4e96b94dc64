"""Panels put on a sheet to the tenth of a millimetre: names at the left, titles above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orgsim.figures.labels import canvas
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    SINGLE,
    SMALL_SIZE,
    TEXT_SIZE,
    percent_ticks,
    plain,
    text_width,
    wrapped,
)
from orgsim.text import with_minus

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE = 3.4
"""Height of a line of a panel's title, in millimetres."""

MARGIN = 3.0  # the paper's, on both sides together
_LONGEST = 58.0  # mm for a name
_GAP = 7.0  # between panels: half a number sticks out of either
_AXIS = 8.8  # numbers and words below a panel
_BELOW = 3.0
_WIDEST = 68.0  # of a panel


def fitted(text: str, width: float, size: float = SMALL_SIZE) -> str:
    """Return a name that is no wider than so many millimetres: of a longer one both ends."""
    if text_width(text, size) <= width:
        return text
    for kept in range(len(text) - 1, 1, -1):
        left = -(-kept // 2)
        shorter = f"{text[:left]}…{text[len(text) - (kept - left) :]}"
        if text_width(shorter, size) <= width:
            return shorter
    return "…"


def broken(title: str, width: float, size: float = TEXT_SIZE) -> list[str]:
    """Break a title into lines of at most ``width`` millimetres, longer words fitted."""
    return [fitted(line, width, size) for line in wrapped(title, width, size)]


def label_width(names: Sequence[str]) -> float:
    """Return how many millimetres names at the left take, with a gap behind them."""
    longest = max((text_width(name, SMALL_SIZE) for name in names), default=0.0)
    return min(1.03 * longest, _LONGEST) + 2.0  # hinting may widen a line


def place(figure: Figure, paper: Axes, x: float, y: float, width: float, height: float) -> Axes:
    """Return axes at a place on a paper whose units are millimetres, see ``labels.canvas``."""
    left, bottom, across, up = paper.get_position().bounds
    per_mm_across, per_mm_up = across / paper.get_xlim()[1], up / paper.get_ylim()[1]
    return figure.add_axes(
        (
            left + x * per_mm_across,
            bottom + y * per_mm_up,
            width * per_mm_across,
            height * per_mm_up,
        )
    )


def number_ticks(axis: Any, room: float, *, is_share: bool = False) -> None:
    """Write a few plain numbers, or shares in percent without the sign, along so many mm."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if is_share:
        percent_ticks(axis)
    else:
        axis.set_major_formatter(FuncFormatter(lambda value, _: with_minus(f"{value:.6g}")))
    most = max(2, int(room / 9.0))
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))


def say_in(axes: Axes, text: str, width: float) -> None:
    """Write words in the place of what cannot be drawn, in a panel of so many millimetres."""
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    lines = "\n".join(wrapped(text, width - 4.0, SMALL_SIZE))
    axes.text(
        0.5,
        0.5,
        plain(lines),
        transform=axes.transAxes,
        ha="center",
        va="center",
        size=SMALL_SIZE,
        color=FAINT,
    )


@dataclass(frozen=True)
class RowPanels:
    """Panels that share their rows: a name a row at the left, a panel an output.

    Parameters
    ----------
    names : sequence of str
        Of rows, from above.
    titles : sequence of str
        Of panels.
    pitch : float
        Height of a row, in millimetres.
    greyed : str
        Name of a row that is told apart.
    """

    names: Sequence[str]
    titles: Sequence[str]
    pitch: float
    greyed: str = ""

    @property
    def label(self) -> float:
        """Width of the names, in millimetres."""
        return label_width(self.names)

    @property
    def width(self) -> float:
        """Width of the sheet."""
        return SINGLE if len(self.titles) == 1 else DOUBLE

    @property
    def columns(self) -> int:
        """Panels beside each other."""
        return min(len(self.titles), 3)

    @property
    def panel(self) -> float:
        """Width of a panel."""
        room = (self.width - MARGIN - self.label) / self.columns - _GAP
        return min(room, _WIDEST)

    @property
    def height(self) -> float:
        """Height of a panel."""
        return self.pitch * len(self.names)

    def _heads(self) -> list[list[str]]:
        return [broken(title, self.panel + _GAP - 3.0) for title in self.titles]

    def _lines(self) -> list[slice]:
        return [
            slice(start, start + self.columns) for start in range(0, len(self.titles), self.columns)
        ]

    @property
    def body(self) -> float:
        """Height of all panels with their titles and axes."""
        heads = self._heads()
        above = sum(LINE * max(map(len, heads[line])) + 1.2 for line in self._lines())
        return above + len(self._lines()) * (self.height + _AXIS + _BELOW)

    def axes(self, figure: Figure) -> list[Axes]:
        """Put names and titles on a sheet; return the axes of the panels, rows from 0 down."""
        paper, _, y = canvas(figure)
        heads, found = self._heads(), []
        for line in self._lines():
            y -= LINE * max(map(len, heads[line])) + 1.2
            self._name_rows(paper, y)
            for column, head in enumerate(heads[line]):
                x = self.label + column * (self.panel + _GAP)
                write_head(paper, head, x, y + 1.2)
                axes = place(figure, paper, x, y - self.height, self.panel, self.height)
                axes.set_ylim(len(self.names) - 0.5, -0.5)
                axes.set_yticks([])
                axes.spines["left"].set_visible(False)
                found.append(axes)
            y -= self.height + _AXIS + _BELOW
        return found

    def _name_rows(self, paper: Axes, top: float) -> None:
        for row, name in enumerate(self.names):
            paper.text(
                self.label - 2.0,
                top - (row + 0.5) * self.pitch,
                plain(fitted(name, self.label - 2.0)),
                ha="right",
                va="center_baseline",
                size=SMALL_SIZE,
                color=FAINT if name == self.greyed else None,
            )


def write_head(paper: Axes, lines: Sequence[str], x: float, y: float) -> None:
    """Write a panel's title, its last line at a height."""
    for place_, line in enumerate(reversed(lines)):
        paper.text(x, y + place_ * LINE, plain(line), va="baseline", ha="left", size=TEXT_SIZE)


def rule_rows(axes: Axes, rows: int) -> None:
    """Draw faint lines between rows."""
    axes.hlines(
        [row + 0.5 for row in range(rows - 1)],
        0.0,
        1.0,
        transform=axes.get_yaxis_transform(),
        color="#E4E4E4",
        lw=0.5,
        zorder=0.5,
    )
