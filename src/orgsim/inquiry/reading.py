"""Named outputs of the runs that an inquiry had simulated, or of a sweep that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.named_outputs import Known, Moments, features_of, known, moments_of
from orgsim.config.asked_output import AskedOutput, Term
from orgsim.errors import UsageError
from orgsim.printable import listed
from orgsim.spec import SIMULATION
from orgsim.spec.named_output import HORIZON, LATER, TWIN_MARGIN
from orgsim.spec.twin import MARGIN, USUAL_MARGIN
from orgsim.text import counted

if TYPE_CHECKING:
    from orgsim.store.run_tables import RunTables

_SLICE = 2**20
"""Firms that are looked at together: some 100 MB of features."""

_SCENARIO = "scenario"


class Readings:
    """What the firms of one design came to, at one or several horizons.

    Parameters
    ----------
    runs : mapping of int to RunTables
        By the quarters that passed: finished, of the same points, firms and draws.
    horizon : int
        The config's, which an output without a time is at.
    points : int, optional
        How many of their points are read, the first ones; by default all.
    """

    def __init__(
        self, runs: Mapping[int, RunTables], horizon: int, points: int | None = None
    ) -> None:
        self.runs = runs
        self.horizon = horizon
        there = min(run.meta.extent.points for run in runs.values())
        self.points = there if points is None else points

    def known(self, asked: AskedOutput) -> Known:
        """Return an output's values by point, and their sampling variance.

        Raises
        ------
        UsageError
            If no run keeps what it takes; the message says what does.
        """
        moments = self._of_counts(asked)
        if moments is None:
            moments = self._of_firms(asked)
        per = [self._setting(term.output.per) for term in asked.terms]
        return known([term.output for term in asked.terms], moments, per)

    def _setting(self, path: str) -> NDArray[np.float64]:
        """Return a setting's values by point; of no path 1."""
        if not path:
            return np.ones(self.points)
        run = next(iter(self.runs.values()))
        if path in run.swept:
            return run.swept_points()[path].to_numpy(dtype=np.float64)[: self.points]
        value = run.design_points.settings(0)[path]
        return np.full(self.points, float(value))

    # --- from counts

    def _of_counts(self, asked: AskedOutput) -> Moments | None:
        """Return the moments of features of the scenario alone, from the table of shares."""
        if len({term.quarters for term in asked.terms}) > 1:
            return None
        if any(term.needs != (_SCENARIO,) for term in asked.terms):
            return None
        counts = self._counts(asked.terms[0].quarters or self.horizon, asked)[: self.points]
        points, kinds = counts.shape
        record = {_SCENARIO: np.tile(np.arange(kinds), points)}
        everyone = np.ones(points * kinds, dtype=np.bool_)
        outputs = [term.output for term in asked.terms]
        features = features_of(outputs, [record] * len(outputs), [everyone] * len(outputs))
        return moments_of(features, np.repeat(np.arange(points), kinds), points, counts.ravel())

    def _counts(self, quarters: int, asked: AskedOutput) -> NDArray[np.float64]:
        """Return how many firms stood in each scenario after so many quarters: (points, kinds)."""
        run = self.runs.get(quarters)
        if run is not None:
            kinds = len(run.model.outcomes)
            column = run.table("shares").column("count")
            return column.to_numpy().reshape(-1, kinds).astype(np.float64)
        for longer in (length for length in sorted(self.runs) if length > quarters):
            run = self.runs[longer]
            if run.meta.output.quarters:
                return _counts_at(run, quarters)
        raise self._not_kept(asked, f"what firms were after {counted(quarters, 'quarter')}")

    # --- from firms

    def _of_firms(self, asked: AskedOutput) -> Moments:
        runs = [self._run(term, asked) for term in asked.terms]
        whole = [
            self._record(run, term, asked) for run, term in zip(runs, asked.terms, strict=True)
        ]
        of_points = runs[0].firm_arrays(["point"])["point"].astype(np.int64)
        rows = int(np.searchsorted(of_points, self.points))
        total: Moments | None = None
        for part in _slices(rows):
            records = [_part(record, part) for record in whole]
            kept = [
                _of_sector(r, t, run) for r, t, run in zip(records, asked.terms, runs, strict=True)
            ]
            features = features_of([term.output for term in asked.terms], records, kept)
            moments = moments_of(features, of_points[part], self.points)
            total = moments if total is None else Moments(*map(np.add, total, moments))
        assert total is not None
        return total

    def _run(self, term: Term, asked: AskedOutput) -> RunTables:
        """Return the run at whose horizon a term is, its first one."""
        quarters = self.horizon if term.output.needs_later else term.quarters or self.horizon
        run = self.runs.get(quarters)
        if run is None:
            raise self._not_kept(asked, f"firms after {counted(quarters, 'quarter')}")
        return run

    def _record(self, run: RunTables, term: Term, asked: AskedOutput) -> dict[str, Any]:
        """Return the columns that a term takes, of all firms."""
        given = {
            HORIZON: run.design_points.settings(0)[f"{SIMULATION}.quarters"],
            TWIN_MARGIN: run.design_points.settings(0).get(MARGIN, USUAL_MARGIN),
        }
        record: dict[str, Any] = {name: given[name] for name in term.needs if name in given}
        needs = [name for name in term.needs if name not in given]
        own = [name for name in needs if not name.startswith(LATER)]
        later = [name.removeprefix(LATER) for name in needs if name.startswith(LATER)]
        record |= self._columns(run, own, asked)
        if later:
            quarters = term.later(self.horizon)
            after = self.runs.get(quarters)
            if after is None:
                raise self._not_kept(asked, f"firms after {counted(quarters, 'quarter')}")
            found = self._columns(after, later, asked)
            record |= {f"{LATER}{name}": values for name, values in found.items()}
        return record

    def _columns(self, run: RunTables, names: list[str], asked: AskedOutput) -> dict[str, Any]:
        if not run.meta.output.firms:
            raise self._not_kept(asked, "a row a firm")
        there = {column.name for column in run.model.firms}
        lacking = [name for name in names if name not in there]
        if lacking:
            raise self._not_kept(asked, f"{listed(lacking)}: a [twin]")
        return run.firm_arrays(names)

    def _not_kept(self, asked: AskedOutput, what: str) -> UsageError:
        run = next(iter(self.runs.values()))
        return UsageError(
            f"{run.directory}: {asked.name} needs {what}, which the run did not keep; ask for "
            "another output, or ask the config: orgsim sensitivity CONFIG"
        )


def _slices(rows: int) -> Iterator[slice]:
    for first in range(0, rows, _SLICE):
        yield slice(first, min(first + _SLICE, rows))


def _part(record: Mapping[str, Any], part: slice) -> dict[str, Any]:
    return {name: values[part] if np.ndim(values) else values for name, values in record.items()}


def _of_sector(record: Mapping[str, Any], term: Term, run: RunTables) -> NDArray[np.bool_]:
    """Return which firms a term is of."""
    if term.sector is None:
        size = next(values.size for values in record.values() if np.ndim(values))
        return np.ones(size, dtype=np.bool_)
    return np.asarray(record["sector"] == run.meta.sectors.index(term.sector))


def _counts_at(run: RunTables, quarters: int) -> NDArray[np.float64]:
    """Return the firms of each scenario after so many quarters, from the table by quarter."""
    columns = [f"share_{name}" for name in run.model.scenarios]
    table = run.dataset("quarters").to_table(columns=["quarter", *columns])
    there = table.column("quarter").to_numpy() == quarters - 1
    shares = np.stack([table.column(name).to_numpy()[there] for name in columns], axis=1)
    kinds = len(columns)
    firms = run.table("shares").column("firms").to_numpy().reshape(-1, kinds)[:, :1]
    return np.rint(shares * firms)
