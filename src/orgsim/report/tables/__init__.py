"""Tables, each built once, and what writes them.

Examples
--------
::

    from orgsim.report.tables import as_latex, comparison_table, ranked_table

    as_latex(comparison_table(orgsim.open("results/my").compare()))
    as_csv(ranked_table(orgsim.open("results/sweep")))
    as_markdown(ranked_table(orgsim.open("results/sweep"), most=10))
"""

from __future__ import annotations

from orgsim.report.tables.comparison import comparison_table
from orgsim.report.tables.csv import as_csv
from orgsim.report.tables.flows import changes_table, moves_table
from orgsim.report.tables.html import as_html
from orgsim.report.tables.latex import as_latex
from orgsim.report.tables.markdown import as_markdown
from orgsim.report.tables.ranked import LISTED, ranked_table
from orgsim.report.tables.table import Column, Table
from orgsim.report.tables.terminal import print_table, rich_table

WRITERS = {"csv": as_csv, "html": as_html, "latex": as_latex, "markdown": as_markdown}
"""What writes tables as text, by the word that the command line has for it."""

__all__ = [
    "LISTED",
    "WRITERS",
    "Column",
    "Table",
    "as_csv",
    "as_html",
    "as_latex",
    "as_markdown",
    "changes_table",
    "comparison_table",
    "moves_table",
    "print_table",
    "ranked_table",
    "rich_table",
]
