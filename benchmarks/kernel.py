"""One launch of the kernel, alone in a process: how long it took, where, and what came of it.

``python -m benchmarks.kernel`` takes what is asked from the environment; :func:`launch` starts it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from typing import Any

from benchmarks.machine import environment, launched

VARIABLE = "ORGSIM_BENCHMARK"
READINGS = 1_000_000


def child() -> None:
    """Simulate in this process what the environment asks for; print what was found."""
    asked = json.loads(os.environ[VARIABLE])
    if "turns" in asked:
        from benchmarks.bare import prices

        found: dict[str, Any] = prices(asked["turns"])
    else:
        found = _firms(asked)
    print(json.dumps(found))


def _firms(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return nanoseconds an agent-quarter, a digest of the results, and what the clock shows."""
    import numpy as np

    from orgsim.engine import make_inputs, new_aggregates, new_halt
    from orgsim.engine.cpu.runner import block_ranges, compile_kernel, default_lanes, run_block
    from orgsim.model import MODEL

    if asked["clock"]:
        from benchmarks import clocked

        clocked.wind()
        clocked.now()  # compiles
    model = clocked.CLOCKED if asked["clock"] else MODEL
    inputs = make_inputs(model, asked["settings"])
    compile_kernel(inputs)
    work = inputs.agents * inputs.quarters
    block = model.rules_module.allocate(inputs.given, default_lanes(inputs.agents))

    firms = asked["firms"]
    aggregates = new_aggregates(model, inputs.quarters)
    records = [
        np.empty((len(model.record), stop - first)) for first, stop in block_ranges(work, 0, firms)
    ]
    warm = np.empty((len(model.record), 1_024))
    run_block(inputs, block, 0, warm, new_aggregates(model, inputs.quarters), new_halt())
    parts = []
    began = time.process_time()
    for record, (first, stop) in zip(records, block_ranges(work, 0, firms), strict=True):
        part = _Part(block) if asked["clock"] else None
        run_block(inputs, block, first, record, aggregates, new_halt())
        if part is not None:
            parts.append(part.ended((stop - first) * work))
    seconds = time.process_time() - began
    results = (*records, *aggregates)
    found = {
        "nanoseconds": seconds / (firms * work) * 1e9,
        "digest": hashlib.sha256(b"".join(r.tobytes() for r in results)).hexdigest(),
    }
    return {**found, "stages": _stages(block, parts)} if parts else found


class _Part:
    """Some firms by the clock."""

    def __init__(self, block: Any) -> None:
        from benchmarks import clocked

        self.block, self.clock = block, clocked
        self.first = clocked.start(block)
        self.began = time.process_time()

    def ended(self, agent_quarters: int) -> _Part:
        """Note what the clock shows; what came after its last reading are records."""
        self.seconds = time.process_time() - self.began
        last = self.clock.now()
        self.agent_quarters = agent_quarters
        self.all_cycles = last - self.first
        self.cycles, self.readings = self.clock.times(self.block)
        self.cycles[self.clock.RECORDS] += self.all_cycles - self.cycles.sum()
        return self


def _stages(block: Any, parts: list[_Part]) -> dict[str, float]:
    """Return nanoseconds an agent-quarter by stage, without what reading the clock took.

    Of the half of the parts that were interrupted least: the cycles of others, which the counter
    counts too, are not the stage's in which they fell.
    """
    from benchmarks import clocked

    clocked.read_often(block.rows.clock, 1)
    first = clocked.start(block)
    clocked.read_often(block.rows.clock, READINGS)
    a_reading = (clocked.now() - first) / READINGS
    undisturbed = sorted(parts, key=lambda part: part.all_cycles / part.seconds)
    kept = undisturbed[: (len(parts) + 1) // 2]
    cycles = sum(part.cycles for part in kept)
    readings = sum(part.readings for part in kept)
    seconds = sum(part.seconds for part in kept)
    agent_quarters = sum(part.agent_quarters for part in kept)
    scale = seconds * 1e9 / cycles.sum() / agent_quarters
    spent = (cycles - a_reading * readings) * scale
    found = {name: float(n) for name, n in zip(clocked.STAGES, spent, strict=True)}
    return {**found, "the clock": float(a_reading * readings.sum() * scale)}


def launch(asked: Mapping[str, Any], **variables: str) -> dict[str, Any]:
    """Measure in a process of its own, with the environment changed."""
    inherited = {k: v for k, v in environment().items() if not k.startswith("NUMBA_")}
    told = {VARIABLE: json.dumps(asked, default=dict)}
    return launched(["-m", "benchmarks.kernel"], inherited | variables | told)


if __name__ == "__main__":
    child()
