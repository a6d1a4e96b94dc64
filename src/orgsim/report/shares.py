"""The result of a run, as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orgsim.analysis.comparison import Comparison
from orgsim.printable import one_line
from orgsim.report.notes import brief_notes
from orgsim.report.tables.comparison import comparison_table
from orgsim.report.tables.terminal import rich_table
from orgsim.report.terminal import open_console, print_files, say

_SHOWN = (
    "scenario", "share", "interval", "reference", "difference", "standardised_difference",
)  # fmt: skip
"""Columns that a line of 80 characters has room for."""


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
    console.print(rich_table(comparison_table(comparison), _SHOWN))
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
