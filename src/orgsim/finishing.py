"""What needs all parts: rows by quarter of split points, shares with intervals, the digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.precision import interval
from orgsim.analysis.quarters import quarter_columns
from orgsim.analysis.shares import goodman, share_columns
from orgsim.columns import SCENARIOS
from orgsim.errors import RunError
from orgsim.store import Note, Part, RunDirectory, point_digests, run_digest
from orgsim.store.parts import holds_quarters
from orgsim.store.sums import Sums
from orgsim.store.tables import quarter_digest
from orgsim.work import Work

_POINTS_TOGETHER = 2**14


def _quarters_name(part: Part) -> str:
    return f"quarters/{part.name}.parquet"


class Ending:
    """A run all of whose parts are there.

    Parameters
    ----------
    work : Work

    Raises
    ------
    RunError
        If a part is missing after all.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._notes: list[tuple[Part, Note]] = []
        self._split: list[tuple[Part, Mapping[str, Any]]] = []
        total: Sums | None = None
        for part in work.layout.parts():
            note = work.place.done(part)
            if note is None:
                raise RunError(
                    f"{work.place.path}: {part.name} is gone or damaged\n"
                    f"  mend it with: orgsim resume {work.place.path}"
                )
            self._notes.append((part, note._replace(sums=None)))
            if note.sums is not None:  # some megabytes: not to be kept for all parts
                total = total.plus(note.sums) if total else note.sums
                if part.stop_firm == work.layout.firms:
                    self._split.append(self._quarters_of(part, total))
                    total = None

    def _quarters_of(self, last: Part, total: Sums) -> tuple[Part, Mapping[str, Any]]:
        """Return the rows by quarter of a split point, and the part that is all of it."""
        point = last.first_point
        plan = self._work.plan(point)
        columns = quarter_columns(
            point, total.sums, total.histogram, total.counts, plan.demand, plan.hype
        )
        return last._replace(first_firm=0), columns

    def seconds(self) -> tuple[float, float]:
        """Return the time of simulating and of writing, over all parts and machines."""
        simulating, writing = np.sum([note.seconds for _, note in self._notes], axis=0)
        return float(simulating), float(writing)

    def write_split_quarters(self, store: RunDirectory) -> tuple[list[str], dict[str, str]]:
        """Write rows by quarter of points that stand in several parts.

        Returns
        -------
        list of str, dict of name to str
            Hashes of the rows, and of the bytes of the files.
        """
        digests, files = [], {}
        for part, columns in self._split:
            digests.append(quarter_digest(columns))
            if self._work.place.keeps_quarters:
                written = store.write_quarters(part, columns, self._work.place)
                files[_quarters_name(part)] = written
        return digests, files

    def late_quarters(self, holds: Callable[[str], bool]) -> tuple[list[str], list[str]]:
        """Return the hashes of such rows, and the names of files that do not hold them.

        Parameters
        ----------
        holds : callable
            Whether the bytes of a file, by its name, are those that were written.
        """
        digests, wrong = [], []
        for part, columns in self._split:
            digests.append(quarter_digest(columns))
            if not self._work.place.keeps_quarters:
                continue
            name, path = _quarters_name(part), self._work.place.quarters(part)
            if not holds(name) or not holds_quarters(path, digests[-1]):
                wrong.append(name)
        return digests, wrong

    def digest(self, late: Sequence[str]) -> str:
        """Return the digest of the run, given the hashes of rows by quarter of split points."""
        return run_digest(point_digests(self._notes, late))

    def _counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return counts at the horizon and firms without misfit, by point."""
        points = self._work.layout.points
        first = self._notes[0][1]
        counts = np.zeros((points, first.counts.shape[1]), dtype=np.int64)
        without = np.zeros((points, len(SCENARIOS)), dtype=np.int64)
        for part, note in self._notes:
            counts[part.first_point : part.stop_point] += note.counts
            without[part.first_point : part.stop_point] += note.without_misfit
        return counts, without

    def shares(self) -> Iterator[dict[str, Any]]:
        """Yield the columns of ``columns.SHARES``, some points at a time."""
        counts, without = self._counts()
        for first in range(0, len(counts), _POINTS_TOGETHER):
            some = slice(first, first + _POINTS_TOGETHER)
            low, high = self.intervals(counts[some, : len(SCENARIOS)])
            yield share_columns(counts[some], without[some], low, high, first)

    def intervals(
        self, ended: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the simultaneous intervals of some points' shares.

        Parameters
        ----------
        ended : int64 (points, 4)
        """
        precision = self._work.config.precision
        if precision is None:
            return goodman(ended)
        low: NDArray[np.float64] = np.empty(ended.shape)
        high: NDArray[np.float64] = np.empty(ended.shape)
        firms = ended.sum(axis=1)
        for look in np.unique(firms):
            at = firms == look
            low[at], high[at] = interval(ended[at], precision, int(look))
        return low, high
