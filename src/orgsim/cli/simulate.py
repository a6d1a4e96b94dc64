"""Commands that simulate, or say what simulating would take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orgsim.cli.options import (
    PATH,
    apply,
    config_argument,
    executor_options,
    json_option,
    load,
    out_option,
    print_json,
    quiet_option,
    set_option,
    setting_options,
    stoppable,
    threads_option,
    twin_option,
    with_shorthands,
)

if TYPE_CHECKING:
    from orgsim.api.held import Run
    from orgsim.config import Config, Named
    from orgsim.store import Shard


def _warned(text: str) -> None:
    click.echo(f"Warning: {text}", err=True)


def _simulate(
    config: Named,
    *,
    needs_sweep: bool,
    out: Path | None,
    seed: int | None,
    firms: int | None,
    assignments: tuple[str, ...],
    twins: tuple[str, ...],
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **where: Any,
) -> None:
    from orgsim.api import runs as api
    from orgsim.report.progress import progress

    loaded = load(config, with_shorthands(assignments, twins, seed, firms))
    if dry_run:
        _forecast(loaded, config, as_json=as_json)
        return
    act = api.sweep if needs_sweep else api.run
    with stoppable():
        done = act(
            loaded,
            out=out,
            overwrite=overwrite,
            progress=progress(quiet=quiet),
            warn=_warned,
            **where,
        )
    _show(done, quiet=quiet, as_json=as_json)


def _show(done: Run, *, quiet: bool, as_json: bool, more: Mapping[str, Any] | None = None) -> None:
    """Print what a run came to; as JSON, with more beside it."""
    from orgsim.report.shares import run_files, run_heading

    if not done.meta.is_finished:  # a shard that is not the last
        from orgsim.execution.status import status
        from orgsim.report.status import status_lines

        if not quiet:
            click.echo("\n".join(status_lines(status(done.directory, done.model))))
        return
    files = run_files(done.directory, str(done.digest), done.meta.seconds.simulating)
    heading = run_heading(done.meta.title, done.simulated)
    if done.meta.is_sweep:
        from orgsim.report.sweep import print_sweep, sweep_as_dict

        if as_json:
            print_json(sweep_as_dict(done) | dict(more or {}))
        elif not quiet:
            print_sweep(done, heading=heading, files=files)
        return
    from orgsim.report.shares import print_comparison

    comparison = done.compare()
    if as_json:
        found = {"digest": done.digest, "directory": str(done.directory)}
        print_json(comparison.as_dict() | found | dict(more or {}))
    elif not quiet:
        print_comparison(comparison, heading=heading, files=files)


_simulating = apply(
    [
        config_argument,
        out_option,
        setting_options,
        threads_option,
        executor_options,
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
def run(config: Named, **options: Any) -> None:
    """Simulate firms and print how often each scenario occurs.

    CONFIG: a TOML file, or the name of a preset (`orgsim new --list`).

    Writes a run directory with Parquet tables. A finished run is not repeated;
    an interrupted one goes on when the same command is given again, and one
    with fewer firms grows. A config with [sweep] is simulated at all its points.
    """
    _simulate(config, needs_sweep=False, **options)


@click.command()
@_simulating
def sweep(config: Named, **options: Any) -> None:
    """Simulate firms at every point of a config's [sweep].

    CONFIG: a TOML file, or the name of a preset (`orgsim new --list`).

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
@click.option(
    "--out", type=PATH, help="A directory of its own, in which the run is simulated anew."
)
@click.option("--firms", type=int, help="With --out, more firms (at every design point).")
@click.option("--overwrite", is_flag=True, help="With --out, replace another run there.")
@threads_option
@executor_options
@quiet_option
@json_option
def resume(
    directory: Path,
    out: Path | None,
    firms: int | None,
    overwrite: bool,
    quiet: bool,
    as_json: bool,
    shard: Shard | None,
    **where: Any,
) -> None:
    """Finish what was begun, and do again what is damaged.

    Every row is read and held against what was noted when it was written.

    With --out the run is simulated anew in a directory of its own, by the rules
    of the version that it is of, and every row that lies in DIRECTORY is looked
    for there, bit for bit: so a run of an earlier version is finished, or grows.
    """
    from orgsim.api import runs as api
    from orgsim.report.progress import progress

    if shard is not None:
        raise click.UsageError("--shard: give the shard's own command again instead")
    where |= {"progress": progress(quiet=quiet), "warn": _warned}
    if out is not None:
        _take_up(directory, out, firms, overwrite, quiet=quiet, as_json=as_json, **where)
        return
    if firms is not None or overwrite:
        raise click.UsageError(
            "--firms and --overwrite go with --out DIR; where it lies, a run grows by the command "
            "that began it"
        )
    with stoppable():
        done = api.resume(directory, **where)
    _show(done, quiet=quiet, as_json=as_json)


def _take_up(
    directory: Path,
    out: Path,
    firms: int | None,
    overwrite: bool,
    *,
    quiet: bool,
    as_json: bool,
    **where: Any,
) -> None:
    from orgsim.api import runs as api
    from orgsim.execution.take_up import TakeUp
    from orgsim.model import MODEL

    old = TakeUp.of(directory, MODEL, firms)
    if old.config.note:
        click.echo(f"Note: {old.config.note}", err=True)
    with stoppable():
        done, taken = api.take_up(old, out, overwrite, **where)
    found = {"directory": str(directory), "rows": dict(taken.rows)}
    _show(done, quiet=quiet, as_json=as_json, more={"taken_up": found})
    if not (quiet or as_json):
        from orgsim.report.terminal import open_console, say

        click.echo()
        say(open_console(), taken.sentence, "bold")


@click.command()
@click.argument("directory", type=PATH)
@quiet_option
@json_option
def merge(directory: Path, quiet: bool, as_json: bool) -> None:
    """Finish a run whose shards are all done.

    The last shard does this by itself; this is for when it could not.
    """
    from orgsim.api import runs as api

    _show(api.merge(directory), quiet=quiet, as_json=as_json)


@click.command()
@config_argument
@set_option
@twin_option
@click.option("--json", "as_json", is_flag=True, help="Print the forecast as one JSON object.")
def check(
    config: Named, assignments: tuple[str, ...], twins: tuple[str, ...], as_json: bool
) -> None:
    """Validate a config; say rows, memory, time to expect.

    CONFIG: a TOML file, or the name of a preset (`orgsim new --list`).
    """
    _forecast(load(config, with_shorthands(assignments, twins)), config, as_json=as_json)


def _forecast(loaded: Config, config: Named, *, as_json: bool) -> None:
    from dataclasses import asdict

    from orgsim.execution.forecast import forecast
    from orgsim.report.check import forecast_lines
    from orgsim.system.machine import cores

    threads = cores()
    expected = forecast(loaded, threads)
    if as_json:
        print_json(asdict(expected))
        return
    click.echo(f"{config.called}: valid")
    for name, text in forecast_lines(loaded, expected, threads):
        click.echo(f"  {name:<15} {text}")
