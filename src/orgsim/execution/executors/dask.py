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
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from orgsim.config.values import whole_number
from orgsim.errors import OrgsimError, RunError, UsageError
from orgsim.execution.context import RunContext
from orgsim.execution.executors.base import Executor, ExecutorOptions
from orgsim.execution.executors.connection import (
    LIVES_OF_A_PART,
    LOCAL,
    connected,
    end_workers,
    first_line,
    is_encrypted,
)
from orgsim.execution.parts import do_parts, warm_up
from orgsim.execution.progress import Progress
from orgsim.numerics.sources import source_hash
from orgsim.spec import Model, imported
from orgsim.store import LedgerEntry, Part, RunDirectory
from orgsim.store.manifest import read_manifest
from orgsim.store.manifest_fields import Manifest
from orgsim.system.interruption import SECONDS_A_LOOK, look, put_off

if TYPE_CHECKING:
    from distributed import Client

SECONDS_FOR_FILES = 30
"""How long a network file system may take to show what another machine wrote."""


@functools.lru_cache(maxsize=2)
def _context(directory: str, home: str, expected: tuple[tuple[str, Any], ...]) -> RunContext:
    """Return the context of a run directory, as a worker finds it."""
    path = Path(directory)
    try:
        model = imported(home)
    except ImportError as error:
        raise RunError(
            f"worker on {os.uname().nodename}: cannot import the model {home}: {error}\n"
            "  what defines it must be installed wherever workers are"
        ) from None
    try:
        manifest = read_manifest(path)
    except UsageError as error:
        raise RunError(
            f"worker on {os.uname().nodename}: {error}\n"
            "  workers must see the run directory under the same path"
        ) from None
    found = _fingerprint(manifest)
    if found != expected or dict(found)["source"] != source_hash(model):
        raise RunError(
            f"worker on {os.uname().nodename}: runs another version of orgsim, or sees another "
            f"run in {directory}; install the same version everywhere"
        )
    context = RunContext.begun(path, model, lambda: _refuse_another(path, expected))
    warm_up(context, lambda: None)  # or each worker of a node would compile for itself
    return context


def _refuse_another(path: Path, expected: tuple[tuple[str, Any], ...]) -> None:
    """Refuse to put a part into a run that has taken the place of the one it was simulated for."""
    if _fingerprint(read_manifest(path)) != expected:
        raise RunError(f"{path}: holds another run than the one this part is of")


def _fingerprint(manifest: Manifest) -> tuple[tuple[str, Any], ...]:
    """Return what client and worker must agree on; hashable."""
    return (
        ("plan", manifest.plan_hash),
        ("where", manifest.points_hash),
        ("source", manifest.identity.source),
        ("points", manifest.extent.points),
        ("firms", manifest.extent.firms),
        ("part_firms", manifest.part_firms),
    )


def do_part(
    directory: str, home: str, expected: tuple[tuple[str, Any], ...], part: tuple[int, ...]
) -> None:
    """Do one part, on a worker, unless it is there.

    Raises
    ------
    OrgsimError
        With the design point, or why this worker cannot take part.
    """
    context = _context(directory, home, expected)
    wanted = Part(*part)
    if context.parts.done(wanted) is None:
        for _ in do_parts(context, [wanted], threads=1):
            pass


def _seen(context: RunContext, part: Part) -> LedgerEntry:
    """Return the entry of a part that another machine has written, once it can be seen here."""
    deadline = time.monotonic() + SECONDS_FOR_FILES
    while (entry := context.parts.done(part)) is None:
        if time.monotonic() > deadline:
            raise RunError(
                f"{context.parts.path}: {part.name} was done by a worker, and does not show here; "
                "workers must see the run directory under the same path"
            )
        time.sleep(0.1)
    return entry


def _explain(error: BaseException, context: RunContext, part: Part) -> RunError:
    """Say which design points a failure belongs to."""
    last = part.stop_point - 1
    points = context.points.named(part.first_point)
    if last > part.first_point:
        points = f"design points {part.first_point} to {last}"
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return RunError(
            f"{points}: {LIVES_OF_A_PART} workers were lost while they did these; "
            "give workers more memory, or start fewer (--workers)"
        )
    return RunError(f"{points}: {type(error).__name__}: {first_line(error)}")


def _home_of(model: Model) -> str:
    """Return where workers import a model from.

    Raises
    ------
    UsageError
        If it is not to be had there.
    """
    try:
        found: object = imported(model.home)
    except (ImportError, ValueError) as error:
        found = error
    if found is not model:
        raise UsageError(
            f"model {model.label}: workers import it from its home, {model.home!r}, where it is not"
            f" ({found}); put it into a module of its own, and name that"
        )
    return model.home


def _workers(count: int) -> str:
    if not count:
        return "no worker yet: waiting for the scheduler's"
    return f"{count} worker{'s' * (count > 1)}"


def dask_executor(client: Client) -> Executor:
    """Return the executor that hands parts to a scheduler's workers."""

    def execute(
        context: RunContext, parts: Iterable[Part], progress: Progress
    ) -> Iterator[tuple[Part, LedgerEntry]]:
        from distributed.client import FutureCancelledError

        directory = str(context.parts.path.resolve())
        home = _home_of(context.config.model)
        expected = _fingerprint(read_manifest(context.parts.path))
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
                key = f"{part.name}-{call}"
                told = (directory, home, expected, tuple(part))
                future = client.submit(do_part, *told, pure=False, key=key)
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
                    raise _explain(error, context, part) from error
                entry = _seen(context, part)
                in_points = context.config.precision is not None
                progress.advance(len(part.points) if in_points else int(entry.firms.sum()))
                hand_out()
                yield part, entry
        except BaseException:
            with put_off():
                client.cancel([future for _, future in waiting.values()])
                end_workers(client)
                RunDirectory(context.parts.path).clear_unfinished(others=False)
            raise

    return execute


def opened(options: ExecutorOptions) -> AbstractContextManager[Executor]:
    """Give an executor on Dask's workers, and end those that were started; see :func:`connected`.

    Raises
    ------
    UsageError
        If there can be no such scheduler, or what does not go with Dask is asked for.
    """
    place = LOCAL if options.scheduler is None else str(options.scheduler)
    if not place.strip():
        raise UsageError("--scheduler: is empty; write local or an address")
    if place == "queue":
        raise UsageError(
            "--scheduler queue: is no more; `orgsim cluster script CONFIG` writes an array of jobs "
            "for the queue that [cluster] describes"
        )
    if options.workers is not None and whole_number(options.workers, "workers") < 1:
        raise UsageError(f"workers = {options.workers}; allowed: 1 and more")
    if options.is_shard:
        raise UsageError("--shard shares work out itself: it does not go with Dask")
    if options.threads is not None:
        raise UsageError(
            "--threads: with Dask, every worker has its own; see --workers, or take threads "
            "instead: --executor threads"
        )
    return _on_workers(place, options)


@contextlib.contextmanager
def _on_workers(place: str, options: ExecutorOptions) -> Iterator[Executor]:
    with connected(place, options.cluster, options.workers) as client:
        if not is_encrypted(place):
            options.warn(
                f"--scheduler {place}: whoever can reach this address, or that of a worker, can "
                "run code as you; use tls:// ([cluster] tls_ca_file, tls_cert, tls_key)."
            )
        yield dask_executor(client)
