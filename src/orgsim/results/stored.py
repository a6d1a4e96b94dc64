"""One setting out of a run directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.config.output import Output, Target
from orgsim.errors import UsageError
from orgsim.model import MODEL
from orgsim.results.source import SettingTables
from orgsim.spec import Model
from orgsim.spec.swept_path import PRESET
from orgsim.store import RunDirectory, layout_of
from orgsim.store.reading import UNREADABLE
from orgsim.store.run_tables import RunTables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from orgsim.config.points import Sectors

_REORGANISATION = "mechanisms.reorganisation"


@dataclass(frozen=True)
class StoredPoint:
    """A design point of a run directory, as a ``SettingSource``.

    Attributes
    ----------
    run : RunTables
    point : int
    """

    run: RunTables
    point: int

    @property
    def called(self) -> str:
        """The run's directory."""
        return str(self.run.directory)

    @property
    def model(self) -> Model:
        """The run's."""
        return self.run.model

    @property
    def directory(self) -> Path | None:
        """The run's."""
        return self.run.directory

    @property
    def title(self) -> str:
        """The run's."""
        return self.run.meta.title

    @property
    def points(self) -> int:
        """How many design points the run has."""
        return self.run.meta.extent.points

    @property
    def target(self) -> Target:
        """The run's."""
        return self.run.meta.target

    @property
    def precision(self) -> Mapping[str, Any] | None:
        """What was asked of the run."""
        return self.run.meta.precision

    @property
    def source_hash(self) -> str:
        """Of the model that made the run."""
        return self.run.meta.identity.source

    @property
    def sectors(self) -> Sequence[str]:
        """The run's."""
        return self.run.meta.sectors

    @property
    def output(self) -> Output:
        """Which tables the run keeps."""
        return self.run.meta.output

    @property
    def provenance(self) -> Mapping[str, str]:
        """The run's."""
        return self.run.meta.provenance

    @property
    def looks_for_misfit(self) -> bool:
        """Whether anybody reorganises at this point."""
        if {_REORGANISATION, PRESET} & set(self.run.meta.swept):
            return bool(self.inputs()[0].get(_REORGANISATION))
        return bool(self.run.meta.identity.plan["settings"].get(_REORGANISATION))

    def refuse_unfinished(self) -> None:
        """Refuse a run that has not ended.

        Raises
        ------
        UsageError
        """
        if not self.run.meta.is_finished:
            raise UsageError(
                f"{self.called}: the run is not finished; to finish it: orgsim resume {self.called}"
            )

    def inputs(self) -> tuple[dict[str, Any], Sectors, int]:
        """Return the settings of the point, by the config that the run was begun with."""
        return self.run.design_points.inputs(self.point)

    def share_rows(self) -> dict[str, list[Any]]:
        """Return the rows of the point.

        Raises
        ------
        UsageError
            If the run is not finished, or there is no such point.
        """
        return self.run.shares_of(self.point)

    def firm_rows(self, first: int, stop: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Return rows of firms, out of the parts that hold them.

        Raises
        ------
        UsageError
            If the run keeps no rows of firms.
        RunError
            If a part is lost or corrupt.
        """
        import pyarrow.compute as pc
        import pyarrow.dataset as ds

        self._refuse_without_firms()
        files = [
            str(self.run.directory / "firms" / f"{part.name}.parquet")
            for part in layout_of(self.run.meta).parts()
            if self.point in part.points and part.first_firm < stop and part.stop_firm > first
        ]
        store = RunDirectory(self.run.directory)
        most = store.most_rows("firms")
        for file in files:
            store.refuse_corrupt(Path(file), "firms", self.model, most)
        firm = pc.field("firm")
        wanted: Any = (pc.field("point") == self.point) & (firm >= first) & (firm < stop)
        try:
            rows = ds.dataset(files, format="parquet")
            table = rows.to_table(columns=columns, filter=wanted)
        except UNREADABLE as error:
            raise store.unreadable(self.run.directory / "firms", error) from error
        return table.sort_by("firm") if "firm" in table.column_names else table

    def firm_batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all firms of the point."""
        import pyarrow.compute as pc
        import pyarrow.dataset as ds

        self._refuse_without_firms()
        chosen = pc.field("point") == self.point
        files = [
            str(path) for path in self.run.reader.checked_files("firms", self.model, [self.point])
        ]
        rows = ds.dataset(files, format="parquet")
        yield from rows.to_batches(columns=list(columns), filter=chosen)

    def firm_frame(self) -> pd.DataFrame:
        """Return all rows of firms of the point."""
        return self.run.firms(self.point)

    def quarter_frame(self) -> pd.DataFrame:
        """Return the rows by quarter of the point."""
        return self.run.quarters(self.point)

    def _refuse_without_firms(self) -> None:
        if not self.output.firms:
            raise UsageError(f"{self.called}: has no firms: its config says [output] firms = false")


SettingLike = SettingTables | RunTables | str | PathLike[str]
"""A setting, a run of one setting, or where that lies."""


def setting_of(given: SettingLike, model: Model = MODEL) -> SettingTables:
    """Return a setting: itself, or the one setting of a run.

    Raises
    ------
    UsageError
        If it is a sweep, or there is no run.
    """
    return point_of(given, None, model)


def point_of(given: SettingLike, point: int | None, model: Model = MODEL) -> SettingTables:
    """Return a setting: itself, or a design point of a run.

    Raises
    ------
    UsageError
        If it is a sweep, and no point is named; if there is no run; or if a point of what is one
        setting already is named.
    """
    if isinstance(given, SettingTables):
        if point is not None:
            raise UsageError(f"{given.source.called}: is one setting; a point goes with a run")
        return given
    run = given if isinstance(given, RunTables) else RunTables(given, model)
    return SettingTables(StoredPoint(run, run.one_point(point)))
