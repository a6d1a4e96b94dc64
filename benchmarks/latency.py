"""What one waits for before the first firm: compiling, importing, starting."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.machine import environment, launches, summary
from benchmarks.scaling import PRESET, command


def wall(arguments: Sequence[str], repeats: int, **variables: str) -> dict[str, float]:
    """Time so many Python processes as a whole."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *arguments],
            env=environment(**variables),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        times.append(time.perf_counter() - began)
    return summary(times)


def first_run(repeats: int) -> dict[str, float]:
    """Time ``orgsim run`` of one firm with an empty compiler cache."""
    times = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as out:
            run = ["-m", "orgsim", "run", PRESET, "--firms", "1", "--quiet", "--out"]
            found = wall([*run, f"{out}/run"], 1, NUMBA_CACHE_DIR=cache)
            times.append(found["median"])
    return summary(times)


def measure(*, tiny: bool) -> dict[str, Any]:
    """Return seconds of a first run, a warm run, the help page, the bare import."""
    times = launches(tiny)
    command(1)  # compiles
    return {
        "first run ever, one firm (compiles)": first_run(times),
        "warm `orgsim run`, one firm": summary([command(1)["seconds"] for _ in range(times)]),
        "warm `orgsim run`, 10,000 firms": summary(
            [command(10_000)["seconds"] for _ in range(times)]
        ),
        "`orgsim --help`": wall(["-m", "orgsim", "--help"], times),
        "`import orgsim`": wall(["-c", "import orgsim"], times),
        "Python itself (`pass`)": wall(["-c", "pass"], times),
    }
