"""The course of a run: begin, do what is missing, finish; again and again if need be."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from orgsim.errors import RunError
from orgsim.experiment.engines import Engine
from orgsim.experiment.plan import Experiment, now, wording
from orgsim.experiment.progress import Progress
from orgsim.finishing import Ending
from orgsim.interruption import look
from orgsim.store import Part, RunDirectory
from orgsim.store.names import POINTS_FILE, SHARES_FILE
from orgsim.work import Work


def begin(experiment: Experiment, status: str) -> dict[str, Any]:
    """Write what the run is, and return the manifest to work by."""
    store = experiment.store
    if status == "new":
        manifest = experiment.new_manifest()
    else:
        before = store.read_manifest()
        manifest = {**before, **wording(experiment.config), "status": "running"}
        if status == "smaller":
            manifest = experiment.grown(manifest)
    settings, swept = experiment.config.settings, experiment.points.columns
    return store.begin(manifest, settings, swept, anew=status == "new")


def missing(work: Work, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts that are not there, each looked for when its turn comes."""
    return (part for part in parts if work.place.done(part) is None)


def _size(part: Part, *, in_points: bool) -> int:
    """Return how many firms a part has, or points where the firms are not known beforehand."""
    points = len(part.points)
    return points if in_points else points * (part.stop_firm - part.first_firm)


def do(work: Work, parts: Sequence[Part], engine: Engine, progress: Progress) -> None:
    """Do those of some parts that are missing."""
    in_points = work.config.precision is not None
    todo, done = [], 0
    for part in parts:
        note = work.place.done(part)
        if note is None:
            todo.append(part)
        else:
            done += len(note.firms) if in_points else int(note.firms.sum())
    if not todo:
        return
    work.place.make_folders()
    total = sum(_size(part, in_points=in_points) for part in parts)
    began = engine(work, missing(work, todo), progress)
    progress.begin(total, done, "points" if in_points else "firms")
    for _ in began:
        pass


def finish_after(
    experiment: Experiment, manifest: dict[str, Any], engine: Engine, progress: Progress
) -> None:
    """Simulate what is missing, and keep the manifest true whatever happens."""
    work = experiment.work(manifest)
    try:
        do(work, list(work.layout.parts()), engine, progress)
        finish(experiment.store, work, manifest)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        manifest |= {"status": "interrupted" if interrupted else "failed", "ended": now()}
        with contextlib.suppress(RunError):  # a full disk may refuse this too
            experiment.store.write_manifest(manifest)
        raise
    finally:
        progress.end()


def finish(store: RunDirectory, work: Work, manifest: dict[str, Any]) -> None:
    """Write what needs all parts, and say that the run is finished.

    Parameters
    ----------
    work : Work
        Every part of which is there.
    manifest : dict
        Updated.
    """
    look()
    began = time.perf_counter()
    ending = Ending(work)
    late, files = ending.write_split_quarters(store)
    files[SHARES_FILE] = store.write_shares(ending.shares(), work.place.provenance)
    store.remove_superseded(work.owns)
    simulating, writing = ending.seconds()
    manifest |= {
        "seconds": {
            "simulating": simulating,
            "writing": writing + time.perf_counter() - began,
        },
        "status": "finished",
        "digest": ending.digest(late),
        "files": {POINTS_FILE: manifest["files"][POINTS_FILE], **files},
        "ended": now(),
    }
    store.write_manifest(manifest)
