"""The command that sets shares beside a reference, or two settings beside each other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orgsim.cli.options import (
    PATH,
    point_option,
    print_json,
    reference_option,
    tolerance_option,
)
from orgsim.printable import one_line

if TYPE_CHECKING:
    from orgsim.report.tables import Table
    from orgsim.results import Run

_FORMATS = ("terminal", "markdown", "csv", "latex", "html", "json")


@click.command()
@click.argument("directory", type=PATH)
@click.argument("other", type=PATH, required=False)
@reference_option
@tolerance_option
@point_option
@click.option(
    "--other-point", type=click.IntRange(min=0), help="Of a sweep as OTHER, one design point."
)
@click.option(
    "--require",
    is_flag=True,
    help="Exit with 1 unless the verdict is a match (of a sweep: of some point).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="How to print it: for a terminal; as a table for a paper or a page; for programs, as CSV"
    " (of a sweep all points, in full digits) or JSON.  [default: terminal]",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def compare(
    directory: Path,
    other: Path | None,
    reference: str | None,
    tolerance: float | None,
    point: int | None,
    other_point: int | None,
    require: bool,
    form: str | None,
    as_json: bool,
) -> None:
    """Say whether shares match a reference; rank the points of a sweep.

    With OTHER, a run of the same firms: which of them end elsewhere, and what that says of the
    shares.
    """
    from orgsim.results import Run

    form = _one_format(form, as_json)
    done = Run(directory)
    if other is not None:
        if reference is not None or tolerance is not None or require:
            raise click.UsageError(
                "--reference, --tolerance and --require go with one run; two are set beside each "
                "other"
            )
        _flows(done, Run(other), point, other_point, form)
        return
    if other_point is not None:
        raise click.UsageError("--other-point goes with a second run")
    if point is None and done.meta.is_sweep:
        kinds = _sweep(done, reference, tolerance, form)
    else:
        kinds = [_setting(done, reference, tolerance, point, form)]
    if require and "match" not in kinds:
        sys.exit(1)


def _one_format(form: str | None, as_json: bool) -> str:
    """Return what ``--format`` and ``--json`` ask for together."""
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json means --format json; give --json or --format {form}")
    return "json" if as_json else form or "terminal"


def _print_tables(form: str, *tables: Table) -> None:
    """Print tables, and nothing else, for what is neither a terminal nor JSON."""
    from orgsim.report.tables import WRITERS

    click.echo(WRITERS[form](*tables), nl=False)


def _flows(done: Run, other: Run, point: int | None, other_point: int | None, form: str) -> None:
    from orgsim.report.flows import print_flows
    from orgsim.report.tables import changes_table, moves_table

    flows = done.flows(other, point=point, other_point=other_point)
    if form == "json":
        print_json(flows.as_dict())
    elif form == "terminal":
        print_flows(flows)
    else:
        _print_tables(form, moves_table(flows), changes_table(flows))


def _sweep(done: Run, reference: str | None, tolerance: float | None, form: str) -> list[str]:
    """Print the points by distance; return their verdicts."""
    from orgsim.report.sweep import print_sweep, sweep_as_dict
    from orgsim.report.tables import LISTED, ranked_table

    ranked = done.ranked(reference, tolerance=tolerance)
    options: dict[str, Any] = {"tolerance": tolerance, "ranked": ranked}
    title = one_line(done.meta.title)
    if form == "json":
        print_json(sweep_as_dict(done, reference, **options))
    elif form == "terminal":
        print_sweep(done, reference, heading=title, **options)
    else:
        most = None if form == "csv" else LISTED
        _print_tables(form, ranked_table(done, reference, most=most, **options).titled(title))
    return list(ranked["verdict"])


def _setting(
    done: Run, reference: str | None, tolerance: float | None, point: int | None, form: str
) -> str:
    """Print a comparison; return its verdict."""
    from orgsim.report.notes import full_notes
    from orgsim.report.shares import print_comparison
    from orgsim.report.tables import comparison_table

    comparison = done.compare(reference, point=point, tolerance=tolerance)
    title = one_line(done.meta.title)
    heading = title if point is None else f"{title}: point {point}"
    if form == "json":
        print_json(comparison.as_dict())
    elif form == "terminal":
        notes = [*_pairing_note(done, reference, point), *full_notes(comparison)]
        print_comparison(comparison, heading=heading, notes=notes)
    else:
        _print_tables(form, comparison_table(comparison).titled(heading))
    return comparison.verdict.kind


def _pairing_note(done: Run, reference: str | None, point: int | None) -> list[str]:
    """Return a hint where the reference is a run of the same firms."""
    from orgsim.results import Run
    from orgsim.results.pairing import are_paired

    if reference is None or point is not None or not Path(reference).is_dir():
        return []
    if not are_paired(done.setting, Run(reference).setting):
        return []
    return [
        "Here both runs are taken for samples of their own. Their firms are the same, so that this "
        f"says more, and more surely: orgsim compare {done.directory} {reference}"
    ]
