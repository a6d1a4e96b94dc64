"""Commands that look at a run directory."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from orgsim.cli.options import PATH


@click.command()
@click.argument("directory", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def status(directory: Path, as_json: bool) -> None:
    """Say how far a run is, and who is at work on it."""
    from orgsim import inspection
    from orgsim.report.status import as_plain, status_lines

    found = inspection.status(directory)
    click.echo(json.dumps(as_plain(found), indent=2) if as_json else "\n".join(status_lines(found)))


@click.command()
@click.argument("directory", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def verify(directory: Path, as_json: bool) -> None:
    """Read everything back and compute the digest anew.

    Exit code 1 if anything is missing, damaged or foreign.
    """
    from orgsim import inspection
    from orgsim.report.status import as_plain, verdict_lines

    found = inspection.verify(directory)
    click.echo(
        json.dumps(as_plain(found), indent=2) if as_json else "\n".join(verdict_lines(found))
    )
    if not found.is_sound:
        sys.exit(1)


@click.command()
@click.argument("directory", type=PATH)
@click.option(
    "--reference",
    default=None,
    metavar="article|FILE|DIR",
    help="What to compare with: the article, a TOML file with [target], or another run."
    "  [default: the run's own target]",
)
@click.option("--point", type=click.IntRange(min=0), help="Of a sweep, one design point.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as one JSON object.")
def compare(directory: Path, reference: str | None, point: int | None, as_json: bool) -> None:
    """Set shares beside a reference; rank the points of a sweep."""
    from orgsim.report.shares import print_comparison
    from orgsim.report.sweep import print_sweep, sweep_as_dict
    from orgsim.result import open_run, read_reference

    done = open_run(directory)
    split = read_reference(reference)
    if point is None and done.manifest["extent"]["points"] > 1:
        if as_json:
            click.echo(json.dumps(sweep_as_dict(done, split), indent=2))
        else:
            print_sweep(done, split, heading=done.manifest["title"])
        return
    comparison = done.compare(split, point=point or 0)
    if as_json:
        click.echo(json.dumps(comparison.as_dict(), indent=2))
    else:
        title = done.manifest["title"]
        print_comparison(comparison, heading=title if point is None else f"{title}: point {point}")


@click.command()
@click.argument("directory", type=PATH)
@click.option(
    "--figure", "names", multiple=True, help="One figure; may be repeated.  [default: all]"
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["svg", "pdf", "png"]),
    default="svg",
    show_default=True,
    help="Vectors for print and the web, or pixels.",
)
@click.option("--out", type=PATH, help="Where to.  [default: DIRECTORY/figures]")
@click.option("--list", "only_list", is_flag=True, help="Name the figures and stop.")
def plot(
    directory: Path, names: tuple[str, ...], kind: str, out: Path | None, only_list: bool
) -> None:
    """Draw a sweep: maps, curves, the likeliest scenario.

    Needs matplotlib: pip install 'orgsim[plot]'.
    """
    from orgsim.result.plots import draw, figure_names

    if only_list:
        click.echo("\n".join(figure_names(directory)))
        return
    for path in draw(directory, names, kind=kind, out=out):
        click.echo(str(path))
