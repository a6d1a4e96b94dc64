"""A run that lies on the disk: finished, mended, merged by what it says of itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from orgsim.config import Config
from orgsim.errors import UsageError
from orgsim.execution.context import RunContext
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import Experiment, agreed
from orgsim.execution.progress import Progress, Silent
from orgsim.execution.recovery import restore, whole_manifest
from orgsim.execution.stages import finish, finish_after
from orgsim.spec import Model
from orgsim.store import Manifest, RunDirectory
from orgsim.store.stored_config import refuse_other_model, stored_config


def resume_run(directory: Path, model: Model, executor: Executor, progress: Progress) -> None:
    """Finish what was begun, and do again what is damaged, after looking at every row.

    Raises
    ------
    UsageError
        If there is no run, one of another format or source, or another process is at work.
    RunError, KeyboardInterrupt
        As :func:`orgsim.run`.
    """
    with _held(directory, model, progress) as (experiment, manifest):
        store = experiment.store
        model.require_rules()
        agrees = agreed(manifest, experiment.config, experiment.points)
        manifest = replace(agrees, status="running")
        store.clear_unfinished(others=True)
        swept = experiment.points.columns
        manifest = store.begin(manifest, experiment.config.settings, swept, model)
        damaged = _discard_damaged(experiment.context(manifest))
        if damaged:
            progress.say(f"{damaged} damaged part{'s' * (damaged > 1)}: will be done again")
        finish_after(experiment, manifest, executor, progress)


def merge_run(directory: Path, model: Model) -> bool:
    """Finish a run whose shards are all done; return whether it was not finished before.

    Raises
    ------
    UsageError
        If parts are missing; the message says how many.
    """
    with _held(directory, model, Silent()) as (experiment, manifest):
        if experiment.store.is_complete(manifest):
            return False
        context = experiment.context(manifest)
        there = sum(context.parts.done(part) is not None for part in context.entered())
        lacking = context.layout.count - there
        if lacking:
            raise UsageError(
                f"{directory}: {lacking:,} of {context.layout.count:,} parts are missing; run the "
                f"shards that do them again, or do them here: orgsim resume {directory}"
            )
        manifest = experiment.repair_tables(manifest)
        finish(experiment.store, context, manifest)
    return True


@contextlib.contextmanager
def _held(path: Path, model: Model, progress: Progress) -> Iterator[tuple[Experiment, Manifest]]:
    """Give the experiment that a directory holds, and its manifest; keep other processes out.

    Raises
    ------
    UsageError
        If there is no run, one of another source, or another process is at work.
    """
    store = RunDirectory(path)
    # Refuses what is no run, or another model's, before anything is made.
    refuse_other_model(path, whole_manifest(path, model), model)
    with store.held():
        restore(path, model, progress)
        manifest = store.read_manifest()
        experiment = Experiment(stored_config(path, manifest, model), path)
        status = experiment.status(overwrite=False)
        if status == "smaller":  # a table of points that grew, and the process died
            manifest = experiment.grown(manifest)
        yield experiment, manifest


def begun_config(directory: Path, model: Model) -> Config:
    """Return the config of a run that has begun, whatever became of its manifest.

    Raises
    ------
    UsageError
        If there is no run.
    """
    return stored_config(directory, whole_manifest(directory, model), model)


def _discard_damaged(context: RunContext) -> int:
    """Remove parts that are not what was written; return how many there were."""
    damaged = 0
    for part in context.entered():
        if context.parts.done(part) is not None and context.parts.checked(part) is None:
            context.parts.discard(part)
            damaged += 1
    return damaged
