"""An axis dressed: its scale, ticks and label, and the room that its names take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.figures.style import SMALL_SIZE, TEXT_SIZE, plain, text_width, wrapped
from orgsim.figures.sweep.axes import Axis, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME_WIDTH = 24.0
"""Millimetres at which the name of a category is broken."""


def _broken(axis: Axis) -> list[str]:
    return ["\n".join(wrapped(name, NAME_WIDTH, SMALL_SIZE)) for name in axis.names]


def _names(axis: Axis, room: float) -> tuple[float, list[str]]:
    """Return how to write categories along x: at what angle, broken into lines or cut short."""
    names = _broken(axis)
    widest = max(text_width(line, SMALL_SIZE) for name in names for line in name.split("\n"))
    each = room / axis.levels.size
    if widest + 1.0 <= each:
        return 0.0, names
    short = []
    for name in axis.names:
        cut = name
        while text_width(cut, SMALL_SIZE) > NAME_WIDTH * 1.25:
            cut = f"{cut.removesuffix('…')[:-1].rstrip()}…"
        short.append(cut)
    return (35.0 if each >= 6.0 else 90.0), short


def margin(axis: Axis) -> float:
    """Return the millimetres by which categories along y are wider than numbers."""
    if not axis.category:
        return 0.0
    lines = [line for name in _broken(axis) for line in name.split("\n")]
    return max(0.0, max(text_width(line, SMALL_SIZE) for line in lines) - 6.0)


def depth(axis: Axis, room: float) -> float:
    """Return the millimetres by which categories along x reach deeper than a line of numbers."""
    if not axis.category:
        return 0.0
    angle, names = _names(axis, room)
    if not angle:
        return 3.3 * max(name.count("\n") for name in names)
    return float(max(text_width(name, SMALL_SIZE) for name in names) * np.sin(np.radians(angle)))


def dress_side(axes: Axes, axis: Axis, side: str, room: float) -> None:
    """Give one side, ``room`` millimetres long, its scale, ticks and label.

    Parameters
    ----------
    side : word
        "x" or "y".
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    ticks = axes.xaxis if side == "x" else axes.yaxis
    label = "\n".join(wrapped(axis.label, room, TEXT_SIZE))
    (axes.set_xlabel if side == "x" else axes.set_ylabel)(plain(label))
    if axis.category:
        angle, names = _names(axis, room) if side == "x" else (0.0, _broken(axis))
        how: dict[str, Any] = {}
        if angle:
            how = {"rotation": angle, "ha": "right", "va": "center", "rotation_mode": "anchor"}
        ticks.set_ticks(axis.levels.tolist(), labels=[plain(name) for name in names], **how)
        ticks.set_tick_params(length=0.0)
        return
    (axes.set_xscale if side == "x" else axes.set_yscale)(axis.scale)
    if axis.scale == "log":
        decades = np.log10(axis.levels[-1] / axis.levels[0])
        subs = (1.0, 2.0, 5.0) if decades < 2.5 else (1.0,)
        if decades < 0.4:
            ticks.set_major_locator(MaxNLocator(nbins=4))
            ticks.set_minor_locator(MaxNLocator(nbins=4))
        else:
            ticks.set_major_locator(LogLocator(subs=subs, numticks=8))
            ticks.set_minor_locator(LogLocator(subs=np.arange(1.0, 10.0).tolist(), numticks=20))
        ticks.set_minor_formatter(NullFormatter())
    else:
        ticks.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], integer=axis.whole))
    ticks.set_major_formatter(FuncFormatter(number))


def dress(axes: Axes, x: Axis, y: Axis, room: tuple[float, float]) -> None:
    """Give a map both its sides, ``room`` millimetres long, and a frame."""
    dress_side(axes, x, "x", room[0])
    dress_side(axes, y, "y", room[1])
    for spine in axes.spines.values():
        spine.set_visible(True)
