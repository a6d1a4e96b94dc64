"""Commands for clusters."""

from __future__ import annotations

from pathlib import Path

import click

from orgsim.cli.options import PATH, out_option, overwrite_option, setting_options, with_shorthands
from orgsim.printable import as_name, shell_word

_MARK = b"Written by `orgsim cluster script`"
"""What every script says, so that the next one may replace it if nobody changed it."""


@click.group()
def cluster() -> None:
    """Prepare jobs for a cluster's queue."""


@cluster.command()
@click.argument("config", type=PATH)
@out_option
@setting_options
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Tasks of the array.  [default: cluster.jobs]"
)
@click.option("--file", "to", type=PATH, help="Write to a file instead.")
@overwrite_option
def script(
    config: Path,
    out: Path | None,
    seed: int | None,
    firms: int | None,
    assignments: tuple[str, ...],
    jobs: int | None,
    to: Path | None,
    overwrite: bool,
) -> None:
    """Print a script for the queue: an array of jobs that share a run out among them.

    Which queue, and what each job books, stands in the config's [cluster].
    """
    from orgsim.cluster.queues import queue_of
    from orgsim.cluster.script import array_script
    from orgsim.config import load_config
    from orgsim.store import outputs
    from orgsim.store.atomic import write_text

    changes = with_shorthands(assignments, seed, firms)
    loaded = load_config(config, changes)
    directory = out if out is not None else Path("results") / loaded.name
    text = array_script(loaded, config, directory, jobs or loaded.cluster.jobs, changes)
    if to is None:
        click.echo(text, nl=False)
        return
    target = outputs.named(to, mark=_MARK, sealed=True, overwrite=overwrite, option="--file")
    write_text(target, text)
    submit = f"{queue_of(loaded.cluster).submit}{shell_word(to)}"
    click.echo(f"{as_name(to)}: written; next: {submit}")
