"""What computed a result: versions and machine."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

_LIBRARIES = ("orgsim", "numba", "llvmlite", "numpy", "scipy", "pyarrow", "pydantic")


_GRANTED = ("SLURM_CPUS_PER_TASK", "NSLOTS", "PBS_NP", "LSB_DJOB_NUMPROC")
"""Variables in which Slurm, Grid Engine, Torque and LSF say how many cores a job has.

``OMP_NUM_THREADS`` is none of them: sites set it to 1 for other programs' sake.
"""


def cores(
    *,
    environment: Mapping[str, str] = os.environ,
    membership: Path = Path("/proc/self/cgroup"),
    cgroups: Path = Path("/sys/fs/cgroup"),
) -> int:
    """Return the cores that this process may use.

    The fewest of: the processors that it may run on, what a queue granted, and the quota of its
    control groups (begun cores count as whole ones).

    Parameters
    ----------
    environment : mapping
        Variables, among them a queue's.
    membership : Path
        The file that names the process's control groups.
    cgroups : Path
        Where these are mounted.

    Returns
    -------
    int
        At least 1.
    """
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min([found or 1, *_granted(environment), *_quotas(membership, cgroups)]))


def _granted(environment: Mapping[str, str]) -> Iterator[int]:
    """Yield the cores that queues say they granted; other text than a number says nothing."""
    names: tuple[str, ...] = _GRANTED
    if "PBS_JOBID" in environment:  # elsewhere so common a name may mean anything
        names += ("NCPUS",)
    for name in names:
        text = environment.get(name, "")
        if re.fullmatch(r"[0-9]{1,9}", text) and int(text):
            yield int(text)


def _quotas(membership: Path, cgroups: Path) -> Iterator[int]:
    """Yield the quota, in cores, of every control group around this process."""
    for line in _text(membership).splitlines():
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0" and not controllers:
            for folder in _upwards(cgroups, group):
                yield from _as_cores(*_text(folder / "cpu.max").split())
        elif "cpu" in controllers.split(","):
            for mounted in (controllers, "cpu"):
                for folder in _upwards(cgroups / mounted, group):
                    quota, period = (
                        _text(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")
                    )
                    yield from _as_cores(quota, period)


def _upwards(root: Path, group: str) -> Iterator[Path]:
    """Yield the folder of a control group and of all above it, the root's own last."""
    names = [name for name in group.split("/") if name not in ("", ".", "..")]
    for depth in range(len(names), -1, -1):
        yield root.joinpath(*names[:depth])


def _as_cores(quota: str = "", period: str = "", *_: str) -> Iterator[int]:
    """Yield the cores of a quota, in microseconds a period, unless it has none ("max", -1)."""
    if all(re.fullmatch(r"[0-9]{1,18}", text) and int(text) for text in (quota, period)):
        yield -(-int(quota) // int(period))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""


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
