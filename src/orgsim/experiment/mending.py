"""A run that lies on the disk: finished, mended, merged by what it says of itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.config import Config
from orgsim.errors import UsageError
from orgsim.experiment.course import finish, finish_after
from orgsim.experiment.engines import Engine, threads_engine
from orgsim.experiment.plan import Experiment
from orgsim.experiment.progress import Progress, Silent
from orgsim.experiment.recovery import restore, whole_manifest
from orgsim.files import as_path
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
    with _held(as_path(directory), progress) as (experiment, manifest):
        store = experiment.store
        manifest = experiment.agreed(manifest) | {"status": "running"}
        store.clear_torn(others=True)
        manifest = store.begin(manifest, experiment.config.settings, experiment.points.columns)
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
    with _held(as_path(directory), Silent()) as (experiment, manifest):
        if experiment.store.is_complete(manifest):
            return Run(directory)
        work = experiment.work(manifest)
        there = sum(work.place.done(part) is not None for part in work.entered())
        lacking = work.layout.count - there
        if lacking:
            raise UsageError(
                f"{directory}: {lacking:,} of {work.layout.count:,} parts are missing; run the "
                f"shards that do them again, or do them here: orgsim resume {directory}"
            )
        manifest = experiment.mend_tables(manifest)
        finish(experiment.store, work, manifest)
    return Run(directory, simulated=True)


@contextlib.contextmanager
def _held(path: Path, progress: Progress) -> Iterator[tuple[Experiment, dict[str, Any]]]:
    """Give the experiment that a directory holds, and its manifest; keep other processes out.

    Raises
    ------
    UsageError
        If there is no run, one of another source, or another process is at work.
    """
    store = RunDirectory(path)
    whole_manifest(path)  # refuses what is no run, before anything is made
    with store.held():
        restore(path, progress)
        manifest = store.read_manifest()
        experiment = Experiment(stored_config(path, manifest), path)
        status = experiment.status(overwrite=False)
        if status == "smaller":  # a table of points that grew, and the process died
            manifest = experiment.grown(manifest)
        yield experiment, manifest


def begun_config(directory: str | PathLike[str]) -> Config:
    """Return the config of a run that has begun, whatever became of its manifest.

    Raises
    ------
    UsageError
        If there is no run.
    """
    path = as_path(directory)
    return stored_config(path, whole_manifest(path))


def _forget_damaged(work: Work) -> int:
    """Remove parts that are not what was written; return how many there were."""
    damaged = 0
    for part in work.entered():
        if work.place.done(part) is not None and work.place.checked(part) is None:
            work.place.forget(part)
            damaged += 1
    return damaged
