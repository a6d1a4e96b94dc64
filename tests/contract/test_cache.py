"""Kernels compiled by other processes are loaded as they were, whatever met whichever first."""

from __future__ import annotations

import os
import subprocess
import sys

from toy_runs import FINDING_THE_TOY

SIMULATING = """
import sys
from orgsim.engine import make_inputs
from orgsim.engine.cpu.kernel import kernel_of
from orgsim.engine.cpu.runner import default_lanes, simulate_block
from toy_model import TOY
for size in map(int, sys.argv[1:]):
    inputs = make_inputs(TOY, {**TOY.defaults, "firm.size": size})
    lanes = default_lanes(inputs.agents)
    print(lanes, simulate_block(inputs, 0, 2).record.tobytes().hex())
print(kernel_of(TOY).loaded)
"""


def simulated(cache, *sizes):
    """Return lanes and records by size of firm, and kernels loaded, of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SIMULATING, *map(str, sizes)],
        env=os.environ | FINDING_THE_TOY | {"NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr  # it once crashed
    *records, loaded = done.stdout.splitlines()
    return [line.split() for line in records], int(loaded)


def test_two_kernels_that_two_processes_compiled_serve_a_third(tmp_path):
    (small, of_small), (large, of_large) = simulated(tmp_path, 40), simulated(tmp_path, 4_000)
    assert small[0][0] != large[0][0]  # of other numbers of lanes, and so two kernels
    assert of_small == of_large == 0
    assert simulated(tmp_path, 40, 4_000) == (small + large, 2)
    assert simulated(tmp_path, 4_000, 40) == (large + small, 2)
