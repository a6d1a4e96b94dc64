"""A run on the disk, as it is read: what it is, and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.config.values import whole_number
from orgsim.errors import RunError, UsageError
from orgsim.spec import Model
from orgsim.store.reader import RunReader
from orgsim.store.reading import UNREADABLE
from orgsim.store.stored_config import refuse_other_model, stored_config, written_model
from orgsim.store.tables import canonical_columns, declared_types

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds

    from orgsim.config.points import Points


_SINGLE = ("points", "shares")
"""Tables that are one file."""


class RunTables:
    """A run on the disk: what it is, and its tables.

    Attributes
    ----------
    meta : Manifest
        What the run is, and how it came about.
    model : Model
        Whose firms they are.
    simulated : bool
        Whether this call simulated anything, or found the run finished.

    Raises
    ------
    UsageError
        If there is no run, one of another format, or of another model.
    """

    def __init__(
        self, directory: str | PathLike[str], model: Model, *, simulated: bool = False
    ) -> None:
        self.reader = RunReader(directory)
        self.meta = self.reader.read_manifest()
        refuse_other_model(self.directory, self.meta, model)
        self.model = written_model(self.meta, model)
        self.simulated = simulated

    @property
    def manifest(self) -> dict[str, Any]:
        """What the run is, and how it came about, as nested tables: those of ``manifest.json``."""
        return deepcopy(self.meta.as_dict())

    @property
    def directory(self) -> Path:
        """Where the run is, even if the program has changed its own directory since."""
        return self.reader.path

    @property
    def digest(self) -> str | None:
        """Hash of the content, equal wherever it was computed; None while unfinished."""
        return self.meta.digest

    def table(self, name: str) -> pa.Table:
        """Return ``points``, ``shares``, ``firms`` or ``quarters`` whole, as an Arrow table.

        Raises
        ------
        UsageError
            If the run is not finished, or its config says not to write this one.
        RunError
            If a file is torn.
        """
        table = self.reader.read(name)
        wrong = _what_is_wrong(table, name, self.meta.extent.points, self.swept, self.model)
        if wrong:
            raise self._not_this_runs(name, wrong)
        return table

    def _not_this_runs(self, name: str, wrong: str) -> RunError:
        return RunError(
            f"{self.directory}/{name}{'.parquet' if name in _SINGLE else ''}: is not this run's "
            f"({wrong})\n  mend it with: orgsim resume {self.directory}"
        )

    def dataset(self, name: str) -> ds.Dataset:
        """Return a table lazily: nothing is read until columns and rows are asked for.

        Examples
        --------
        Firms of one point, three of their columns::

            run.dataset("firms").to_table(
                columns=["firm", "scenario", "performance"],
                filter=pyarrow.compute.field("point") == 17,
            )

        Raises
        ------
        UsageError
            As :meth:`table`.
        RunError
            If a file is none of ours.
        """
        import pyarrow.dataset as ds

        return ds.dataset(
            [str(p) for p in self.reader.checked_files(name, self.model)], format="parquet"
        )

    def _pandas(self, name: str, points: int | Sequence[int] | None) -> pd.DataFrame:
        import pyarrow.compute as pc
        import pyarrow.dataset as ds

        if points is None:
            return self.table(name).to_pandas()
        several: Iterable[Any] = [points]
        # An array of numpy without dimensions is a number, though it has an iterator, too.
        if isinstance(points, Iterable) and getattr(points, "ndim", None) != 0:
            several = points
        wanted = [whole_number(point, f"{self.directory}: point") for point in several]
        chosen = pc.field("point").isin(wanted)
        files = [str(path) for path in self.reader.checked_files(name, self.model, wanted)]
        if not files:  # of no such point: a table without rows, but with columns
            return self.dataset(name).to_table(filter=chosen).to_pandas()
        try:
            return ds.dataset(files, format="parquet").to_table(filter=chosen).to_pandas()
        except UNREADABLE as error:
            raise self.reader.unreadable(self.directory / name, error) from None

    def firms(self, points: int | Sequence[int] | None = None) -> pd.DataFrame:
        """Return a row a firm, see ``Model.firms``; of some design points alone."""
        return self._pandas("firms", points)

    def firm_arrays(self, columns: Sequence[str]) -> dict[str, NDArray[np.generic]]:
        """Return some columns of all firms in their canonical types, by point and firm.

        Words are codes, and a quarter that never came is -1.

        Raises
        ------
        UsageError, RunError
            As :meth:`table`.
        """
        try:
            table = self.dataset("firms").to_table(columns=list(columns))
        except UNREADABLE as error:
            raise self.reader.unreadable(self.directory / "firms", error) from None
        return canonical_columns(table, columns, self.meta.sectors, self.model)

    def quarters(self, points: int | Sequence[int] | None = None) -> pd.DataFrame:
        """Return a row a quarter, see ``Model.quarters``; of some design points alone."""
        return self._pandas("quarters", points)

    def shares(self) -> pd.DataFrame:
        """Return a row a point and scenario, see ``Model.shares``."""
        return self._pandas("shares", None)

    def points(self) -> pd.DataFrame:
        """Return a row a design point: the swept parameters first, then all others."""
        return self._pandas("points", None)

    def swept_points(self) -> pd.DataFrame:
        """Return a row a design point: its number and the swept parameters alone."""
        columns = ["point", *self.swept]
        table = self.reader.read("points", columns)
        points = self.meta.extent.points
        if table.column_names != columns or table.num_rows != points:
            raise RunError(
                f"{self.directory}/points.parquet: is not this run's; mend it with the command "
                "that began the run"
            )
        return table.to_pandas()

    @property
    def swept(self) -> list[str]:
        """Paths of the swept parameters; empty without a sweep."""
        return self.meta.swept

    def one_point(self, point: int | None) -> int:
        """Return a design point's number: 0 of a run of one setting, if none is named.

        Raises
        ------
        UsageError
            If the run is a sweep, and none is named.
        """
        if point is None and self.meta.is_sweep:
            raise UsageError(f"{self.directory}: is a sweep; say which point")
        return 0 if point is None else whole_number(point, f"{self.directory}: point")

    def counts(self, point: int | None = None) -> tuple[int, ...]:
        """Return the firms of a design point by scenario.

        Raises
        ------
        UsageError
            If the run is not finished, there is no such point, or the run is a sweep and none is
            named.
        """
        return tuple(self.shares_of(self.one_point(point))["count"])

    def shares_of(self, point: int) -> dict[str, list[Any]]:
        """Return the rows of ``shares`` of one point."""
        points = self.meta.extent.points
        if not 0 <= point < points:
            raise UsageError(f"{self.directory}: has no point {point}; points: 0 to {points - 1}")
        kinds = len(self.model.outcomes)
        return self._shares.slice(point * kinds, kinds).to_pydict()

    @cached_property
    def _shares(self) -> pa.Table:
        """The shares of all points, read once."""
        return self.table("shares")

    @cached_property
    def design_points(self) -> Points:
        """Where the points lie, by the config that the run was begun with.

        Raises
        ------
        UsageError
            If it takes its points from a table, which is lost or is not the run's.
        """
        from orgsim.config.points import Points

        return Points(stored_config(self.directory, self.meta, self.model))


def _what_is_wrong(
    table: pa.Table, name: str, points: int, swept: Sequence[str], model: Model
) -> str:
    """Return how a table differs from what a run has under its name, or nothing.

    Only what the rest counts on; ``orgsim verify`` looks at every row.
    """
    kinds = declared_types(name, model) or dict.fromkeys(("point", *swept))
    for column, kind in kinds.items():
        if table.column_names.count(column) != 1:
            return f"it has no column {column}, or several"
        if kind is not None and table.schema.field(column).type != kind:
            return f"its column {column} is of type {table.schema.field(column).type}"
    rows = {"points": points, "shares": points * len(model.outcomes)}.get(name, table.num_rows)
    if table.num_rows != rows:
        return f"it has {table.num_rows:,} rows instead of {rows:,}"
    return _wrong_shares(table, len(model.outcomes)) if name == "shares" else ""


def _wrong_shares(table: pa.Table, scenarios: int) -> str:
    """Return what is wrong with the counts of shares, or nothing."""
    if any(column.null_count for column in table.columns):
        return "values are missing"
    # By to_numpy pyarrow would import pandas, for a quarter of a second.
    counts, firms = (
        np.from_dlpack(table.column(name).combine_chunks()).reshape(-1, scenarios)
        for name in ("count", "firms")
    )
    if (counts < 0).any() or (firms <= 0).any() or (counts.sum(axis=1) != firms[:, 0]).any():
        return "its counts do not add up to its firms"
    return ""
