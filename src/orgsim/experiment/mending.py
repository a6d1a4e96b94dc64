"""A run that lies on the disk: finished, mended, merged by what it says of itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.errors import UsageError
from orgsim.experiment.course import finish, finish_after, missing
from orgsim.experiment.engines import Engine, threads_engine
from orgsim.experiment.plan import Experiment
from orgsim.experiment.progress import Progress, Silent
from orgsim.result import Run
from orgsim.store import RunDirectory
from orgsim.work import Work, stored_config


def resume(
    directory: str | PathLike[str],
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Run:
    """Finish what was begun, and do again what is damaged, after looking at every row.

    Raises
    ------
    UsageError
        If there is no run, one of another format or source, or another process is at work.
    RunError, KeyboardInterrupt
        As :func:`run`.
    """
    engine = engine or threads_engine(threads)
    progress = progress or Silent()
    with _held(Path(directory)) as (experiment, manifest):
        store = experiment.store
        manifest |= {"status": "running"}
        store.clear_torn(others=True)
        store.begin(manifest, experiment.config.settings, experiment.points.columns)
        damaged = _forget_damaged(experiment.work(manifest))
        if damaged:
            progress.say(f"{damaged} damaged part{'s' * (damaged > 1)}: will be done again")
        finish_after(experiment, manifest, engine, progress)
    return Run(directory, simulated=True)


def merge(directory: str | PathLike[str]) -> Run:
    """Finish a run whose shards are all done.

    Raises
    ------
    UsageError
        If parts are missing; the message says how many.
    """
    with _held(Path(directory)) as (experiment, manifest):
        if experiment.store.is_complete(manifest):
            return Run(directory)
        work = experiment.work(manifest)
        lacking = sum(1 for _ in missing(work, work.layout.parts()))
        if lacking:
            raise UsageError(
                f"{directory}: {lacking:,} of {len(work.layout):,} parts are missing; run the "
                f"shards that do them again, or do them here: orgsim resume {directory}"
            )
        experiment.mend_tables(manifest)
        finish(experiment.store, work, manifest)
    return Run(directory, simulated=True)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[tuple[Experiment, dict[str, Any]]]:
    """Give the experiment that a directory holds, and its manifest; keep other processes out.

    Raises
    ------
    UsageError
        If there is no run, one of another source, or another process is at work.
    """
    store = RunDirectory(path)
    store.read_manifest()  # refuses what is no run, before anything is made
    with store.held():
        manifest = store.read_manifest()
        experiment = Experiment(stored_config(path, manifest), path)
        status = experiment.status(overwrite=False)
        if status == "smaller":  # a table of points that grew, and the process died
            manifest = experiment.grown(manifest)
        yield experiment, manifest


def _forget_damaged(work: Work) -> int:
    """Remove parts that are not what was written; return how many there were."""
    damaged = 0
    for part in work.layout.parts():
        if work.place.done(part) is not None and work.place.checked(part) is None:
            work.place.forget(part)
            damaged += 1
    return damaged
