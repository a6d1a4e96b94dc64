"""Every command and option of ``orgsim``; what they do stands elsewhere."""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

INTERRUPTED = 130
CONFIG = click.Path(path_type=Path)


def _drop_output() -> None:
    """Let what is left in the buffers go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Orgsim(click.Group):
    """The one place where errors become messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        from orgsim.errors import OrgsimError

        # Without it, Python looks once more through all objects before it ends: 0.3 s.
        atexit.register(gc.freeze)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal may know no dash
                stream.reconfigure(errors="replace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except OrgsimError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                click.echo(f"Error: cannot write the output: {error.strerror}", err=True)
                _drop_output()
                ctx.exit(3)
            _drop_output()  # whoever read it has gone
            ctx.exit(1)


@click.group(cls=_Orgsim, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orgsim", message="orgsim %(version)s")
def main() -> None:
    """Simulate how marketing and IT departments share their leadership.

    Start with `orgsim new baseline --out my.toml`, then `orgsim run my.toml`.
    """


def _set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        help="Change one setting; may be repeated.",
    )(command)


def _assignments(assignments: tuple[str, ...], seed: int | None, firms: int | None) -> list[str]:
    """Shorthands are settings too, and win."""
    shorthands = {"simulation.seed": seed, "simulation.firms": firms}
    return [*assignments, *(f"{k}={v}" for k, v in shorthands.items() if v is not None)]


@main.command()
@click.argument("config", type=CONFIG)
@click.option("--out", type=CONFIG, help="Run directory.  [default: results/<config name>]")
@click.option("--seed", type=int, help="Seed of all random draws.")
@click.option("--firms", type=int, help="Firms to simulate.")
@click.option("--threads", type=click.IntRange(min=1), help="Cores to use.  [default: all]")
@_set_option
@click.option("--overwrite", is_flag=True, help="Replace another run in the same directory.")
@click.option("--quiet", is_flag=True, help="No progress and no table.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def run(
    config: Path,
    out: Path | None,
    seed: int | None,
    firms: int | None,
    threads: int | None,
    assignments: tuple[str, ...],
    overwrite: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Simulate firms and print how often each scenario occurs.

    Writes a run directory with Parquet tables. A finished run is not repeated;
    an interrupted one goes on when the same command is given again.
    """
    from orgsim import experiment
    from orgsim.report.progress import progress
    from orgsim.report.shares import print_comparison, run_files, run_heading

    try:
        done = experiment.run(
            config,
            out=out,
            threads=threads,
            overwrite=overwrite,
            overrides=_assignments(assignments, seed, firms),
            progress=progress(quiet=quiet),
        )
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_say_interrupted()) from None
    comparison = done.compare()
    if as_json:
        more = {"digest": done.digest, "directory": str(done.directory)}
        click.echo(json.dumps(comparison.as_dict() | more, indent=2))
    elif not quiet:
        seconds = done.manifest["seconds"]["simulating"]
        print_comparison(
            comparison,
            heading=run_heading(done.manifest["title"], done.simulated),
            files=run_files(done.directory, str(done.digest), seconds),
        )


def _say_interrupted() -> int:
    message = "Interrupted: finished parts are kept; the same command goes on from there."
    click.echo(message, err=True)
    return INTERRUPTED


@main.command()
@click.argument("directory", type=CONFIG)
@click.option(
    "--reference",
    default=None,
    metavar="article|FILE|DIR",
    help="What to compare with: the article, a TOML file with [target], or another run."
    "  [default: the run's own target]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as one JSON object.")
def compare(directory: Path, reference: str | None, as_json: bool) -> None:
    """Set a run's shares beside a reference split."""
    from orgsim.report.shares import print_comparison
    from orgsim.result import open_run, read_reference

    done = open_run(directory)
    comparison = done.compare(read_reference(reference))
    if as_json:
        click.echo(json.dumps(comparison.as_dict(), indent=2))
    else:
        print_comparison(comparison, heading=done.manifest["title"])


@main.command()
@click.argument("config", type=CONFIG)
@_set_option
@click.option("--json", "as_json", is_flag=True, help="Print the forecast as one JSON object.")
def check(config: Path, assignments: tuple[str, ...], as_json: bool) -> None:
    """Validate a config; say rows, memory, time to expect."""
    from dataclasses import asdict

    from orgsim.config import load_config
    from orgsim.experiment import default_threads
    from orgsim.report.check import forecast, forecast_lines

    loaded = load_config(config, assignments)
    threads = default_threads()
    expected = forecast(loaded, threads)
    if as_json:
        click.echo(json.dumps(asdict(expected), indent=2))
        return
    click.echo(f"{config}: valid")
    for name, text in forecast_lines(loaded, expected, threads):
        click.echo(f"  {name:<15} {text}")


@main.command()
@click.argument("preset", default="baseline")
@click.option("--out", type=CONFIG, help="Write to a file, which must not exist yet.")
@click.option("--list", "list_presets", is_flag=True, help="Name the presets and stop.")
def new(preset: str, out: Path | None, list_presets: bool) -> None:
    """Print, or write, a commented config to start from."""
    from orgsim.config import copy_preset, preset_names, preset_path

    if list_presets:
        click.echo("\n".join(preset_names()))
    elif out is None:
        click.echo(preset_path(preset).read_text(encoding="utf-8"), nl=False)
    else:
        copy_preset(preset, out)
        click.echo(f"{out}: written; next: orgsim run {out}")


@main.command()
@click.argument("what", required=False, metavar="[SECTION|PARAMETER]")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--markdown", is_flag=True, help="Print Markdown tables.")
def parameters(what: str | None, as_json: bool, markdown: bool) -> None:
    """List parameters: default, range, meaning, source."""
    from orgsim.report import parameters as table

    rows = table.select(what)
    if as_json:
        click.echo(json.dumps(table.as_rows(rows), indent=2, ensure_ascii=False))
    elif markdown:
        click.echo(table.as_markdown(rows), nl=False)
    else:
        table.print_parameters(rows)


@main.command()
@click.option("--out", type=CONFIG, help="Write to a file instead.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of configs, for editors."""
    from orgsim.config import json_schema
    from orgsim.store.files import write_text

    text = json.dumps(json_schema(), indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_text(out, text)
        click.echo(f"{out}: written")
