"""A run on the disk, as one holds it in Python."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from orgsim.columns import SCENARIOS, SIDE_CUT_POINTS
from orgsim.config.values import is_number
from orgsim.errors import UsageError
from orgsim.result.tables import RunTables

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from orgsim.analysis.comparison import Comparison
    from orgsim.analysis.flows import Flows
    from orgsim.analysis.reference import Reference
    from orgsim.result.plots import Plots
    from orgsim.result.reference import ReferenceLike
    from orgsim.result.tracing import Trace


class Run(RunTables):
    """A run on the disk, and what it answers.

    Attributes
    ----------
    manifest : dict
        What the run is, and how it came about.
    simulated : bool
        Whether this call simulated anything, or found the run finished.
    """

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
        table = self.shares_of(at)
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
