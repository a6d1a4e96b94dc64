"""The model with a clock in it: what ``MODEL`` does, and between its steps the time is read.

It is handed to the engine as any model is (:data:`CLOCKED`), so the kernel around the steps is the
engine's own, compiled once. The processor's counter of cycles is read after every step, and within
the steps where a rule is given the rows that the clock lies in; :func:`wind` puts those readings
in, which only a process that simulates nothing else may ask for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from orgsim.model import MODEL, attitudes, cooperation, rules
from orgsim.model.rules import (  # noqa: F401 - what the engine asks rules for
    Block,
    by_quarter,
    count_firm,
    inputs,
    list_series,
    record_firm,
)
from orgsim.numerics.jit import compiled, merged, rule

_WITHIN = {
    "attitudes": ("chain of command", "colleagues"),
    "joint_tasks": ("meetings prepared", "encounter draws", "partners", "encounters"),
    "turnover": ("succession",),
}
"""What is read within a step; the step's own name then stands for its end."""

STAGES = (
    "founding",
    *(name for step in MODEL.steps for name in (*_WITHIN.get(step, ()), step)),
    "aggregates",
    "records",
)
"""What a reading may be of, in the order of a quarter."""

_CACHE_LINE = 64
_LAST = len(STAGES)
_FIRST_DRAW, _LAST_DRAW = 0, 3
_FOUNDING, _AGGREGATES = STAGES.index("founding"), STAGES.index("aggregates")
RECORDS = STAGES.index("records")
_CHAIN, _COLLEAGUES = STAGES.index("chain of command"), STAGES.index("colleagues")
_ATTITUDES, _SUCCESSION = STAGES.index("attitudes"), STAGES.index("succession")
_PREPARED, _DRAWS = STAGES.index("meetings prepared"), STAGES.index("encounter draws")
_PARTNERS, _ENCOUNTERS = STAGES.index("partners"), STAGES.index("encounters")


class Times(NamedTuple):
    """What a clock shows.

    Attributes
    ----------
    cycles, readings : int64 (STAGES,)
        Cycles that each stage took, and how often the clock was read at its end.
    """

    cycles: Any
    readings: Any


@intrinsic
def cycles(typing_context):
    """Read the processor's counter of cycles, an int64; no memory access moves across."""

    def emit(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.IntType(64), ())
        counter = builder.module.declare_intrinsic("llvm.readcyclecounter", (), kind)
        return builder.call(counter, ())

    return types.int64(), emit


@compiled
def now():
    """Return the count of cycles."""
    return cycles()


@rule
def read(clock, stage):
    """Count what passed since the last reading to a stage."""
    time = cycles()
    clock[0, stage] += time - clock[0, _LAST]
    clock[0, _LAST] = time
    clock[1, stage] += 1


@compiled
def read_often(clock, times):
    """Read the clock so many times, and do nothing else."""
    for i in range(times):
        read(clock, i & 1)


def allocate(given: Any, lanes: int) -> Block:
    """Return the zeroed state of a block of firms; in its rows is a clock, to be started."""
    block = rules.allocate(given, lanes)
    usual = np.asarray(block.rows).dtype
    dtype = np.dtype([*usual.descr, ("clock", np.int64, (2, _LAST + 1))])
    memory = np.zeros(dtype.itemsize + _CACHE_LINE, np.uint8)
    begins = -memory.ctypes.data % _CACHE_LINE  # as the engine's
    rows = memory[begins : begins + dtype.itemsize].view(dtype).view(np.recarray)
    return block._replace(rows=rows[0])


def start(block: Block) -> int:
    """Set a block's clock to 0, and begin; return the count of cycles then."""
    block.rows.clock[:] = 0
    block.rows.clock[0, _LAST] = now()
    return int(block.rows.clock[0, _LAST])


def times(block: Block) -> Times:
    """Return what a block's clock shows."""
    return Times(*block.rows.clock[:, :_LAST].copy())


@merged
def begin(block, given):
    """Draw a block of firms; what came before were the records of the block before."""
    read(block.rows.clock, RECORDS)
    rules.begin(block, given)
    read(block.rows.clock, _FOUNDING)


@merged
def before_quarter(block, given, t):
    """Read what came since the quarter before: its aggregates."""
    read(block.rows.clock, _AGGREGATES)


def _reading(stage: int) -> Any:
    @merged
    def reading(block, given, t):
        read(block.rows.clock, stage)

    return reading


for _step in MODEL.steps:
    globals()[f"after_{_step}"] = _reading(STAGES.index(_step))

CLOCKED = replace(
    MODEL,
    name="departments by the clock",
    home=f"{__name__}:CLOCKED",
    rules=__name__,
    steps=(
        "before_quarter",
        *(s for step in MODEL.steps for s in (f"{MODEL.rules}:{step}", f"after_{step}")),
    ),
    events={},
)
"""To be simulated once the clock is wound."""


def wind() -> None:
    """Let the rules of this process read the clock, before any kernel of it is compiled."""
    change_attitudes, meet_colleague = attitudes.change_attitudes, attitudes.meet_colleague
    visit, meet_partner = cooperation.visit, cooperation.meet_partner
    work_together, replace_chiefs = cooperation.work_together, rules.replace_chiefs

    @rule
    def timed_attitudes(staff, seen, firms, rows, key, t, p):
        read(rows.clock, _CHAIN)
        change_attitudes(staff, seen, firms, rows, key, t, p)

    @merged
    def timed_colleague(seen, rows, k, first, size, i):
        read(rows.clock, _ATTITUDES)
        meet_colleague(seen, rows, k, first, size, i)
        read(rows.clock, _COLLEAGUES)

    @merged
    def timed_visit(staff, seen, firms, rows, key, t, g, first, stop, p):
        read(rows.clock, _PREPARED)
        visit(staff, seen, firms, rows, key, t, g, first, stop, p)

    @rule
    def timed_partner(seen, rows, k, first):
        if k == _FIRST_DRAW:
            read(rows.clock, _DRAWS)
        meet_partner(seen, rows, k, first)
        if k == _LAST_DRAW:
            read(rows.clock, _PARTNERS)

    @rule
    def timed_work(person, rows, k, only_one, p):
        work_together(person, rows, k, only_one, p)
        read(rows.clock, _ENCOUNTERS)

    @rule
    def timed_chiefs(firms, rows, tables, key, t, p):
        replace_chiefs(firms, rows, tables, key, t, p)
        read(rows.clock, _SUCCESSION)

    rules.change_attitudes, attitudes.meet_colleague = timed_attitudes, timed_colleague
    cooperation.visit, cooperation.meet_partner = timed_visit, timed_partner
    cooperation.work_together, rules.replace_chiefs = timed_work, timed_chiefs
