"""Which outputs share a sheet, where there are more than one has room for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.entry import Given
from orgsim.figures.sensitivity.inputs import Floats, GivenShares, PairShares, VarianceShares

MOST_ROWS = 20
"""Parameters that have a row; of more, those whose numbers are largest."""

PITCH = 4.4
"""Height of a row of dots, in millimetres."""

_TALLEST = 205.0  # mm of panels on a sheet, whose title and caption come on top
_ABOUT_PANELS = 24.0  # mm of a title of three lines, and of an axis
_BESIDE = 3


def largest(values: Floats, most: int = MOST_ROWS) -> NDArray[np.int64]:
    """Return the places of the largest on any output, the largest first.

    Parameters
    ----------
    values : float64 (outputs, parameters)
        NaN counts for nothing.
    """
    sizes = np.nan_to_num(np.abs(values), nan=-1.0).max(axis=0)
    return np.argsort(-sizes, kind="stable")[:most]


def pair_columns(parameters: int) -> int:
    """Return how many heat maps of pairs of so many parameters stand beside each other."""
    return 3 if parameters <= 5 else 2 if parameters <= 10 else 1


def in_parts(numbers: Any) -> list[Given[Any]]:
    """Return numbers as figures are drawn from them: a part a sheet, as alike as can be."""
    if not isinstance(numbers, (VarianceShares, GivenShares, PairShares)):
        return [Given.of(numbers)]
    count = len(numbers.outputs)
    columns, lines = _room(numbers)
    sheets = max(1, -(-count // (columns * lines)))
    size = columns * -(-count // (sheets * columns))
    if sheets == 1:
        return [Given.of(numbers)]
    return [
        _part(numbers, slice(start, start + size), f"{number}", count)
        for number, start in enumerate(range(0, count, size), start=1)
    ]


def _part(
    numbers: VarianceShares | GivenShares | PairShares, of: slice, slug: str, count: int
) -> Given[Any]:
    """Return some of the outputs, called by which they are."""
    some = numbers.some(of)
    first, last = of.start + 1, of.start + len(some.outputs)
    which = f"output {last}" if first == last else f"outputs {first} to {last}"
    return Given(type(numbers), lambda: some, slug, f"{which} of {count}")


def _room(numbers: VarianceShares | GivenShares | PairShares) -> tuple[int, int]:
    """Return how many panels stand beside each other, and how many lines of them there are."""
    parameters = min(len(numbers.parameters), MOST_ROWS)
    if isinstance(numbers, PairShares):
        return pair_columns(parameters), int(_TALLEST / (PITCH * parameters + _ABOUT_PANELS))
    dummy = isinstance(numbers, VarianceShares)
    return _BESIDE, max(1, int(_TALLEST / (PITCH * (parameters + dummy) + _ABOUT_PANELS)))
