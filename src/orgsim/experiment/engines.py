"""Who does the parts of a run: threads of this process; :mod:`orgsim.cluster` has others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from orgsim.config.values import whole_number
from orgsim.errors import UsageError
from orgsim.experiment.progress import Progress
from orgsim.provenance import cores
from orgsim.store import Note, Part
from orgsim.work import Work, do_parts, warm_up

MOST_THREADS = 1_024

Engine = Callable[["Work", Iterable["Part"], Progress], Iterator[tuple["Part", "Note"]]]
"""Does parts, wherever, and yields each with its note when it is in place."""


def threads_engine(threads: int | None = None) -> Engine:
    """Return the engine that works on the cores of this machine.

    Raises
    ------
    UsageError
        If so many threads are not allowed.
    """
    if threads is not None:
        threads = whole_number(threads, "threads")
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        raise UsageError(f"threads = {threads}; allowed: 1 to {MOST_THREADS}")
    wanted = threads or cores()

    def engine(
        work: Work, parts: Iterable[Part], progress: Progress
    ) -> Iterator[tuple[Part, Note]]:
        warm_up(work, progress.compiling)
        if work.config.precision is not None:
            return do_parts(work, parts, threads=wanted, on_point=lambda: progress.advance(1))
        return do_parts(work, parts, threads=wanted, on_firms=progress.advance)

    return engine
