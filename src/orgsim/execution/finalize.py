"""What needs all parts: rows by quarter of split points, shares with intervals, the digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.precision import interval
from orgsim.analysis.quarters import quarter_columns
from orgsim.analysis.shares import goodman, share_columns
from orgsim.errors import RunError
from orgsim.execution.context import RunContext
from orgsim.store import LedgerEntry, Part, RunDirectory, point_digests, run_digest
from orgsim.store.parts import holds_quarters
from orgsim.store.sums import Sums
from orgsim.store.tables import quarter_digest

_POINTS_TOGETHER = 2**14


def _quarters_name(part: Part) -> str:
    return f"quarters/{part.name}.parquet"


class RunTotals:
    """A run all of whose parts are there.

    Parameters
    ----------
    context : RunContext

    Raises
    ------
    RunError
        If a part is missing after all.
    """

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._model = context.config.model
        self._entries: list[tuple[Part, LedgerEntry]] = []
        self._split: list[tuple[Part, Mapping[str, Any]]] = []
        total: Sums | None = None
        for part in context.layout.parts():
            entry = context.parts.done(part)
            if entry is None:
                raise RunError(
                    f"{context.parts.path}: {part.name} is gone or damaged\n"
                    f"  mend it with: orgsim resume {context.parts.path}"
                )
            self._entries.append((part, entry._replace(sums=None)))
            if entry.sums is not None:  # some megabytes: not to be kept for all parts
                total = total.plus(entry.sums) if total else entry.sums
                if part.stop_firm == context.layout.firms:
                    self._split.append(self._quarters_of(part, total))
                    total = None

    def _quarters_of(self, last: Part, total: Sums) -> tuple[Part, Mapping[str, Any]]:
        """Return the rows by quarter of a split point, and the part that is all of it."""
        point = last.first_point
        shared = self._context.inputs(point).shared
        columns = quarter_columns(
            point, total.sums, total.histogram, total.counts, shared, self._model
        )
        return last._replace(first_firm=0), columns

    def seconds(self) -> tuple[float, float]:
        """Return the time of simulating and of writing, over all parts and machines."""
        simulating, writing = np.sum([entry.seconds for _, entry in self._entries], axis=0)
        return float(simulating), float(writing)

    def split_quarters(self) -> list[Mapping[str, Any]]:
        """Return the rows by quarter of points that stand in several parts, in their order."""
        return [columns for _, columns in self._split]

    def write_split_quarters(self, store: RunDirectory) -> tuple[list[str], dict[str, str]]:
        """Write rows by quarter of points that stand in several parts.

        Returns
        -------
        list of str, dict of name to str
            Hashes of the rows, and of the bytes of the files.
        """
        digests, files = [], {}
        for part, columns in self._split:
            digests.append(quarter_digest(columns, self._model))
            if self._context.parts.keeps_quarters:
                written = store.write_quarters(part, columns, self._context.parts)
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
            digests.append(quarter_digest(columns, self._model))
            if not self._context.parts.keeps_quarters:
                continue
            name, path = _quarters_name(part), self._context.parts.quarters(part)
            if not holds(name) or not holds_quarters(path, digests[-1], self._model):
                wrong.append(name)
        return digests, wrong

    def digest(self, late: Sequence[str]) -> str:
        """Return the digest of the run, given the hashes of rows by quarter of split points."""
        return run_digest(point_digests(self._entries, late))

    def _counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return counts at the horizon, and tallies (points, tallies, scenarios)."""
        points = self._context.layout.points
        first = self._entries[0][1]
        counts = np.zeros((points, first.counts.shape[1]), dtype=np.int64)
        names = [tally.name for tally in self._model.tallies]
        shape = (points, len(names), len(self._model.outcomes))
        tallies: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
        for part, entry in self._entries:
            counts[part.first_point : part.stop_point] += entry.counts
            for i, name in enumerate(names):
                tallies[part.first_point : part.stop_point, i] += entry.tallies[name]
        return counts, tallies

    def shares(self) -> Iterator[dict[str, Any]]:
        """Yield the columns of ``Model.shares``, some points at a time."""
        counts, tallies = self._counts()
        kinds = len(self._model.outcomes)
        for first in range(0, len(counts), _POINTS_TOGETHER):
            some = slice(first, first + _POINTS_TOGETHER)
            low, high = self.intervals(counts[some, :kinds])
            yield share_columns(counts[some], tallies[some], low, high, self._model, first)

    def intervals(
        self, ended: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the simultaneous intervals of some points' shares.

        Parameters
        ----------
        ended : int64 (points, scenarios)
        """
        precision = self._context.config.precision
        if precision is None:
            return goodman(ended)
        low: NDArray[np.float64] = np.empty(ended.shape)
        high: NDArray[np.float64] = np.empty(ended.shape)
        firms = ended.sum(axis=1)
        for look in np.unique(firms):
            at = firms == look
            low[at], high[at] = interval(ended[at], precision, int(look))
        return low, high
