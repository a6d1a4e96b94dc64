"""Options that several commands share."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from orgsim.cli.streams import even_if_lost
from orgsim.config.executors import EXECUTORS
from orgsim.printable import json_printable
from orgsim.system.interruption import EXIT_CODE, end_without_those_left_behind, heeded

if TYPE_CHECKING:
    from orgsim.config import Config, Named

INTERRUPTED = EXIT_CODE

Command = Callable[..., Any]


class PathType(click.Path):
    """A file or directory: its ``~`` expanded, and its name fit for a text file."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return a ``Path``."""
        from orgsim.errors import UsageError
        from orgsim.system.files import as_path

        try:
            return as_path(value, "path")
        except UsageError as error:
            self.fail(str(error), param, ctx)


PATH = PathType()


class ConfigType(click.ParamType[Any]):
    """``CONFIG``: a TOML file, or the name of a shipped preset."""

    name = "config"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return a ``config.Named``."""
        from orgsim.config import find_config

        PATH.convert(value, param, ctx)  # refuses what can be no path
        return find_config(value)


class ShardType(click.ParamType[Any]):
    """``I/N``: the part of a run that one of N processes does."""

    name = "I/N"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return a ``store.Shard``."""
        from orgsim.store.locks import Shard

        number, slash, of = str(value).partition("/")
        if not (slash and number.isdecimal() and of.isdecimal() and len(number + of) < 12):
            self.fail(f"{value!r}; write I/N, such as 1/4", param, ctx)
        if not 1 <= int(number) <= int(of):
            self.fail(f"{value}: of {of} shards, allowed are 1/{of} to {of}/{of}", param, ctx)
        return Shard(int(number), int(of))


def apply(options: list[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Return a decorator that adds options, the first on top."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


config_argument = click.argument("config", type=ConfigType())
set_option = click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="SECTION.KEY=VALUE",
    help="Change one setting; may be repeated.",
)
twin_option = click.option(
    "--twin",
    "twins",
    multiple=True,
    metavar="SECTION.KEY=VALUE",
    help="Simulate every firm a second time, with the same luck under this setting; may be"
    " repeated.",
)
out_option = click.option(
    "--out", type=PATH, help="Run directory.  [default: results/<config name>]"
)
threads_option = click.option(
    "--threads", type=click.IntRange(min=1), help="Cores to use.  [default: all]"
)
quiet_option = click.option("--quiet", is_flag=True, help="No progress and no table.")
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print the result as one JSON object."
)
setting_options = apply(
    [
        click.option("--seed", type=int, help="Seed of all random draws."),
        click.option("--firms", type=int, help="Firms to simulate (at every design point)."),
        set_option,
        twin_option,
    ]
)
reference_option = click.option(
    "--reference",
    metavar="article|PRESET|FILE|DIR",
    help="What to set the shares beside: the article, a preset's target, a TOML or CSV file of"
    " shares or counts, another run.  [default: the run's own target]",
)
tolerance_option = click.option(
    "--tolerance",
    type=click.FloatRange(0.0, 1.0),
    help="How far every share may be off for a match.  [default: the target's, 0.05]",
)
overwrite_option = click.option(
    "--overwrite", is_flag=True, help="Replace files there that orgsim did not write."
)
point_option = click.option(
    "--point", type=click.IntRange(min=0), help="Of a sweep, one design point."
)
format_option = click.option(
    "--format",
    "kind",
    type=click.Choice(["svg", "pdf", "png"]),
    default="svg",
    show_default=True,
    help="Of pictures: vectors for print and the web, or pixels.",
)
executor_options_without_shard = apply(
    [
        click.option(
            "--executor",
            "--engine",  # its name in version 0.1.0
            type=click.Choice(EXECUTORS),
            help="Who does the work: threads of this process, or Dask's workers."
            "  [default: cluster.executor]",
        ),
        click.option(
            "--scheduler",
            metavar="local|ADDRESS",
            help="Dask's: started here with workers here (local), or one that runs, such as"
            " tls://10.0.0.1:8786.  [default: local]",
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            help="Dask's workers here.  [default: the cores]",
        ),
    ]
)
executor_options = apply(
    [
        executor_options_without_shard,
        click.option(
            "--shard",
            type=ShardType(),
            help="Do only the I-th of N shares of the work; others do theirs in the same"
            " directory, whenever they like.",
        ),
    ]
)


def load(config: Named, assignments: Sequence[str]) -> Config:
    """Return the config that CONFIG means; say so where a file hides a preset."""
    from orgsim.config import load_config
    from orgsim.model import MODEL

    if config.note:
        click.echo(f"Note: {config.note}", err=True)
    loaded = load_config(config, assignments, model=MODEL)
    if loaded.note:
        click.echo(f"Note: {loaded.note}", err=True)
    return loaded


def print_json(value: Any) -> None:
    """Print a value as JSON, which knows no NaN."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    click.echo(json_printable(text))


def with_shorthands(
    assignments: Sequence[str],
    twins: Sequence[str] = (),
    seed: int | None = None,
    firms: int | None = None,
) -> list[str]:
    """Return assignments with those that shorthands stand for; these win."""
    shorthands = {"simulation.seed": seed, "simulation.firms": firms}
    return [
        *assignments,
        *(f"twin.set.{of_twin}" for of_twin in twins),
        *(f"{k}={v}" for k, v in shorthands.items() if v is not None),
    ]


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C, a queue's SIGTERM, and a terminal that closes end a command in order: resumable.

    See :mod:`orgsim.system.interruption`.

    Raises
    ------
    click.exceptions.Exit
        With the exit code of an interruption, after saying how to go on.
    """
    try:
        with heeded():
            yield
    except KeyboardInterrupt:
        with even_if_lost():
            text = "Interrupted: finished parts are kept; the same command goes on from there."
            click.echo(text, err=True)
            sys.stdout.flush()
            sys.stderr.flush()
        end_without_those_left_behind(INTERRUPTED)
        raise click.exceptions.Exit(INTERRUPTED) from None
