"""Run a config: alone, or as one of several shards."""

from __future__ import annotations

from pathlib import Path

from orgsim.config import Config
from orgsim.execution.executors.base import Executor
from orgsim.execution.experiment import Experiment, reworded
from orgsim.execution.progress import Progress
from orgsim.execution.recovery import restore
from orgsim.execution.shards import run_shard
from orgsim.execution.stages import begin, finish_after
from orgsim.store import Manifest, Shard
from orgsim.store.derived import remove_derived


def run_config(
    config: Config,
    directory: Path,
    executor: Executor,
    progress: Progress,
    *,
    overwrite: bool = False,
    shard: Shard | None = None,
) -> bool:
    """Simulate the firms of one setting, or of all points of a sweep; see :func:`orgsim.run`.

    Returns
    -------
    bool
        Whether anything was simulated: a run that is there and finished is not done again.
    """
    experiment = Experiment(config, directory)  # may fail: before any removal
    if not directory.exists():
        experiment.require_model()  # or a directory would be made in vain
    if shard is not None:
        return run_shard(experiment, shard, executor, progress, overwrite=overwrite)
    store = experiment.store
    with store.held():
        if not overwrite:
            restore(directory, config.model, progress, experiment)
        status = experiment.status(overwrite=overwrite)
        store.clear_unfinished(others=True)
        if status == "finished":
            _reword(experiment, store.read_manifest())
            return False
        finish_after(experiment, begin(experiment, status), executor, progress)
    return True


def _reword(experiment: Experiment, manifest: Manifest) -> None:
    """Note what may change of a finished run, and repair its config and points."""
    wanted = reworded(manifest, experiment.config)
    if wanted != manifest:
        remove_derived(experiment.store.path)
        experiment.store.write_manifest(wanted)
    experiment.repair_tables(wanted)
