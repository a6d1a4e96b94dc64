"""The state of the firms quarter by quarter: medians, and bands that hold half and nine tenths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.quarter_axis import name_quarters
from orgsim.figures.setting.inputs import SettingQuarters
from orgsim.figures.style import DOUBLE, FAINT, INK, finish, house_style, light_grid, sheet
from orgsim.model.columns import SERIES_LOW
from orgsim.model.cut_points import CUT_POINT
from orgsim.text import counted, given_percent, with_minus

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKETING, IT = "#882255", "#4EA8D0"
"""No scenario's colours; dark and light, so that grey print tells them."""

PANELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cooperation, probability", ("cooperation_marketing", "cooperation_it")),
    ("resistance", ("resistance_marketing", "resistance_it")),
    ("literacy in the other’s field", ("literacy_marketing", "literacy_it")),
    ("contact: encounters across", ("contact",)),
    ("completion of joint tasks", ("completion",)),
    ("digital capability", ("capability",)),
    ("authority of the CMO", ("authority",)),
    ("technology spending share", ("technology_spending_share",)),
    ("performance", ("performance",)),
    ("E-I index of encounters", ("ei_index",)),
)
"""Title of a panel and the series in it; two series are marketing's and IT's."""

_DOTTED = (0, (1.0, 1.2))
_DASHED = (0, (3.5, 1.5))


def _draw_series(axes: Axes, quarters: SettingQuarters, name: str, colour: str, dash: bool) -> None:
    """Draw median and bands; where two series meet, the outer band is its edges alone."""
    low, below, middle, above, high = (
        quarters[f"{name}_{q}"] for q in ("q05", "q25", "q50", "q75", "q95")
    )
    x = np.arange(middle.size)
    if x.size == 1:
        at = 0.12 * ((colour == IT) - (colour == MARKETING))
        axes.vlines(at, low, high, color=colour, linewidth=0.8)
        axes.vlines(at, below, above, color=colour, linewidth=3.0)
        axes.plot(at, middle, "o", color=colour, markeredgecolor="white", markersize=4.0)
        return
    if colour == INK:
        axes.fill_between(x, low, high, color=INK, alpha=0.12, linewidth=0.0)
    else:
        for edge in (low, high):
            axes.plot(x, edge, color=colour, linewidth=0.8, linestyle=_DOTTED)
    axes.fill_between(x, below, above, color=colour, alpha=0.25, linewidth=0.0)
    axes.plot(x, middle, color=colour, linewidth=1.3, linestyle=_DASHED if dash else "-")


def _draw_pair(axes: Axes, quarters: SettingQuarters, names: tuple[str, str]) -> None:
    """Draw two lines that have no spread over firms, and name them."""
    x = np.arange(quarters["quarter"].size)
    how = ("-", _DASHED) if x.size > 1 else ("", "")
    for name, style, marker, colour in zip(names, how, ("o", "s"), (INK, FAINT), strict=True):
        axes.plot(
            x,
            quarters[name],
            linestyle=style,
            color=colour,
            marker="" if x.size > 1 else marker,
            clip_on=False,
        )


def _dress(axes: Axes, low: float, high: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: with_minus(f"{value:.3g}")))
    light_grid(axes)


def _words(quarters: SettingQuarters) -> str:
    return sentences(
        f"Lines: median firm. Inner bands: {given_percent(0.5)} of firms, from "
        f"{given_percent(0.25)} to {given_percent(0.75)}. Outer bands, dotted edges where "
        f"departments are drawn: {given_percent(0.9)}, from {given_percent(0.05)} to "
        f"{given_percent(0.95)}",
        "Each quarter’s quantiles are taken anew: no firm need follow a line",
        "The last two panels show shares without a spread: demand for digital (solid) and the "
        "technology hype (dashed), and firms with separate departments (solid) and with a "
        "reorganisation under way (dashed)",
        f"Completion from {CUT_POINT} on (dashed line) makes a passive firm CMO and CTO",
        "Technology spending share: marketing’s part of it",
        counted(quarters.firms, "firm"),
    )


@house_style()
def trajectories(quarters: SettingQuarters) -> Figure:
    """Draw the state of the firms over the quarters, one panel a quantity."""
    from matplotlib.lines import Line2D

    columns, rows = 4, 3
    legend = [
        Line2D([], [], color=MARKETING, linewidth=1.6, label="marketing"),
        Line2D([], [], color=IT, linewidth=1.6, linestyle=_DASHED, label="IT"),
        Line2D([], [], color=INK, linewidth=1.6, label="firm"),
    ]
    figure = sheet(
        DOUBLE, 38.0 * rows, title=quarters.title, caption=_words(quarters), legend=legend
    )
    panels = figure.subplots(rows, columns, sharex=True).flat
    for axes, (title, names) in zip(panels, PANELS, strict=False):
        axes.set_title(title)
        colours = (INK,) if len(names) == 1 else (MARKETING, IT)
        for name, colour in zip(names, colours, strict=True):
            _draw_series(axes, quarters, name, colour, dash=colour == IT)
        high = 1.0
        if names == ("performance",):
            # A product of shares: what firms reach lies far below one.
            high = min(1.0, 1.1 * max(0.01, float(quarters["performance_q95"].max())))
        _dress(axes, SERIES_LOW[names[0]], high)
        if names == ("completion",):
            axes.axhline(CUT_POINT, color=INK, linewidth=0.7, linestyle=_DASHED)
    for axes, title, pair in (
        (panels[-2], "demand and hype", ("demand", "hype")),
        (panels[-1], "separate, under way", ("share_separate", "share_under_way")),
    ):
        axes.set_title(title)
        _draw_pair(axes, quarters, pair)
        _dress(axes, 0.0, 1.0)
    for axes in panels:
        name_quarters(axes, quarters.calendar, DOUBLE / columns - 11.0)
        axes.set_xlim(quarters.span)
    return finish(figure)


_TOLD = {
    "cooperation_marketing": "cooperation of marketing",
    "cooperation_it": "cooperation of IT",
    "resistance_marketing": "resistance of marketing",
    "resistance_it": "resistance of IT",
    "completion": "completion of joint tasks",
    "capability": "digital capability",
    "authority": "authority of the CMO",
}
"""Series that the alternative text tells of, and what it calls them."""


def _alt(quarters: SettingQuarters) -> str:
    medians = {title: quarters[f"{name}_q50"] for name, title in _TOLD.items()}
    told = (f"{title} {median[0]:.2f} to {median[-1]:.2f}" for title, median in medians.items())
    return (
        "The state of the firms quarter by quarter: medians with bands of half and of nine tenths "
        f"of the firms. Medians from {quarters.calendar[0]} to {quarters.calendar[-1]}: "
        f"{'; '.join(told)}."
    )


FIGURE = Entry(
    name="trajectories",
    needs=SettingQuarters,
    title="The state of the firms over time",
    alt=_alt,
    draw=trajectories,
    order=20,
)
