"""Running a config: into a directory, in memory, or only forecast."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.api.held import Run, Sample
from orgsim.config import Config, Overrides, load_config
from orgsim.errors import UsageError
from orgsim.execution import forecast as forecasts
from orgsim.execution.executors import Executor, ExecutorOptions, open_executor
from orgsim.execution.executors.threads import thread_count
from orgsim.execution.forecast import Forecast
from orgsim.execution.memory import simulate_in_memory
from orgsim.execution.progress import Progress, Silent
from orgsim.execution.resume import begun_config, merge_run, resume_run
from orgsim.execution.run import run_config
from orgsim.execution.take_up import TakenUp, TakeUp
from orgsim.model import MODEL
from orgsim.results.sample import HeldSetting
from orgsim.spec import Model
from orgsim.store import Shard
from orgsim.system.files import as_path


def warned(text: str) -> None:
    """Warn as Python does of what one should know of where the parts are done."""
    warnings.warn(text, RuntimeWarning, stacklevel=2)


def simulate(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    model: Model | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sample:
    """Simulate the firms of one setting in memory; nothing is written.

    The firms are those that :func:`run` writes, to the last bit, and so is the digest. A million
    firms take some 200 MB.

    Parameters
    ----------
    config, overrides, firms, seed, model, threads, progress
        As of :func:`run`.

    Raises
    ------
    ConfigError
        If the settings are wrong.
    UsageError
        If the config has a ``[sweep]``.
    KeyboardInterrupt

    Examples
    --------
    ::

        sample = orgsim.simulate("article-2014", firms=2_000)
        sample.compare().verdict.kind
        sample.save("results/kept")
    """
    loaded = as_config(config, overrides, firms, seed, model)
    if loaded.sweep is not None:
        raise UsageError(
            f"{loaded.name}: has a [sweep]; in memory one setting is simulated at a time: leave it "
            "out, or use orgsim.sweep"
        )
    options = ExecutorOptions(loaded.cluster, threads=threads)
    with open_executor("threads", options) as executor:
        memory = simulate_in_memory(loaded, executor, progress or Silent())
    source = HeldSetting(
        model=loaded.model,
        meta=memory.manifest,
        given=memory.points.inputs(0),
        shares=memory.shares(),
        quarters=memory.quarters(),
        firms=memory.parts.firm_columns,
    )
    return Sample(source, memory)


def forecast(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    model: Model | None = None,
    threads: int | None = None,
) -> Forecast:
    """Estimate what a run would take: points, firms, rows, bytes, memory, time.

    Parameters
    ----------
    config, overrides, firms, seed, model
        As of :func:`run`.
    threads : int, optional
        Cores that would work at a time; by default those that the process may use.

    Raises
    ------
    ConfigError
        If the settings are wrong.
    """
    return forecasts.forecast(
        as_config(config, overrides, firms, seed, model), thread_count(threads)
    )


def run(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    model: Model | None = None,
    out: str | PathLike[str] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    executor: str | Executor | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    shard: Shard | None = None,
    engine: Executor | None = None,
    warn: Callable[[str], None] = warned,
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
    model : Model, optional
        Whose firms they are; by default the config's, which is the study's unless it was loaded for
        another. Workers import it by its ``home``.
    out : path, optional
        The directory; by default ``results/`` and the config's name.
    threads : int, optional
        Default: all cores that the process may use. No result depends on it.
    overwrite : bool
        Replace another run in the same directory.
    progress : Progress, optional
        What to tell; nothing by default.
    executor : str or Executor, optional
        Who does the parts: ``"threads"`` of this process, or ``"dask"``, whose workers are
        started here or found at an address; by default as the config's ``[cluster] executor``
        says. A script that starts workers here needs ``if __name__ == "__main__":``, for they
        import it.
    scheduler : str, optional
        Of Dask: ``"local"``, or the address of one that runs.
    workers : int, optional
        Of Dask: processes to start here, by default one a core.
    shard : Shard, optional
        Do only this one's parts; the last shard to end finishes the run.
    engine : Executor, optional
        As ``executor``: its name up to version 0.1.0.
    warn : callable, optional
        Told what one should know of where the parts are done; by default as Python warns.

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
        If the directory holds something else, another process is at work in it, or there is no
        such executor.
    RunError
        If the disk is full or cannot be written.
    KeyboardInterrupt
        After the manifest says so; the same call goes on later.
    """
    loaded = as_config(config, overrides, firms, seed, model)
    directory = as_path(out) if out is not None else Path("results") / loaded.name
    options = ExecutorOptions(
        loaded.cluster,
        warn=warn,
        threads=threads,
        scheduler=scheduler,
        workers=workers,
        is_shard=bool(shard),
    )
    with open_executor(_named(executor, engine), options) as opened:
        simulated = run_config(
            loaded, directory, opened, progress or Silent(), overwrite=overwrite, shard=shard
        )
    return Run(directory, model=loaded.model, simulated=simulated)


def sweep(
    config: Config | str | PathLike[str],
    overrides: Overrides = (),
    *,
    firms: int | None = None,
    seed: int | None = None,
    model: Model | None = None,
    **options: Any,
) -> Run:
    """Simulate every point of a config's ``[sweep]``; otherwise as :func:`run`.

    Raises
    ------
    UsageError
        If the config has no ``[sweep]``, and as :func:`run`.
    """
    loaded = as_config(config, overrides, firms, seed, model)
    if loaded.sweep is None:
        raise UsageError(
            f"{loaded.name}: has no [sweep]; add one, or use `orgsim run` for a single setting"
        )
    return run(loaded, **options)


def resume(
    directory: str | PathLike[str],
    *,
    out: str | PathLike[str] | None = None,
    firms: int | None = None,
    overwrite: bool = False,
    model: Model = MODEL,
    threads: int | None = None,
    progress: Progress | None = None,
    executor: str | Executor | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    engine: Executor | None = None,
    warn: Callable[[str], None] = warned,
) -> Run:
    """Finish what was begun, and do again what is damaged, after looking at every row.

    With ``out``, simulate the run anew in a directory of its own, by the rules of the version that
    it is of, and look there for every row that the old one holds. So a run that an earlier version
    of orgsim wrote is finished, or grows, though its own directory is only read. Where somebody has
    changed a rule, the rows decide: either all come out again, bit for bit, or one that does not is
    named. Of a run of the present version it makes a checked copy, which may be larger.

    Parameters
    ----------
    directory : path
        The run's.
    out : path, optional
        The new directory, neither ``directory`` nor in it. If the same run is there already, it
        goes on, and is looked at when it is finished.
    firms : int, optional
        With ``out``, how many a point; by default as many as the old run has, or was to have. Of
        more, rows of firms alone are looked for: all others are of all firms.
    overwrite : bool
        With ``out``, replace another run there.
    model : Model, optional
        Of which the run is; by default the study's.
    threads, progress, executor, scheduler, workers, engine, warn
        As of :func:`run`. With ``out``, ``progress`` is told how many rows were found.

    Raises
    ------
    UsageError
        If there is no run, or one of another model. Without ``out``, if it is of another format or
        source, or another process is at work; with it, if the old run is larger, or another run is
        in the new directory.
    ConfigError
        If so many firms are not allowed; with a ``[precision]``, none are.
    RunError, KeyboardInterrupt
        As :func:`run`. With ``out``, RunError too if some row is not there as it was, or parts of
        the old run are damaged, when all others have been looked for; the new directory stays.
    """
    path, told = as_path(directory), progress or Silent()
    where: dict[str, Any] = {
        "warn": warn,
        "threads": threads,
        "scheduler": scheduler,
        "workers": workers,
    }
    if out is not None:
        old = TakeUp.of(path, model, firms)
        if old.config.note:
            warnings.warn(old.config.note, stacklevel=2)
        named = _named(executor, engine)
        run, taken = take_up(old, out, overwrite, progress=told, executor=named, **where)
        told.say(taken.sentence)
        return run
    if firms is not None or overwrite:
        raise UsageError(
            "firms and overwrite go with out, a directory of its own; where it lies, a run grows "
            "by the command that began it"
        )
    options = ExecutorOptions(begun_config(path, model).cluster, **where)
    with open_executor(_named(executor, engine), options) as opened:
        resume_run(path, model, opened, told)
    return Run(path, model=model, simulated=True)


def take_up(
    old: TakeUp,
    out: str | PathLike[str],
    overwrite: bool = False,
    *,
    progress: Progress | None = None,
    executor: str | Executor | None = None,
    **where: Any,
) -> tuple[Run, TakenUp]:
    """Simulate an old run anew, and look for its rows; as :func:`resume` with ``out``.

    Returns
    -------
    Run, TakenUp
        The new run, and which rows of the old one are in it.
    """
    directory = as_path(out)
    old.refuse_place(directory)
    with open_executor(executor, ExecutorOptions(old.config.cluster, **where)) as opened:
        taken = old.into(directory, opened, progress or Silent(), overwrite=overwrite)
    return Run(directory, model=old.model, simulated=taken.simulated), taken


def merge(directory: str | PathLike[str], *, model: Model = MODEL) -> Run:
    """Finish a run whose shards are all done.

    Raises
    ------
    UsageError
        If parts are missing; the message says how many.
    """
    path = as_path(directory)
    return Run(path, model=model, simulated=merge_run(path, model))


def _named(executor: str | Executor | None, engine: Executor | None) -> str | Executor | None:
    """Return who is asked for, by the present word or by that of version 0.1.0."""
    if executor is not None and engine is not None:
        raise UsageError("executor and engine are one thing, by its new name and its old; give one")
    return engine if executor is None else executor


def as_config(
    config: Config | str | PathLike[str],
    overrides: Overrides,
    firms: int | None,
    seed: int | None,
    model: Model | None,
) -> Config:
    """Return the config that is meant.

    Raises
    ------
    UsageError
        If it was loaded for another model than the one that is asked for.
    """
    if not isinstance(config, Config):
        return load_config(config, overrides, model=model or MODEL, firms=firms, seed=seed)
    if model is not None and config.model is not model:
        raise UsageError(
            f"{config.name}: is a config of the model {config.model.label}, and {model.label} is "
            "asked for; load it with model="
        )
    return config.replace(overrides, firms=firms, seed=seed)
