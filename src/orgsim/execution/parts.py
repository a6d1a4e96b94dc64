"""Points begun ahead, simulated by threads, written in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Any

from orgsim.engine import chosen_device, new_halt
from orgsim.errors import OrgsimError, RunError
from orgsim.execution.context import RunContext
from orgsim.execution.point import Point, PointState
from orgsim.printable import printable, shortened
from orgsim.store import LedgerEntry, Part, PartWriter
from orgsim.system.interruption import SECONDS_A_LOOK, in_thread, look

ROWS_AHEAD = 2**18
"""Rows that wait in memory for those before them, at most, but for one block a thread."""


class _Stream:
    """The points of some parts, begun in order and written in order."""

    def __init__(self, context: RunContext, parts: Iterable[Part], threads: int) -> None:
        self._context = context
        self._source = iter((part, point) for part in parts for point in part.points)
        self._ahead = ROWS_AHEAD
        self._enough = 4 * threads
        self._active: deque[Point] = deque()
        self.halt = new_halt()
        self._exhausted = False

    def _begin_next(self, pool: ThreadPoolExecutor) -> bool:
        following = next(self._source, None)
        if following is None:
            self._exhausted = True
            return False
        point = Point(self._context, *following, self.halt)
        point.begin(pool)
        self._active.append(point)
        return True

    def fill(self, pool: ThreadPoolExecutor) -> None:
        """Give the threads enough to do, as long as there is room for what they bring."""
        held = sum(point.held for point in self._active)
        for place, point in enumerate(self._active):
            if point.state is PointState.IDLE and (place == 0 or held < self._ahead):
                before = point.held
                point.begin(pool)
                held += point.held - before
        pending = sum(len(point.pending) for point in self._active)
        while not self._exhausted and pending < self._enough and held < self._ahead:
            if self._begin_next(pool):
                pending += len(self._active[-1].pending)
                held += self._active[-1].held

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return self._exhausted and not self._active

    @property
    def head(self) -> Point | None:
        """The first point that is not written whole."""
        return self._active[0] if self._active else None

    def drop_head(self) -> None:
        """Leave a point that is written whole."""
        self._active.popleft()

    def wait(self, on_firms: Callable[[int], None]) -> None:
        """Wait for a block, and count it."""
        owner = {future: point for point in self._active for future in point.pending}
        finished: set[Future[Any]] = set()
        while not finished:
            look()
            finished, _ = wait(owner, SECONDS_A_LOOK, return_when=FIRST_COMPLETED)
        for future, point in owner.items():  # in order: of several failures the first is told
            if future in finished:
                on_firms(point.take(future))


def do_parts(
    context: RunContext,
    parts: Iterable[Part],
    *,
    threads: int,
    on_firms: Callable[[int], None] = lambda firms: None,
    on_point: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Part, LedgerEntry]]:
    """Simulate and write parts, and yield each with its entry when it is in place.

    Parameters
    ----------
    parts : iterable of Part
        May be a generator, which is asked for a part when its turn comes.
    threads : int
        Blocks at a time.
    on_firms, on_point : callables
        Told of firms simulated, and of each point written whole.

    Raises
    ------
    RunError
        If a file cannot be written, or a block fails; the message names the design point.
    """
    stream = _Stream(context, parts, threads)
    with ThreadPoolExecutor(threads) as pool, ExitStack() as open_part:
        try:
            writer: PartWriter | None = None
            seconds = [0.0, 0.0]
            while True:
                stream.fill(pool)
                if stream.is_empty:
                    return
                stream.wait(on_firms)
                while (head := stream.head) is not None:
                    began = time.perf_counter()
                    if writer is None:
                        writer = open_part.enter_context(context.parts.writing(head.part))
                    head.write(writer)
                    if head.state is not PointState.DONE:
                        seconds[1] += time.perf_counter() - began
                        break
                    on_point()
                    seconds[0] += head.seconds
                    stream.drop_head()
                    if head.number == head.part.stop_point - 1:
                        seconds[1] += time.perf_counter() - began
                        entry = writer.finish((seconds[0], seconds[1]), head.sums)
                        open_part.close()
                        writer, seconds = None, [0.0, 0.0]
                        stream.fill(pool)  # before the caller takes its time
                        yield head.part, entry
                    else:
                        seconds[1] += time.perf_counter() - began
        except BaseException:
            stream.halt[0] = 1
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def warm_up(context: RunContext, on_compiling: Callable[[], None]) -> None:
    """Compile the kernel, or load it from the cache, before threads ask for it at once.

    Raises
    ------
    RunError
        If the model's rules fail, or do not compile.
    """
    model = context.config.model
    try:
        inputs, device = context.inputs(0), chosen_device()
        if not device.is_compiled(inputs):
            on_compiling()
        in_thread(lambda: device.compile_kernel(inputs))
    except (OrgsimError, MemoryError, OSError):
        raise
    except Exception as error:  # whatever a model's rules raise, and numba of them
        reason = " ".join(str(error).split())
        raise RunError(
            f"model {model.label}: its rules fail: {type(error).__name__}: "
            f"{shortened(printable(reason), 300)}"
        ) from error
