"""The stages of a run: begin, do what is missing, finish; again and again if need be."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from orgsim.errors import RunError
from orgsim.execution.context import RunContext
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import Experiment, now, reworded
from orgsim.execution.finalize import RunTotals
from orgsim.execution.progress import Progress
from orgsim.store import Manifest, Part, RunDirectory, Seconds
from orgsim.store.manifest_fields import State
from orgsim.store.names import POINTS_FILE, SHARES_FILE
from orgsim.system.interruption import look


def begin(experiment: Experiment, status: str) -> Manifest:
    """Write what the run is, and return the manifest to work by.

    Raises
    ------
    UsageError
        If the model's rules are not there; then nothing is written.
    """
    experiment.require_model()
    store = experiment.store
    if status == "new":
        manifest = experiment.new_manifest()
    else:
        before = store.read_manifest()
        manifest = replace(reworded(before, experiment.config), status="running")
        if status == "smaller":
            manifest = experiment.grown(manifest)
    config, swept = experiment.config, experiment.points.columns
    return store.begin(manifest, config.settings, swept, config.model, anew=status == "new")


def missing(context: RunContext, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts that are not there, each looked for when its turn comes."""
    return (part for part in parts if context.parts.done(part) is None)


def _size(part: Part, *, in_points: bool) -> int:
    """Return how many firms a part has, or points where the firms are not known beforehand."""
    points = len(part.points)
    return points if in_points else points * (part.stop_firm - part.first_firm)


def do(context: RunContext, parts: Sequence[Part], executor: Executor, progress: Progress) -> None:
    """Do those of some parts that are missing."""
    in_points = context.config.precision is not None
    todo, done = [], 0
    for part in parts:
        entry = context.parts.done(part)
        if entry is None:
            todo.append(part)
        else:
            done += len(entry.firms) if in_points else int(entry.firms.sum())
    if not todo:
        return
    context.parts.make_folders()
    total = sum(_size(part, in_points=in_points) for part in parts)
    began = executor(context, missing(context, todo), progress)
    progress.begin(total, done, "points" if in_points else "firms")
    for _ in began:
        pass


def finish_after(
    experiment: Experiment, manifest: Manifest, executor: Executor, progress: Progress
) -> None:
    """Simulate what is missing, and keep the manifest true whatever happens."""
    context = experiment.context(manifest)
    try:
        do(context, list(context.layout.parts()), executor, progress)
        finish(experiment.store, context, manifest)
    except BaseException as error:
        stopped = isinstance(error, KeyboardInterrupt)
        status: State = "interrupted" if stopped else "failed"
        with contextlib.suppress(RunError):  # a full disk may refuse this too
            experiment.store.write_manifest(replace(manifest, status=status, ended=now()))
        raise
    finally:
        progress.end()


def finish(store: RunDirectory, context: RunContext, manifest: Manifest) -> None:
    """Write what needs all parts, and say that the run is finished.

    Parameters
    ----------
    context : RunContext
        Every part of which is there.
    manifest : Manifest
        As the run was begun with.
    """
    look()
    began = time.perf_counter()
    totals = RunTotals(context)
    late, files = totals.write_split_quarters(store)
    files[SHARES_FILE] = store.write_shares(totals.shares(), context.parts)
    store.remove_superseded(context.owns)
    simulating, writing = totals.seconds()
    store.write_manifest(
        replace(
            manifest,
            seconds=Seconds(simulating, writing + time.perf_counter() - began),
            status="finished",
            digest=totals.digest(late),
            files={POINTS_FILE: manifest.files[POINTS_FILE], **files},
            ended=now(),
        )
    )
