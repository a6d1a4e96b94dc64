"""Commands for clusters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orgsim.cli.options import (
    PATH,
    config_argument,
    load,
    out_option,
    overwrite_option,
    setting_options,
    with_shorthands,
)
from orgsim.printable import as_name, shell_word

if TYPE_CHECKING:
    from orgsim.config import Named

_MARK = b"Written by `orgsim cluster script`"
"""What every script says, so that the next one may replace it if nobody changed it."""


@click.group()
def cluster() -> None:
    """Prepare jobs for a cluster's queue."""


@cluster.command()
@config_argument
@out_option
@setting_options
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Tasks of the array.  [default: cluster.jobs]"
)
@click.option("--file", "to", type=PATH, help="Write to a file instead.")
@overwrite_option
def script(
    config: Named,
    out: Path | None,
    seed: int | None,
    firms: int | None,
    assignments: tuple[str, ...],
    twins: tuple[str, ...],
    jobs: int | None,
    to: Path | None,
    overwrite: bool,
) -> None:
    """Print a script for the queue: an array of jobs that share a run out among them.

    CONFIG: a TOML file, or the name of a preset (`orgsim new --list`).

    Which queue, and what each job books, stands in the config's [cluster].
    """
    from orgsim.execution.jobs.queues import queue_of
    from orgsim.execution.jobs.script import array_script
    from orgsim.store import outputs
    from orgsim.store.atomic import write_text

    changes = with_shorthands(assignments, twins, seed, firms)
    loaded = load(config, changes)
    directory = out if out is not None else Path("results") / loaded.name
    source = config.called if config.is_preset else config.path
    text = array_script(loaded, source, directory, jobs or loaded.cluster.jobs, changes)
    if to is None:
        click.echo(text, nl=False)
        return
    target = outputs.named(to, mark=_MARK, sealed=True, overwrite=overwrite, option="--file")
    write_text(target, text)
    submit = f"{queue_of(loaded.cluster).submit}{shell_word(to)}"
    click.echo(f"{as_name(to)}: written; next: {submit}")
