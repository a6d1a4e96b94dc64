"""The command that asks which parameters matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from orgsim.cli.options import (
    PATH,
    ConfigType,
    apply,
    executor_options_without_shard,
    json_option,
    load,
    print_json,
    quiet_option,
    set_option,
    stoppable,
    threads_option,
    with_shorthands,
)
from orgsim.printable import shell_word


class AskedType(ConfigType):
    """``CONFIG|SWEEP``: a config, or the directory of a finished sweep or of an answer."""

    name = "config|sweep"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return a ``config.Named``, or the ``Path`` of a directory."""
        path = PATH.convert(value, param, ctx)
        return path if path.is_dir() else super().convert(value, param, ctx)


_ONE_STAGE = {"screen": ("screen",), "indices": ("indices",), "both": ("screen", "indices")}

_asking = apply(
    [
        click.argument("asked", metavar="CONFIG|SWEEP", type=AskedType()),
        click.option(
            "--out",
            type=PATH,
            help="Directory of the answer.  [default: results/<config name>-sensitivity]",
        ),
        click.option(
            "--stage",
            type=click.Choice(list(_ONE_STAGE)),
            default="both",
            show_default=True,
            help="Screen all parameters, ask indices of the first ones, or both in turn.",
        ),
        click.option(
            "--output",
            "outputs",
            multiple=True,
            metavar="NAME",
            help="What is asked of the firms, such as cemo, improved or cmo_vs_cto@80; may be"
            " repeated; 'all' for every named output (--list).  [default: shares and their ratios]",
        ),
        click.option(
            "--parameter",
            "parameters",
            multiple=True,
            metavar="PATH",
            help="Move this parameter; may be repeated.  [default: all with a plausible range]",
        ),
        click.option("--trajectories", type=int, help="Of the screening.  [default: 20]"),
        click.option(
            "--samples", type=int, help="Of the indices, best a power of two.  [default: 1024]"
        ),
        click.option(
            "--top",
            type=int,
            help="How many parameters have indices, groups among them.  [default: 8]",
        ),
        click.option("--second-order", is_flag=True, default=None, help="Ask for pairs, too."),
        click.option(
            "--firms", type=int, help="Firms of a point.  [default: 1000, of indices 500]"
        ),
        click.option(
            "--seed",
            type=int,
            help="Seed of all random draws, and of the designs unless [sensitivity] has one.",
        ),
        set_option,
        threads_option,
        executor_options_without_shard,
        click.option("--overwrite", is_flag=True, help="Replace other runs in the same directory."),
        click.option("--dry-run", is_flag=True, help="Only say what it would take."),
        click.option("--list", "only_list", is_flag=True, help="Name the outputs and stop."),
        quiet_option,
        json_option,
    ]
)


_SIZES = (
    *("outputs", "parameters", "trajectories", "samples", "top"),
    *("second_order", "firms", "seed"),
)
"""Options that say what is asked, and how finely."""


@click.command()
@_asking
def sensitivity(
    asked: Any,
    assignments: tuple[str, ...],
    stage: str,
    only_list: bool,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Say which parameters move the shares, or other outputs, and by how much.

    \b
    CONFIG     a TOML file, or the name of a preset: all parameters are screened
               over their plausible ranges, then indices of the first are asked.
    SWEEP      a finished sweep's directory: what its points say, nothing is run.

    Writes tables and one page, sensitivity.html, into a directory of its own.
    The same command goes on after an interruption; more --trajectories or
    --samples are added to those that are there.
    """  # noqa: D301 - click leaves the lines below a real backspace as they are
    from orgsim.api import inquiries as api
    from orgsim.report.progress import progress
    from orgsim.report.sensitivity import as_json_object, print_outputs, print_sensitivity

    if only_list:
        print_outputs()
        return
    if isinstance(asked, Path):
        found = _of_directory(asked, options["outputs"], options["out"])
    else:
        loaded = load(asked, with_shorthands(assignments))
        if dry_run:
            _forecast(loaded, _ONE_STAGE[stage], options, as_json=as_json)
            return
        with stoppable():
            found = api.sensitivity(
                loaded, stages=_ONE_STAGE[stage], progress=progress(quiet=quiet), **options
            )
    if found.directory is not None:
        _write_page(found)
    if as_json:
        print_json(as_json_object(found))
    elif not quiet:
        print_sensitivity(found)


def _forecast(
    loaded: Any, stages: tuple[str, ...], options: dict[str, Any], *, as_json: bool
) -> None:
    """Print what every run would take."""
    from dataclasses import asdict

    from orgsim.api.inquiries import asking
    from orgsim.execution.executors.threads import thread_count
    from orgsim.inquiry.sensitivity import forecasts
    from orgsim.report.sensitivity import print_forecasts

    sizes = {name: options[name] for name in _SIZES}
    threads = thread_count(options["threads"])
    found = dict(forecasts(asking(loaded, **sizes), stages, threads))
    if as_json:
        print_json({folder: asdict(one) for folder, one in found.items()})
    else:
        print_forecasts(found, threads)


def _write_page(found: Any) -> None:
    """Write the page, or say what it needs: the answer is there without it."""
    from orgsim.errors import UsageError
    from orgsim.report.html import require_libraries
    from orgsim.results.sensitivity import PAGE

    try:
        require_libraries()
    except UsageError as error:
        again = f"then: orgsim sensitivity {shell_word(found.directory)}"
        click.echo(f"Note: {PAGE} is not written, for {error}; {again}", err=True)
    else:
        found.report()


_OF_AN_ANSWER = ("asked", "quiet", "as_json")
_OF_A_SWEEP = (*_OF_AN_ANSWER, "outputs", "out")
"""What may be said beside a directory."""


def _of_directory(directory: Path, outputs: tuple[str, ...], out: Path | None) -> Any:
    """Return what was found there before, or what a finished sweep says."""
    from orgsim.api import held
    from orgsim.api import inquiries as api
    from orgsim.results.sensitivity import FACTS

    if (directory / FACTS).is_file():
        _refuse_others(_OF_AN_ANSWER, f"{directory} holds an analysis, which is shown as it is")
        return api.open_sensitivity(directory)
    _refuse_others(_OF_A_SWEEP, f"{directory} is a directory, of which nothing is simulated")
    return held.open(directory).sensitivity(outputs, out=out)


def _refuse_others(allowed: tuple[str, ...], why: str) -> None:
    """Refuse options that a person gave and that would be ignored."""
    context = click.get_current_context()
    for option in context.command.params:
        name = option.name or ""
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_given and name not in allowed:
            raise click.UsageError(f"{option.opts[0]}: goes with a CONFIG; {why}")
