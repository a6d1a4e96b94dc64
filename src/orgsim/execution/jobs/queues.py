"""What each queue wants to be told of an array of jobs, in its own words.

``docs/how-to-slurm.md`` names what their grammar was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from orgsim.config import Cluster
from orgsim.errors import UsageError

MOST_NAME = 60
MOST_PBS_NAME = 15
"""Letters of a job's name that PBS of any age takes."""

_WORD = re.compile(r"[\w.+*/][\w.,:@/+*=-]*")
"""Of a queue or an account; more than a word would be read as more options."""

Directives = Callable[[Cluster, str, int], list[str]]


@dataclass(frozen=True)
class Queue:
    """How jobs of one kind of queue are described.

    Attributes
    ----------
    title : str
    submit : str
        What is typed before the file's name.
    prefix : str
        With which a line of the script speaks to the queue.
    index : str
        Shell word for the number of a task, from 1.
    directives : callable
        Returns the options for ``[cluster]``, the name of the run and the number of jobs.
    enter : tuple of str
        Shell lines that go to where the script was submitted.
    single : bool
        Whether there are arrays of one task.
    """

    title: str
    submit: str
    prefix: str
    index: str
    directives: Directives
    enter: tuple[str, ...] = ()
    single: bool = True


def _optional(*options: tuple[str, str]) -> list[str]:
    """Return the options whose value is not empty, which leaves the site its default."""
    return [option + value for option, value in options if value]


def _slurm(cluster: Cluster, name: str, jobs: int) -> list[str]:
    return [
        f"--job-name=orgsim-{name}",
        f"--array=1-{jobs}",
        "--ntasks=1",
        f"--cpus-per-task={cluster.cores}",
        *([f"--mem={megabytes(cluster.memory)}M"] if cluster.memory else []),
        f"--time={cluster.walltime}",
        f"--output=orgsim-{name}-%A_%a.log",  # where it is submitted: surely there
        "--open-mode=append",
        "--requeue",
        *_optional(("--partition=", cluster.queue), ("--account=", cluster.account)),
    ]


def _pbs(cluster: Cluster, name: str, jobs: int) -> list[str]:
    memory = f":mem={megabytes(cluster.memory)}mb" if cluster.memory else ""
    return [
        *_any_pbs(cluster, name),
        *([f"-J 1-{jobs}"] if jobs > 1 else []),  # it refuses a range of one
        f"-l select=1:ncpus={cluster.cores}{memory}",
    ]


def _torque(cluster: Cluster, name: str, jobs: int) -> list[str]:
    return [
        *_any_pbs(cluster, name),
        f"-t 1-{jobs}",
        f"-l nodes=1:ppn={cluster.cores}",
        *([f"-l mem={megabytes(cluster.memory)}mb"] if cluster.memory else []),
    ]


def _any_pbs(cluster: Cluster, name: str) -> list[str]:
    return [
        f"-N {f'orgsim-{name}'[:MOST_PBS_NAME]}",
        "-S /bin/bash",
        "-j oe",
        "-r y",
        f"-l walltime={hours_minutes_seconds(cluster.walltime)}",
        *_optional(("-q ", cluster.queue), ("-A ", cluster.account)),
    ]


def _lsf(cluster: Cluster, name: str, jobs: int) -> list[str]:
    needs = ["span[hosts=1]"]
    limit = []
    if cluster.memory:
        # With a unit: a bare number means what the site's LSF_UNIT_FOR_LIMITS says.
        size = f"{megabytes(cluster.memory)}MB"
        needs.append(f"rusage[mem={size}]")
        limit = [f"-M {size}"]
    return [
        f'-J "orgsim-{name}[1-{jobs}]"',
        f"-n {cluster.cores}",
        f'-R "{" ".join(needs)}"',
        *limit,
        f"-W {hours_minutes(cluster.walltime)}",
        f"-o orgsim-{name}-%J_%I.log",
        "-r",
        *_optional(("-q ", cluster.queue), ("-P ", cluster.account)),
    ]


def _sge(cluster: Cluster, name: str, jobs: int) -> list[str]:
    if cluster.cores > 1 and not cluster.parallel_environment:
        raise UsageError(
            f"cluster.cores = {cluster.cores}: Grid Engine gives several cores in a parallel "
            'environment alone, which every site names itself: add parallel_environment = "smp", '
            "or what `qconf -spl` lists, or set cores = 1"
        )
    per_slot = max(megabytes(cluster.memory) // cluster.cores, 1) if cluster.memory else 0
    pe = f"{cluster.parallel_environment} {cluster.cores}" if cluster.cores > 1 else ""
    return [
        f"-N orgsim-{name}",
        f"-t 1-{jobs}",
        "-S /bin/bash",
        "-cwd",
        "-j y",
        f"-o orgsim-{name}-$JOB_ID.$TASK_ID.log",
        "-r y",
        f"-l h_rt={hours_minutes_seconds(cluster.walltime)}",
        *([f"-l h_vmem={per_slot}M"] if per_slot else []),
        *_optional(("-pe ", pe), ("-q ", cluster.queue), ("-P ", cluster.account)),
    ]


_WHERE_SUBMITTED = ('cd "${PBS_O_WORKDIR:-.}"',)

QUEUES = {
    "slurm": Queue("Slurm", "sbatch ", "#SBATCH", "$SLURM_ARRAY_TASK_ID", _slurm),
    "pbs": Queue(
        "PBS", "qsub ", "#PBS", "$PBS_ARRAY_INDEX", _pbs, enter=_WHERE_SUBMITTED, single=False
    ),
    "torque": Queue("Torque", "qsub ", "#PBS", "$PBS_ARRAYID", _torque, enter=_WHERE_SUBMITTED),
    "lsf": Queue("LSF", "bsub < ", "#BSUB", "$LSB_JOBINDEX", _lsf),
    "sge": Queue("Grid Engine", "qsub ", "#$", "$SGE_TASK_ID", _sge),
}
"""By the names of ``cluster.queue_system``."""


def queue_of(cluster: Cluster) -> Queue:
    """Return the kind of queue that ``[cluster]`` names.

    Raises
    ------
    UsageError
        If no scripts are written for it.
    """
    try:
        return QUEUES[cluster.queue_system]
    except KeyError:
        raise UsageError(
            f"cluster.queue_system = {cluster.queue_system!r}: scripts are written for "
            f"{', '.join(QUEUES)}; write one of your own around orgsim sweep --shard I/N"
        ) from None


def directives(cluster: Cluster, name: str, jobs: int) -> list[str]:
    """Return the lines of a script that speak to its queue.

    Raises
    ------
    UsageError
        If a queue or an account is more than a word, or cores cannot be had so.
    """
    for key in ("queue", "account", "parallel_environment"):
        value = getattr(cluster, key)
        if value and not _WORD.fullmatch(value):
            raise UsageError(
                f"cluster.{key} = {value!r}: must be one word, of letters, digits and . _ - + : @ "
                "/ , * = (other options belong into cluster.directives)"
            )
    queue = queue_of(cluster)
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", name)[:MOST_NAME]
    own = [_bare(directive) for directive in cluster.directives]
    options = [*queue.directives(cluster, plain, jobs), *(option for option in own if option)]
    return [f"{queue.prefix} {option}" for option in options]


def _bare(directive: str) -> str:
    """Return an option without the prefix of a script's line, with which people copy it."""
    return re.sub(r"^\s*#(SBATCH|PBS|BSUB|\$)(?=\s|-)", "", directive).strip()


def megabytes(memory: str) -> int:
    """Return a size such as ``2 GB`` or ``512 MiB`` in units of 2**20 bytes, as queues count."""
    text = memory.replace(" ", "")
    number = float(text.rstrip("kMGTiB"))
    unit = text[len(text.rstrip("kMGTiB")) :]
    base = 1024.0 if "i" in unit else 1000.0
    return max(int(number * base ** ("kMGT".index(unit[0]) + 1) / 2**20), 1)


def _seconds(walltime: str) -> int:
    days, _, clock = walltime.rpartition("-")
    hours, minutes, seconds = map(int, clock.split(":"))
    return (int(days or 0) * 24 + hours) * 3600 + minutes * 60 + seconds


def hours_minutes_seconds(walltime: str) -> str:
    """Return a time such as ``1-12:00:00`` for queues that know no days."""
    minutes, seconds = divmod(_seconds(walltime), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def hours_minutes(walltime: str) -> str:
    """Return a time for LSF, which counts whole minutes: begun ones are whole."""
    minutes = -(-_seconds(walltime) // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
