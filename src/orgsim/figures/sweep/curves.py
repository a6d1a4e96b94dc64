"""Response curves: the shares against each parameter, with a band around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    SINGLE,
    finish,
    house_style,
    light_grid,
    percent_ticks,
    plain,
    sheet,
)
from orgsim.figures.sweep.axes import Axis, axis_of
from orgsim.figures.sweep.captions import ranges, size_of
from orgsim.figures.sweep.influence import bins_of, influence
from orgsim.figures.sweep.shares import Floats, SweepShares, moved, reference_shares
from orgsim.figures.sweep.ticks import depth, dress_side
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.text import given_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 24
"""Response curves on one sheet."""


@dataclass(frozen=True)
class _Curve:
    """Where to draw shares over one parameter, and the band around them."""

    at: Floats
    share: Floats
    low: Floats
    high: Floats


def _curve(sweep: SweepShares, axis: Axis, alone: bool) -> _Curve:
    share = np.asarray(sweep.share, dtype=np.float64)
    if alone:
        order = np.argsort(axis.values, kind="stable")
        return _Curve(
            axis.values[order],
            share[order],
            np.asarray(sweep.low)[order],
            np.asarray(sweep.high)[order],
        )
    bins = bins_of(axis)
    groups = [bins == b for b in range(int(bins.max()) + 1)]
    t = axis.forth(axis.values)
    return _Curve(
        axis.back(np.array([t[g].mean() for g in groups])),
        np.stack([share[g].mean(axis=0) for g in groups]),
        np.stack([np.quantile(share[g], 0.1, axis=0) for g in groups]),
        np.stack([np.quantile(share[g], 0.9, axis=0) for g in groups]),
    )


def _draw_curve(axes: Axes, axis: Axis, curve: _Curve) -> None:
    for s, (colour, marker) in enumerate(zip(SCENARIO_COLOURS, SCENARIO_MARKERS, strict=True)):
        share, low, high = curve.share[:, s], curve.low[:, s], curve.high[:, s]
        if axis.category:
            at = curve.at + 0.16 * (s - 1.5)
            axes.vlines(at, low, high, color=colour, linewidth=1.4, alpha=0.55, zorder=2.0)
            axes.plot(at, share, marker, color=colour, markersize=3.6, zorder=3.0)
        else:
            axes.fill_between(
                curve.at, low, high, color=colour, alpha=0.16, linewidth=0.0, zorder=1.5
            )
            dots: dict[str, Any] = (
                {"marker": marker, "markersize": 2.6} if curve.at.size <= 30 else {}
            )
            axes.plot(curve.at, share, color=colour, zorder=3.0, **dots)


@house_style()
def response_curves(sweep: SweepShares) -> Figure:
    """Draw the four shares against each parameter.

    With one parameter, the points and their simultaneous intervals. With more,
    the mean over bins of a parameter, and the range from 10 % to 90 % of the
    points of a bin: that is how far the other parameters move the shares, not
    how surely they are known.
    """
    from matplotlib.lines import Line2D

    paths = moved(sweep)
    alone = len(paths) == 1
    dropped = len(paths) - MOST_PANELS
    if dropped > 0:
        kept = sorted(paths, key=lambda path: -influence(sweep, path))[:MOST_PANELS]
        paths = [path for path in paths if path in kept]
    axes_of = [axis_of(sweep, path) for path in paths]
    curves = [_curve(sweep, axis, alone) for axis in axes_of]
    references = reference_shares(sweep)
    band = "Bars" if all(axis.category for axis in axes_of) else "Bands"
    if any(axis.category for axis in axes_of) and band == "Bands":
        band = "Bands and bars"
    marks = "Dots" if band == "Bars" else "Lines" if band == "Bands" else "Lines and dots"
    words = [
        f"{band}: simultaneous {given_percent(0.95)} interval at a design point"
        if alone
        else f"{marks}: mean over the design points of a bin. {band}: from "
        f"{given_percent(0.1)} to {given_percent(0.9)} of these points, moved by the other "
        "parameters; not a confidence interval",
        f"The {MOST_PANELS} parameters of {MOST_PANELS + dropped} that move the shares most"
        if dropped > 0
        else "",
        size_of(sweep),
    ]
    count = len(paths)
    columns = 2 if count in (2, 4) else min(count, 3 if count <= 9 else 4)
    rows = -(-count // columns)
    width, height = (SINGLE, 62.0) if alone else (DOUBLE, min(56.0 * rows, max(150.0, 36.0 * rows)))
    room = (width - 12.0) / columns - 2.0
    height += sum(
        max(depth(axis, room) for axis in axes_of[start : start + columns])
        for start in range(0, count, columns)
    )
    legend = [
        Line2D([], [], color=colour, marker=marker, markersize=3.4, label=title)
        for colour, marker, title in zip(
            SCENARIO_COLOURS, SCENARIO_MARKERS, SCENARIO_TITLES, strict=True
        )
    ]
    if any(r is not None for r in references):
        legend.append(
            Line2D(
                [],
                [],
                color=FAINT,
                linewidth=0.8,
                linestyle=(0, (4, 2.5)),
                label=plain(sweep.reference_name),
            )
        )
    figure = sheet(width, height, title=sweep.title, caption=sentences(*words), legend=legend)
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
    ends = [float(curve.high.max()) for curve in curves]
    ends += [float(curve.share.max()) for curve in curves]
    top = max([*ends, *(r for r in references if r is not None)])
    for panel, axis, curve in zip(panels.flat, axes_of, curves, strict=False):
        for colour, reference in zip(SCENARIO_COLOURS, references, strict=True):
            if reference is not None:
                panel.axhline(
                    reference,
                    color=colour,
                    linewidth=0.8,
                    linestyle=(0, (4, 2.5)),
                    zorder=1.2,
                )
        _draw_curve(panel, axis, curve)
        dress_side(panel, axis, "x", room)
        if axis.category:
            panel.set_xlim(-0.5, axis.levels.size - 0.5)
        panel.set_ylim(0.0, 1.04 * top if top > 0.0 else 1.0)
        percent_ticks(panel.yaxis)
        light_grid(panel)
    for panel in panels[:, 0]:
        panel.set_ylabel("share of firms, %")
    for panel in panels.flat[count:]:
        panel.remove()
    return finish(figure)


def _alt(sweep: SweepShares) -> str:
    return (
        "The share of each scenario against each swept parameter. Over all points: "
        f"{ranges(sweep)}."
    )


FIGURE = Entry(
    name="response-curves",
    needs=SweepShares,
    title="Shares along each swept parameter",
    alt=_alt,
    draw=response_curves,
    order=10,
)
