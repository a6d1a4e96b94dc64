"""The state of the firms at the horizon, scenario by scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.setting.inputs import Floats, SettingFirms
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    INK,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    SMALL_SIZE,
    finish,
    house_style,
    paler,
    sheet,
)
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.model.cut_points import CUT_POINT
from orgsim.spec import QUANTILES
from orgsim.text import counted, given_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEW = 20
"""Up to so many firms of a scenario are drawn one by one: their outer quantiles say nothing."""

STATES: tuple[tuple[str, str], ...] = (
    ("cooperation, marketing", "cooperation_marketing"),
    ("cooperation, IT", "cooperation_it"),
    ("resistance, marketing", "resistance_marketing"),
    ("resistance, IT", "resistance_it"),
    ("literacy, marketing", "literacy_marketing"),
    ("literacy, IT", "literacy_it"),
    ("contact: encounters across", "contact"),
    ("completion of joint tasks", "completion"),
    ("digital capability", "capability"),
    ("authority of the CMO", "authority"),
    ("performance", "performance"),
    ("technology spending share", "technology_spending_share"),
)
"""Title of a panel, and the column in it."""


def _draw_scenario(axes: Axes, s: int, values: Floats, top: float) -> None:
    colour, marker = SCENARIO_COLOURS[s], SCENARIO_MARKERS[s]
    if not values.size:
        axes.text(
            0.5 * top,
            s,
            "no firm",
            color=FAINT,
            size=SMALL_SIZE,
            ha="center",
            va="center",
            backgroundcolor="white",
        )
        return
    low, below, middle, above, high = np.quantile(values, np.array(QUANTILES) / 100.0)
    if values.size <= FEW:
        axes.plot(values, np.full(values.size, s), marker, color=paler(colour), markersize=3.0)
    else:
        axes.hlines(s, low, high, color=colour, linewidth=0.9, zorder=2.0)
        axes.barh(s, above - below, left=below, height=0.5, color=colour, zorder=2.5)
    axes.plot(
        middle,
        s,
        marker,
        color="white" if values.size > FEW else colour,
        markeredgecolor=INK,
        markeredgewidth=0.7,
        markersize=4.2,
        zorder=3.0,
    )


def _dress(axes: Axes, top: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlim(-0.02 * top, 1.02 * top)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axes.grid(True, axis="x")
    axes.tick_params(axis="y", length=0.0)
    axes.spines["left"].set_visible(False)


@house_style()
def state_at_horizon(firms: SettingFirms) -> Figure:
    """Draw how each state is spread over the firms of each scenario, at the horizon."""
    scenario = firms.scenario
    counts = np.bincount(scenario, minlength=4)
    few = bool(((counts > 0) & (counts <= FEW)).any())
    many = bool((counts > FEW).any())
    words = sentences(
        f"Marker: median firm of the scenario. Box: from {given_percent(0.25)} to "
        f"{given_percent(0.75)} of its firms. Line: from {given_percent(0.05)} to "
        f"{given_percent(0.95)}"
        if many
        else "Marker with a dark edge: median firm of the scenario",
        f"Scenarios of {FEW} firms or fewer: every firm, paler" if few else "",
        f"Dashed: completion that parts CMO and CTO from CMO vs CTO, {CUT_POINT}",
        "Technology spending share: marketing’s part of it",
        firms.size,
    )
    names = [
        f"{title}\n{counted(int(count), 'firm')}"
        for title, count in zip(SCENARIO_TITLES, counts, strict=True)
    ]
    rows, columns = 3, 4
    figure = sheet(DOUBLE, 40.0 * rows, title=firms.title, caption=words)
    panels = figure.subplots(rows, columns, sharey=True, gridspec_kw={"hspace": 0.06})
    for axes, (title, name) in zip(panels.flat, STATES, strict=True):
        axes.set_title(title)
        values = firms[name]
        # A product of shares: what firms reach lies far below one.
        top = float(values.max()) if name == "performance" else 1.0
        for s in range(4):
            _draw_scenario(axes, s, values[scenario == s], top)
        if name == "completion":
            axes.axvline(CUT_POINT, color=INK, linewidth=0.7, linestyle=(0, (3.5, 1.5)))
        _dress(axes, top)
    panels[0, 0].set_ylim(3.6, -0.6)
    panels[0, 0].set_yticks(range(4), labels=names)
    return finish(figure)


def _alt(firms: SettingFirms) -> str:
    told = []
    for s, title in enumerate(SCENARIO_TITLES):
        own = firms.scenario == s
        if own.any():
            completion, performance = (
                np.median(firms[name][own]) for name in ("completion", "performance")
            )
            told.append(f"{title} completion {completion:.2f}, performance {performance:.2f}")
    return (
        "How the states of the firms spread at the horizon, by scenario; twelve panels. Medians of "
        f"two of them: {'; '.join(told)}."
    )


FIGURE = Entry(
    name="state-at-horizon",
    needs=SettingFirms,
    title="The state of the firms at the horizon, by scenario",
    alt=_alt,
    draw=state_at_horizon,
    order=10,
)
