"""Parts as Dask tasks: on local processes, on a scheduler that runs, or on jobs in a queue.

Workers write their parts into the run directory themselves, which they must see under the same
path; what comes back is only that it is done. A part whose worker is lost is given to another.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.cluster.jobs import NODE_CACHE
from orgsim.config import Cluster
from orgsim.errors import OrgsimError, RunError, UsageError
from orgsim.jit import source_hash
from orgsim.provenance import cores
from orgsim.store import Note, Part, RunDirectory
from orgsim.store.atomic import explained
from orgsim.store.directory import LOGS
from orgsim.store.manifest import read_manifest
from orgsim.work import Work, do_parts, warm_up

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
"""Word for a scheduler and workers on this machine."""

QUEUE = "queue"
"""Word for workers that are jobs of the queue that ``[cluster]`` describes."""

SECONDS_TO_CONNECT = 10
SECONDS_FOR_SBATCH = 120
SECONDS_FOR_FILES = 30
"""How long a network file system may take to show what another machine wrote."""

LIVES_OF_A_PART = 20
"""Workers that may be lost one after the other while they do the same part."""

HTTP = "127.0.0.1:0"
"""Dask opens a port for HTTP even without a dashboard, by default on all interfaces."""

_CLASSES = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
    "oar": "OARCluster",
    "moab": "MoabCluster",
}

_PROJECT = ("sge", "lsf", "oar")
"""Queues for which dask-jobqueue calls an account a project."""

Engine = Callable[[Work, Iterable[Part], Any], Iterator[tuple[Part, Note]]]


def _needed() -> None:
    """Import the libraries, or refuse to go on without them.

    Raises
    ------
    UsageError
    """
    # dask_jobqueue makes Ctrl-C end the process where it stands, as it is imported.
    before = signal.getsignal(signal.SIGINT)
    try:
        import dask_jobqueue
        import distributed
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed: pip install 'orgsim[cluster]'") from None
    finally:
        with contextlib.suppress(ValueError):  # not in the main thread: it had no say there
            signal.signal(signal.SIGINT, before)
    del dask_jobqueue, distributed


def job_options(cluster: Cluster, directory: Path) -> dict[str, Any]:
    """Return what dask-jobqueue is told of a job.

    Raises
    ------
    UsageError
        If no network interface is named.
    """
    if not cluster.interface:
        raise UsageError(
            "cluster.interface: name the network interface over which jobs reach this machine "
            "(`ip -brief address` lists them): Dask listens there, and on no other"
        )
    account = "project" if cluster.queue_system in _PROJECT else "account"
    names = {"queue": cluster.queue, account: cluster.account}
    options: dict[str, Any] = {key: value for key, value in names.items() if value}
    walltime = cluster.walltime
    if cluster.queue_system == "lsf":  # which counts in minutes
        walltime = walltime.rpartition(":")[0]
    return options | {
        "cores": cluster.cores,
        "processes": 1,
        "memory": cluster.memory,
        "walltime": walltime,
        "interface": cluster.interface,
        "job_name": "orgsim",
        "job_script_prologue": [NODE_CACHE, *cluster.prologue],
        "job_extra_directives": list(cluster.directives),
        "log_directory": str(directory / LOGS),
        "local_directory": "${TMPDIR:-/tmp}",
        "worker_extra_args": ["--no-dashboard", "--dashboard-address", HTTP],
        "scheduler_options": {
            "interface": cluster.interface,
            "dashboard": False,
            "dashboard_address": HTTP,
        },
    }


@contextlib.contextmanager
def connected(
    scheduler: str, cluster: Cluster, directory: Path, workers: int | None
) -> Iterator[Client]:
    """Connect to a scheduler, starting one and its workers if need be.

    Parameters
    ----------
    scheduler : str
        ``local``, ``queue``, or an address such as ``tcp://10.0.0.1:8786``.
    cluster : Cluster
        For ``queue``.
    directory : Path
        The run directory; logs of jobs go below it.
    workers : int, optional
        Local processes, or jobs; default: the cores of this machine, or ``cluster.jobs``.

    Raises
    ------
    UsageError
        If the scheduler cannot be reached, or the queue is not there.
    """
    _needed()
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": LIVES_OF_A_PART,
        "distributed.comm.timeouts.connect": SECONDS_TO_CONNECT,
        "distributed.deploy.lost-worker-timeout": "5s",
    }
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        if scheduler == LOCAL:
            place: Any = stack.enter_context(
                LocalCluster(
                    n_workers=workers or cores(),
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": HTTP},  # not 8787, which may be taken
                    memory_limit=None,
                    silence_logs=50,
                )
            )
        elif scheduler == QUEUE:
            place = stack.enter_context(_queue(cluster, directory))
            _refuse_rejected(place, cluster)
            jobs = workers or cluster.jobs
            # Plain scaling starts no job in place of one that the queue has ended.
            place.adapt(minimum_jobs=jobs, maximum_jobs=jobs)
        else:
            place = scheduler
        try:
            client = stack.enter_context(Client(place, timeout=SECONDS_TO_CONNECT))
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(
                f"--scheduler {scheduler}: cannot be reached within {SECONDS_TO_CONNECT} s: "
                f"{_first_line(error)}\n  is `dask scheduler` running there? An address looks like "
                "tcp://10.0.0.1:8786"
            ) from None
        yield client


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _queue(cluster: Cluster, directory: Path) -> Any:
    import shutil

    import dask_jobqueue

    kind = getattr(dask_jobqueue, _CLASSES[cluster.queue_system])
    submit = str(kind.job_cls.submit_command).split()[0]
    if shutil.which(submit) is None:
        raise UsageError(
            f"cluster.queue_system = {cluster.queue_system!r}: there is no {submit} here; "
            "start this command where jobs can be submitted"
        )
    options = job_options(cluster, directory)
    RunDirectory(directory).make()
    with explained(directory):
        (directory / LOGS).mkdir(parents=True, exist_ok=True)
    try:
        return kind(**options)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise UsageError(f"[cluster]: Dask cannot start so: {_first_line(error)}") from None


def _refuse_rejected(place: Any, cluster: Cluster) -> None:
    """Ask Slurm whether it would take such jobs: Dask would only wait for those it refuses.

    Raises
    ------
    UsageError
        With Slurm's reason.
    """
    if cluster.queue_system != "slurm":
        return
    asked = subprocess.run(
        ["sbatch", "--test-only"],
        input=place.job_script(),
        capture_output=True,
        text=True,
        timeout=SECONDS_FOR_SBATCH,
    )
    if asked.returncode:
        reason = "; ".join(asked.stderr.strip().splitlines()[-2:]) or "no reason given"
        raise UsageError(f"[cluster]: the queue would refuse such jobs: {reason}")


@functools.lru_cache(maxsize=2)
def _work(directory: str, expected: tuple[tuple[str, Any], ...]) -> Work:
    """Return the work of a run directory, as a worker finds it."""
    path = Path(directory)
    try:
        manifest = read_manifest(path)
    except UsageError as error:
        raise RunError(
            f"worker on {os.uname().nodename}: {error}\n"
            "  workers must see the run directory under the same path"
        ) from None
    found = _fingerprint(manifest)
    if found != expected or dict(found)["source"] != source_hash():
        raise RunError(
            f"worker on {os.uname().nodename}: runs another version of orgsim, or sees another "
            f"run in {directory}; install the same version everywhere"
        )
    work = Work.begun(path, lambda: _refuse_another(path, expected))
    warm_up(work, lambda: None)  # or each worker of a node would compile for itself
    return work


def _refuse_another(path: Path, expected: tuple[tuple[str, Any], ...]) -> None:
    """Refuse to put a part into a run that has taken the place of the one it was simulated for."""
    if _fingerprint(read_manifest(path)) != expected:
        raise RunError(f"{path}: holds another run than the one this part is of")


def _fingerprint(manifest: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return what client and worker must agree on; hashable."""
    extent = manifest["extent"]
    return (
        ("plan", manifest["plan_hash"]),
        ("where", manifest["points_hash"]),
        ("source", manifest["identity"]["source"]),
        ("points", extent["points"]),
        ("firms", extent["firms"]),
        ("part_firms", manifest["part_firms"]),
    )


def do_part(directory: str, expected: tuple[tuple[str, Any], ...], part: tuple[int, ...]) -> None:
    """Do one part, on a worker, unless it is there.

    Raises
    ------
    OrgsimError
        With the design point, or why this worker cannot take part.
    """
    work = _work(directory, expected)
    wanted = Part(*part)
    if work.place.done(wanted) is None:
        for _ in do_parts(work, [wanted], threads=1):
            pass


def _seen(work: Work, part: Part) -> Note:
    """Return the note of a part that another machine has written, once it can be seen here."""
    deadline = time.monotonic() + SECONDS_FOR_FILES
    while (note := work.place.done(part)) is None:
        if time.monotonic() > deadline:
            raise RunError(
                f"{work.place.path}: {part.name} was done by a worker, and does not show here; "
                "workers must see the run directory under the same path"
            )
        time.sleep(0.1)
    return note


def _explain(error: BaseException, work: Work, part: Part) -> RunError:
    """Say which design points a failure belongs to."""
    last = part.stop_point - 1
    points = work.points.named(part.first_point)
    if last > part.first_point:
        points = f"design points {part.first_point} to {last}"
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return RunError(
            f"{points}: {LIVES_OF_A_PART} workers were lost while they did these; "
            "give jobs more memory or time ([cluster] memory, walltime)"
        )
    return RunError(f"{points}: {type(error).__name__}: {_first_line(error)}")


def _workers(count: int) -> str:
    if not count:
        return "no worker yet: waiting for the scheduler's, or the queue's"
    return f"{count} worker{'s' * (count > 1)}"


def engine_of(client: Client) -> Engine:
    """Return the engine that hands parts to a scheduler's workers."""

    def engine(work: Work, parts: Iterable[Part], progress: Any) -> Iterator[tuple[Part, Note]]:
        from distributed import as_completed

        directory = str(work.place.path.resolve())
        expected = _fingerprint(read_manifest(work.place.path))
        source = iter(parts)
        waiting: dict[str, tuple[Part, Any]] = {}
        completed = as_completed()

        known = -1
        call = uuid.uuid4().hex  # other sweeps may be on the same scheduler

        def hand_out() -> None:
            """Keep a few parts a worker waiting, not all of them."""
            nonlocal known
            threads = client.nthreads()
            if len(threads) != known:
                known = len(threads)
                progress.say(_workers(known))
            wanted = max(8, 3 * sum(threads.values()))
            while len(waiting) < wanted and (part := next(source, None)) is not None:
                future = client.submit(
                    do_part, directory, expected, tuple(part), pure=False, key=f"{part.name}-{call}"
                )
                waiting[str(future.key)] = (part, future)
                completed.add(future)

        try:
            hand_out()
            while waiting:
                part, future = waiting.pop(str(next(completed).key))
                try:
                    future.result()
                except OrgsimError:
                    raise
                except Exception as error:
                    raise _explain(error, work, part) from error
                note = _seen(work, part)
                in_points = work.config.precision is not None
                progress.advance(len(part.points) if in_points else int(note.firms.sum()))
                hand_out()
                yield part, note
        finally:
            client.cancel([future for _, future in waiting.values()])

    return engine


@contextlib.contextmanager
def dask_engine(
    scheduler: str, cluster: Cluster, directory: Path, workers: int | None = None
) -> Iterator[Engine]:
    """Give an engine on Dask's workers; see :func:`connected`."""
    with connected(scheduler, cluster, directory, workers) as client:
        yield engine_of(client)
