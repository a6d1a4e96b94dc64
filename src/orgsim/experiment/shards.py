"""Several processes that share a run out among them, in one directory, each at its own time."""

from __future__ import annotations

import time
from contextlib import ExitStack
from itertools import islice
from typing import Any

from orgsim.errors import UsageError
from orgsim.experiment.course import begin, do, finish
from orgsim.experiment.engines import Engine
from orgsim.experiment.plan import Experiment
from orgsim.experiment.progress import Progress
from orgsim.experiment.recovery import restore
from orgsim.result import Run
from orgsim.store import RunDirectory, Shard, at_work, layout_of
from orgsim.store.locks import waiting_for
from orgsim.work import Work

LOOKS_FOR_OTHERS = 3
"""How often, a second apart, a shard that ends looks for what others may just have written."""


def run_shard(
    experiment: Experiment, shard: Shard, engine: Engine, progress: Progress, *, overwrite: bool
) -> Run:
    """Do one shard's parts; finish the run if it is the last."""
    if overwrite:
        raise UsageError("--overwrite would remove what other shards do: remove the run beforehand")
    store = experiment.store
    with ExitStack() as stack:
        manifest = _join(experiment, shard, stack, progress)
        if manifest is None:
            return Run(store.path)
        work = experiment.work(manifest)
        mine = list(islice(work.layout.parts(), shard.number - 1, None, shard.of))
        try:
            do(work, mine, engine, progress)
        finally:
            progress.end()
        if _all_done(work):
            _finish_together(store, work)
    return Run(store.path, simulated=True)


def _join(
    experiment: Experiment, shard: Shard, stack: ExitStack, progress: Progress
) -> dict[str, Any] | None:
    """Begin a run, or take part in one; return its manifest, or None if it is finished.

    Shards that arrive at the same time do this one after the other. The stack keeps the shard's
    locks to its end.
    """
    store = experiment.store
    store.make()
    with waiting_for(store.path, ".lock-begin"):
        restore(store.path, progress, experiment)
        if experiment.status(overwrite=False) in ("new", "smaller"):
            with store.held():  # a run begins, or grows, while nobody is at work on it
                store.clear_torn(others=True)
                begin(experiment, experiment.status(overwrite=False))
        stack.enter_context(store.held(shard))
        finished = experiment.status(overwrite=False) == "finished"
        store.clear_torn(others=False)
        manifest = store.read_manifest()
        # Whoever began may have died before they were there.
        manifest = experiment.mend_tables(manifest)
        return None if finished else manifest


def _all_done(work: Work) -> bool:
    """Whether all parts are there, those of other shards among them.

    Another machine's last part may take a moment to be seen; if nobody else is at work, it is
    worth waiting for.
    """
    for look in range(LOOKS_FOR_OTHERS):
        time.sleep(1.0 if look else 0.0)
        if all(work.place.done(part) is not None for part in work.layout.parts()):
            return True
        if len(at_work(work.place.path)) > 1:
            break
    return False


def _finish_together(store: RunDirectory, work: Work) -> None:
    """Finish a run, unless another shard has, or the run has grown meanwhile."""
    with waiting_for(store.path, ".lock-finish"):
        manifest = store.read_manifest()
        if layout_of(manifest) == work.layout and not store.is_complete(manifest):
            finish(store, work, manifest)
