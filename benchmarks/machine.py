"""What was measured on: processor, cores, memory, versions."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def describe() -> dict[str, Any]:
    """Return what a reader needs to compare with a machine of their own."""
    import llvmlite.binding as llvm
    import numba
    import numpy as np

    features = llvm.get_host_cpu_features()
    vectors = [name for name in ("avx512f", "avx2", "sse4.2") if features.get(name)]
    return {
        "processor": _proc("/proc/cpuinfo", "model name") or platform.processor(),
        "llvm_target": llvm.get_host_cpu_name(),
        "vectors": vectors[0] if vectors else "none",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int((_proc("/proc/meminfo", "MemTotal") or "0").split()[0]) / 2**20, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numba": numba.__version__,
        "numpy": np.__version__,
    }


def _proc(file: str, name: str) -> str:
    """Return a value from a file of ``name : value`` lines, empty if there is none."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def load() -> float:
    """Return how many processes wanted to run over the last minute."""
    return os.getloadavg()[0]


def launches(tiny: bool) -> int:
    """Return how many new processes each figure is the median of.

    Not repeats in one: two processes differ, by some percent, by where their memory lies.
    """
    return 2 if tiny else 7


def summary(values: Sequence[float]) -> dict[str, float]:
    """Return median, smallest and largest of repeated measurements."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def launched(program: Sequence[str], variables: Mapping[str, str]) -> dict[str, Any]:
    """Run a Python program in an environment; return the JSON of the last line that it prints."""
    done = subprocess.run(
        [sys.executable, *program], env=variables, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def environment(**changes: str) -> Mapping[str, str]:
    """Return this process's environment with every library held to one thread, and changes.

    And with bytecode kept, as Python does by itself.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return kept | one | changes
