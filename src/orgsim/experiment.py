"""One experiment: plan it, run it, stop it, take it up again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orgsim.columns import RECORD, SCENARIOS
from orgsim.config import Config, load_config
from orgsim.errors import ConfigError, RunError, UsageError
from orgsim.provenance import machine, versions
from orgsim.result import Run

if TYPE_CHECKING:
    from orgsim.engine import Chunk, Plan
    from orgsim.store import RunDirectory
    from orgsim.store.sums import Sums

MOST_THREADS = 1_024

ONE_SECTOR = "all"
"""Name of the sector when a config has none."""


class Progress(Protocol):
    """What is told how a run goes on; :mod:`orgsim.report.progress` shows it on a terminal."""

    def begin(self, firms: int, done: int) -> None:
        """Begin, or go on after so many firms."""

    def compiling(self) -> None:
        """Wait for the kernel to be compiled or loaded."""

    def advance(self, firms: int) -> None:
        """Count so many more firms as done."""

    def end(self) -> None:
        """End, one way or another."""


class Silent:
    """A progress that shows nothing."""

    def begin(self, firms: int, done: int) -> None:
        """Show nothing."""

    def compiling(self) -> None:
        """Show nothing."""

    def advance(self, firms: int) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""


def default_threads() -> int:
    """Return the cores that this process may use, at most what Slurm granted."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    granted = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return min(cores or 1, int(granted)) if granted.isdecimal() and int(granted) else cores or 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _sector_names(config: Config) -> list[str]:
    return [sector.name for sector in config.sectors] or [ONE_SECTOR]


def _sums(chunk: Chunk) -> Sums:
    import numpy as np

    from orgsim.store.sums import Sums

    calm = chunk.record[RECORD.index("quarters_of_misfit")] == 0
    scenario = chunk.record[RECORD.index("scenario")].astype(int)
    without = np.bincount(scenario[calm], minlength=len(SCENARIOS)).astype(np.int64)
    return Sums(chunk.sums, chunk.histogram, chunk.counts, without)


def _plan_hash(plan: Mapping[str, Any]) -> str:
    """Return a hash that ties a lone table to its plan."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def _wording(config: Config) -> dict[str, Any]:
    """Return what may change after a run, for it touches no firm."""
    target = {"shares": dict(config.target.shares), "tolerance": config.target.tolerance}
    return {"title": config.title, "target": target}


def _manifest(config: Config, identity: Mapping[str, Any], threads: int) -> dict[str, Any]:
    from orgsim.store import FORMAT, PART_FIRMS

    return {
        "format": FORMAT,
        **_wording(config),
        "status": "running",
        "digest": None,
        "seed": config.settings["simulation.seed"],
        "identity": identity,
        "plan_hash": _plan_hash(identity["plan"]),
        "part_firms": PART_FIRMS,
        "output": {"firms": config.output.firms, "quarters": config.output.quarters},
        "versions": versions(),
        "machine": machine(),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "threads": threads,
        "started": _now(),
        "ended": None,
        "seconds": {"simulating": 0.0, "writing": 0.0},
        "parts": [],
    }


class _Work:
    """The parts of one run, done one after the other."""

    def __init__(
        self, config: Config, store: RunDirectory, manifest: dict[str, Any], progress: Progress
    ) -> None:
        self.config = config
        self.store = store
        self.manifest = manifest
        self.progress = progress
        self.sectors = _sector_names(config)
        self.provenance = {
            "orgsim_title": config.title,
            "orgsim_version": manifest["versions"]["orgsim"],
            "orgsim_source": manifest["identity"]["source"],
            "orgsim_plan": manifest["plan_hash"],
            "orgsim_seed": str(config.settings["simulation.seed"]),
        }

    def found(self) -> tuple[dict[int, str], Sums | None]:
        """Return the finished parts' hashes by first firm, and their sums all together."""
        from orgsim.store import part_ranges

        digests: dict[int, str] = {}
        total: Sums | None = None
        for first, stop in part_ranges(self.config.firms):
            part = self.store.read_part(
                first, stop, sectors=self.sectors, rows=self.config.output.firms
            )
            if part is not None:
                digests[first], sums = part
                total = total.plus(sums) if total else sums
        return digests, total

    def simulate(self, plan: Plan, first: int, stop: int, threads: int) -> tuple[str, Sums]:
        """Simulate and write one part."""
        from orgsim.engine import simulate

        began = time.perf_counter()
        chunk = simulate(plan, first, stop, threads=threads, on_progress=self.progress.advance)
        simulated = time.perf_counter()
        sums = _sums(chunk)
        digest = self.store.write_part(
            first,
            chunk.record,
            sums,
            sectors=self.sectors,
            provenance=self.provenance,
            rows=self.config.output.firms,
        )
        self.manifest["seconds"]["simulating"] += simulated - began
        self.manifest["seconds"]["writing"] += time.perf_counter() - simulated
        return digest, sums

    def do(self, plan: Plan, threads: int) -> tuple[list[str], Sums]:
        """Do what is missing; return every part's hash, and all sums."""
        from orgsim.engine import compile_kernel
        from orgsim.jit import is_compiled
        from orgsim.store import part_ranges

        digests, total = self.found()
        ranges = list(part_ranges(self.config.firms))
        done = sum(stop - first for first, stop in ranges if first in digests)
        if not is_compiled():
            self.progress.compiling()
        compile_kernel(plan)
        self.progress.begin(self.config.firms, done)
        for first, stop in ranges:
            if first not in digests:
                digests[first], sums = self.simulate(plan, first, stop, threads)
                total = total.plus(sums) if total else sums
            part = {"first": first, "stop": stop, "digest": digests[first]}
            self.manifest["parts"].append(part)
        assert total is not None
        return [digests[first] for first, _ in ranges], total

    def finish(self, plan: Plan, digests: Sequence[str], sums: Sums) -> None:
        """Write what needs all firms, and say that the run is finished."""
        from orgsim.analysis.quarters import quarter_columns
        from orgsim.analysis.shares import share_columns
        from orgsim.store import run_digest
        from orgsim.store.tables import points_table

        began = time.perf_counter()
        quarters = None
        if self.config.output.quarters:
            quarters = quarter_columns(
                0, sums.sums, sums.histogram, sums.counts, plan.demand, plan.hype
            )
        points = points_table(self.config.settings, self.provenance)
        self.store.write_tables(
            points, quarters, share_columns(sums.counts[-1], sums.without_misfit), self.provenance
        )
        self.manifest["seconds"]["writing"] += time.perf_counter() - began
        self.manifest |= {
            "status": "finished",
            "digest": run_digest(digests, sums),
            "ended": _now(),
        }
        self.store.write_manifest(self.manifest)
        self.store.forget_partials()


def _as_config(config: Config | str | PathLike[str], overrides: Sequence[str]) -> Config:
    if not isinstance(config, Config):
        return load_config(config, overrides)
    if overrides:
        raise ConfigError("overrides go with a file; a Config is ready as it is")
    return config


def run(
    config: Config | str | PathLike[str],
    *,
    out: str | PathLike[str] | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
) -> Run:
    """Simulate the firms of one setting and write a run directory.

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

    Returns
    -------
    Run
        Finished. A run of the same plan that is there already is not simulated again, and
        one that was interrupted goes on where it stopped.

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
    from orgsim.engine import make_plan
    from orgsim.jit import source_hash
    from orgsim.store import RunDirectory

    config = _as_config(config, overrides)
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        raise UsageError(f"threads = {threads}; allowed: 1 to {MOST_THREADS}")
    threads = threads or default_threads()
    progress = progress or Silent()
    store = RunDirectory(Path(out) if out is not None else Path("results") / config.name)
    identity = {"plan": config.plan(), "firms": config.firms, "source": source_hash()}
    output = {"firms": config.output.firms, "quarters": config.output.quarters}
    identity["output"] = output
    plan = make_plan(config.settings, config.sector_overrides())  # may fail: before any removal
    with store.held():
        status = store.status(identity, overwrite=overwrite)
        before = {} if status == "new" else store.read_manifest()
        if status == "finished":
            _reword(store, before, config)
            return Run(store.path)
        manifest = _manifest(config, identity, threads)
        manifest |= {key: before[key] for key in ("started", "seconds") if key in before}
        _simulate(config, store, manifest, plan, threads, progress)
    return Run(store.path, simulated=True)


def _reword(store: RunDirectory, manifest: dict[str, Any], config: Config) -> None:
    """Note the title and the target of a finished run anew if the config has other ones now."""
    wording = _wording(config)
    if any(manifest[key] != value for key, value in wording.items()):
        store.describe(manifest | wording, config.to_toml())


def _simulate(
    config: Config,
    store: RunDirectory,
    manifest: dict[str, Any],
    plan: Plan,
    threads: int,
    progress: Progress,
) -> None:
    """Simulate what is missing, and keep the manifest true whatever happens."""
    work = _Work(config, store, manifest, progress)
    store.begin(manifest, config.to_toml())
    try:
        digests, sums = work.do(plan, threads)
        work.finish(plan, digests, sums)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        manifest |= {"status": "interrupted" if interrupted else "failed", "ended": _now()}
        with contextlib.suppress(RunError):  # a full disk may refuse this too
            store.write_manifest(manifest)
        if isinstance(error, MemoryError):
            raise RunError("out of memory: fewer --threads, or a smaller department") from error
        raise
    finally:
        progress.end()
