"""Plans and threads: a design point's firms, block by block, on all cores.

A block is a range of firms that takes a fraction of a second. Blocks have rows
and integer aggregates of their own, so no result depends on how many threads
there are or which finishes first.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.engine.contract import GRAIN, Chunk, Halted, PointInputs, new_aggregates, new_halt
from orgsim.engine.cpu.kernel import kernel_of

LANES = 128
"""Firms in lockstep."""

FEW_LANES = 64
"""Firms in lockstep where they are large, to bound a block's memory; fewer still take up to twice
the time. The kernel is compiled for each number of lanes, so there are only two."""

_AGENTS_IN_LOCKSTEP = 128_000
"""Bound on a block of LANES firms: 64 bytes an agent and a kilobyte a firm, a block a thread."""

TASK_WORK = 4_000_000
"""Agent-quarters that one task aims at, a fraction of a second."""


def _simulate_task(
    inputs: PointInputs,
    first: int,
    lanes: int,
    record: NDArray[np.float64],
    aggregates: tuple[NDArray[np.int64], ...],
    halt: NDArray[np.uint8],
) -> None:
    block = inputs.model.rules_module.allocate(inputs.given, lanes)
    run_block(inputs, block, first, record, aggregates, halt)
    if halt[0]:
        raise Halted


def run_block(
    inputs: PointInputs,
    block: Any,
    first: int,
    record: NDArray[np.float64],
    aggregates: tuple[NDArray[np.int64], ...],
    halt: NDArray[np.uint8],
) -> None:
    """Simulate firms in a block's state, and leave it as they are at the horizon.

    Parameters
    ----------
    block : named tuple
        See ``spec.Rules.allocate``; overwritten.
    first : int
        Number of the first firm.
    record : float64 (len(model.record), firms)
        Filled.
    aggregates : sums, histogram, counts
        Added to; the horizon is how many quarters they have.
    halt : uint8 (1,)
        Once it is not 0, nothing more is done, and what was filled is of no use.
    """
    kernel_of(inputs.model)(*_arguments(inputs, block, first, record, aggregates, halt))


def _arguments(
    inputs: PointInputs,
    block: Any,
    first: int,
    record: NDArray[np.float64],
    aggregates: tuple[NDArray[np.int64], ...],
    halt: NDArray[np.uint8],
) -> tuple[Any, ...]:
    """Return what the kernel is called with."""
    series, quarters = len(inputs.model.series), aggregates[0].shape[0]
    listed = np.empty((series, block.firms.number.size))
    bins = np.empty((quarters, series, record.shape[1]), dtype=np.uint16)
    return block, inputs.given, first, halt, record, listed, bins, *aggregates


def of_no_firm(inputs: PointInputs, lanes: int | None = None) -> tuple[Any, ...]:
    """Return what the kernel is called with to simulate no firm at all."""
    model = inputs.model
    lanes = default_lanes(inputs.agents) if lanes is None else lanes
    block = model.rules_module.allocate(inputs.given, lanes)
    record = np.empty((len(model.record), 0))
    return _arguments(inputs, block, 0, record, new_aggregates(model, inputs.quarters), new_halt())


def is_compiled(inputs: PointInputs) -> bool:
    """Whether the kernel for such a design point need not be compiled any more."""
    return kernel_of(inputs.model).is_ready(*of_no_firm(inputs))


def compile_kernel(inputs: PointInputs, lanes: int | None = None) -> None:
    """Compile the kernel, or load what was compiled, by simulating no firm at all."""
    kernel_of(inputs.model)(*of_no_firm(inputs, lanes))


def default_lanes(agents: int) -> int:
    """Return how many firms of a size to simulate in lockstep: fewer large ones."""
    return LANES if agents * LANES <= _AGENTS_IN_LOCKSTEP else FEW_LANES


def simulate_block(
    inputs: PointInputs, first: int, stop: int, halt: NDArray[np.uint8] | None = None
) -> Chunk:
    """Simulate the firms first ... stop - 1 in this thread, without Python's lock.

    Raises
    ------
    Halted
        If ``halt`` was set meanwhile.
    """
    halt = new_halt() if halt is None else halt
    record = np.empty((len(inputs.model.record), stop - first))
    aggregates = new_aggregates(inputs.model, inputs.quarters)
    _simulate_task(inputs, first, default_lanes(inputs.agents), record, aggregates, halt)
    return Chunk(first, record, *aggregates)


def block_ranges(work: int, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Cut a range of firms into blocks of a fraction of a second.

    Parameters
    ----------
    work : int
        Agent-quarters a firm.
    first, stop : int
        ``first`` a multiple of GRAIN.
    """
    most = max(TASK_WORK // max(work, 1) // GRAIN, 1) * GRAIN
    # A block costs a few milliseconds besides its firms: few blocks are not made more.
    divisor = 8 if stop - first > 4 * most else 1
    yield from _shrinking(first, stop, most, GRAIN, divisor)


def _shrinking(
    first: int, stop: int, most: int, grain: int, divisor: int
) -> Iterator[tuple[int, int]]:
    """Cut a range into pieces that get smaller at its end, so that threads finish together.

    A piece is what is left over ``divisor``, up to a multiple of ``grain``, and ``most`` at the
    most: guided self-scheduling (Polychronopoulos and Kuck 1987, IEEE Transactions on Computers
    C-36(12)).
    """
    while first < stop:
        wanted = -(-(stop - first) // (divisor * grain)) * grain
        size = min(most, wanted, stop - first)
        yield first, first + size
        first += size


def block_bytes(agents: int, quarters: int, series: int, firms: int) -> float:
    """Return about how much memory a block takes while it is simulated."""
    largest = min(TASK_WORK / agents, firms * quarters)
    return default_lanes(agents) * (64.0 * agents + 1_000.0) + 2.0 * series * largest


def simulate(
    inputs: PointInputs,
    first: int,
    stop: int,
    *,
    threads: int,
    lanes: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Chunk:
    """Simulate the firms first ... stop - 1.

    Parameters
    ----------
    inputs : PointInputs
    first, stop : int
        Range of firm numbers.
    threads : int
        Tasks at a time; no result depends on it.
    lanes : int, optional
        Firms in lockstep; no result depends on it.
    on_progress : callable, optional
        Called from this thread with the number of firms just finished.

    Raises
    ------
    KeyboardInterrupt
        After the tasks that were running have halted.
    """
    lanes = default_lanes(inputs.agents) if lanes is None else lanes
    compile_kernel(inputs, lanes)
    record = np.empty((len(inputs.model.record), stop - first))
    most = max(TASK_WORK // (inputs.agents * inputs.quarters) // lanes, 1) * lanes
    tasks = list(_shrinking(first, stop, most, lanes, 2 * threads if threads > 1 else 1))
    threads = max(1, min(threads, len(tasks)))
    workers: queue.SimpleQueue[tuple[NDArray[np.int64], ...]] = queue.SimpleQueue()
    totals = [new_aggregates(inputs.model, inputs.quarters) for _ in range(threads)]
    for aggregates in totals:
        workers.put(aggregates)

    halt = new_halt()

    def task(begin: int, end: int) -> int:
        part = np.empty((record.shape[0], end - begin))
        aggregates = workers.get()
        try:
            _simulate_task(inputs, begin, lanes, part, aggregates, halt)
        finally:
            workers.put(aggregates)
        record[:, begin - first : end - first] = part
        return end - begin

    with ThreadPoolExecutor(threads) as pool:
        pending = {pool.submit(task, *each) for each in tasks}
        try:
            while pending:
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    if on_progress is not None:
                        on_progress(future.result())
                    else:
                        future.result()
        except BaseException:
            halt[0] = 1
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return Chunk(first, record, *(sum(parts) for parts in zip(*totals, strict=True)))
