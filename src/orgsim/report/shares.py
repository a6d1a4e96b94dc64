"""The result of a run, as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.analysis.comparison import Comparison
from orgsim.columns import CUT_POINT, SCENARIO_TITLES
from orgsim.printable import one_line
from orgsim.report.terminal import open_console, print_files, say
from orgsim.report.wording import standardised
from orgsim.text import column_percent, counted, interval, p_value, points, signed_points

if TYPE_CHECKING:
    from orgsim.analysis.reference import Reference
    from orgsim.analysis.square import Estimate


def reference_title(split: Reference) -> str:
    """Return the head of the column that holds the reference's shares."""
    return "Article" if split.is_article else "Reference"


def shares_table(comparison: Comparison) -> Any:
    """Return a rich table: scenario, share, interval, reference, difference in points."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Scenario")
    table.add_column("Simulated", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column(reference_title(comparison.split), justify="right")
    table.add_column("Difference", justify="right")
    table.add_column("z", justify="right")
    for title, scenario in zip(SCENARIO_TITLES, comparison.scenarios, strict=True):
        table.add_row(
            title,
            column_percent(scenario.share),
            interval(scenario.low, scenario.high),
            column_percent(scenario.reference),
            signed_points(scenario.difference),
            standardised(scenario.standardised_difference),
        )
    return table


def cut_note(comparison: Comparison) -> str:
    """Return what other cut-points would have given."""
    cuts = [
        f"{cut:g}: {column_percent(shares[2])} / {column_percent(shares[3])}"
        for cut, shares in comparison.side_shares.items()
    ]
    return (
        "CMO and CTO / CMO vs CTO, had the cut-point of completion been "
        f"{' or '.join(cuts)} (it is fixed at {CUT_POINT:g})."
    )


def size_note(comparison: Comparison) -> str:
    """Return how many firms there are, and how to read the columns."""
    return (
        f"{counted(comparison.firms, 'firm')}. Intervals hold jointly (Goodman 1965); differences "
        "are in points, z in standard errors."
    )


def misfit_note(comparison: Comparison) -> str:
    """Return how many firms apart had nothing to miss; empty where nobody looked."""
    apart = comparison.scenarios[3].count
    if not apart or comparison.without_misfit is None:
        return ""
    return (
        f"Of {apart:,} firms in CMO vs CTO, {comparison.without_misfit:,} never saw a misfit "
        "that they could have missed."
    )


def distance_note(comparison: Comparison) -> str:
    """Return how far the splits are apart."""
    log_ratio = comparison.aitchison
    ratios = "none, for a share is 0" if log_ratio is None else f"{log_ratio:.2f}"
    return (
        f"Distances: total variation {points(comparison.total_variation)}, "
        f"Jensen-Shannon {comparison.jensen_shannon:.3f}, Aitchison {ratios}."
    )


def exact_note(comparison: Comparison) -> str:
    """Return whether the firms could come from exactly the reference."""
    test = comparison.g_test
    size = "infinite" if test.statistic is None else f"{test.statistic:.1f}"
    return (
        f"Exactly these shares? G = {size}, {test.degrees} degrees of freedom, "
        f"{p_value(test.p_value)} ({test.method}). With firms enough, any difference is "
        "significant."
    )


def square_note(comparison: Comparison) -> str:
    """Return the 2 x 2 view: margins, and whether active firms end better than passive ones."""
    square = comparison.square
    name = comparison.reference_name

    def margin(title: str, estimate: Estimate) -> str:
        return (
            f"{title} {column_percent(estimate.value)} ({interval(estimate.low, estimate.high)}; "
            f"{name} {column_percent(estimate.reference or 0.0)})"
        )

    ratio = square.odds_ratio
    theirs = "none" if ratio.reference is None else f"{ratio.reference:.2f}"
    if square.reference_range is not None:
        low, high = square.reference_range
        end = "any" if high is None else f"{high:.1f}"
        theirs += f", by its rounding {low:.1f} to {end}"
    return (
        f"2 x 2: {margin('active', square.active)}, {margin('best case', square.best)}. "
        f"Odds of the best case, active to passive: {ratio.value:.2f} ({ratio.low:.2f} – "
        f"{ratio.high:.2f}; {name} {theirs})."
    )


def brief_notes(comparison: Comparison) -> list[str]:
    """Return the lines below the table of a run."""
    notes = [size_note(comparison), cut_note(comparison), misfit_note(comparison)]
    return [note for note in notes if note]


def full_notes(comparison: Comparison) -> list[str]:
    """Return the lines below the table of a comparison."""
    notes = [
        comparison.article_note,
        size_note(comparison),
        distance_note(comparison),
        exact_note(comparison),
        square_note(comparison),
        cut_note(comparison),
        misfit_note(comparison),
    ]
    return [note for note in notes if note]


def print_comparison(
    comparison: Comparison,
    *,
    heading: str = "",
    notes: Sequence[str] | None = None,
    files: Sequence[tuple[str, str]] = (),
) -> None:
    """Print heading, table, verdict, notes (by default the brief ones), and where the files are."""
    console = open_console()
    if heading:
        say(console, heading, "bold")
    console.print(shares_table(comparison))
    say(console, comparison.sentence, "bold")
    for note in brief_notes(comparison) if notes is None else notes:
        say(console, note)
    print_files(console, files)


def run_heading(title: str, simulated: bool) -> str:
    """Return the line above a run's table."""
    title = one_line(title)
    return title if simulated else f"{title} (finished before; nothing was simulated)"


def run_files(directory: Path, digest: str, seconds: float) -> list[tuple[str, str]]:
    """Return what to say of the files."""
    return [
        ("files", str(directory)),
        ("digest", digest),
        ("simulated in", f"{seconds:.1f} s of processor time"),
    ]
