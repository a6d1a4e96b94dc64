"""One experiment: plan it, run it, stop it, take it up again, share it out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orgsim.config import Config, load_config
from orgsim.errors import ConfigError, RunError, UsageError
from orgsim.provenance import cores, machine, versions
from orgsim.result import Run

if TYPE_CHECKING:
    from orgsim.store import Note, Part, RunDirectory, Shard
    from orgsim.work import Work

MOST_THREADS = 1_024

LOOKS_FOR_OTHERS = 3
"""How often, a second apart, a shard that ends looks for what others may just have written."""

ONE_SECTOR = "all"
"""Name of the sector when a config has none."""


class Progress(Protocol):
    """What is told how a run goes on; :mod:`orgsim.report.progress` shows it on a terminal."""

    def begin(self, total: int, done: int, unit: str) -> None:
        """Begin, or go on after so many; units are ``firms`` or ``points``."""

    def compiling(self) -> None:
        """Wait for the kernel to be compiled or loaded."""

    def say(self, text: str) -> None:
        """Tell something else."""

    def advance(self, count: int) -> None:
        """Count so many more as done."""

    def end(self) -> None:
        """End, one way or another."""


class Silent:
    """A progress that shows nothing."""

    def begin(self, total: int, done: int, unit: str) -> None:
        """Show nothing."""

    def compiling(self) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Show nothing."""

    def advance(self, count: int) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""


Engine = Callable[["Work", Iterable["Part"], Progress], Iterator[tuple["Part", "Note"]]]
"""Does parts, wherever, and yields each with its note when it is in place."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _plan_hash(plan: Mapping[str, Any]) -> str:
    """Return a hash that ties a lone table to its plan."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def _wording(config: Config) -> dict[str, Any]:
    """Return what may change after a run, for it touches no firm."""
    target = {"shares": dict(config.target.shares), "tolerance": config.target.tolerance}
    return {"title": config.title, "target": target, "config": config.to_toml()}


def threads_engine(threads: int | None = None) -> Engine:
    """Return the engine that works on the cores of this machine.

    Raises
    ------
    UsageError
        If so many threads are not allowed.
    """
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        raise UsageError(f"threads = {threads}; allowed: 1 to {MOST_THREADS}")
    wanted = threads or cores()

    def engine(
        work: Work, parts: Iterable[Part], progress: Progress
    ) -> Iterator[tuple[Part, Note]]:
        from orgsim.work import do_parts, warm_up

        warm_up(work, progress.compiling)
        if work.config.precision is not None:
            return do_parts(work, parts, threads=wanted, on_point=lambda: progress.advance(1))
        return do_parts(work, parts, threads=wanted, on_firms=progress.advance)

    return engine


class Experiment:
    """A config, its points, and the directory that it is computed into.

    Parameters
    ----------
    config : Config
    directory : path

    Raises
    ------
    ConfigError
        If some design point cannot be simulated.
    """

    def __init__(self, config: Config, directory: Path) -> None:
        from orgsim.config.points import Points
        from orgsim.jit import source_hash
        from orgsim.store import RunDirectory

        self.config = config
        self.points = Points(config)
        self.store = RunDirectory(directory)
        self.output: dict[str, bool] = {
            "firms": config.output.firms,
            "quarters": config.output.quarters,
        }
        self.identity: dict[str, Any] = {
            "plan": config.plan(),
            "source": source_hash(),
            "output": self.output,
        }
        self.extent = {"firms": self._firms(), "points": len(self.points)}

    def _firms(self) -> int:
        """Return the firms of a point, at most."""
        if self.config.precision is None:
            return self.config.firms
        from orgsim.analysis.precision import looks

        return looks(self.config.precision)[-1]

    def expected_firms(self) -> int:
        """Return the firms that a point is expected to need."""
        if self.config.precision is None:
            return self.config.firms
        from orgsim.analysis.precision import expected_firms

        return expected_firms(list(self.config.target.shares.values()), self.config.precision)

    def status(self, *, overwrite: bool) -> str:
        """Say what is in the directory; see :meth:`orgsim.store.RunDirectory.status`.

        Raises
        ------
        UsageError
            If another run is there, or one of other points.
        """
        status = self.store.status(self.identity, self.extent, overwrite=overwrite)
        if status != "new":
            self.store.refuse_other_points(self.points.columns)
        return status

    def mend_tables(self, manifest: Mapping[str, Any]) -> None:
        """Write config and points anew where they are not what the manifest says."""
        settings, swept = self.config.settings, self.points.columns
        self.store.mend_tables(dict(manifest), settings, swept)

    def new_manifest(self) -> dict[str, Any]:
        """Return the manifest of a run that begins."""
        from orgsim.store import FORMAT, part_firms

        seed = self.config.settings["simulation.seed"]
        now = versions()
        plan_hash = _plan_hash(self.identity["plan"])
        return {
            "format": FORMAT,
            **_wording(self.config),
            "status": "running",
            "digest": None,
            "seed": seed,
            "identity": self.identity,
            "extent": self.extent,
            "plan_hash": plan_hash,
            "part_firms": part_firms(len(self.points), self.expected_firms(), self.most_work()),
            "expected_firms": self.expected_firms(),
            "sectors": [sector.name for sector in self.config.sectors] or [ONE_SECTOR],
            "output": self.output,
            "provenance": {
                "orgsim_title": self.config.title,
                "orgsim_version": now["orgsim"],
                "orgsim_source": self.identity["source"],
                "orgsim_plan": plan_hash,
                "orgsim_seed": str(seed),
            },
            "versions": now,
            "machine": machine(),
            "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
            "started": _now(),
            "ended": None,
            "seconds": {"simulating": 0.0, "writing": 0.0},
        }

    def grown(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Return the manifest of a run that grows to this one's extent."""
        expected = manifest["expected_firms"]
        return {
            **manifest,
            "extent": self.extent,
            # With a precision it is a forecast, by which points were grouped: that stays.
            "expected_firms": self.config.firms if self.config.precision is None else expected,
            "status": "running",
            "digest": None,
            "ended": None,
        }

    def most_work(self) -> int:
        """Return the agent-quarters of a firm, at the points where they are most."""
        settings = self.config.settings
        staff = 0
        for path in ("firm.marketing_staff", "firm.it_staff"):
            swept = self.points.columns.get(path)
            presets = self.config.sweep.presets.values() if self.config.sweep else ()
            most = [settings[path], *(preset[path] for preset in presets if path in preset)]
            staff += int(swept.max()) if swept is not None else max(most)
        return staff * int(settings["simulation.quarters"])

    def work(self, manifest: Mapping[str, Any]) -> Work:
        """Return what is to be done."""
        from orgsim.work import Work

        return Work.at(self.store.path, self.config, manifest, self.points)


def run(
    config: Config | str | PathLike[str],
    *,
    out: str | PathLike[str] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
    engine: Engine | None = None,
    shard: Shard | None = None,
) -> Run:
    """Simulate the firms of one setting, or of all points of a sweep, and write a run directory.

    Parameters
    ----------
    config : Config or path
        A validated config, or its TOML file.
    out : path, optional
        The directory; by default ``results/`` and the config's name.
    threads : int, optional
        Default: all cores that the process may use. No result depends on it.
    overwrite : bool
        Replace another run in the same directory.
    overrides : sequence of str
        ``section.key=value``, as after ``--set``.
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
    config = _as_config(config, overrides)
    engine = engine or threads_engine(threads)
    progress = progress or Silent()
    directory = Path(out) if out is not None else Path("results") / config.name
    experiment = Experiment(config, directory)  # may fail: before any removal
    if shard is not None:
        return _run_shard(experiment, shard, engine, progress, overwrite=overwrite)
    store = experiment.store
    with store.held():
        status = experiment.status(overwrite=overwrite)
        if status == "finished":
            _reword(experiment, store.read_manifest())
            return Run(store.path)
        store.clear_torn(others=True)
        _finish_after(experiment, _begin(experiment, status), engine, progress)
    return Run(store.path, simulated=True)


def _as_config(config: Config | str | PathLike[str], overrides: Sequence[str]) -> Config:
    if not isinstance(config, Config):
        return load_config(config, overrides)
    if overrides:
        raise ConfigError("overrides go with a file; a Config is ready as it is")
    return config


def sweep(
    config: Config | str | PathLike[str], *, overrides: Sequence[str] = (), **options: Any
) -> Run:
    """Simulate every point of a config's ``[sweep]``; otherwise as :func:`run`.

    Raises
    ------
    UsageError
        If the config has no ``[sweep]``, and as :func:`run`.
    """
    loaded = _as_config(config, overrides)
    if loaded.sweep is None:
        raise UsageError(
            f"{loaded.name}: has no [sweep]; add one, or use `orgsim run` for a single setting"
        )
    return run(loaded, **options)


def _reword(experiment: Experiment, manifest: Mapping[str, Any]) -> None:
    """Note what may change of a finished run, and mend its config and points."""
    reworded = {**manifest, **_wording(experiment.config)}
    if reworded != manifest:
        experiment.store.write_manifest(reworded)
    experiment.mend_tables(reworded)


def _begin(experiment: Experiment, status: str) -> dict[str, Any]:
    """Write what the run is, and return the manifest to work by."""
    store = experiment.store
    if status == "new":
        manifest = experiment.new_manifest()
    else:
        before = store.read_manifest()
        manifest = {**before, **_wording(experiment.config), "status": "running"}
        if status == "smaller":
            manifest = experiment.grown(manifest)
    store.begin(manifest, experiment.config.settings, experiment.points.columns)
    return manifest


def _missing(work: Work, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts that are not there, each looked for when its turn comes."""
    return (part for part in parts if work.place.done(part) is None)


def _size(part: Part, *, in_points: bool) -> int:
    """Return how many firms a part has, or points where the firms are not known beforehand."""
    points = len(part.points)
    return points if in_points else points * (part.stop_firm - part.first_firm)


def _do(work: Work, parts: Sequence[Part], engine: Engine, progress: Progress) -> None:
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
    began = engine(work, _missing(work, todo), progress)
    progress.begin(total, done, "points" if in_points else "firms")
    for _ in began:
        pass


def _finish_after(
    experiment: Experiment, manifest: dict[str, Any], engine: Engine, progress: Progress
) -> None:
    """Simulate what is missing, and keep the manifest true whatever happens."""
    work = experiment.work(manifest)
    try:
        _do(work, list(work.layout.parts()), engine, progress)
        finish(experiment.store, work, manifest)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        manifest |= {"status": "interrupted" if interrupted else "failed", "ended": _now()}
        with contextlib.suppress(RunError):  # a full disk may refuse this too
            experiment.store.write_manifest(manifest)
        raise
    finally:
        progress.end()


def _run_shard(
    experiment: Experiment, shard: Shard, engine: Engine, progress: Progress, *, overwrite: bool
) -> Run:
    """Do one shard's parts; finish the run if it is the last."""
    from itertools import islice

    if overwrite:
        raise UsageError("--overwrite would remove what other shards do: remove the run beforehand")
    store = experiment.store
    with ExitStack() as stack:
        manifest = _join(experiment, shard, stack)
        if manifest is None:
            return Run(store.path)
        work = experiment.work(manifest)
        mine = list(islice(work.layout.parts(), shard.number - 1, None, shard.of))
        try:
            _do(work, mine, engine, progress)
        finally:
            progress.end()
        if _all_done(work):
            _finish_together(store, work)
    return Run(store.path, simulated=True)


def _join(experiment: Experiment, shard: Shard, stack: ExitStack) -> dict[str, Any] | None:
    """Begin a run, or take part in one; return its manifest, or None if it is finished.

    Shards that arrive at the same time do this one after the other. The stack keeps the shard's
    locks to its end.
    """
    from orgsim.store.locks import waiting_for

    store = experiment.store
    store.make()
    with waiting_for(store.path, ".lock-begin"):
        if experiment.status(overwrite=False) in ("new", "smaller"):
            with store.held():  # a run begins, or grows, while nobody is at work on it
                store.clear_torn(others=True)
                _begin(experiment, experiment.status(overwrite=False))
        stack.enter_context(store.held(shard))
        if experiment.status(overwrite=False) == "finished":
            return None
        store.clear_torn(others=False)
        return store.read_manifest()


def _all_done(work: Work) -> bool:
    """Whether all parts are there, those of other shards among them.

    Another machine's last part may take a moment to be seen; if nobody else is at work, it is
    worth waiting for.
    """
    from orgsim.store import at_work

    for look in range(LOOKS_FOR_OTHERS):
        time.sleep(1.0 if look else 0.0)
        if all(work.place.done(part) is not None for part in work.layout.parts()):
            return True
        if len(at_work(work.place.path)) > 1:
            break
    return False


def _finish_together(store: RunDirectory, work: Work) -> None:
    """Finish a run, unless another shard has, or the run has grown meanwhile."""
    from orgsim.store import layout_of
    from orgsim.store.locks import waiting_for

    with waiting_for(store.path, ".lock-finish"):
        manifest = store.read_manifest()
        if layout_of(manifest) == work.layout and not store.is_complete(manifest):
            finish(store, work, manifest)


def finish(store: RunDirectory, work: Work, manifest: dict[str, Any]) -> None:
    """Write what needs all parts, and say that the run is finished.

    Parameters
    ----------
    work : Work
        Every part of which is there.
    manifest : dict
        Updated.
    """
    from orgsim.finishing import Ending

    began = time.perf_counter()
    ending = Ending(work)
    digest = ending.digest(ending.write_split_quarters(store))
    store.write_shares(ending.shares(), work.place.provenance)
    store.remove_superseded(work.layout)
    simulating, writing = ending.seconds()
    manifest |= {
        "seconds": {
            "simulating": simulating,
            "writing": writing + time.perf_counter() - began,
        },
        "status": "finished",
        "digest": digest,
        "ended": _now(),
    }
    store.write_manifest(manifest)


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
        _finish_after(experiment, manifest, engine, progress)
    return Run(directory, simulated=True)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[tuple[Experiment, dict[str, Any]]]:
    """Give the experiment that a directory holds, and its manifest; keep other processes out.

    Raises
    ------
    UsageError
        If there is no run, one of another source, or another process is at work.
    """
    from orgsim.store import RunDirectory
    from orgsim.work import stored_config

    store = RunDirectory(path)
    store.read_manifest()  # refuses what is no run, before anything is made
    with store.held():
        manifest = store.read_manifest()
        experiment = Experiment(stored_config(path, manifest), path)
        status = store.status(experiment.identity, experiment.extent, overwrite=False)
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
        missing = sum(1 for _ in _missing(work, work.layout.parts()))
        if missing:
            raise UsageError(
                f"{directory}: {missing:,} of {len(work.layout):,} parts are missing; run the "
                f"shards that do them again, or do them here: orgsim resume {directory}"
            )
        finish(experiment.store, work, manifest)
    return Run(directory, simulated=True)
