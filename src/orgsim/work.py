"""The work itself: parts are simulated on all cores of this machine, and written as they come.

A part's points are cut into blocks of a fraction of a second, which threads simulate in any order;
rows are written in theirs. Where a precision is asked for, a point goes on from look to look until
it is met. However many threads there are, and whoever does which part, the rows are the same.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.precision import looks, next_look
from orgsim.analysis.quarters import quarter_columns
from orgsim.columns import RECORD, SCENARIOS
from orgsim.config import Config, read_config
from orgsim.config.points import Points
from orgsim.engine import (
    Chunk,
    Plan,
    block_ranges,
    compile_kernel,
    make_plan,
    simulate_block,
)
from orgsim.errors import ConfigError, OrgsimError, RunError, UsageError
from orgsim.jit import compiling_alone, is_compiled
from orgsim.store import CONFIG_FILE, Layout, Note, Part, PartWriter, Place, layout_of, tile_digests
from orgsim.store.manifest import read_manifest
from orgsim.store.points import points_hash
from orgsim.store.sums import Sums
from orgsim.store.tables import firm_columns, quarter_digest

ROWS_AHEAD = 2**18
"""Rows that wait in memory for those before them, at most, but for one block a thread."""


class Work(NamedTuple):
    """What is to be simulated, and where to.

    Attributes
    ----------
    config : Config
    points : Points
    layout : Layout
    place : Place
    """

    config: Config
    points: Points
    layout: Layout
    place: Place

    @classmethod
    def begun(cls, directory: Path, confirm: Callable[[], None] = lambda: None) -> Work:
        """Return the work of a run that has begun, as its directory says.

        Raises
        ------
        UsageError, ConfigError
            If there is no run, or its table of points is torn.
        """
        manifest = read_manifest(directory)
        config = stored_config(directory, manifest)
        return cls.at(directory, config, manifest, confirm=confirm)

    @classmethod
    def at(
        cls,
        directory: Path,
        config: Config,
        manifest: Mapping[str, Any],
        points: Points | None = None,
        confirm: Callable[[], None] = lambda: None,
    ) -> Work:
        """Return the work of a run that has begun; ``confirm`` as in ``store.Place``."""
        points = points or Points(config)
        place = Place(
            directory,
            sectors=manifest["sectors"],
            provenance=manifest["provenance"],
            firms=manifest["output"]["firms"],
            quarters=manifest["output"]["quarters"],
            adaptive=config.precision is not None,
            plan=f"{manifest['plan_hash']} {manifest['identity']['source']}",
            swept=points.columns,
            confirm=confirm,
        )
        return cls(config, points, layout_of(manifest), place)

    def plan(self, point: int) -> Plan:
        """Return a design point, ready for the kernel."""
        points = self.points
        return make_plan(points.settings(point), points.sectors(), point=points.key(point))

    def work(self, point: int) -> int:
        """Return the agent-quarters of a firm."""
        return agent_quarters(self.points.settings(point))


def stored_config(directory: Path, manifest: Mapping[str, Any]) -> Config:
    """Return the config that a run was begun with, or grew to.

    Raises
    ------
    UsageError
        If it takes its points from a table, which is lost or is not the run's.
    """
    try:
        config = read_config(manifest["config"], directory / CONFIG_FILE)
        if config.sweep is None or config.sweep.design.kind != "table":
            return config
        columns = Points(config).columns
    except ConfigError as error:
        raise UsageError(f"{error}\n  {_WAY_OUT}") from None
    if points_hash(columns, 0, manifest["extent"]["points"]) != manifest["points_hash"]:
        raise UsageError(f"{directory}/points.parquet: is not this run's\n  {_WAY_OUT}")
    return config


_WAY_OUT = "give the command again that began the run: it writes the points anew"


def agent_quarters(settings: Mapping[str, Any]) -> int:
    """Return people times quarters of one firm."""
    staff = settings["firm.marketing_staff"] + settings["firm.it_staff"]
    return int(staff * settings["simulation.quarters"])


def sums_of(chunk: Chunk) -> Sums:
    """Return the exact aggregates of some firms."""
    calm = chunk.record[RECORD.index("quarters_of_misfit")] == 0
    scenario = chunk.record[RECORD.index("scenario")].astype(int)
    without = np.bincount(scenario[calm], minlength=len(SCENARIOS)).astype(np.int64)
    return Sums(chunk.sums, chunk.histogram, chunk.counts, without)


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


class _Place:
    """A place in the order of a point's rows, empty until they are there."""

    rows: _Rows | None = None


class _Summary(NamedTuple):
    """What is kept of a finished point's sums, of which the histograms take megabytes."""

    counts: NDArray[np.int64]
    without_misfit: NDArray[np.int64]
    quarters: Mapping[str, Any] | None
    digest: str


class _Point:
    """A design point under way: its rows, in order, and what they add up to."""

    def __init__(self, work: Work, part: Part, number: int) -> None:
        self.part = part
        self.number = number
        self.firms = 0
        self.held = 0
        self.seconds = 0.0
        self.sums: Sums | None = None
        self.summary: _Summary | None = None
        self.pending: dict[Future[_Block], _Place] = {}
        self._order: deque[_Place] = deque()
        self._work = work
        self._cost = work.work(number)
        self._lock = threading.Lock()
        self._plan: Plan | None = None
        self._start = part.first_firm
        self._wanted: int | None = part.stop_firm
        if work.config.precision is not None:
            self._wanted = looks(work.config.precision)[0]
        # Firms of a block that is the whole point, and can be summed up where it was simulated.
        adaptive, split = work.config.precision is not None, work.layout.is_split
        self._all = None if adaptive or split else part.stop_firm

    @property
    def plan(self) -> Plan:
        """The point's plan, made by the first thread that needs it."""
        with self._lock:
            if self._plan is None:
                self._plan = self._work.plan(self.number)
            return self._plan

    def _simulate(self, first: int, stop: int) -> _Block:
        plan = self.plan
        began = time.thread_time()
        chunk = simulate_block(plan, first, stop)
        seconds = time.thread_time() - began
        columns = firm_columns(self.number, first, chunk.record)
        tiles = tile_digests(columns)
        kept = columns if self._work.place.keeps_firms else {}
        sums = sums_of(chunk)
        whole = stop - first == self._all
        rows = _Rows(stop - first, kept, tiles)
        return _Block(rows, self._summary(sums) if whole else sums, seconds)

    @property
    def is_idle(self) -> bool:
        """Whether more firms are wanted, and none are under way."""
        return not self.pending and self._wanted is not None and self._start < self._wanted

    @property
    def is_done(self) -> bool:
        """Whether all firms that are wanted are simulated."""
        return self.summary is not None

    def begin(self, pool: ThreadPoolExecutor) -> None:
        """Hand the blocks up to the next look to the threads."""
        assert self._wanted is not None
        for first, stop in block_ranges(self._cost, self._start, self._wanted):
            place = _Place()
            self._order.append(place)
            self.pending[pool.submit(self._simulate, first, stop)] = place
        self.held += self._wanted - self._start
        self._start = self._wanted

    def take(self, future: Future[_Block]) -> int:
        """Count a finished block; return its firms.

        Raises
        ------
        RunError
            If it failed; the message names the design point.
        """
        place = self.pending.pop(future)
        try:
            block = future.result()
        except OrgsimError:
            raise
        except MemoryError as error:
            raise RunError(
                f"{self._work.points.named(self.number)}: out of memory: "
                "fewer --threads, or a smaller department"
            ) from error
        except Exception as error:
            raise RunError(
                f"{self._work.points.named(self.number)}: {type(error).__name__}: {error}"
            ) from error
        place.rows = block.rows
        self.seconds += block.seconds
        self.firms += block.rows.firms
        if isinstance(block.sums, _Summary):
            self.summary = block.sums
            return block.rows.firms
        self.sums = self.sums.plus(block.sums) if self.sums else block.sums
        if not self.pending and not self._goes_on():
            self.summary = self._summary(self.sums)
            self.sums = self.sums if self._work.layout.is_split else None
        return block.rows.firms

    def _goes_on(self) -> bool:
        """Look whether the shares are known well enough."""
        precision = self._work.config.precision
        assert self.sums is not None
        if precision is not None:
            counts = self.sums.counts[-1, : len(SCENARIOS)]
            self._wanted = next_look(counts, precision, self.firms)
        return self._wanted is not None and self._start < self._wanted

    def _summary(self, sums: Sums) -> _Summary:
        """Return what is kept of the sums of all firms of the point, or of its part."""
        quarters, digest = None, ""
        if not self._work.layout.is_split:
            plan = self.plan
            quarters = quarter_columns(
                self.number, sums.sums, sums.histogram, sums.counts, plan.demand, plan.hype
            )
            digest = quarter_digest(quarters)
        return _Summary(sums.counts[-1], sums.without_misfit, quarters, digest)

    def write(self, writer: PartWriter) -> None:
        """Write the rows that are ready, in order; at the end, what they add up to."""
        while self._order and (rows := self._order[0].rows) is not None:
            writer.add(rows.columns, rows.tiles)
            self.held -= rows.firms
            self._order.popleft()
        if self.summary is not None:
            writer.end_point(self.firms, *self.summary)


class _Stream:
    """The points of some parts, begun in order and written in order."""

    def __init__(self, work: Work, parts: Iterable[Part], threads: int) -> None:
        self._work = work
        self._source = iter((part, point) for part in parts for point in part.points)
        self._ahead = ROWS_AHEAD
        self._enough = 4 * threads
        self._active: deque[_Point] = deque()
        self._exhausted = False

    def _begin_next(self, pool: ThreadPoolExecutor) -> bool:
        following = next(self._source, None)
        if following is None:
            self._exhausted = True
            return False
        point = _Point(self._work, *following)
        point.begin(pool)
        self._active.append(point)
        return True

    def fill(self, pool: ThreadPoolExecutor) -> None:
        """Give the threads enough to do, as long as there is room for what they bring."""
        held = sum(point.held for point in self._active)
        for place, point in enumerate(self._active):
            if point.is_idle and (place == 0 or held < self._ahead):
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
    def head(self) -> _Point | None:
        """The first point that is not written whole."""
        return self._active[0] if self._active else None

    def drop_head(self) -> None:
        """Leave a point that is written whole."""
        self._active.popleft()

    def wait(self, on_firms: Callable[[int], None]) -> None:
        """Wait for a block, and count it."""
        owner = {future: point for point in self._active for future in point.pending}
        finished, _ = wait(owner, return_when=FIRST_COMPLETED)
        for future, point in owner.items():  # in order: of several failures the first is told
            if future in finished:
                on_firms(point.take(future))


def do_parts(
    work: Work,
    parts: Iterable[Part],
    *,
    threads: int,
    on_firms: Callable[[int], None] = lambda firms: None,
    on_point: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Part, Note]]:
    """Simulate and write parts, and yield each with its note when it is in place.

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
    stream = _Stream(work, parts, threads)
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
                        writer = open_part.enter_context(work.place.writing(head.part))
                    head.write(writer)
                    if not head.is_done:
                        seconds[1] += time.perf_counter() - began
                        break
                    on_point()
                    seconds[0] += head.seconds
                    stream.drop_head()
                    if head.number == head.part.stop_point - 1:
                        seconds[1] += time.perf_counter() - began
                        note = writer.finish((seconds[0], seconds[1]), head.sums)
                        open_part.close()
                        writer, seconds = None, [0.0, 0.0]
                        stream.fill(pool)  # before the caller takes its time
                        yield head.part, note
                    else:
                        seconds[1] += time.perf_counter() - began
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def warm_up(work: Work, on_compiling: Callable[[], None]) -> None:
    """Compile the kernel, or load it from the cache, before threads ask for it at once."""
    plan = work.plan(0)
    if is_compiled():
        compile_kernel(plan)
        return
    on_compiling()
    with compiling_alone():
        compile_kernel(plan)
