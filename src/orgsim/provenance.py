"""What computed a result: versions and machine."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import Any

_LIBRARIES = ("orgsim", "numba", "llvmlite", "numpy", "scipy", "pyarrow", "pydantic")


def cores() -> int:
    """Return the cores that this process may use, at most what Slurm granted."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    granted = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return min(found or 1, int(granted)) if granted.isdecimal() and int(granted) else found or 1


def versions() -> dict[str, str]:
    """Return the versions of Python, orgsim and the libraries that results pass through."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found


def machine() -> dict[str, Any]:
    """Return system, processor and cores."""
    return {
        "system": platform.platform(terse=True),
        "architecture": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
