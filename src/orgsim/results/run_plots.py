"""Pictures of a run: of its sweep, or of one of its points."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from orgsim.figures.picture import Picture
from orgsim.results.plots import SettingPlots, SweepPlots
from orgsim.results.reference import ReferenceLike
from orgsim.results.stored import SettingLike, point_of
from orgsim.store.run_tables import RunTables


class RunPlots:
    """The pictures of a run: ``run.plot.shares()``, ``run.plot("response-curves")``.

    Parameters
    ----------
    run : RunTables
        Finished.
    reference : as :meth:`Run.compare` takes it
        What shares are drawn beside; by default the run's target.
    tolerance : float, optional
        How far each share may be off for a match; by default the target's.
    """

    def __init__(
        self, run: RunTables, reference: ReferenceLike = None, tolerance: float | None = None
    ) -> None:
        self._run = run
        self._reference = reference
        self._tolerance = tolerance

    def beside(self, reference: ReferenceLike, *, tolerance: float | None = None) -> RunPlots:
        """Return the pictures of the same run beside another reference.

        Examples
        --------
        ::

            run.plot.beside("survey.csv").shares()
        """
        return RunPlots(self._run, reference, tolerance)

    def names(self, *, point: int | None = None) -> list[str]:
        """Return the names of the figures that the run has; of a sweep, those of one point.

        Raises
        ------
        UsageError
            If the run is not finished, has no such point, or matplotlib is missing.
        """
        return self._all(point).names()

    def __call__(self, name: str, *, point: int | None = None) -> Picture:
        """Draw one figure.

        Raises
        ------
        UsageError
            If there is no such figure, and as :meth:`names`.
        """
        return self._all(point)(name)

    def shares(self, *, point: int | None = None) -> Picture:
        """Draw the shares with their intervals beside the reference."""
        return self._of(point).shares()

    def two_by_two(self, *, point: int | None = None) -> Picture:
        """Draw the article's 2 x 2 as areas."""
        return self._of(point).two_by_two()

    def scenarios_over_time(self, *, point: int | None = None) -> Picture:
        """Draw where firms would stand were the horizon at each quarter."""
        return self._of(point).scenarios_over_time()

    def trajectories(self, *, point: int | None = None) -> Picture:
        """Draw the state of the firms over time, with quantile bands."""
        return self._of(point).trajectories()

    def state_at_horizon(self, *, point: int | None = None) -> Picture:
        """Draw the state of the firms at the horizon, by scenario."""
        return self._of(point).state_at_horizon()

    def drivers(self, *, point: int | None = None) -> Picture:
        """Draw which firm-level quantities go with each scenario."""
        return self._of(point).drivers()

    def flows(
        self, other: SettingLike, *, point: int | None = None, other_point: int | None = None
    ) -> Picture:
        """Draw which firms end elsewhere under another setting; see :meth:`Run.flows`."""
        return self._of(point).flows(point_of(other, other_point))

    def write(
        self,
        names: Sequence[str] = (),
        *,
        kind: str = "svg",
        out: str | PathLike[str] | None = None,
        point: int | None = None,
        overwrite: bool = False,
    ) -> list[Path]:
        """Draw figures into files; see :meth:`SettingPlots.write`.

        Parameters
        ----------
        point : int, optional
            Of a sweep, one point.

        Raises
        ------
        UsageError, RunError
            As there.
        """
        return self._all(point).write(names, kind=kind, out=out, overwrite=overwrite)

    def save(
        self,
        picture: Picture,
        *,
        kind: str = "svg",
        out: str | PathLike[str] | None = None,
        point: int | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write a picture where :meth:`write` puts this run's.

        Raises
        ------
        UsageError
            If there is no such kind, or something else bears the name of the file.
        RunError
            If the file cannot be written.
        """
        return self._all(point).save(picture, kind=kind, out=out, overwrite=overwrite)

    def _all(self, point: int | None) -> SettingPlots | SweepPlots:
        """Return the pictures of a sweep as a whole if no point is named, or else of one point."""
        if point is None and self._run.meta.is_sweep:
            return SweepPlots(self._run, self._reference)
        return self._of(point)

    def _of(self, point: int | None) -> SettingPlots:
        return SettingPlots(point_of(self._run, point), self._reference, self._tolerance)
