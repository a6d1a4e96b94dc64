"""What a processor asks for a word, a look-up and an operation in bare loops: prices, by launch."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from orgsim.model.cooperation import meet_partner
from orgsim.model.draws import ENCOUNTER
from orgsim.model.state import allocate
from orgsim.numerics.elementary import single
from orgsim.numerics.jit import compiled
from orgsim.numerics.philox import draw_words

LANES, PEOPLE, PICKS = 128, 40, 4
FLOATS = 1_024
"""Numbers that are operated on: a tenth of the nearest cache."""

_OPERATIONS = 16


@compiled
def draw(out, key, number, turns):
    """Draw as many times four words a firm, by Philox4x32-10 whose counter changes every time."""
    for turn in range(turns):
        draw_words(out, key, number, turn, 1, ENCOUNTER, 0)


@compiled
def look_up(seen, rows, turns):
    """Look up as many times four partners a firm, in a department that fits the nearest cache."""
    for _ in range(turns):
        for k in range(PICKS):
            meet_partner(seen, rows, k, 0)


@compiled
def operate(x, a, b, turns):
    """Do as many times ``_OPERATIONS`` on every number, none waiting for another number's."""
    for _ in range(turns):
        for lane in range(x.size):
            v = x[lane]
            v = v * a + b
            v = v * a + b
            v = v * a + b
            v = v * a + b
            v = v * a + b
            v = v * a + b
            v = v * a + b
            v = v * a + b
            x[lane] = v


def prices(turns: int) -> dict[str, float]:
    """Return nanoseconds of processor time a word, a look-up, and an operation on one number."""
    out = np.zeros((PICKS, LANES), np.uint32)
    number = np.arange(LANES, dtype=np.uint32)
    key = (np.uint64(1), np.uint64(0))
    _, seen, _, rows, _ = allocate(PEOPLE, LANES)
    rows.picks[:] = np.random.default_rng(1).integers(PEOPLE // 2, size=(PICKS, LANES))
    x = np.linspace(0.0, 1.0, FLOATS, dtype=single)
    return {
        "word": _time(lambda n: draw(out, key, number, n), turns, out.size),
        "look-up": _time(lambda n: look_up(seen, rows, n), turns, out.size),
        "operation": _time(
            lambda n: operate(x, single(0.5), single(0.25), n), turns, FLOATS * _OPERATIONS
        ),
    }


def _time(loop: Callable[[int], Any], turns: int, each: int) -> float:
    loop(1)  # compiles
    began = time.process_time()
    loop(turns)
    return (time.process_time() - began) / (turns * each) * 1e9
