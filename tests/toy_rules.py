"""The rules of the toy model: a firm walks between 0 and 1, drawn to its aim and pushed about."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from orgsim.numerics.inverse_cdf import draw_quantity
from orgsim.numerics.jit import compiled, merged
from orgsim.numerics.philox import WHOLE_FIRM, unit, words
from orgsim.numerics.quantiles import frozen, on_grid, quantity_nodes
from orgsim.numerics.record import kernel_parameters
from toy_model import PARAMETERS, STARTS

AIM, SECTOR, WALK = np.arange(1, 4)
"""Purposes of draws."""

GRID = 2.0**24


class Tables(NamedTuple):
    """What ``draw_quantity`` reads, and the sectors' cumulative shares."""

    sector_shares: Any
    row: Any
    nodes: Any
    choices: Any


class Inputs(NamedTuple):
    key: Any
    tables: Tables
    tide: Any
    start: int
    p: Any


class Block(NamedTuple):
    firms: Any


def inputs(settings, sectors, key):
    sectors = sectors or ((1.0, {}),)
    aims = [
        quantity_nodes(frozen(overrides.get("firm.aim", settings["firm.aim"])))
        for _, overrides in sectors
    ]
    shares = on_grid(np.cumsum([share for share, _ in sectors]))
    shares[-1] = 1.0
    quarters = np.arange(settings["simulation.quarters"])
    return Inputs(
        key=key,
        tables=Tables(
            sector_shares=shares,
            row=np.arange(len(aims)).reshape(-1, 1, 1),
            nodes=np.array([nodes for nodes, _ in aims]),
            choices=np.array([n for _, n in aims], dtype=np.int64),
        ),
        tide=settings["walk.tide"] * (quarters % 4 - 1.5) / 4.0,
        start=STARTS.index(settings["firm.start"]),
        p=kernel_parameters(PARAMETERS, [settings])[0],
    )


def by_quarter(inputs):
    return {"tide": inputs.tide}


def allocate(inputs, lanes):
    fields = [("number", np.uint32, (lanes,)), ("level", np.float64, (lanes,))]
    fields += [("aim", np.float64, (lanes,)), ("sector", np.int64, (lanes,))]
    fields += [("start", np.int64, (lanes,)), ("quarters_high", np.int64, (lanes,))]
    fields += [("first_high", np.int64, (lanes,))]
    return Block(np.zeros(1, np.dtype(fields)).view(np.recarray)[0])


@compiled
def bounded(level):
    return np.floor(min(max(level, 0.0), 1.0) * GRID) / GRID


@compiled
def place(level):
    """The code of the outcome of a level."""
    return int(level >= 0.25) + int(level >= 0.5) + int(level >= 0.75)


@merged
def begin(block, inputs):
    firms, tables, shares = block.firms, inputs.tables, inputs.tables.sector_shares
    for lane in range(firms.number.size):
        number = firms.number[lane]
        which = unit(words(inputs.key, number, WHOLE_FIRM, 0, SECTOR, 0)[0])
        sector = 0
        while which >= shares[sector]:
            sector += 1
        word = words(inputs.key, number, WHOLE_FIRM, 0, AIM, 1)[0]
        firms.sector[lane] = sector
        firms.aim[lane] = draw_quantity(tables, sector, 0, 0, word)
        firms.aim[lane] = np.floor(firms.aim[lane] * GRID) / GRID
        firms.start[lane] = inputs.start
        firms.level[lane] = 0.25 + 0.25 * inputs.start
        firms.quarters_high[lane] = 0
        firms.first_high[lane] = -1


@merged
def aim(block, inputs, t):
    firms, p = block.firms, inputs.p
    if p.walk_aiming:
        for lane in range(firms.number.size):
            way = firms.aim[lane] - firms.level[lane]
            firms.level[lane] = bounded(firms.level[lane] + p.walk_rate * way)


@merged
def step(block, inputs, t):
    firms, p = block.firms, inputs.p
    for lane in range(firms.number.size):
        coin = unit(words(inputs.key, firms.number[lane], WHOLE_FIRM, t, WALK, 0)[0])
        push = p.walk_noise * (coin - 0.5) + inputs.tide[t]
        firms.level[lane] = bounded(firms.level[lane] + push)


@merged
def look(block, inputs, t):
    firms = block.firms
    for lane in range(firms.number.size):
        if place(firms.level[lane]) == 3:
            firms.quarters_high[lane] += 1
            if firms.first_high[lane] < 0:
                firms.first_high[lane] = t


@merged
def list_series(block, out):
    firms = block.firms
    for lane in range(firms.number.size):
        out[0, lane] = firms.level[lane]
        out[1, lane] = firms.level[lane] - firms.aim[lane]


@merged
def count_firm(block, lane, counts):
    firms = block.firms
    counts[place(firms.level[lane])] += 1
    counts[4] += firms.level[lane] > firms.aim[lane]
    counts[5] += firms.level[lane] >= 0.6


@merged
def record_firm(block, lane, series, out):
    firms = block.firms
    out[0] = firms.sector[lane]
    out[1] = place(firms.level[lane])
    out[2] = firms.start[lane]
    out[3] = series[0, lane]
    out[4] = series[1, lane]
    out[5] = firms.level[lane] > firms.aim[lane]
    out[6] = firms.quarters_high[lane]
    out[7] = firms.first_high[lane]
    out[8] = firms.aim[lane]
