"""What one waits for before the first firm: compiling, importing, starting."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.machine import environment, launches, summary
from benchmarks.scaling import PRESET

CHECKOUT = "first run ever from a checkout, one firm (compiles)"
WHEEL = "first run ever from a wheel, one firm"
ONE = "warm `orgsim run`, one firm"
MANY = "warm `orgsim run`, 10,000 firms"
COMPARE = "warm `orgsim compare`"
STATUS = "warm `orgsim status`"
HELP = "`orgsim --help`"
PYTHON = "Python itself (`pass`)"


def timed(arguments: Sequence[str], **variables: str) -> tuple[float, float]:
    """Return the processor's and the wall's seconds of a Python process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment(**variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, seconds


def run(firms: int, out: str) -> list[str]:
    """Return the words of ``orgsim run`` of the default model."""
    return ["-m", "orgsim", "run", PRESET, "--firms", str(firms), "--quiet", "--out", out]


def first_run(kernels: str | None) -> tuple[float, float]:
    """Time a run of one firm by somebody who has nothing yet, or only what a wheel brings."""
    with tempfile.TemporaryDirectory() as place:
        cache = os.path.join(place, "cache")
        if kernels is not None:
            shutil.copytree(kernels, cache)
        return timed(run(1, os.path.join(place, "run")), NUMBA_CACHE_DIR=cache)


def warm_run(firms: int) -> tuple[float, float]:
    """Time a run by somebody who has run before."""
    with tempfile.TemporaryDirectory() as place:
        return timed(run(firms, os.path.join(place, "run")))


def measure(*, tiny: bool) -> dict[str, Any]:
    """Return seconds, of the processor and of the wall, of a first run, a warm one, and others.

    In turn, round by round.
    """
    from orgsim.engine.prebuilding import prebuild
    from orgsim.model import MODEL

    with tempfile.TemporaryDirectory() as place:
        kernels, done = os.path.join(place, "kernels"), os.path.join(place, "run")
        for _ in prebuild(MODEL, kernels, 2):
            pass
        timed(run(10_000, done))
        whats: dict[str, Callable[[], tuple[float, float]]] = {
            CHECKOUT: lambda: first_run(None),
            WHEEL: lambda: first_run(kernels),
            ONE: lambda: warm_run(1),
            MANY: lambda: warm_run(10_000),
            COMPARE: lambda: timed(["-m", "orgsim", "compare", done]),
            STATUS: lambda: timed(["-m", "orgsim", "status", done]),
            HELP: lambda: timed(["-m", "orgsim", "--help"]),
            "`import orgsim`": lambda: timed(["-c", "import orgsim"]),
            PYTHON: lambda: timed(["-c", "pass"]),
        }
        found: dict[str, list[tuple[float, float]]] = {what: [] for what in whats}
        for _ in range(launches(tiny)):
            for what, measured in whats.items():
                found[what].append(measured())
    return {
        what: {
            "processor": summary([processor for processor, _ in times]),
            "wall": summary([wall for _, wall in times]),
        }
        for what, times in found.items()
    }
