"""A design point under way: blocks that threads simulate in any order, rows in theirs."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.precision import looks, next_look
from orgsim.analysis.quarters import quarter_columns
from orgsim.engine import Chunk, PointInputs, chosen_device, simulate_with_twins
from orgsim.errors import OrgsimError, RunError
from orgsim.execution.context import RunContext
from orgsim.spec import Model
from orgsim.store import Part, PartWriter, tile_digests
from orgsim.store.sums import Sums
from orgsim.store.tables import firm_columns, quarter_digest


def sums_of(chunk: Chunk, model: Model) -> Sums:
    """Return the exact aggregates of some firms.

    Raises
    ------
    RunError
        If a firm ended where the model declares nothing.
    """
    record = {
        column.name: values for column, values in zip(model.record, chunk.record, strict=True)
    }
    scenario, kinds = record["scenario"].astype(int), len(model.outcomes)
    if scenario.min(initial=0) < 0 or scenario.max(initial=0) >= kinds:
        raise RunError(f"model {model.label}: a firm ended in none of its {kinds} scenarios")
    tallies = {
        tally.name: np.bincount(scenario[tally.holds(record)], minlength=kinds).astype(np.int64)
        for tally in model.tallies
    }
    return Sums(chunk.sums, chunk.histogram, chunk.counts, tallies)


class _Block(NamedTuple):
    """Some firms of a point, as a thread hands them over.

    Their sums, or, where they are all of the point, what is kept of these.
    """

    rows: _Rows
    sums: Sums | _Summary
    seconds: float


class _Rows(NamedTuple):
    """Rows of some firms, ready to be written, and the hashes of their tiles."""

    firms: int
    columns: Mapping[str, NDArray[np.generic]]
    tiles: list[str]


class _Slot:
    """One block's place in the order of a point's rows, empty until they are there."""

    rows: _Rows | None = None


class _Summary(NamedTuple):
    """What is kept of a finished point's sums, of which the histograms take megabytes."""

    counts: NDArray[np.int64]
    tallies: Mapping[str, NDArray[np.int64]]
    quarters: Mapping[str, Any] | None
    digest: str


class PointState(Enum):
    """How far a point is."""

    IDLE = "more firms are wanted, and none are under way"
    SIMULATING = "threads have blocks of it"
    DONE = "all firms that are wanted are simulated"


class Point:
    """A design point under way: its rows, in order, and what they add up to.

    ``begin`` takes it from IDLE to SIMULATING; ``take``, with its last block, to DONE, or back to
    IDLE where a look at the shares finds them not known well enough.
    """

    def __init__(
        self, context: RunContext, part: Part, number: int, halt: NDArray[np.uint8]
    ) -> None:
        self.part = part
        self.number = number
        self.state = PointState.IDLE
        self.firms = 0
        self.held = 0
        self.seconds = 0.0
        self.sums: Sums | None = None
        self.summary: _Summary | None = None
        self.pending: dict[Future[_Block], _Slot] = {}
        self._order: deque[_Slot] = deque()
        self._context = context
        self._model = context.config.model
        self._halt = halt
        self._cost = context.agent_quarters(number)
        self._lock = threading.Lock()
        self._inputs: PointInputs | None = None
        self._start = part.first_firm
        self._wanted: int | None = part.stop_firm
        if context.config.precision is not None:
            self._wanted = looks(context.config.precision)[0]
        # Firms of a block that is the whole point, and can be summed up where it was simulated.
        adaptive, split = context.config.precision is not None, context.layout.is_split
        self._all = None if adaptive or split else part.stop_firm

    @property
    def inputs(self) -> PointInputs:
        """The point's inputs, made by the first thread that needs it."""
        with self._lock:
            if self._inputs is None:
                self._inputs = self._context.inputs(self.number)
            return self._inputs

    def _simulate(self, first: int, stop: int) -> _Block:
        inputs = self.inputs
        began = time.thread_time()
        chunk = simulate_with_twins(chosen_device(), inputs, first, stop, self._halt)
        seconds = time.thread_time() - began
        columns = firm_columns(self.number, first, chunk.record, self._model)
        tiles = tile_digests(columns)
        kept = columns if self._context.parts.keeps_firms else {}
        sums = sums_of(chunk, self._model)
        whole = stop - first == self._all
        rows = _Rows(stop - first, kept, tiles)
        return _Block(rows, self._summary(sums) if whole else sums, seconds)

    def begin(self, pool: ThreadPoolExecutor) -> None:
        """Hand the blocks up to the next look to the threads."""
        assert self.state is PointState.IDLE
        assert self._wanted is not None
        for first, stop in chosen_device().block_ranges(self._cost, self._start, self._wanted):
            slot = _Slot()
            self._order.append(slot)
            self.pending[pool.submit(self._simulate, first, stop)] = slot
        self.held += self._wanted - self._start
        self._start = self._wanted
        self.state = PointState.SIMULATING

    def take(self, future: Future[_Block]) -> int:
        """Count a finished block; return its firms.

        Raises
        ------
        RunError
            If it failed; the message names the design point.
        """
        slot = self.pending.pop(future)
        try:
            block = future.result()
        except OrgsimError:
            raise
        except MemoryError as error:
            raise RunError(
                f"{self._context.points.named(self.number)}: out of memory: "
                "fewer --threads, or a smaller department"
            ) from error
        except Exception as error:
            raise RunError(
                f"{self._context.points.named(self.number)}: {type(error).__name__}: {error}"
            ) from error
        slot.rows = block.rows
        self.seconds += block.seconds
        self.firms += block.rows.firms
        if isinstance(block.sums, _Summary):
            self._end(block.sums)
        else:
            self.sums = self.sums.plus(block.sums) if self.sums else block.sums
            if not self.pending:
                self._look(self.sums)
        return block.rows.firms

    def _look(self, sums: Sums) -> None:
        """Go on, or end, now that all blocks that were begun are there."""
        if self._goes_on(sums):
            self.state = PointState.IDLE
        else:
            self._end(self._summary(sums))

    def _end(self, summary: _Summary) -> None:
        self.summary = summary
        self.sums = self.sums if self._context.layout.is_split else None
        self.state = PointState.DONE

    def _goes_on(self, sums: Sums) -> bool:
        """Whether the shares are not known well enough."""
        precision = self._context.config.precision
        if precision is not None:
            counts = sums.counts[-1, : len(self._model.outcomes)]
            self._wanted = next_look(counts, precision, self.firms)
        return self._wanted is not None and self._start < self._wanted

    def _summary(self, sums: Sums) -> _Summary:
        """Return what is kept of the sums of all firms of the point, or of its part."""
        quarters, digest = None, ""
        if not self._context.layout.is_split:
            quarters = quarter_columns(
                self.number,
                sums.sums,
                sums.histogram,
                sums.counts,
                self.inputs.shared,
                self._model,
            )
            digest = quarter_digest(quarters, self._model)
        return _Summary(sums.counts[-1], sums.tallies, quarters, digest)

    def write(self, writer: PartWriter) -> None:
        """Write the rows that are ready, in order; at the end, what they add up to."""
        while self._order and (rows := self._order[0].rows) is not None:
            writer.add(rows.columns, rows.tiles)
            self.held -= rows.firms
            self._order.popleft()
        if self.summary is not None:
            writer.end_point(self.firms, *self.summary)
