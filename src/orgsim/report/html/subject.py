"""What a report is about: a run, or one point of a sweep, beside a reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

from orgsim.config.points import Points
from orgsim.errors import UsageError
from orgsim.jit import source_hash
from orgsim.result import Run
from orgsim.result.plots import DRAWN_FIRMS
from orgsim.work import stored_config

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.analysis.comparison import Comparison
    from orgsim.analysis.flows import Flows
    from orgsim.analysis.reference import Reference
    from orgsim.config import Config
    from orgsim.result.picture import Picture
    from orgsim.result.plots import Plots
    from orgsim.result.reference import ReferenceLike


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
    other : Run or None
        The same firms under another setting.
    other_point : int
    """

    run: Run
    split: Reference
    tolerance: float
    point: int | None
    other: Run | None
    other_point: int

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the run is."""
        return self.run.manifest

    @property
    def is_sweep(self) -> bool:
        """Whether the report is about many points at once."""
        return self.point is None and bool(self.manifest["extent"]["points"] > 1)

    @property
    def directory_name(self) -> str:
        """The run directory's own name: where it lies differs from one machine to the next."""
        return self.run.directory.resolve().name

    @property
    def title(self) -> str:
        """The run's title, and the point if there is one."""
        title = str(self.manifest["title"]) or self.directory_name
        return title if self.point is None else f"{title}: point {self.point}"

    @cached_property
    def config(self) -> Config:
        """The config that the run was begun with."""
        return stored_config(self.run.directory, self.manifest)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """Every parameter, by path; of a whole sweep what its points start from."""
        if self.is_sweep:
            return self.config.settings
        return Points(self.config).settings(self.point or 0)

    @cached_property
    def other_settings(self) -> Mapping[str, Any]:
        """Every parameter of the other setting, by path."""
        assert self.other is not None
        config = stored_config(self.other.directory, self.other.manifest)
        return Points(config).settings(self.other_point)

    @property
    def is_of_this_model(self) -> bool:
        """Whether the model that made the run is the one that is installed."""
        return bool(self.manifest["identity"]["source"] == source_hash())

    @cached_property
    def comparison(self) -> Comparison:
        """Shares beside the reference, of one setting."""
        return self.run.compare(self.split, point=self.point or 0, tolerance=self.tolerance)

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """The points of a sweep, the nearest first."""
        return self.run.ranked(self.split, tolerance=self.tolerance)

    @cached_property
    def flows(self) -> Flows:
        """Where firms end under the other setting, if there is one."""
        assert self.other is not None
        return self.run.flows(self.other, point=self.point or 0, other_point=self.other_point)

    @cached_property
    def drawn_firms(self) -> pd.DataFrame:
        """The firms that pictures are drawn from, of one setting."""
        from orgsim.result.firm_rows import rows_of

        return rows_of(self.run, self.point or 0, 0, DRAWN_FIRMS).to_pandas()

    @cached_property
    def quarters(self) -> pd.DataFrame:
        """A row a quarter, of one setting."""
        return self.run.quarters(self.point or 0)

    @property
    def _plots(self) -> Plots:
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
        return self.run.plot.flows(self.other, point=self.point or 0, other_point=self.other_point)


def subject_of(
    run: Run,
    reference: ReferenceLike,
    tolerance: float | None,
    point: int | None,
    other: Run | str | PathLike[str] | None,
    other_point: int | None,
) -> Subject:
    """Return what a report is about, checked.

    Raises
    ------
    UsageError
        If the run is not finished, there is no such point, or a point must be named.
    """
    run.counts(point or 0)  # refuses what is not finished, or not there
    second = Run(other) if isinstance(other, (str, PathLike)) else other
    if second is None and other_point is not None:
        raise UsageError("--other-point goes with a second run: --other DIR")
    if second is not None:
        for each, option, given in (
            (run, "--point", point),
            (second, "--other-point", other_point),
        ):
            if given is None and each.manifest["extent"]["points"] > 1:
                raise UsageError(f"{each.directory}: is a sweep; say which point with {option}")
    return Subject(
        run=run,
        split=run.reference(reference),
        tolerance=run.tolerance(tolerance),
        point=point if run.manifest["extent"]["points"] > 1 else None,
        other=second,
        other_point=other_point or 0,
    )
