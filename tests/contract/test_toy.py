"""The toy model against plain Python: every firm and every aggregate, to the bit."""

from __future__ import annotations

import math

import numpy as np

from orgsim.engine import make_inputs, simulate
from orgsim.engine.cpu.aggregates import BINS
from toy_model import TOY

FIRMS, QUARTERS = 150, 12
SETTINGS = {
    **TOY.defaults,
    "simulation.quarters": QUARTERS,
    "firm.aim": {"dist": "uniform", "low": 0.2, "high": 0.9},
    "walk.noise": 0.7,
}
SECTORS = [(0.25, {"firm.aim": 0.1}), (0.75, {})]
GRID = 2**24


def drawn(firm, quarter, purpose, draw):
    """The first word of Philox4x32-10, as a share of 2**32."""
    counter, key = [firm, quarter, purpose, draw], [SETTINGS["simulation.seed"], 0]
    for _ in range(10):
        one, two = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [
            (two >> 32) ^ counter[1] ^ key[0], two % 2**32,
            (one >> 32) ^ counter[3] ^ key[1], one % 2**32,
        ]  # fmt: skip
        key = [(key[0] + 0x9E3779B9) % 2**32, (key[1] + 0xBB67AE85) % 2**32]
    return counter[0]


def aim_of(word):
    """A value of the uniform distribution, between nodes that are rounded to the grid."""
    nodes = [round((0.2 + 0.7 * (word // 2**20 + i) / 4096) * GRID) / GRID for i in (0, 1)]
    value = nodes[0] + (word % 2**20) * 2.0**-20 * (nodes[1] - nodes[0])
    return math.floor(value * GRID) / GRID


def bounded(level):
    return math.floor(min(max(level, 0.0), 1.0) * GRID) / GRID


def outcome(level):
    return sum(level >= edge for edge in (0.25, 0.5, 0.75))


def firm(number):
    """One firm's rows: where it is after each quarter, its aim, and its record."""
    sector = int(drawn(number, 0, 2, 0) / 2**32 >= 0.25)
    aim = bounded(round(0.1 * GRID) / GRID) if sector == 0 else aim_of(drawn(number, 0, 1, 1))
    level, levels = 0.5, []
    for t in range(QUARTERS):
        level = bounded(level + 0.2 * (aim - level))
        push = 0.7 * (drawn(number, t, 3, 0) / 2**32 - 0.5) + 0.1 * (t % 4 - 1.5) / 4.0
        level = bounded(level + push)
        levels.append(level)
    high = [t for t, level in enumerate(levels) if outcome(level) == 3]
    first = high[0] if high else -1
    row = [sector, outcome(level), 1, level, level - aim, level > aim, len(high), first, aim]
    return levels, aim, row


def test_every_firm_and_aggregate_agrees_with_plain_python_to_the_bit():
    chunk = simulate(make_inputs(TOY, SETTINGS, SECTORS), 0, FIRMS, threads=2)
    firms = [firm(number) for number in range(FIRMS)]
    assert np.array_equal(chunk.record, np.array([row for *_, row in firms], dtype=float).T)
    assert len(set(chunk.record[1])) == 4
    assert set(chunk.record[0]) == {0.0, 1.0}
    for t in range(QUARTERS):
        levels = [(levels[t], aim) for levels, aim, _ in firms]
        counts = [sum(outcome(level) == code for level, _ in levels) for code in range(4)]
        counts += [sum(level > aim for level, aim in levels)]
        counts += [sum(level >= 0.6 for level, _ in levels)]
        assert chunk.counts[t].tolist() == counts
        for j, (low, values) in enumerate(
            ((0.0, [level for level, _ in levels]), (-1.0, [level - aim for level, aim in levels]))
        ):
            assert chunk.sums[t, j] == sum(math.floor(value * GRID + 0.5) for value in values)
            bins = [min(int((value - low) / (1.0 - low) * BINS), BINS - 1) for value in values]
            assert chunk.histogram[t, j].tolist() == np.bincount(bins, minlength=BINS).tolist()
