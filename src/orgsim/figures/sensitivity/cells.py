"""Cells of a heat map, coloured and numbered, in millimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgsim.figures.style import INK, SCENARIO_COLOURS, SMALL_SIZE, plain, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UP, DOWN = SCENARIO_COLOURS[0], SCENARIO_COLOURS[3]
"""Colours of what is largest, above 0 and below."""

_DARK_UP, _DARK_DOWN = 0.65, 0.87
"""From which part of a full colour on white numbers tell better than dark ones."""


def tint(part: float) -> str:
    """Return the colour of a part of the largest: white of 0, full of 1, another one below 0."""
    full = UP if part >= 0.0 else DOWN
    size = min(abs(part), 1.0)
    shares = (int(full[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255.0 + size * (share - 255.0)):02x}" for share in shares)


def draw_cell(
    paper: Axes,
    box: tuple[float, float, float, float],
    part: float,
    text: str,
    *,
    bold: bool = False,
) -> None:
    """Draw a cell, with its number if there is room for it.

    Parameters
    ----------
    box : floats
        Left and lower edge, width and height.
    part : float
        Of the largest, from -1 to 1.
    """
    from matplotlib.patches import Rectangle

    x, y, width, height = box
    paper.add_patch(
        Rectangle((x, y), width, height, facecolor=tint(part), edgecolor="#D0D0D0", linewidth=0.4)
    )
    if text and has_room(text, width, bold=bold):
        paper.text(
            x + width / 2.0,
            y + height / 2.0,
            plain(text),
            ha="center",
            va="center_baseline",
            size=SMALL_SIZE,
            weight="bold" if bold else "normal",
            color=INK if -_DARK_DOWN < part < _DARK_UP else "white",
        )


def has_room(text: str, width: float, *, bold: bool = False) -> bool:
    """Whether a number fits into a cell of so many millimetres."""
    return text_width(text, SMALL_SIZE, bold=bold) <= width - 0.5
