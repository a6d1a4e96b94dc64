"""The result of a run, as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orgsim.analysis.comparison import Comparison
from orgsim.columns import CUT_POINT, SCENARIO_TITLES


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f}\N{NO-BREAK SPACE}%"


def _interval(low: float, high: float) -> str:
    return f"{100.0 * low:.1f} – {100.0 * high:.1f}"


def _reference_heading(comparison: Comparison) -> str:
    return "Article" if comparison.reference_name == "article" else "Reference"


def shares_table(comparison: Comparison) -> Any:
    """Return a rich table: scenario, share, interval, reference, difference in points."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Scenario")
    table.add_column("Simulated", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column(_reference_heading(comparison), justify="right")
    table.add_column("Difference", justify="right")
    for title, scenario in zip(SCENARIO_TITLES, comparison.scenarios, strict=True):
        table.add_row(
            title,
            _percent(scenario.share),
            _interval(scenario.low, scenario.high),
            _percent(scenario.reference),
            f"{100.0 * scenario.difference:+.1f}",
        )
    return table


def side_notes(comparison: Comparison) -> list[str]:
    """Return the lines below the table."""
    apart = comparison.scenarios[3].count
    notes = []
    if comparison.reference_name != "article":
        notes.append(f"Reference: {comparison.reference_name}.")
    notes += [
        f"{comparison.firms:,} firms. Intervals hold jointly (Goodman 1965); "
        "differences are in points.",
        f"Total variation distance: {100.0 * comparison.total_variation:.1f} points.",
    ]
    cuts = [
        f"{cut:g}: {_percent(shares[2])} / {_percent(shares[3])}"
        for cut, shares in comparison.side_shares.items()
    ]
    notes.append(
        "CMO and CTO / CMO vs CTO, had the cut-point of completion been "
        f"{' or '.join(cuts)} (it is fixed at {CUT_POINT:g})."
    )
    if apart and comparison.without_misfit is not None:
        notes.append(
            f"Of {apart:,} firms in CMO vs CTO, {comparison.without_misfit:,} never saw a misfit "
            "that they could have missed."
        )
    return notes


def print_comparison(
    comparison: Comparison, *, heading: str = "", files: Sequence[tuple[str, str]] = ()
) -> None:
    """Print heading, table, notes, and where the files are."""
    import textwrap

    from rich.console import Console

    console = Console(highlight=False)
    width = min(console.width, 100)

    def say(text: str, style: str = "") -> None:
        """Print lines wrapped between words, but never between a number and its unit."""
        console.print(textwrap.fill(text, width), style=style, markup=False, soft_wrap=True)

    if heading:
        say(heading, "bold")
    console.print(shares_table(comparison))
    for note in side_notes(comparison):
        say(note)
    if files:
        console.print()
        longest = max(len(name) for name, _ in files)
        for name, value in files:
            console.print(f"{name:<{longest}}  {value}", markup=False, soft_wrap=True)


def run_heading(title: str, simulated: bool) -> str:
    """Return the line above a run's table."""
    return title if simulated else f"{title} (finished before; nothing was simulated)"


def run_files(directory: Path, digest: str, seconds: float) -> list[tuple[str, str]]:
    """Return what to say of the files."""
    return [
        ("files", str(directory)),
        ("digest", digest),
        ("simulated in", f"{seconds:.1f} s of processor time"),
    ]
