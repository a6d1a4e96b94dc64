"""Which parameters act together: Sobol indices of pairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from orgsim.figures.captions import sentences
from orgsim.figures.entry import Entry
from orgsim.figures.labels import canvas
from orgsim.figures.sensitivity.cells import draw_cell, has_room
from orgsim.figures.sensitivity.inputs import Floats, PairShares
from orgsim.figures.sensitivity.parts import MOST_ROWS, PITCH, largest, pair_columns
from orgsim.figures.sensitivity.sheets import (
    LINE,
    MARGIN,
    broken,
    fitted,
    label_width,
    write_head,
)
from orgsim.figures.style import (
    DOUBLE,
    FAINT,
    SINGLE,
    SMALL_SIZE,
    finish,
    house_style,
    plain,
    sheet,
    wrapped,
)
from orgsim.text import counted, given_percent, two_decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GAP = 3.5  # mm between panels
_WIDEST = 9.0  # mm of a cell
_NUMBERS = 4.0  # mm for the numbers above a column


@house_style()
def pairs(shares: PairShares) -> Figure:
    """Draw the second-order index of each pair, a panel an output."""
    rows = _rows(shares)
    values, low, high = (
        _folded(a)[:, rows][:, :, rows]
        for a in (shares.second.value, shares.second.low, shares.second.high)
    )
    names = [f"{n}  {shares.parameters[row]}" for n, row in enumerate(rows, start=1)]
    label = label_width(names)
    count, size = len(shares.outputs), len(rows)
    columns = min(count, pair_columns(size))
    width = SINGLE if count == 1 and SINGLE - MARGIN - label >= 6.0 * size else DOUBLE
    cell = min(_WIDEST, ((width - MARGIN - label) / columns - _GAP) / size)
    panel = (width - MARGIN - label) / columns - _GAP
    heads = [broken(title, panel + _GAP - 2.0) for title in shares.outputs]
    lines = [slice(start, start + columns) for start in range(0, count, columns)]
    height = PITCH * size
    body = sum(LINE * max(map(len, heads[line])) + 1.5 + _NUMBERS for line in lines)
    body += len(lines) * (height + _GAP)
    top = min(1.0, float(np.nan_to_num(np.abs(values)).max(initial=0.0)))  # above is error alone
    words = _words(shares, values, cell)
    figure = sheet(width, body, title=shares.title, caption=words)
    paper, _, y = canvas(figure)
    for line in lines:
        y -= LINE * max(map(len, heads[line])) + 1.5
        _name_rows(paper, names, label, y - _NUMBERS)
        for column, output in enumerate(range(*line.indices(count))):
            x = label + column * (panel + _GAP)
            write_head(paper, heads[output], x, y + 1.5)
            if np.isfinite(values[output]).any():
                is_sure = (low[output] > 0.0) | (high[output] < 0.0)
                _draw(paper, values[output], is_sure, top, (x, y, cell))
            else:
                _say(paper, x, y - height / 2.0, panel)
        y -= height + _NUMBERS + _GAP
    return finish(figure)


def _rows(shares: PairShares) -> list[int]:
    """Return the parameters that have a row, in their order: of many those of the largest."""
    whole = _folded(shares.second.value)
    found = largest(np.nan_to_num(np.abs(whole)).max(axis=2))
    return sorted(found.tolist())


def _folded(values: Floats) -> Floats:
    """Return pairs on both sides of the diagonal, so that any order of rows may be taken."""
    other = values.transpose(0, 2, 1)
    return np.where(np.isnan(values), other, values)


def _draw(
    paper: Axes, values: Floats, is_sure: Floats, top: float, at: tuple[float, float, float]
) -> None:
    x, y, cell = at
    y -= _NUMBERS
    for row in range(len(values)):
        if row < len(values) - 1:
            paper.text(
                x + (row + 0.5) * cell,
                y - (row + 1) * PITCH + 0.8,
                f"{row + 1}",
                ha="center",
                va="baseline",
                size=SMALL_SIZE,
                color=FAINT,
            )
        for column in range(row):
            value = float(values[row, column])
            part = value / top if top > 0.0 and np.isfinite(value) else 0.0
            box = (x + column * cell, y - (row + 1) * PITCH, cell, PITCH)
            text = _written(value) if np.isfinite(value) else ""
            draw_cell(paper, box, part, text, bold=bool(is_sure[row, column]))


def _written(value: float) -> str:
    """Write an index as cells have it: without the 0 before the point."""
    return re.sub(r"^(\D?)0\.", r"\1.", two_decimals(value))


def _say(paper: Axes, x: float, y: float, width: float) -> None:
    lines = wrapped("Does not vary beyond its noise.", width - 2.0, SMALL_SIZE)
    paper.text(x, y, "\n".join(lines), va="center", size=SMALL_SIZE, color=FAINT)


def _name_rows(paper: Axes, names: list[str], label: float, top: float) -> None:
    for row, name in enumerate(names):
        y = top - (row + 0.5) * PITCH
        name_ = plain(fitted(name, label - 2.0))
        paper.text(0.0, y, name_, ha="left", va="center_baseline", size=SMALL_SIZE)


def _words(shares: PairShares, values: Floats, cell: float) -> str:
    there = values[np.isfinite(values)]
    count = len(shares.parameters)
    has_all = all(has_room(_written(float(value)), cell, bold=True) for value in there)
    return sentences(
        "Part of an output’s variance that comes from two parameters together only; columns have "
        "the numbers of rows",
        f"Bold: the {given_percent(0.95)} bootstrap interval leaves out 0",
        "" if has_all else "Numbers without room are left out",
        "Blue: above 0; red: below 0, as an index near 0 may come out; the darker, the larger",
        f"The {MOST_ROWS} of {count} parameters with the largest pairs"
        if count > MOST_ROWS
        else "",
        f"{counted(shares.samples, 'sample')}: {counted(shares.points, 'point')} of "
        f"{counted(shares.firms, 'firm')}",
    )


def _alt(shares: PairShares) -> str:
    told = []
    for title, values in zip(shares.outputs, shares.second.value, strict=True):
        if not np.isfinite(values).any():
            told.append(f"{title} none")
            continue
        row, column = np.unravel_index(np.nanargmax(values), values.shape)
        one, other = shares.parameters[int(row)], shares.parameters[int(column)]
        told.append(f"{title} {other} and {one} {two_decimals(float(values[row, column]))}")
    return (
        f"Second-order indices of all pairs of {counted(len(shares.parameters), 'parameter')}. "
        f"The largest of each output: {'; '.join(told)}."
    )


FIGURE = Entry(
    name="pairs",
    needs=PairShares,
    title="Which parameters act together",
    alt=_alt,
    draw=pairs,
    order=40,
)
