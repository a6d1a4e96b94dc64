"""Parts by threads of this process, on the cores of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from orgsim.config.values import whole_number
from orgsim.errors import UsageError
from orgsim.execution.context import RunContext
from orgsim.execution.executors.base import Executor, ExecutorOptions
from orgsim.execution.parts import do_parts, warm_up
from orgsim.execution.progress import Progress
from orgsim.store import LedgerEntry, Part
from orgsim.system.machine import cores

MOST_THREADS = 1_024


def opened(options: ExecutorOptions) -> AbstractContextManager[Executor]:
    """Give an executor of as many threads as are asked for.

    Raises
    ------
    UsageError
        If so many are not allowed, or what goes with Dask is asked for.
    """
    if options.scheduler is not None or options.workers is not None:
        raise UsageError("--scheduler and --workers go with --executor dask")
    return nullcontext(threads_executor(options.threads))


def thread_count(threads: int | None) -> int:
    """Return how many threads are asked for, by default as many as there are cores.

    Raises
    ------
    UsageError
        If so many are not allowed.
    """
    if threads is None:
        return cores()
    wanted = whole_number(threads, "threads")
    if not 1 <= wanted <= MOST_THREADS:
        raise UsageError(f"threads = {wanted}; allowed: 1 to {MOST_THREADS}")
    return wanted


def threads_executor(threads: int | None = None) -> Executor:
    """Return the executor that works on the cores of this machine, by default on all.

    Raises
    ------
    UsageError
        If so many threads are not allowed.
    """
    wanted = thread_count(threads)

    def execute(
        context: RunContext, parts: Iterable[Part], progress: Progress
    ) -> Iterator[tuple[Part, LedgerEntry]]:
        warm_up(context, progress.compiling)
        if context.config.precision is not None:
            return do_parts(context, parts, threads=wanted, on_point=lambda: progress.advance(1))
        return do_parts(context, parts, threads=wanted, on_firms=progress.advance)

    return execute
