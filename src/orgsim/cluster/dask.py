"""Parts as Dask tasks: on local processes, or on a scheduler that runs.

Workers write their parts into the run directory themselves, which they must see under the same
path; what comes back is only that it is done. A part whose worker is lost is given to another.
"""

from __future__ import annotations

import contextlib
import functools
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from orgsim.cluster.connection import LIVES_OF_A_PART, connected, end_workers, first_line
from orgsim.config import Cluster
from orgsim.errors import OrgsimError, RunError, UsageError
from orgsim.interruption import SECONDS_A_LOOK, look, put_off
from orgsim.jit import source_hash
from orgsim.store import Note, Part, RunDirectory
from orgsim.store.manifest import read_manifest
from orgsim.work import Work, do_parts, warm_up

if TYPE_CHECKING:
    from distributed import Client

SECONDS_FOR_FILES = 30
"""How long a network file system may take to show what another machine wrote."""

Engine = Callable[[Work, Iterable[Part], Any], Iterator[tuple[Part, Note]]]


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
            "give workers more memory, or start fewer (--workers)"
        )
    return RunError(f"{points}: {type(error).__name__}: {first_line(error)}")


def _workers(count: int) -> str:
    if not count:
        return "no worker yet: waiting for the scheduler's"
    return f"{count} worker{'s' * (count > 1)}"


def engine_of(client: Client) -> Engine:
    """Return the engine that hands parts to a scheduler's workers."""

    def engine(work: Work, parts: Iterable[Part], progress: Any) -> Iterator[tuple[Part, Note]]:
        from distributed.client import FutureCancelledError

        directory = str(work.place.path.resolve())
        expected = _fingerprint(read_manifest(work.place.path))
        source = iter(parts)
        waiting: dict[str, tuple[Part, Any]] = {}
        completed: SimpleQueue[Any] = SimpleQueue()

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
                future.add_done_callback(completed.put)

        try:
            hand_out()
            while waiting:
                look()
                try:
                    part, future = waiting.pop(str(completed.get(timeout=SECONDS_A_LOOK).key))
                except Empty:
                    continue
                try:
                    future.result()
                except OrgsimError:
                    raise
                except FutureCancelledError as error:
                    raise RunError(
                        "the scheduler went away, or dropped what was asked of it; start it, and "
                        "give the same command again: finished parts are kept"
                    ) from error
                except Exception as error:
                    raise _explain(error, work, part) from error
                note = _seen(work, part)
                in_points = work.config.precision is not None
                progress.advance(len(part.points) if in_points else int(note.firms.sum()))
                hand_out()
                yield part, note
        except BaseException:
            with put_off():
                client.cancel([future for _, future in waiting.values()])
                end_workers(client)
                RunDirectory(work.place.path).clear_torn(others=False)
            raise

    return engine


@contextlib.contextmanager
def dask_engine(scheduler: str, cluster: Cluster, workers: int | None = None) -> Iterator[Engine]:
    """Give an engine on Dask's workers; see :func:`connected`."""
    with connected(scheduler, cluster, workers) as client:
        yield engine_of(client)
