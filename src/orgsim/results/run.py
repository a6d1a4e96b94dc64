"""A run on the disk, as one holds it in Python."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

from orgsim.analysis.comparison import Comparison
from orgsim.analysis.flows import Flows
from orgsim.analysis.reference import Reference
from orgsim.config.values import whole_number
from orgsim.errors import UsageError
from orgsim.model import MODEL
from orgsim.results.answers import reference_for, tolerance_for
from orgsim.results.arrays import to_xarray
from orgsim.results.ranking import met_precision, ranked
from orgsim.results.reference import ReferenceLike
from orgsim.results.setting import Setting
from orgsim.results.stored import SettingLike, StoredPoint, point_of
from orgsim.results.study import refuse_other_study
from orgsim.spec import Model
from orgsim.store.run_tables import RunTables

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from orgsim.results.run_plots import RunPlots
    from orgsim.results.tracing import Trace


class Run(RunTables):
    """A run on the disk, and what it answers.

    ``run[17]`` is the setting of a sweep's 17th design point (they count from 0), ``run.setting``
    the only one of a run without a sweep; what a setting answers is asked of it. The same is
    asked of the run itself with ``point=``.

    Attributes
    ----------
    meta : Manifest
        What the run is, and how it came about.
    simulated : bool
        Whether this call simulated anything, or found the run finished.
    """

    def __init__(
        self, directory: str | PathLike[str], *, model: Model = MODEL, simulated: bool = False
    ) -> None:
        super().__init__(directory, model, simulated=simulated)

    def __repr__(self) -> str:
        """Return the directory and how far the run is."""
        return f"<orgsim.Run {str(self.directory)!r}, {self.meta.status}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: a setting's verdict, or a sweep's nearest points."""
        from html import escape

        heading = f"<p><b>{escape(self.meta.title or str(self.directory))}</b></p>"
        if not self.meta.is_finished:
            return f"{heading}<p>{escape(self.meta.status)}</p>"
        if self.meta.is_sweep:
            return f"{heading}{self.ranked().head().to_html(index=False, border=0)}"
        return f"{heading}{self.compare()._repr_html_()}"

    # --- its settings

    def __len__(self) -> int:
        """Return the number of design points; 1 without a sweep."""
        return self.meta.extent.points

    def __bool__(self) -> bool:
        """Return True: a run is there, however many points it has."""
        return True

    def __iter__(self) -> Iterator[Setting]:
        """Yield the setting of each design point."""
        return (self._at(point) for point in range(len(self)))

    def __getitem__(self, point: int) -> Setting:
        """Return the setting of a design point, from 0.

        Raises
        ------
        UsageError
            If there is no such point, or it is no whole number.
        """
        number = whole_number(point, f"{self.directory}: point")
        if not 0 <= number < len(self):
            raise UsageError(
                f"{self.directory}: has no point {number}; points: 0 to {len(self) - 1}"
            )
        return self._at(number)

    @property
    def setting(self) -> Setting:
        """The setting of a run without a sweep.

        Raises
        ------
        UsageError
            If the run is a sweep.
        """
        return self[self.one_point(None)]

    def _at(self, point: int) -> Setting:
        return Setting(StoredPoint(self, point))

    def _setting(self, point: int | None) -> Setting:
        """Return the setting that a call with ``point=`` means."""
        return self._at(self.one_point(point))

    # --- the same, asked of the run

    def trace(
        self, firm: int | None = None, *, scenario: str | None = None, point: int | None = None
    ) -> Trace:
        """Replay one firm; see :meth:`Setting.trace`.

        Raises
        ------
        UsageError, RunError
            As there; if the run is a sweep and no point is named; if there is no such point.
        """
        return self._setting(point).trace(firm, scenario=scenario)

    @cached_property
    def plot(self) -> RunPlots:
        """Pictures: ``run.plot.shares()``, ``run.plot.names()``, ``run.plot.write()``."""
        from orgsim.results.run_plots import RunPlots

        refuse_other_study(self.model, "pictures")
        return RunPlots(self)

    def compare(
        self,
        reference: ReferenceLike = None,
        *,
        point: int | None = None,
        tolerance: float | None = None,
    ) -> Comparison:
        """Set the shares of a design point beside a reference; see :meth:`Setting.compare`.

        Raises
        ------
        UsageError, ConfigError
            As there; if the run is a sweep and no point is named; if there is no such point.
        """
        return self._setting(point).compare(reference, tolerance=tolerance)

    def flows(
        self, other: SettingLike, *, point: int | None = None, other_point: int | None = None
    ) -> Flows:
        """Return which firms end elsewhere under another setting; see :meth:`Setting.flows`.

        Parameters
        ----------
        other : Run, Setting, Sample or path
            May be this run itself, for two points of a sweep.
        point, other_point : int, optional
            Of sweeps, which points.

        Raises
        ------
        UsageError
            As there; if a run is a sweep and no point is named; if there is no such point.
        """
        return self._setting(point).flows(point_of(other, other_point, self.model))

    def error_spent(self, point: int | None = None) -> float:
        """Return the part of the error that the last look at a point's firms may spend.

        1 where their number was fixed; less where they were added until a precision was met.
        """
        return self._setting(point).error_spent()

    # --- of all its points

    def reference(self, reference: ReferenceLike = None) -> Reference:
        """Return what shares are set beside.

        Raises
        ------
        UsageError, ConfigError
            As :meth:`compare`.
        """
        return reference_for(reference, self.meta.target, str(self.directory), self.model)

    def tolerance(self, tolerance: float | None = None) -> float:
        """Return how far each share may be off for a match: the given one, else the target's.

        Raises
        ------
        UsageError
            If it is no share.
        """
        return tolerance_for(tolerance, self.meta.target)

    def met_precision(self) -> list[bool]:
        """Return, by design point, whether every share is as narrow as ``[precision]`` asks.

        Raises
        ------
        UsageError
            If none was asked for, or the run is not finished.
        """
        return met_precision(self)

    def ranked(
        self, reference: ReferenceLike = None, *, tolerance: float | None = None
    ) -> pd.DataFrame:
        """Return the design points, the nearest to a reference first.

        Returns
        -------
        DataFrame
            ``point``, the swept parameters, the shares by name, ``firms``,
            ``total_variation`` (the share of firms that would have to end elsewhere) and
            ``verdict``. Each verdict errs as rarely as it says by itself: of many points, some are
            false.
        """
        return ranked(self, self.reference(reference), self.tolerance(tolerance))

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
        return to_xarray(self)
