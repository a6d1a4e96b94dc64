"""An array of Slurm jobs, a shard each: no scheduler of ours need live as long as they do."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from orgsim.cluster.jobs import NODE_CACHE
from orgsim.config import Config
from orgsim.errors import UsageError


def _directives(config: Config, jobs: int) -> list[str]:
    cluster = config.cluster
    megabytes = _megabytes(cluster.memory)
    name = re.sub(r"[^\w.+-]", "-", config.name)  # Slurm's own are blanks, quotes and %
    options = [
        f"--job-name=orgsim-{name}",
        f"--array=1-{jobs}",
        "--ntasks=1",
        f"--cpus-per-task={cluster.cores}",
        f"--mem={megabytes}M",
        f"--time={cluster.walltime}",
        f"--output=orgsim-{name}-%A_%a.log",  # where it is submitted: surely there
        "--open-mode=append",
        "--requeue",
    ]
    if cluster.queue:
        options.append(f"--partition={cluster.queue}")
    if cluster.account:
        options.append(f"--account={cluster.account}")
    return [*options, *cluster.directives]


def _megabytes(memory: str) -> int:
    """Return a size such as ``2 GB`` or ``512 MiB`` in Slurm's megabytes of 2**20 bytes."""
    text = memory.replace(" ", "")
    number = float(text.rstrip("kMGTiB"))
    unit = text[len(text.rstrip("kMGTiB")) :]
    base = 1024.0 if "i" in unit else 1000.0
    return max(int(number * base ** ("kMGT".index(unit[0]) + 1) / 2**20), 1)


def array_script(
    config: Config, config_path: Path, directory: Path, jobs: int, assignments: Sequence[str] = ()
) -> str:
    """Return a script for ``sbatch`` that does a run as an array of shards.

    Parameters
    ----------
    config_path : Path
        The config's file.
    directory : Path
        The run directory, on a file system that all nodes see.
    jobs : int
        Shards, and tasks of the array.
    assignments : sequence of str
        As after ``--set``.

    Raises
    ------
    UsageError
        If ``[cluster]`` describes another queue.
    """
    if config.cluster.queue_system != "slurm":
        raise UsageError(
            f"cluster.queue_system = {config.cluster.queue_system!r}: arrays are written for "
            "Slurm; use --engine dask --scheduler queue, or write a job of your own around "
            "orgsim sweep --shard I/N"
        )
    directory = directory.resolve()
    sets = [word for assignment in assignments for word in ("--set", assignment)]
    command = [
        sys.executable, "-m", "orgsim", "sweep" if config.sweep else "run",
        str(config_path.resolve()), "--out", str(directory), *sets,
    ]  # fmt: skip
    title = " ".join(config.title.split())  # a comment ends with its line
    lines = [
        "#!/bin/bash",
        f"# {title}: {jobs} shards. Written by `orgsim cluster script`; submit it with",
        "# sbatch. Submit it again whenever you like: what is done stays done, and whichever task",
        "# is the last writes the shares.",
        *(f"#SBATCH {option}" for option in _directives(config, jobs)),
        "",
        "set -eo pipefail",
        "# Compiled kernels on the node's own disk: nodes may differ in their processors.",
        NODE_CACHE,
        *config.cluster.prologue,
        f'exec {shlex.join(command)} --shard "$SLURM_ARRAY_TASK_ID/{jobs}"',
        "",
    ]
    return "\n".join(lines)
