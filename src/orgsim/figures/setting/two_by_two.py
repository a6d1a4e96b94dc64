"""The article's table of two by two, its cells as large as the shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.labels import apart, canvas
from orgsim.figures.setting.inputs import Floats, SettingShares
from orgsim.figures.style import (
    DOUBLE,
    INK,
    SCENARIO_COLOURS,
    SMALL_SIZE,
    TEXT_SIZE,
    finish,
    house_style,
    plain,
    sheet,
    text_width,
    wrapped,
)
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.text import column_percent, counted, given_percent, tenths

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIDE = 52.0  # mm, of a square that holds all firms
_LEFT, _BELOW, _ABOVE = 19.0, 6.0, 7.0  # mm around the square
_LINE = 3.5  # mm
_TEXT_ON = ("white", "black", "black", "white")


@dataclass(frozen=True)
class Tile:
    """The rectangle of a scenario, in parts of the square, from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float


def tiles(share: Floats) -> list[Tile]:
    """Return the four rectangles: active above passive, best case left of worst."""
    found = []
    rows = np.asarray(share, dtype=np.float64).reshape(2, 2)
    bottoms = (float(rows[1].sum()), 0.0)
    for row, bottom in zip(rows, bottoms, strict=True):
        whole = float(row.sum())
        split = float(row[0]) / whole if whole > 0.0 else 0.0
        found.append(Tile(0.0, bottom, split, whole))
        found.append(Tile(split, bottom, 1.0 - split if whole > 0.0 else 0.0, whole))
    return found


def _inside(name: str, written: str, tile: Tile) -> str:
    """Return the label as it fits into the tile, nothing where it does not fit."""
    width, height = _SIDE * tile.width - 2.0, _SIDE * tile.height - 1.5
    for lines in (
        [*wrapped(name, width, TEXT_SIZE), written],
        [f"{name} {written}"],
    ):
        widest = max(text_width(line, TEXT_SIZE) for line in lines)
        if height >= _LINE * len(lines) and width >= widest:
            return "\n".join(lines)
    return ""


def _draw(
    axes: Axes, left: float, share: Floats, heading: str, write: Callable[[float], str]
) -> None:
    """Draw one mosaic, its square ``left`` millimetres from the margin."""
    from matplotlib.patches import Rectangle

    outside: list[tuple[int, float, float]] = []
    drawn = tiles(share)
    for s, tile in enumerate(drawn):
        if tile.width * tile.height == 0.0:
            continue
        x, y = left + _SIDE * tile.left, _BELOW + _SIDE * tile.bottom
        width, height = _SIDE * tile.width, _SIDE * tile.height
        axes.add_patch(
            Rectangle(
                (x, y), width, height, facecolor=SCENARIO_COLOURS[s], edgecolor="white", lw=0.8
            )
        )
        middle = x + width / 2.0, y + height / 2.0
        if label := _inside(SCENARIO_TITLES[s], write(float(share[s])), tile):
            axes.text(*middle, label, color=_TEXT_ON[s], size=TEXT_SIZE, ha="center", va="center")
        else:
            # A line from the left tile runs below the words in the right one.
            low = y + min(1.0, 0.12 * height)
            outside.append((s, middle[0], low if tile.left == 0.0 else middle[1]))
    right = left + _SIDE
    heights = apart([y for *_, y in outside], 2.2 * _LINE, _BELOW + _LINE, _BELOW + _SIDE - _LINE)
    for (s, x, y), at in zip(outside, heights, strict=True):
        axes.plot([x, right, right + 2.0], [y, y, at], color=INK, linewidth=0.5)
        axes.plot(x, y, "o", color=INK, markersize=1.8)
        label = f"{SCENARIO_TITLES[s]}\n{write(float(share[s]))}"
        axes.text(right + 2.5, at, label, size=SMALL_SIZE, va="center")
    rows = [float(share[:2].sum()), float(share[2:].sum())]
    wanted = [_BELOW + _SIDE * (t.bottom + t.height / 2.0) for t in (drawn[0], drawn[2])]
    # Two equal heights keep the order in which they come: passive below, active above.
    low, high = apart(wanted[::-1], 2.2 * _LINE, _BELOW + _LINE, _BELOW + _SIDE - _LINE)
    for word, whole, at in zip(("active", "passive"), rows, (high, low), strict=True):
        label = f"{word}\n{write(whole)}"
        axes.text(left - 2.0, at, label, size=SMALL_SIZE, ha="right", va="center")
    best = float(share[0] + share[2])
    axes.text(left, 2.0, f"best {write(best)}", size=SMALL_SIZE, va="center")
    worst = f"worst {write(float(share[1] + share[3]))}"
    axes.text(right, 2.0, worst, size=SMALL_SIZE, ha="right", va="center")
    axes.text(left, _BELOW + _SIDE + 2.0, plain(heading), size=TEXT_SIZE, va="bottom")


@house_style()
def two_by_two(split: SettingShares) -> Figure:
    """Draw the two by two table of the scenarios as areas, simulated beside the reference."""
    share, reference = (np.asarray(x, dtype=np.float64) for x in (split.share, split.reference))
    words = sentences(
        "Areas: shares of firms. Above: active, roles are rebuilt; below: passive, roles stay. "
        "Left in a row: the best case; right: the worst",
        *(
            f"No firm in the {what}: {', '.join(empty)}" if (empty := _empty(shares)) else ""
            for what, shares in (("simulation", share), (split.reference_name, reference))
        ),
        f"Simulated: {counted(split.firms, 'firm')}",
    )
    body = _BELOW + _SIDE + _ABOVE
    figure = sheet(DOUBLE, body, title=split.title, caption=words)
    axes, width, _ = canvas(figure)
    _draw(axes, _LEFT, share, "simulated", tenths)
    _draw(axes, width / 2.0 + _LEFT, reference, split.reference_name, given_percent)
    return finish(figure)


def _empty(share: Floats) -> list[str]:
    return [title for title, s in zip(SCENARIO_TITLES, share, strict=True) if s == 0.0]


def _alt(split: SettingShares) -> str:
    cemo, cmto, passive_best, passive_worst = (column_percent(share) for share in split.share)
    return (
        f"The 2 × 2 as areas. Active firms: best case CEMO {cemo}, worst case CMTO {cmto}. Passive "
        f"firms: best case CMO and CTO {passive_best}, worst case CMO vs CTO {passive_worst}."
    )


FIGURE = Entry(
    name="two-by-two",
    needs=SettingShares,
    title="The article’s 2 × 2",
    alt=_alt,
    draw=two_by_two,
    order=20,
)
