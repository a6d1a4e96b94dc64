"""Where the same firms end in two settings: an alluvial diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.labels import apart, canvas
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    SCENARIO_COLOURS,
    SMALL_SIZE,
    TEXT_SIZE,
    finish,
    house_style,
    paler,
    plain,
    sheet,
    wrapped,
)
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.text import counted, signed_points, tenths

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TALL = 80.0  # mm, of all firms stacked, without the gaps
_GAP = 3.0  # mm between bars
_BAR = 4.5  # mm, the width of a bar
_SIDE = 46.0  # mm for the labels on either side
_LINE = 3.7  # mm
_FOOT = 2.0  # mm below the bars


@dataclass(frozen=True)
class FlowCounts:
    """Firms by scenario in two settings, under common random numbers.

    Parameters
    ----------
    counts : int64 (4, 4)
        Firms by scenario before (rows) and after (columns), in the order of ``columns.SCENARIOS``.
    firms : int
        Their sum.
    sentence : str
        What they mean, for those who do not see the figure.
    """

    title_before: str
    title_after: str
    counts: NDArray[np.int64]
    firms: int
    sentence: str = ""


def _tops(sizes: Sequence[float]) -> list[float]:
    """Return the upper edge of each bar, from the top down."""
    return [_TALL + 3.0 * _GAP - sum(sizes[:i]) - i * _GAP for i in range(len(sizes))]


def _ribbon(left: float, right: float, start: float, end: float, thick: float, **how: Any) -> Any:
    """Return a band whose upper edge runs from ``start`` to ``end``, level at both."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    middle = (left + right) / 2.0
    corners = [(left, start), (middle, start), (middle, end), (right, end)]
    back = [(x, y - thick) for x, y in corners[::-1]]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(Path([*corners, *back, corners[0]], codes), **how)


def _draw_ribbons(axes: Axes, share: NDArray[np.float64], ends: tuple[float, float]) -> None:
    thick = _TALL * share
    before, after = _tops(thick.sum(axis=1).tolist()), _tops(thick.sum(axis=0).tolist())
    flows = [(a, b) for a in range(4) for b in range(4) if share[a, b] > 0.0]
    # Movers above stayers, thin ones above thick ones: nothing is hidden.
    for a, b in sorted(flows, key=lambda f: (f[0] != f[1], -share[f])):
        start = before[a] - thick[a, :b].sum()
        end = after[b] - thick[:a, b].sum()
        colour = paler(paler(SCENARIO_COLOURS[a])) if a == b else SCENARIO_COLOURS[a]
        how: dict[str, Any] = {
            "facecolor": colour,
            "edgecolor": colour if a == b else "white",
            "linewidth": 0.3,
        }
        if a != b and thick[a, b] < 0.5:
            # A hair's breadth stays visible, and no white edge covers it.
            how |= {"edgecolor": colour, "linewidth": 0.7}
        axes.add_patch(_ribbon(*ends, start, end, float(thick[a, b]), **how, gid=f"flow-{a}-{b}"))
        if thick[a, b] >= _LINE:
            axes.text(
                ends[0] + 1.5,
                start - thick[a, b] / 2.0,
                tenths(float(share[a, b])),
                color="white" if a != b and a in (0, 3) else "black",
                size=SMALL_SIZE,
                va="center",
            )


def _draw_bars(
    axes: Axes, share: NDArray[np.float64], labels: list[str], left: float, side: int
) -> None:
    """Draw the bars of a setting and write beside them; side is -1 for left, 1 for right."""
    from matplotlib.patches import Rectangle

    sizes = (_TALL * share).tolist()
    tops = _tops(sizes)
    middles = [top - size / 2.0 for top, size in zip(tops, sizes, strict=True)]
    # From the bottom up, so that labels of bars without height keep the order of the bars.
    heights = apart(middles[::-1], _LINE, 1.5, _TALL + 3.0 * _GAP)[::-1]
    edge = left if side < 0 else left + _BAR
    for s, (top, size, middle, at) in enumerate(zip(tops, sizes, middles, heights, strict=True)):
        axes.add_patch(
            Rectangle(
                (left, top - size),
                _BAR,
                size,
                facecolor=SCENARIO_COLOURS[s],
                edgecolor=SCENARIO_COLOURS[s],
                linewidth=0.5 if size else 0.0,
            )
        )
        axes.plot(
            [edge, edge + side, edge + 3.0 * side, edge + 3.5 * side],
            [middle, middle, at, at],
            color=FAINT,
            linewidth=0.5,
        )
        axes.text(
            edge + 4.0 * side,
            at,
            labels[s],
            size=SMALL_SIZE,
            ha="right" if side < 0 else "left",
            va="center",
        )


@house_style()
def flow_picture(flows: FlowCounts) -> Figure:
    """Draw which firms end in another scenario once the setting changes, and in which."""
    counts = np.asarray(flows.counts, dtype=np.int64)
    share = counts / max(flows.firms, 1)
    before, after = share.sum(axis=1), share.sum(axis=0)
    moved = flows.firms - int(np.trace(counts))
    words = sentences(
        f"{moved:,} of {counted(flows.firms, 'firm')} ({tenths(moved / max(flows.firms, 1))}) "
        f"{'ends' if moved == 1 else 'end'} in another scenario",
        "Bands: firms that move, in the colour of where they ended before; pale: firms that stay. "
        "In brackets: change of the share in percentage points",
        "The same firms meet the same chance in both settings (common random numbers): what moves "
        "them is the setting",
    )
    room = DOUBLE / 2.0 - 6.0
    headings = [
        wrapped(title, room, TEXT_SIZE, bold=True)
        for title in (flows.title_before, flows.title_after)
    ]
    above = 3.0 + _LINE * max(len(lines) for lines in headings)
    figure = sheet(DOUBLE, _FOOT + _TALL + 3.0 * _GAP + above, caption=words)
    axes, width, height = canvas(figure)
    axes.set_ylim(-_FOOT, height - _FOOT)
    left, right = _SIDE, width - _SIDE - _BAR
    _draw_ribbons(axes, share, (left + _BAR, right))
    rows = [f"{t} {tenths(float(b))}" for t, b in zip(SCENARIO_TITLES, before, strict=True)]
    _draw_bars(axes, before, rows, left, -1)
    rows = [
        f"{title} {tenths(float(a))} ({signed_points(float(a - b))})"
        for title, a, b in zip(SCENARIO_TITLES, after, before, strict=True)
    ]
    _draw_bars(axes, after, rows, right, 1)
    for lines, at, ha in zip(headings, (0.0, width), ("left", "right"), strict=True):
        for i, line in enumerate(lines):
            y = _TALL + 3.0 * _GAP + above - 1.5 - _LINE * (i + 0.5)
            axes.text(at, y, plain(line), size=TEXT_SIZE, weight="bold", ha=ha, va="center")
    return finish(figure)


def _alt(flows: FlowCounts) -> str:
    moves = [
        (flows.counts[i, j], f"{SCENARIO_TITLES[i]} to {SCENARIO_TITLES[j]} {flows.counts[i, j]:,}")
        for i, j in permutations(range(len(SCENARIOS)), 2)
    ]
    largest = [text for count, text in sorted(moves, key=lambda m: -m[0])[:3] if count]
    told = (
        "Bands from scenarios in the first setting to scenarios in the second.",
        flows.sentence,
        f"Most: {', '.join(largest)}." if largest else "",
    )
    return " ".join(filter(None, told))


FIGURE = Entry(
    name="flows",
    needs=FlowCounts,
    title="Where firms end in both settings",
    alt=_alt,
    draw=flow_picture,
)
"""Of two settings, and therefore not among the figures of one."""
