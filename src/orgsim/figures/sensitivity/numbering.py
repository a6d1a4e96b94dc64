"""Small numbers beside dots, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from orgsim.figures.sensitivity.inputs import Floats

WIDTH, HEIGHT = 2.2, 3.0
"""What a digit of small text takes, in millimetres, with a little room around it."""

_DOT = 0.8  # mm, half a dot's width
_RINGS = (2.3, 3.4, 4.6, 6.0, 7.6, 9.4, 11.6, 14.2, 17.2, 20.6)  # the last for corners
_DIRECTIONS = 16
NEAR = _RINGS[0]
"""Distance at which a number needs no line to its dot."""


def beside(
    dots: Floats, numbered: Sequence[int], room: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return where the numbers of some dots stand: their middles, in millimetres.

    Over no other number, within the room, over as few dots and as near to their own as can be, and
    no nearer to another that has a number.

    Parameters
    ----------
    dots : float64 (dots, 2)
        All of them, in millimetres from the lower left corner.
    numbered : sequence of int
        Which have a number, the first chosen first.
    """
    placed: list[tuple[float, float]] = []
    for dot in numbered:
        others = dots[[other for other in numbered if other != dot]]
        free = [
            (_covered(at, dots) + _is_nearer(at, others, dots[dot]) + 0.15 * ring, at)
            for ring, at in _around(dots[dot])
            if _is_within(at, room) and not any(_meet(at, other) for other in placed)
        ]
        placed.append(min(free)[1])
    return placed


def _around(dot: Floats) -> Iterator[tuple[int, tuple[float, float]]]:
    x, y = float(dot[0]), float(dot[1])
    for ring, radius in enumerate(_RINGS):
        for direction in range(_DIRECTIONS):
            angle = math.tau * direction / _DIRECTIONS
            yield ring, (x + radius * math.cos(angle), y + radius * math.sin(angle))


def _is_within(at: tuple[float, float], room: tuple[float, float]) -> bool:
    return (
        WIDTH / 2.0 <= at[0] <= room[0] - WIDTH / 2.0
        and HEIGHT / 2.0 <= at[1] <= room[1] - HEIGHT / 2.0
    )


def _meet(at: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(at[0] - other[0]) < WIDTH and abs(at[1] - other[1]) < HEIGHT


def _is_nearer(at: tuple[float, float], others: Floats, own: Floats) -> bool:
    """Whether a number would stand nearer to another dot than to its own."""
    distances = np.hypot(*(others - np.array(at)).T)
    return bool((distances < 0.99 * np.hypot(*(own - np.array(at)))).any())


def _covered(at: tuple[float, float], dots: Floats) -> int:
    """Return how many dots a number would stand over."""
    across = np.abs(dots[:, 0] - at[0]) < WIDTH / 2.0 + _DOT
    along = np.abs(dots[:, 1] - at[1]) < HEIGHT / 2.0 + _DOT
    return int((across & along).sum())
