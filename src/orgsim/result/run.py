"""A run on the disk, as one holds it in Python."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.columns import SCENARIOS, SIDE_CUT_POINTS
from orgsim.config.values import is_number
from orgsim.errors import RunError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds
    import xarray as xr

    from orgsim.analysis.comparison import Comparison
    from orgsim.analysis.flows import Flows
    from orgsim.analysis.reference import Reference
    from orgsim.result.plots import Plots
    from orgsim.result.reference import ReferenceLike
    from orgsim.result.tracing import Trace


class Run:
    """A run on the disk.

    Attributes
    ----------
    directory : Path
    manifest : dict
        What the run is, and how it came about.
    simulated : bool
        Whether this call simulated anything, or found the run finished.
    """

    def __init__(self, directory: str | PathLike[str], *, simulated: bool = False) -> None:
        from orgsim.store import RunDirectory

        self.directory = Path(directory)
        self._store = RunDirectory(self.directory)
        self.manifest = self._store.read_manifest()
        self.simulated = simulated

    @property
    def digest(self) -> str | None:
        """Hash of the content, equal wherever it was computed; None while unfinished."""
        return self.manifest["digest"]

    def __repr__(self) -> str:
        """Return the directory and how far the run is."""
        return f"<orgsim.Run {str(self.directory)!r}, {self.manifest['status']}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: a setting's verdict, or a sweep's nearest points."""
        from html import escape

        heading = f"<p><b>{escape(self.manifest['title'] or str(self.directory))}</b></p>"
        if self.manifest["status"] != "finished":
            return f"{heading}<p>{escape(self.manifest['status'])}</p>"
        if self.manifest["extent"]["points"] > 1:
            return f"{heading}{self.ranked().head().to_html(index=False, border=0)}"
        return f"{heading}{self.compare()._repr_html_()}"

    # --- tables

    def table(self, name: str) -> pa.Table:
        """Return ``points``, ``shares``, ``firms`` or ``quarters`` whole, as an Arrow table.

        Raises
        ------
        UsageError
            If the run is not finished, or its config says not to write this one.
        RunError
            If a file is torn.
        """
        return self._store.read(name)

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
        """
        import pyarrow.dataset as ds

        files = [str(path) for path in self._store.files(name)]
        return ds.dataset(files, format="parquet")

    def _pandas(self, name: str, points: int | Sequence[int] | None) -> pd.DataFrame:
        import pyarrow as pa
        import pyarrow.compute as pc

        if points is None:
            return self.table(name).to_pandas()
        wanted = [points] if isinstance(points, int) else list(points)
        chosen = pc.field("point").isin(wanted)
        try:
            return self.dataset(name).to_table(filter=chosen).to_pandas()
        except (OSError, pa.ArrowException) as error:
            raise RunError(
                f"{self.directory}/{name}: cannot be read: {error}\n"
                f"  mend it with: orgsim resume {self.directory}"
            ) from None

    def firms(self, points: int | Sequence[int] | None = None) -> pd.DataFrame:
        """Return a row a firm, see ``orgsim.columns.FIRMS``; of some design points alone."""
        return self._pandas("firms", points)

    def quarters(self, points: int | Sequence[int] | None = None) -> pd.DataFrame:
        """Return a row a quarter, see ``orgsim.columns.QUARTERS``; of some design points alone."""
        return self._pandas("quarters", points)

    def shares(self) -> pd.DataFrame:
        """Return a row a point and scenario, see ``orgsim.columns.SHARES``."""
        return self._pandas("shares", None)

    def points(self) -> pd.DataFrame:
        """Return a row a design point: the swept parameters first, then all others."""
        return self._pandas("points", None)

    def swept_points(self) -> pd.DataFrame:
        """Return a row a design point: its number and the swept parameters alone."""
        columns = ["point", *self.swept]
        table = self._store.read("points", columns)
        points = self.manifest["extent"]["points"]
        if table.column_names != columns or table.num_rows != points:
            raise RunError(
                f"{self.directory}/points.parquet: is not this run's; mend it with the command "
                "that began the run"
            )
        return table.to_pandas()

    @property
    def swept(self) -> list[str]:
        """Paths of the swept parameters; empty without a sweep."""
        return list(self.manifest["identity"]["plan"].get("sweep", {}).get("parameters", {}))

    def to_xarray(self) -> xr.Dataset:
        """Return counts, shares and intervals as arrays over the design.

        Returns
        -------
        xarray.Dataset
            On a grid, a dimension a swept parameter, and ``scenario``; points that a constraint
            left out are NaN. Of other designs, dimensions ``point`` and ``scenario``, with the
            swept parameters as coordinates of the points.

        Raises
        ------
        UsageError
            If xarray is not installed, or the run is not finished.
        """
        from orgsim.result.arrays import to_xarray

        return to_xarray(self)

    # --- single firms

    def trace(
        self, firm: int | None = None, *, scenario: str | None = None, point: int | None = None
    ) -> Trace:
        """Replay one firm from its keys: its quarters, its people, why it ended where it did.

        Parameters
        ----------
        firm : int
            Its number, from 0.
        scenario : str
            Instead of a number: the typical firm of those that ended so.
        point : int, optional
            Of a sweep, one design point.

        Raises
        ------
        UsageError
            If the run is not finished, there is no such firm, point or scenario, or both or
            neither of firm and scenario are given.
        RunError
            If the firm does not come out as in the run: another version of the model made it.
        """
        from orgsim.result.tracing import trace_firm, typical_firm

        if (firm is None) == (scenario is None):
            raise UsageError("say which firm: by its number, or the typical one of a scenario")
        at = self.one_point(point)
        if scenario is not None:
            firm = typical_firm(self, scenario, at)
        assert firm is not None
        return trace_firm(self, firm, at)

    # --- pictures

    @property
    def plot(self) -> Plots:
        """Pictures: ``run.plot.shares()``, ``run.plot.names()``, ``run.plot.write()``."""
        from orgsim.result.plots import Plots

        return Plots(self)

    # --- comparison

    def _without_misfit(self, counts: list[int]) -> int | None:
        """Return how many firms apart never saw a misfit; None where nobody looks for one."""
        settings = self.manifest["identity"]["plan"]["settings"]
        if not settings["mechanisms.reorganisation"]:
            return None
        return counts[SCENARIOS.index("cmo_vs_cto")]

    def compare(
        self,
        reference: ReferenceLike = None,
        *,
        point: int | None = None,
        tolerance: float | None = None,
    ) -> Comparison:
        """Set the shares of a design point beside a reference, with a verdict.

        Parameters
        ----------
        reference : Run, path, word, mapping of scenario to share or count, Reference, or None
            As :func:`orgsim.result.reference.as_reference` takes it; None: the config's target,
            by default the article.
        point : int, optional
            Of a sweep, which one.
        tolerance : float, optional
            How far each share may be off; by default what the config's target says, 0.05.

        Raises
        ------
        UsageError
            If the run, or the reference, is not finished, there is no such point, or the run is a
            sweep and none is named.
        ConfigError
            If the reference is no split of firms over the scenarios.
        """
        from orgsim.analysis.comparison import compare_shares

        at = self.one_point(point)
        table = self._shares_of(at)
        together = SCENARIOS.index("cmo_and_cto")
        firms = table["firms"][0]
        return compare_shares(
            table["count"],
            self.reference(reference),
            tolerance=self.tolerance(tolerance),
            limits=(table["low"], table["high"]),
            spent=self.error_spent(at),
            side_counts={
                cut: round(table[column][together] * firms)
                for cut, column in zip(SIDE_CUT_POINTS, ("share_at_04", "share_at_06"), strict=True)
            },
            without_misfit=self._without_misfit(table["without_misfit"]),
        )

    def flows(
        self,
        other: Run | str | PathLike[str],
        *,
        point: int | None = None,
        other_point: int | None = None,
    ) -> Flows:
        """Return which firms end elsewhere under another setting with the same draws.

        Parameters
        ----------
        other : Run or path
            May be this run itself, for two points of a sweep.
        point, other_point : int, optional
            Of sweeps, which points.

        Raises
        ------
        UsageError
            If a run is a sweep and no point is named; if the runs are not paired: of other seeds,
            draws or versions of the model; if one is not finished, has no such point, or kept no
            rows of firms.
        """
        from orgsim.result.pairing import flows_between

        second = other if isinstance(other, Run) else Run(other)
        return flows_between(self, second, self.one_point(point), second.one_point(other_point))

    def one_point(self, point: int | None) -> int:
        """Return a design point's number: 0 of a run of one setting, if none is named.

        Raises
        ------
        UsageError
            If the run is a sweep, and none is named.
        """
        if point is None and self.manifest["extent"]["points"] > 1:
            raise UsageError(f"{self.directory}: is a sweep; say which point")
        try:
            return operator.index(point or 0)
        except TypeError:
            raise UsageError(f"{self.directory}: {point!r} is no point: points are whole") from None

    def counts(self, point: int | None = None) -> tuple[int, ...]:
        """Return the firms of a design point by scenario.

        Raises
        ------
        UsageError
            If the run is not finished, there is no such point, or the run is a sweep and none is
            named.
        """
        return tuple(self._shares_of(self.one_point(point))["count"])

    def reference(self, reference: ReferenceLike = None) -> Reference:
        """Return what :meth:`compare` sets the shares beside.

        Raises
        ------
        UsageError, ConfigError
            As :meth:`compare`.
        """
        from orgsim.analysis.reference import target_of
        from orgsim.result.reference import as_reference

        if reference is None:
            where = f"{self.directory}: [target]"
            return target_of(self.manifest["target"]["shares"], "target", where)
        return as_reference(reference)

    def tolerance(self, tolerance: float | None = None) -> float:
        """Return how far each share may be off for a match: the given one, else the target's.

        Raises
        ------
        UsageError
            If it is no share.
        """
        if tolerance is None:
            return float(self.manifest["target"]["tolerance"])
        if not is_number(tolerance) or not 0.0 <= tolerance <= 1.0:
            raise UsageError(
                f"tolerance {tolerance}: allowed are shares from 0 to 1; 5 points are 0.05"
            )
        return abs(float(tolerance))  # of -0.0, too

    def error_spent(self, point: int | None = None) -> float:
        """Return the part of the error that the last look at a point's firms may spend.

        1 where their number was fixed; less where they were added until a precision was met.
        """
        from orgsim.result.ranking import spent_by

        return spent_by(self, sum(self.counts(point)))

    def _shares_of(self, point: int) -> dict[str, list[Any]]:
        """Return the four rows of ``shares`` of one point."""
        points = self.manifest["extent"]["points"]
        if not 0 <= point < points:
            raise UsageError(f"{self.directory}: has no point {point}; points: 0 to {points - 1}")
        kinds = len(SCENARIOS)
        return self.table("shares").slice(point * kinds, kinds).to_pydict()

    def met_precision(self) -> list[bool]:
        """Return, by design point, whether every share is as narrow as ``[precision]`` asks.

        Raises
        ------
        UsageError
            If none was asked for, or the run is not finished.
        """
        from orgsim.result.ranking import met_precision

        return met_precision(self)

    def ranked(
        self, reference: ReferenceLike = None, *, tolerance: float | None = None
    ) -> pd.DataFrame:
        """Return the design points, the nearest to a reference first.

        Returns
        -------
        DataFrame
            ``point``, the swept parameters, the four shares by name, ``firms``,
            ``total_variation`` (the share of firms that would have to end elsewhere) and
            ``verdict``. Each verdict errs as rarely as it says by itself: of many points, some are
            false.
        """
        from orgsim.result.ranking import ranked

        return ranked(self, self.reference(reference), self.tolerance(tolerance))


def open_run(directory: str | PathLike[str]) -> Run:
    """Open a run directory.

    Raises
    ------
    UsageError
        If there is no run, or one of another format.
    """
    return Run(directory)
