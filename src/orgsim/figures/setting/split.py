"""The split of the firms beside a reference: shares, and what they differ by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.setting.inputs import Floats, SettingShares
from orgsim.figures.style import (
    DOUBLE,
    INK,
    SCENARIO_COLOURS,
    SCENARIO_MARKERS,
    SMALL_SIZE,
    TEXT_SIZE,
    finish,
    house_style,
    percent_ticks,
    plain,
    sheet,
    wrapped,
)
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.text import (
    NBSP,
    bare_given,
    column_percent,
    counted,
    given_percent,
    interval,
    percentage_points,
    signed_interval,
    signed_points,
    tenths,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BAND = "#E2E2E2"
_HALF = 0.34  # of a row, the half-height of the band around the reference


def _bracket(split: SettingShares) -> float | None:
    """Return the rounding of the reference where it is not the tolerance anyhow."""
    if split.rounding is None or np.isclose(split.rounding, split.tolerance):
        return None
    return split.rounding


def _draw(axes: Axes, split: SettingShares, origin: Floats) -> None:
    """Draw the rows; ``origin`` is what is taken off each row: nothing, or the reference."""
    bracket = _bracket(split)
    for s, (colour, marker) in enumerate(zip(SCENARIO_COLOURS, SCENARIO_MARKERS, strict=True)):
        centre = float(split.reference[s])
        # A share ends at none and at all, and so does what a reference leaves open.
        low, high = (
            float(np.clip(centre + d, 0.0, 1.0)) - origin[s]
            for d in (-split.tolerance, split.tolerance)
        )
        axes.barh(s, high - low, left=low, height=2.0 * _HALF, color=_BAND, zorder=1.0)
        axes.vlines(centre - origin[s], s - _HALF, s + _HALF, color=INK, linewidth=1.1, zorder=2.0)
        if bracket is not None:
            ends = np.clip([centre - bracket, centre + bracket], 0.0, 1.0) - origin[s]
            axes.plot(
                ends,
                [s + _HALF + 0.06] * 2,
                "|-",
                color=INK,
                linewidth=0.6,
                markersize=3.0,
                zorder=2.0,
            )
        ends = np.array([split.low[s], split.high[s]]) - origin[s]
        # A dark edge, or yellow in grey print is lost on the band.
        for width, ink in ((2.8, INK), (2.0, colour)):
            axes.plot(ends, [s, s], color=ink, lw=width, solid_capstyle="butt", zorder=3.0)
        axes.plot(
            split.share[s] - origin[s],
            s,
            marker,
            color=colour,
            markersize=5.0,
            markeredgecolor=INK,
            markeredgewidth=0.5,
            clip_on=False,
            zorder=4.0,
        )


def _words(split: SettingShares) -> str:
    off = "as much as the reference’s own figures, rounded, may be off"
    band = f"Grey band: {percentage_points(split.tolerance)} to either side, the tolerance"
    bracket = ""
    if split.rounding is not None and np.isclose(split.rounding, split.tolerance):
        band += f", and at once {off}"
    elif split.rounding is not None:
        bracket = f"Bracket: {bare_given(split.rounding)} to either side, {off}"
    return sentences(
        f"Marker and bar: simulated share and its {given_percent(0.95)} interval, simultaneous for "
        "the four shares; the marker hides an interval narrower than itself",
        f"Upright line: {split.reference_name}",
        band if split.tolerance > 0.0 else "",
        bracket,
        counted(split.firms, "firm"),
    )


@house_style()
def split_beside_reference(split: SettingShares) -> Figure:
    """Draw each scenario's simulated share beside the reference, and the difference enlarged."""
    reference = np.asarray(split.reference, dtype=np.float64)
    figure = sheet(DOUBLE, 58.0, title=split.title, caption=_words(split))
    shares, differences = figure.subplots(1, 2, sharey=True)
    _draw(shares, split, np.zeros(4))
    _draw(differences, split, reference)
    rows = [
        f"{title}\n{tenths(float(share))} ({interval(low, high)})"
        for title, share, low, high in zip(
            SCENARIO_TITLES, split.share, split.low, split.high, strict=True
        )
    ]
    shares.set_yticks(range(4), labels=rows)
    shares.set_ylim(3.6, -0.6)
    about = reference + max(split.tolerance, _bracket(split) or 0.0)
    top = 1.04 * float(np.max([split.share, split.high, np.minimum(about, 1.0)]))
    shares.set_xlim(-0.02 * top, top)  # a marker at none stays off the words
    shares.set_xlabel("share of firms, %")
    against = f"simulated less {split.reference_name}, percentage points"
    differences.set_xlabel(plain("\n".join(wrapped(against, 60.0, TEXT_SIZE))))
    differences.margins(x=0.05)
    for s in range(4):
        off, *ends = (float(x[s] - reference[s]) for x in (split.share, split.low, split.high))
        words = f"{signed_points(off)}\n({signed_interval(*ends)})"
        differences.text(
            1.02,
            s,
            words.replace(" ", NBSP),
            transform=differences.get_yaxis_transform(),
            size=SMALL_SIZE,
            va="center",
        )
    for axes in (shares, differences):
        axes.tick_params(axis="y", length=0.0)
        axes.spines["left"].set_visible(False)
        axes.grid(True, axis="x")
        percent_ticks(axes.xaxis)
    return finish(figure)


def _alt(split: SettingShares) -> str:
    told = (
        f"{title} {column_percent(share)} (interval {interval(low, high)}; "
        f"{split.reference_name} {column_percent(reference)})"
        for title, share, low, high, reference in zip(
            SCENARIO_TITLES, split.share, split.low, split.high, split.reference, strict=True
        )
    )
    return f"Simulated shares with intervals beside the {split.reference_name}. {'; '.join(told)}."


FIGURE = Entry(
    name="shares",
    needs=SettingShares,
    title="The split beside the reference",
    alt=_alt,
    draw=split_beside_reference,
    order=10,
)
