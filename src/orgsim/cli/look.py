"""Commands that look at a run directory."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orgsim.cli.options import (
    PATH,
    format_option,
    overwrite_option,
    point_option,
    print_json,
    reference_option,
    tolerance_option,
)


@click.command()
@click.argument("directory", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def status(directory: Path, as_json: bool) -> None:
    """Say how far a run is, and who is at work on it."""
    from orgsim.execution.status import status as look
    from orgsim.model import MODEL
    from orgsim.report.status import as_plain, status_lines

    found = look(directory, MODEL)
    if as_json:
        print_json(as_plain(found))
    else:
        click.echo("\n".join(status_lines(found)))


@click.command()
@click.argument("directory", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def verify(directory: Path, as_json: bool) -> None:
    """Read everything back and compute the digest anew.

    Exit code 1 if anything is missing, damaged or foreign.
    """
    from orgsim.execution.verify import verify as check
    from orgsim.model import MODEL
    from orgsim.report.status import as_plain, check_lines

    found = check(directory, MODEL)
    if as_json:
        print_json(as_plain(found))
    else:
        click.echo("\n".join(check_lines(found)))
    if not found.is_sound:
        sys.exit(1)


@click.command()
@click.argument("directory", type=PATH)
@click.option(
    "--figure", "names", multiple=True, help="One figure; may be repeated.  [default: all]"
)
@format_option
@reference_option
@tolerance_option
@point_option
@click.option(
    "--other",
    type=PATH,
    help="A run of the same firms: draw which of them end elsewhere there (flows-OTHER).",
)
@click.option("--other-point", type=click.IntRange(min=0), help="Of a sweep as --other, one point.")
@click.option("--out", type=PATH, help="Where to.  [default: DIRECTORY/figures]")
@overwrite_option
@click.option("--list", "only_list", is_flag=True, help="Name the figures and stop.")
def plot(
    directory: Path,
    names: tuple[str, ...],
    kind: str,
    reference: str | None,
    tolerance: float | None,
    point: int | None,
    other: Path | None,
    other_point: int | None,
    out: Path | None,
    overwrite: bool,
    only_list: bool,
) -> None:
    """Draw a run: shares, courses, states and drivers; of a sweep, maps and curves.

    Needs matplotlib: pip install 'orgsim[plot]'.
    """
    from orgsim.results import Run

    plots = Run(directory).plot.beside(reference, tolerance=tolerance)
    if only_list:
        click.echo("\n".join(plots.names(point=point)))
        return
    if other is None and other_point is not None:
        raise click.UsageError("--other-point goes with a second run: --other DIR")
    if other is not None:
        if names:
            raise click.UsageError("--figure and --other: draw one or the other")
        picture = plots.flows(other, point=point, other_point=other_point)
        click.echo(str(plots.save(picture, kind=kind, out=out, overwrite=overwrite)))
        return
    for path in plots.write(names, kind=kind, out=out, point=point, overwrite=overwrite):
        click.echo(str(path))
