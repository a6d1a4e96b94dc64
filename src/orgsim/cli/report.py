"""The command that writes a run as one page."""

from __future__ import annotations

from pathlib import Path

import click

from orgsim.cli.options import (
    PATH,
    overwrite_option,
    point_option,
    reference_option,
    tolerance_option,
)


@click.command()
@click.argument("directory", type=PATH)
@click.option("--out", type=PATH, help="The file.  [default: DIRECTORY/report.html]")
@overwrite_option
@reference_option
@tolerance_option
@point_option
@click.option(
    "--other", type=PATH, help="A run of the same firms: add which of them end elsewhere there."
)
@click.option(
    "--other-point", type=click.IntRange(min=0), help="Of a sweep as --other, one design point."
)
def report(
    directory: Path,
    out: Path | None,
    overwrite: bool,
    reference: str | None,
    tolerance: float | None,
    point: int | None,
    other: Path | None,
    other_point: int | None,
) -> None:
    """Write a run as one HTML page: the answer, settings, figures, provenance.

    The page opens from the disk, asks nobody for anything, and prints. Needs
    jinja2 and matplotlib: pip install 'orgsim[report]'.
    """
    from orgsim.report.html import write_report
    from orgsim.results import Run

    written = write_report(
        Run(directory),
        out,
        reference=reference,
        tolerance=tolerance,
        point=point,
        other=other,
        other_point=other_point,
        overwrite=overwrite,
    )
    click.echo(str(written))
