"""Several processes that share a run out among them, in one directory, each at its own time."""

from __future__ import annotations

import time
from contextlib import ExitStack
from itertools import islice

from orgsim.errors import UsageError
from orgsim.execution.context import RunContext
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import Experiment
from orgsim.execution.progress import Progress
from orgsim.execution.recovery import restore
from orgsim.execution.stages import begin, do, finish
from orgsim.store import Manifest, RunDirectory, Shard, at_work, layout_of
from orgsim.store.locks import waiting_for

LOOKS_FOR_OTHERS = 3
"""How often, a second apart, a shard that ends looks for what others may just have written."""


def run_shard(
    experiment: Experiment, shard: Shard, executor: Executor, progress: Progress, *, overwrite: bool
) -> bool:
    """Do one shard's parts; finish the run if it is the last.

    Returns
    -------
    bool
        Whether the run was not finished before.
    """
    if overwrite:
        raise UsageError("--overwrite would remove what other shards do: remove the run beforehand")
    store = experiment.store
    with ExitStack() as stack:
        manifest = _join(experiment, shard, stack, progress)
        if manifest is None:
            return False
        context = experiment.context(manifest)
        mine = list(islice(context.layout.parts(), shard.number - 1, None, shard.of))
        try:
            do(context, mine, executor, progress)
        finally:
            progress.end()
        if _all_done(context):
            _finish_together(store, context)
    return True


def _join(
    experiment: Experiment, shard: Shard, stack: ExitStack, progress: Progress
) -> Manifest | None:
    """Begin a run, or take part in one; return its manifest, or None if it is finished.

    Shards that arrive at the same time do this one after the other. The stack keeps the shard's
    locks to its end.
    """
    store = experiment.store
    store.make()
    with waiting_for(store.path, ".lock-begin"):
        restore(store.path, experiment.config.model, progress, experiment)
        if experiment.status(overwrite=False) in ("new", "smaller"):
            with store.held():  # a run begins, or grows, while nobody is at work on it
                store.clear_unfinished(others=True)
                begin(experiment, experiment.status(overwrite=False))
        stack.enter_context(store.held(shard))
        finished = experiment.status(overwrite=False) == "finished"
        store.clear_unfinished(others=False)
        manifest = store.read_manifest()
        # Whoever began may have died before they were there.
        manifest = experiment.repair_tables(manifest)
        return None if finished else manifest


def _all_done(context: RunContext) -> bool:
    """Whether all parts are there, those of other shards among them.

    Another machine's last part may take a moment to be seen; if nobody else is at work, it is
    worth waiting for.
    """
    for look in range(LOOKS_FOR_OTHERS):
        time.sleep(1.0 if look else 0.0)
        if all(context.parts.done(part) is not None for part in context.layout.parts()):
            return True
        if len(at_work(context.parts.path)) > 1:
            break
    return False


def _finish_together(store: RunDirectory, context: RunContext) -> None:
    """Finish a run, unless another shard has, or the run has grown meanwhile."""
    with waiting_for(store.path, ".lock-finish"):
        manifest = store.read_manifest()
        if layout_of(manifest) == context.layout and not store.is_complete(manifest):
            finish(store, context, manifest)
