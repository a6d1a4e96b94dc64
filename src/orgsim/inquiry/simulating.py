"""The runs that an inquiry needs: one a horizon, in folders that say what they keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.config.asked_output import AskedOutput
from orgsim.config.laid_points import with_points
from orgsim.config.points import Points
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import Experiment
from orgsim.execution.progress import Progress
from orgsim.execution.resume import resume_run
from orgsim.execution.run import run_config
from orgsim.inquiry.reading import Readings
from orgsim.store.names import MANIFEST_FILE
from orgsim.store.run_tables import RunTables
from orgsim.text import counted

if TYPE_CHECKING:
    from orgsim.config import Config

_SCENARIO = ("scenario",)


@dataclass(frozen=True)
class Laid:
    """Design points, and how they are simulated.

    Attributes
    ----------
    name : str
        Of the stage, such as ``screening``: names the folders.
    columns : mapping of path to array (points,)
    firms : int
        Of a point.
    seed : int
        Of the design.
    has_common_draws : bool
        Whether all points get the same draws.
    keeps_quarters : bool
        Whether aggregates by quarter are kept.
    """

    name: str
    columns: Mapping[str, NDArray[Any]]
    firms: int
    seed: int
    has_common_draws: bool
    keeps_quarters: bool = False

    def config_at(self, config: Config, need: Need) -> Config:
        """Return the config of the run that a need asks for."""
        return with_points(
            config,
            self.columns,
            quarters=need.quarters,
            firms=self.firms,
            seed=self.seed,
            has_common_draws=self.has_common_draws,
            keeps_firms=need.firms,
            keeps_quarters=self.keeps_quarters,
            has_twins=need.twins,
        )


@dataclass(frozen=True)
class Need:
    """What is needed of the firms after so many quarters.

    Attributes
    ----------
    quarters : int
    firms : bool
        A row a firm, and not only counts of scenarios.
    twins : bool
    """

    quarters: int
    firms: bool
    twins: bool

    def folder(self, stage: str) -> str:
        """Return the name of the run directory."""
        kept = f"{'-firms' if self.firms else ''}{'-twins' if self.twins else ''}"
        return f"{stage}-{self.quarters}-quarters{kept}"


def needs_of(asked: Iterable[AskedOutput], horizon: int) -> list[Need]:
    """Return what outputs need, a need a horizon, the shortest first."""
    found: dict[int, Need] = {}

    def add(quarters: int, *, firms: bool, twins: bool) -> None:
        before = found.get(quarters, Need(quarters, False, False))
        found[quarters] = Need(quarters, before.firms or firms, before.twins or twins)

    for output in asked:
        times = {term.quarters for term in output.terms}
        for term in output.terms:
            firms = term.needs != _SCENARIO or len(times) > 1
            twins = term.output.needs_twin
            if term.output.needs_later:
                add(horizon, firms=True, twins=twins)
                add(term.later(horizon), firms=True, twins=False)
            else:
                add(term.quarters or horizon, firms=firms, twins=twins)
    return [found[quarters] for quarters in sorted(found)]


def simulated(
    config: Config,
    laid: Laid,
    asked: Iterable[AskedOutput],
    directory: Path,
    executor: Executor,
    progress: Progress,
    *,
    overwrite: bool,
    may_be_longer: bool = False,
) -> tuple[Readings, dict[str, str]]:
    """Simulate a design at every horizon that outputs need; runs that are there go on, or grow.

    Parameters
    ----------
    may_be_longer : bool
        Whether runs may be there whose points begin with these: then only these are read.

    Returns
    -------
    Readings, and the digest of every run by its folder.
    """
    runs, digests = {}, {}
    points = len(next(iter(laid.columns.values())))
    for need in needs_of(asked, config.quarters):
        at = laid.config_at(config, need)
        folder = need.folder(laid.name)
        there = None
        if may_be_longer and not overwrite:
            there = _longer(at, directory / folder, executor, progress)
        if there is not None:
            runs[need.quarters], digests[folder] = there, str(there.digest)
            continue
        progress.say(
            f"{laid.name}: {counted(points, 'point')} of {counted(laid.firms, 'firm')}, "
            f"{counted(need.quarters, 'quarter')}{', with twins' if need.twins else ''}"
        )
        run_config(at, directory / folder, executor, progress, overwrite=overwrite)
        runs[need.quarters] = RunTables(directory / folder, config.model)
        digests[folder] = str(runs[need.quarters].digest)
    return Readings(runs, config.quarters, points), digests


def _longer(
    config: Config, directory: Path, executor: Executor, progress: Progress
) -> RunTables | None:
    """Return the run that is there, finished, if its points begin with those of a config."""
    if not (directory / MANIFEST_FILE).exists():
        return None
    run = RunTables(directory, config.model)
    points = Points(config)
    same = run.meta.identity == Experiment(config, directory).identity
    if not same or run.meta.extent.points < len(points):
        return None
    if not run.meta.is_finished:
        resume_run(directory, config.model.kernel, executor, progress)
        run = RunTables(directory, config.model)
    there = run.swept_points()
    equal = all(
        np.array_equal(there[path].to_numpy()[: len(points)], column)
        for path, column in points.columns.items()
    )
    return run if equal and run.meta.extent.firms == config.firms else None
