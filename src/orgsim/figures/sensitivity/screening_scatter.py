"""Whether a parameter's effect depends on where one stands: its mean against its spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.labels import canvas
from orgsim.figures.sensitivity.inputs import ScreenedEffects
from orgsim.figures.sensitivity.numbering import NEAR, beside
from orgsim.figures.sensitivity.screening_map import size_of
from orgsim.figures.sensitivity.sheets import (
    LINE,
    MARGIN,
    broken,
    fitted,
    number_ticks,
    place,
    say_in,
    write_head,
)
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    SCENARIO_COLOURS,
    SINGLE,
    SMALL_SIZE,
    finish,
    house_style,
    plain,
    sheet,
)
from orgsim.text import bare_tenths, counted, three_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS, NUMBERED = 6, 5

_LEFT, _GAP = 12.0, 3.0  # mm for numbers and words at the left; between panels
_SIDE = 43.0  # mm of a panel
_AXIS, _LIST = 9.0, 3.3  # mm below a panel; a line of the list there


@house_style()
def screening_scatter(effects: ScreenedEffects) -> Figure:
    """Draw mu* against sigma, a panel an output, the largest numbered and named below."""
    from matplotlib.lines import Line2D

    count = min(len(effects.outputs), MOST_PANELS)
    columns = 1 if count == 1 else 3
    width = SINGLE if columns == 1 else DOUBLE
    each = (width - MARGIN) / columns
    numbered = min(NUMBERED, len(effects.parameters))
    heads = [broken(_titled(effects, output), each - 3.0) for output in range(count)]
    lines = [slice(start, start + columns) for start in range(0, count, columns)]
    below = _SIDE + _AXIS + numbered * _LIST + _GAP
    body = sum(LINE * max(map(len, heads[line])) + 1.5 + below for line in lines)
    legend = [
        Line2D(
            [],
            [],
            color=FAINT,
            linewidth=0.8,
            linestyle=(0, (4, 2.5)),
            label="spread as large as the mean",
        )
    ]
    words = sentences(
        "Across: mean absolute change over a parameter’s whole plausible range (mu*). Up: standard "
        "deviation of the changes from place to place (sigma), to which chance adds",
        "Near the line, or above it, an effect depends on where one stands",
        "Shares in points",
        "Numbered: the "
        + counted(numbered, "parameter that moves", "parameters that move")
        + " an output most",
        f"The first {MOST_PANELS} of {len(effects.outputs)} outputs"
        if len(effects.outputs) > MOST_PANELS
        else "",
        size_of(effects),
    )
    figure = sheet(width, body, title=effects.title, caption=words, legend=legend)
    paper, _, y = canvas(figure)
    for line in lines:
        y -= LINE * max(map(len, heads[line])) + 1.5
        for column, output in enumerate(range(*line.indices(count))):
            x = column * each
            write_head(paper, heads[output], x, y + 1.5)
            axes = place(figure, paper, x + _LEFT, y - _SIDE, _SIDE, _SIDE)
            top = _draw(axes, effects, output, numbered)
            for number, row in enumerate(top):
                at = y - _SIDE - _AXIS - (number + 0.5) * _LIST
                paper.text(
                    x, at, f"{number + 1}", va="center_baseline", size=SMALL_SIZE, weight="bold"
                )
                name = plain(fitted(effects.parameters[row], each - 6.0))
                paper.text(x + 3.0, at, name, va="center_baseline", size=SMALL_SIZE)
        y -= below
    return finish(figure)


def _titled(effects: ScreenedEffects, output: int) -> str:
    unit = "points" if effects.is_share[output] else effects.units[output]
    return f"{effects.outputs[output]}, {unit}" if unit else effects.outputs[output]


def _draw(axes: Axes, effects: ScreenedEffects, output: int, numbered: int) -> list[int]:
    """Draw a panel; return the parameters that have a number."""
    mu, sigma = effects.mu_star[output], effects.sigma[output]
    there = np.flatnonzero(np.isfinite(mu) & np.isfinite(sigma))
    if not (mu[there] > 0.0).any():
        say_in(axes, "Nothing moves it.", _SIDE)
        return []
    end = 1.08 * float(max(mu[there].max(), sigma[there].max()))
    order = there[np.argsort(-mu[there], kind="stable")]
    top = [int(row) for row in order[:numbered] if mu[row] > 0.0]
    axes.plot([0.0, end], [0.0, end], color=FAINT, linewidth=0.8, linestyle=(0, (4, 2.5)))
    others = order[len(top) :]
    axes.plot(mu[others], sigma[others], "o", color=FAINT, markersize=2.6, clip_on=False, zorder=2)
    colour = SCENARIO_COLOURS[0]
    axes.plot(mu[top], sigma[top], "o", color=colour, markersize=3.6, clip_on=False, zorder=3)
    axes.set_xlim(0.0, end)
    axes.set_ylim(0.0, end)
    scale = _SIDE / end
    dots = np.stack([mu[order], sigma[order]], axis=1) * scale
    for number, (at, dot) in enumerate(
        zip(beside(dots, range(len(top)), (_SIDE, _SIDE)), dots, strict=False), start=1
    ):
        x, y = at[0] / scale, at[1] / scale
        if np.hypot(*(dot - at)) > NEAR + 0.1:
            axes.plot([dot[0] / scale, x], [dot[1] / scale, y], color=FAINT, lw=0.4, zorder=1.5)
        axes.text(
            x,
            y,
            f"{number}",
            ha="center",
            va="center_baseline",
            size=SMALL_SIZE,
            weight="bold",
            zorder=4.0,
        )
    is_share = bool(effects.is_share[output])
    number_ticks(axes.xaxis, _SIDE, is_share=is_share)
    number_ticks(axes.yaxis, _SIDE, is_share=is_share)
    axes.set_xlabel("mean, mu*")
    axes.set_ylabel("spread, sigma")
    return top


def _alt(effects: ScreenedEffects) -> str:
    told = []
    for output, title in enumerate(effects.outputs[:MOST_PANELS]):
        mu = np.nan_to_num(effects.mu_star[output])
        top = int(np.argmax(mu))
        if mu[top] == 0.0:
            told.append(f"{title} nothing")
            continue
        write = bare_tenths if effects.is_share[output] else three_digits
        sigma = float(np.nan_to_num(effects.sigma[output, top]))
        told.append(
            f"{title} {effects.parameters[top]}, mean {write(float(mu[top]))}, spread "
            f"{write(sigma)}"
        )
    left_out = len(effects.outputs) - MOST_PANELS
    more = f" Left out of the picture: {counted(left_out, 'output')}." if left_out > 0 else ""
    return (
        "The mean absolute effect of each parameter against how far it spreads from place to "
        f"place. What moves each output most: {'; '.join(told)}.{more}"
    )


FIGURE = Entry(
    name="screening-scatter",
    needs=ScreenedEffects,
    title="Mean and spread of each parameter’s effects",
    alt=_alt,
    draw=screening_scatter,
    order=20,
)
