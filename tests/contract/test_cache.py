"""Kernels compiled by other processes are loaded as they were, whatever met whichever first."""

from __future__ import annotations

import os
import subprocess
import sys

SIMULATING = """
import sys
from orgsim.engine import make_inputs
from orgsim.engine.runner import LANES, default_lanes, simulate_block
from orgsim.parameters import defaults
for staff in map(int, sys.argv[1:]):
    settings = {**defaults(), "firm.marketing_staff": staff, "simulation.quarters": 3}
    inputs = make_inputs(settings)
    print(default_lanes(inputs.staff), simulate_block(inputs, 0, 2).record.tobytes().hex())
"""


def records(cache, *staff):
    """Return lanes and records by size of department, simulated in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SIMULATING, *map(str, staff)],
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,  # it once crashed
    )
    return [line.split() for line in done.stdout.splitlines()]


def test_two_kernels_that_two_processes_compiled_serve_a_third(tmp_path):
    small, large = records(tmp_path, 20), records(tmp_path, 2_000)
    assert small[0][0] != large[0][0]  # of other numbers of lanes, and so two kernels
    assert records(tmp_path, 20, 2_000) == small + large
    assert records(tmp_path, 2_000, 20) == large + small
