"""Run a config: alone, or as one of several shards."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.config import Config, Overrides, load_config
from orgsim.errors import UsageError
from orgsim.experiment.course import begin, finish_after
from orgsim.experiment.engines import Engine, threads_engine
from orgsim.experiment.plan import Experiment, wording
from orgsim.experiment.progress import Progress, Silent
from orgsim.experiment.recovery import restore
from orgsim.experiment.shards import run_shard
from orgsim.files import as_path
from orgsim.result import Run
from orgsim.store import Shard
from orgsim.store.derived import remove_derived


def run(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    out: str | PathLike[str] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    engine: Engine | None = None,
    shard: Shard | None = None,
) -> Run:
    """Simulate the firms of one setting, or of all points of a sweep, and write a run directory.

    Parameters
    ----------
    config : Config, str or path
        A validated config, its TOML file, or the name of a shipped preset.
    overrides : mapping, or sequence of str
        Values by path, such as ``{"resistance.status_threat": 1.2}``, or ``section.key=value``, as
        after ``--set``; as of :func:`load_config`, and of :meth:`Config.replace` with a config.
    firms, seed : int, optional
        Short for ``simulation.firms`` and ``simulation.seed``; they win over ``overrides``.
    out : path, optional
        The directory; by default ``results/`` and the config's name.
    threads : int, optional
        Default: all cores that the process may use. No result depends on it.
    overwrite : bool
        Replace another run in the same directory.
    progress : Progress, optional
        What to tell; nothing by default.
    engine : callable, optional
        What does the parts; by default threads of this process.
    shard : Shard, optional
        Do only this one's parts; the last shard to end finishes the run.

    Returns
    -------
    Run
        Finished, but for a shard that is not the last. A run of the same plan that is there
        already is not simulated again, one that was interrupted goes on where it stopped, and
        one of fewer firms or points grows.

    Raises
    ------
    ConfigError
        If the settings are wrong.
    UsageError
        If the directory holds something else, or another process is at work in it.
    RunError
        If the disk is full or cannot be written.
    KeyboardInterrupt
        After the manifest says so; the same call goes on later.
    """
    config = _as_config(config, overrides, firms, seed)
    engine = engine or threads_engine(threads)
    progress = progress or Silent()
    directory = as_path(out) if out is not None else Path("results") / config.name
    experiment = Experiment(config, directory)  # may fail: before any removal
    if shard is not None:
        return run_shard(experiment, shard, engine, progress, overwrite=overwrite)
    store = experiment.store
    with store.held():
        if not overwrite:
            restore(directory, progress, experiment)
        status = experiment.status(overwrite=overwrite)
        store.clear_torn(others=True)
        if status == "finished":
            _reword(experiment, store.read_manifest())
            return Run(store.path)
        finish_after(experiment, begin(experiment, status), engine, progress)
    return Run(store.path, simulated=True)


def sweep(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    **options: Any,
) -> Run:
    """Simulate every point of a config's ``[sweep]``; otherwise as :func:`run`.

    Raises
    ------
    UsageError
        If the config has no ``[sweep]``, and as :func:`run`.
    """
    loaded = _as_config(config, overrides, firms, seed)
    if loaded.sweep is None:
        raise UsageError(
            f"{loaded.name}: has no [sweep]; add one, or use `orgsim run` for a single setting"
        )
    return run(loaded, **options)


def _as_config(
    config: Config | str | PathLike[str], overrides: Overrides, firms: int | None, seed: int | None
) -> Config:
    if isinstance(config, Config):
        return config.replace(overrides, firms=firms, seed=seed)
    return load_config(config, overrides, firms=firms, seed=seed)


def _reword(experiment: Experiment, manifest: dict[str, Any]) -> None:
    """Note what may change of a finished run, and mend its config and points."""
    reworded = {**manifest, **wording(experiment.config)}
    if reworded != manifest:
        remove_derived(experiment.store.path)
        experiment.store.write_manifest(reworded)
    experiment.mend_tables(reworded)
