"""What a report is about: a run, or one point of a sweep, beside a reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

from orgsim.analysis.comparison import Comparison
from orgsim.analysis.flows import Flows
from orgsim.analysis.reference import Reference
from orgsim.config import Config
from orgsim.errors import UsageError
from orgsim.figures.picture import Picture
from orgsim.numerics.sources import source_hash
from orgsim.results import Run, Setting
from orgsim.results.reference import ReferenceLike
from orgsim.results.run_plots import RunPlots
from orgsim.results.source import SettingTables
from orgsim.results.stored import SettingLike, StoredPoint, point_of
from orgsim.results.study import refuse_other_study
from orgsim.store import Manifest
from orgsim.store.run_tables import RunTables
from orgsim.store.stored_config import stored_config

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Subject:
    """What a report is about, and what is read of it, each once.

    Attributes
    ----------
    run : Run
        Finished.
    split : Reference
        What shares are set beside.
    tolerance : float
        How far each may be off for a match.
    point : int or None
        Of a sweep, the point; None: the whole sweep, or the one setting of a run.
    other : SettingTables or None
        The same firms under another setting.
    """

    run: Run
    split: Reference
    tolerance: float
    point: int | None
    other: SettingTables | None

    @property
    def meta(self) -> Manifest:
        """What the run is."""
        return self.run.meta

    @property
    def setting(self) -> Setting:
        """The setting that it is about, of one setting."""
        return self.run[self.point or 0]

    @property
    def is_sweep(self) -> bool:
        """Whether the report is about many points at once."""
        return self.point is None and self.meta.is_sweep

    @property
    def directory_name(self) -> str:
        """The run directory's own name: where it lies differs from one machine to the next."""
        return self.run.directory.resolve().name

    @property
    def title(self) -> str:
        """The run's title, and the point if there is one."""
        title = self.meta.title or self.directory_name
        return title if self.point is None else f"{title}: point {self.point}"

    @cached_property
    def config(self) -> Config:
        """The config that the run was begun with."""
        return stored_config(self.run.directory, self.meta, self.run.model)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """Every parameter, by path; of a whole sweep what its points start from."""
        return self.config.settings if self.is_sweep else self.setting.settings

    @cached_property
    def other_settings(self) -> Mapping[str, Any]:
        """Every parameter of the other setting, by path."""
        assert self.other is not None
        return self.other.settings

    @property
    def is_of_this_model(self) -> bool:
        """Whether the model that made the run is the one that is installed."""
        return self.meta.identity.source == source_hash(self.run.model)

    @cached_property
    def comparison(self) -> Comparison:
        """Shares beside the reference, of one setting."""
        return self.setting.compare(self.split, tolerance=self.tolerance)

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """The points of a sweep, the nearest first."""
        return self.run.ranked(self.split, tolerance=self.tolerance)

    @cached_property
    def flows(self) -> Flows:
        """Where firms end under the other setting, if there is one."""
        assert self.other is not None
        return self.setting.flows(self.other)

    @property
    def _plots(self) -> RunPlots:
        return self.run.plot.beside(self.split, tolerance=self.tolerance)

    def figure_names(self) -> list[str]:
        """Return the names of the figures that there are."""
        return self._plots.names(point=self.point)

    def draw(self, name: str) -> Picture:
        """Draw one of them."""
        return self._plots(name, point=self.point)

    def draw_flows(self) -> Picture:
        """Draw where firms end under the other setting."""
        assert self.other is not None
        return self.setting.plot.flows(self.other)


def subject_of(
    held: RunTables | SettingTables,
    reference: ReferenceLike,
    tolerance: float | None,
    point: int | None,
    other: SettingLike | None,
    other_point: int | None,
) -> Subject:
    """Return what a report is about, checked.

    Raises
    ------
    UsageError
        If the run is not finished, there is no such point, a point must be named, or what it is
        about is only in memory.
    """
    run, point = _run_of(held, point)
    refuse_other_study(run.model, "reports", rules=True)
    run.counts(point or 0)  # refuses what is not finished, or not there
    second = RunTables(other, run.model) if isinstance(other, (str, PathLike)) else other
    if second is None and other_point is not None:
        raise UsageError("--other-point goes with a second run: --other DIR")
    if second is not None:
        for each, option, given in (
            (run, "--point", point),
            (second, "--other-point", other_point),
        ):
            if given is None and isinstance(each, RunTables) and each.meta.is_sweep:
                raise UsageError(f"{each.directory}: is a sweep; say which point with {option}")
    return Subject(
        run=run,
        split=run.reference(reference),
        tolerance=run.tolerance(tolerance),
        point=point if run.meta.is_sweep else None,
        other=None if second is None else point_of(second, other_point),
    )


def _run_of(held: RunTables | SettingTables, point: int | None) -> tuple[Run, int | None]:
    """Return the run that a report is about, and the point of it."""
    if isinstance(held, SettingTables):
        if not isinstance(held.source, StoredPoint):
            raise UsageError(f"{held.source.called} is only in memory; save it first")
        run, point = held.source.run, held.source.point
    else:
        run = held
    return run if isinstance(run, Run) else Run(run.directory, model=run.model), point
