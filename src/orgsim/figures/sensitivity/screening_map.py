"""The parameters that move most, output by output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.labels import canvas
from orgsim.figures.sensitivity.cells import draw_cell, has_room, tint
from orgsim.figures.sensitivity.inputs import Floats, ScreenedEffects
from orgsim.figures.sensitivity.parts import MOST_ROWS
from orgsim.figures.sensitivity.sheets import MARGIN, broken, fitted, label_width
from orgsim.figures.style import (
    DOUBLE,
    SINGLE,
    SMALL_SIZE,
    finish,
    house_style,
    plain,
    sheet,
    text_width,
)
from orgsim.text import NBSP, bare_tenths, counted, three_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_OUTPUTS = 12
"""Columns that a sheet has room for."""

_ROW = 5.0  # mm
_WIDEST = 16.0  # mm of a column
_LINE = 3.2  # mm of a line of a column's title, which stands upright
_TALLEST = 70.0  # mm of such a title
_NONE = "–"


@house_style()
def screening_map(effects: ScreenedEffects) -> Figure:
    """Draw mu* as cells: a row a parameter, the one that moves most on top, a column an output."""
    from matplotlib.patches import Patch

    outputs = len(effects.outputs[:MOST_OUTPUTS])
    names = effects.parameters[:MOST_ROWS]
    label = label_width(names)
    sheet_width = SINGLE if SINGLE - MARGIN - label >= outputs * 9.5 else DOUBLE
    width = min(_WIDEST, (sheet_width - MARGIN - label) / outputs)
    scales = [_scale(row) for row in effects.mu_star]
    heads = [
        _head(_titled(effects, output, scales[output].called), width) for output in range(outputs)
    ]
    above = max(height for _, height in heads) + 1.5
    texts = _texts(effects, scales)
    legend = [
        Patch(facecolor=tint(part), edgecolor="#D0D0D0", linewidth=0.4, label=label_)
        for part, label_ in ((1.0, "the output’s largest"), (0.5, "half"), (0.0, "nothing"))
    ]
    figure = sheet(
        sheet_width,
        above + _ROW * len(names) + 1.0,
        title=effects.title,
        caption=_words(effects, texts, width),
        legend=legend,
    )
    paper, _, top = canvas(figure)
    parts = _parts(effects.mu_star)
    for column, (lines, _) in enumerate(heads):
        x = label + column * width
        _write_upright(paper, lines, x + width / 2.0, top - above + 1.2)
        for row in range(len(names)):
            box = (x, top - above - (row + 1) * _ROW, width, _ROW)
            draw_cell(paper, box, parts[column, row], texts[column][row])
    for row, name in enumerate(names):
        y = top - above - (row + 0.5) * _ROW
        name_ = plain(fitted(name, label - 2.0))
        paper.text(label - 2.0, y, name_, ha="right", va="center_baseline", size=SMALL_SIZE)
    return finish(figure)


class _Scale(NamedTuple):
    """What the numbers of a column are multiplied with, and what they are then called."""

    factor: float
    called: str


def _scale(effects: Floats) -> _Scale:
    """Return how the effects on an output fit into cells."""
    top = float(np.nan_to_num(effects).max())
    if top == 0.0 or top >= 0.0995:
        return _Scale(1.0, "")
    return _Scale(1e3, "thousandths") if top >= 0.0000995 else _Scale(1e6, "millionths")


def _titled(effects: ScreenedEffects, output: int, scale: str) -> str:
    if effects.is_share[output]:
        return f"{effects.outputs[output]}, points"
    unit = f"{scale}{NBSP}{effects.units[output]}".strip(NBSP)
    return f"{effects.outputs[output]}, {unit}" if unit else effects.outputs[output]


def _head(title: str, width: float) -> tuple[list[str], float]:
    """Break a title that stands upright into as many lines as a column has room for."""
    most = max(1, int((width - 0.4) / _LINE))
    for height in np.arange(18.0, _TALLEST, 2.0):
        lines = broken(title, float(height), SMALL_SIZE)
        whole = sum(map(len, lines)) + len(lines) - 1 == len(title)
        if len(lines) <= most and whole:
            break
    lines = lines[:most]
    return lines, max(text_width(line, SMALL_SIZE) for line in lines)


def _write_upright(paper: Axes, lines: list[str], middle: float, bottom: float) -> None:
    for number, line in enumerate(lines):
        x = middle + (number - (len(lines) - 1) / 2.0) * _LINE
        paper.text(x, bottom, plain(line), rotation=90, ha="center", va="bottom", size=SMALL_SIZE)


def _parts(mu_star: Floats) -> Floats:
    """Return effects as parts of the output's largest."""
    known = np.nan_to_num(mu_star)
    top = known.max(axis=1, keepdims=True)
    return np.divide(known, top, out=np.zeros_like(known), where=top > 0.0)


def _texts(effects: ScreenedEffects, scales: Sequence[_Scale]) -> list[list[str]]:
    columns = zip(effects.mu_star.tolist(), effects.is_share.tolist(), scales, strict=True)
    return [
        [
            _NONE
            if np.isnan(value)
            else bare_tenths(value)
            if is_share
            else three_digits(scale.factor * value)
            for value in row
        ]
        for row, is_share, scale in columns
    ]


def _words(effects: ScreenedEffects, texts: list[list[str]], width: float) -> str:
    shown = [cell for row in texts[:MOST_OUTPUTS] for cell in row[:MOST_ROWS]]
    parameters, outputs = len(effects.parameters), len(effects.outputs)
    return sentences(
        "Numbers: mean absolute change over a parameter’s whole plausible range (mu*), in the "
        "output’s unit",
        "Colours compare within an output alone",
        f"{_NONE}: no step moved it to where the output exists" if _NONE in shown else "",
        "A number without room is left out"
        if not all(has_room(text, width) for text in shown)
        else "",
        f"The {MOST_ROWS} of {parameters} parameters that move most"
        if parameters > MOST_ROWS
        else "",
        f"The first {MOST_OUTPUTS} of {outputs} outputs" if outputs > MOST_OUTPUTS else "",
        size_of(effects),
    )


def size_of(effects: ScreenedEffects) -> str:
    """Return how large the design is."""
    return (
        f"{counted(effects.trajectories, 'trajectory', 'trajectories')}: "
        f"{counted(effects.points, 'point')} of {counted(effects.firms, 'firm')}"
    )


def largest_effects(effects: ScreenedEffects, outputs: int) -> str:
    """Return what moves each of the first outputs most, in words."""
    told = []
    for output, title in enumerate(effects.outputs[:outputs]):
        values = np.nan_to_num(effects.mu_star[output])
        top = int(np.argmax(values))
        is_share = bool(effects.is_share[output])
        amount = bare_tenths(values[top]) if is_share else three_digits(float(values[top]))
        unit = "points" if is_share else effects.units[output]
        moved = f"{effects.parameters[top]} by {amount} {unit}".rstrip()
        told.append(f"{title} {moved}" if values[top] > 0.0 else f"{title} nothing")
    return "; ".join(told)


def _alt(effects: ScreenedEffects) -> str:
    outputs = len(effects.outputs)
    left_out = (
        f" Left out of the picture: {counted(outputs - MOST_OUTPUTS, 'output')} of {outputs}."
        if outputs > MOST_OUTPUTS
        else ""
    )
    return (
        f"How far each of {counted(len(effects.parameters), 'parameter')} moves the outputs over "
        "its plausible range. What moves each most: "
        f"{largest_effects(effects, MOST_OUTPUTS)}.{left_out}"
    )


FIGURE = Entry(
    name="screening-map",
    needs=ScreenedEffects,
    title="How far each parameter moves each output",
    alt=_alt,
    draw=screening_map,
    order=10,
)
