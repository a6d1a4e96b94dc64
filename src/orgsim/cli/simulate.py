"""Commands that simulate, or say what simulating would take."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orgsim.cli.options import (
    PATH,
    apply,
    engine_options,
    json_option,
    out_option,
    print_json,
    quiet_option,
    set_option,
    setting_options,
    stoppable,
    threads_option,
    with_shorthands,
)
from orgsim.printable import as_name

if TYPE_CHECKING:
    from orgsim.config import Config
    from orgsim.result import Run
    from orgsim.store import Shard


@contextlib.contextmanager
def _engine(
    config: Config,
    engine: str | None,
    scheduler: str | None,
    workers: int | None,
    threads: int | None,
    shard: Shard | None,
) -> Iterator[Any]:
    """Give the engine that the options ask for."""
    if scheduler is not None and not scheduler.strip():
        raise click.UsageError("--scheduler: is empty; write local or an address")
    if scheduler == "queue":
        raise click.UsageError(
            "--scheduler queue: is no more; `orgsim cluster script CONFIG` writes an array of jobs "
            "for the queue that [cluster] describes"
        )
    if engine is None:
        engine = "threads" if scheduler is None and workers is None else "dask"
    if engine == "threads":
        from orgsim.experiment import threads_engine

        if scheduler is not None or workers is not None:
            raise click.UsageError("--scheduler and --workers go with --engine dask")
        yield threads_engine(threads)
        return
    if shard is not None:
        raise click.UsageError("--shard shares work out itself: it does not go with Dask")
    if threads is not None:
        raise click.UsageError("--threads: with Dask, every worker has its own; see --workers")
    from orgsim.cluster.connection import LOCAL, is_encrypted
    from orgsim.cluster.dask import dask_engine

    place = scheduler or LOCAL
    with dask_engine(place, config.cluster, workers) as made:
        if not is_encrypted(place):
            click.echo(
                f"Warning: --scheduler {place}: whoever can reach this address, or that of a "
                "worker, can run code as you; use tls:// ([cluster] tls_ca_file, tls_cert, "
                "tls_key).",
                err=True,
            )
        yield made


def _simulate(
    config: Path,
    *,
    needs_sweep: bool,
    out: Path | None,
    seed: int | None,
    firms: int | None,
    assignments: tuple[str, ...],
    threads: int | None,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **engine: Any,
) -> None:
    from orgsim import experiment
    from orgsim.config import load_config
    from orgsim.report.progress import progress

    loaded = load_config(config, with_shorthands(assignments, seed, firms))
    if dry_run:
        _forecast(loaded, config, as_json=as_json)
        return
    directory = out if out is not None else Path("results") / loaded.name
    act = experiment.sweep if needs_sweep else experiment.run
    with stoppable(), _engine(loaded, threads=threads, **engine) as made:
        done = act(
            loaded,
            out=directory,
            overwrite=overwrite,
            progress=progress(quiet=quiet),
            engine=made,
            shard=engine["shard"],
        )
    _show(done, quiet=quiet, as_json=as_json)


def _show(done: Run, *, quiet: bool, as_json: bool) -> None:
    """Print what a run came to."""
    from orgsim.report.shares import run_files, run_heading

    if done.manifest["status"] != "finished":  # a shard that is not the last
        from orgsim.inspection import status
        from orgsim.report.status import status_lines

        if not quiet:
            click.echo("\n".join(status_lines(status(done.directory))))
        return
    files = run_files(done.directory, str(done.digest), done.manifest["seconds"]["simulating"])
    heading = run_heading(done.manifest["title"], done.simulated)
    if done.manifest["extent"]["points"] > 1:
        from orgsim.report.sweep import print_sweep, sweep_as_dict

        if as_json:
            print_json(sweep_as_dict(done))
        elif not quiet:
            print_sweep(done, heading=heading, files=files)
        return
    from orgsim.report.shares import print_comparison

    comparison = done.compare()
    if as_json:
        more = {"digest": done.digest, "directory": str(done.directory)}
        print_json(comparison.as_dict() | more)
    elif not quiet:
        print_comparison(comparison, heading=heading, files=files)


_simulating = apply(
    [
        click.argument("config", type=PATH),
        out_option,
        setting_options,
        threads_option,
        engine_options,
        click.option(
            "--overwrite", is_flag=True, help="Replace another run in the same directory."
        ),
        click.option(
            "--dry-run", is_flag=True, help="Only say what it would take, as `orgsim check` does."
        ),
        quiet_option,
        json_option,
    ]
)


@click.command()
@_simulating
def run(config: Path, **options: Any) -> None:
    """Simulate firms and print how often each scenario occurs.

    Writes a run directory with Parquet tables. A finished run is not repeated;
    an interrupted one goes on when the same command is given again, and one
    with fewer firms grows. A config with [sweep] is simulated at all its points.
    """
    _simulate(config, needs_sweep=False, **options)


@click.command()
@_simulating
def sweep(config: Path, **options: Any) -> None:
    """Simulate firms at every point of a config's [sweep].

    \b
    On all cores of this machine:      orgsim sweep my.toml
    On two local processes of Dask:    orgsim sweep my.toml --scheduler local --workers 2
    On a Dask scheduler that runs:     orgsim sweep my.toml --scheduler tls://10.0.0.1:8786
    On a cluster with a queue:         orgsim cluster script my.toml
    As one of four jobs:               orgsim sweep my.toml --shard 1/4

    The rows are the same, and the digest is, whoever computes them. Give the
    same command again after whatever went wrong.
    """  # noqa: D301 - click leaves the lines below a real backspace as they are
    _simulate(config, needs_sweep=True, **options)


@click.command()
@click.argument("directory", type=PATH)
@threads_option
@engine_options
@quiet_option
@json_option
def resume(
    directory: Path,
    threads: int | None,
    quiet: bool,
    as_json: bool,
    shard: Shard | None,
    **engine: Any,
) -> None:
    """Finish what was begun, and do again what is damaged.

    Every row is read and held against what was noted when it was written.
    """
    from orgsim import experiment
    from orgsim.report.progress import progress

    if shard is not None:
        raise click.UsageError("--shard: give the shard's own command again instead")
    config = experiment.begun_config(directory)
    with stoppable(), _engine(config, threads=threads, shard=None, **engine) as made:
        done = experiment.resume(directory, engine=made, progress=progress(quiet=quiet))
    _show(done, quiet=quiet, as_json=as_json)


@click.command()
@click.argument("directory", type=PATH)
@quiet_option
@json_option
def merge(directory: Path, quiet: bool, as_json: bool) -> None:
    """Finish a run whose shards are all done.

    The last shard does this by itself; this is for when it could not.
    """
    from orgsim import experiment

    _show(experiment.merge(directory), quiet=quiet, as_json=as_json)


@click.command()
@click.argument("config", type=PATH)
@set_option
@click.option("--json", "as_json", is_flag=True, help="Print the forecast as one JSON object.")
def check(config: Path, assignments: tuple[str, ...], as_json: bool) -> None:
    """Validate a config; say rows, memory, time to expect."""
    from orgsim.config import load_config

    _forecast(load_config(config, assignments), config, as_json=as_json)


def _forecast(loaded: Config, path: Path, *, as_json: bool) -> None:
    from dataclasses import asdict

    from orgsim.provenance import cores
    from orgsim.report.check import forecast, forecast_lines

    threads = cores()
    expected = forecast(loaded, threads)
    if as_json:
        print_json(asdict(expected))
        return
    click.echo(f"{as_name(path)}: valid")
    for name, text in forecast_lines(loaded, expected, threads):
        click.echo(f"  {name:<15} {text}")
