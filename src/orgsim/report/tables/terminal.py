"""Tables on the terminal, by rich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orgsim.printable import unbroken
from orgsim.report.tables.table import Table
from orgsim.report.terminal import open_console, say


def rich_table(
    table: Table,
    shown: Sequence[str] | None = None,
    *,
    widths: Mapping[str, tuple[int, int | None]] | None = None,
    padding: tuple[int, int, int, int] = (0, 1, 0, 1),
) -> Any:
    """Return a table as rich shows it.

    Parameters
    ----------
    shown : sequence of str, optional
        Keys of the columns that a line has room for; by default all.
    widths : mapping of key to (int, int or None), optional
        The least and the most characters of a column.
    padding : (int, int, int, int)
        Blanks above, right of, below and left of a cell.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable

    drawn = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=padding)
    places = range(len(table.columns)) if shown is None else [table.place(key) for key in shown]
    for place in places:
        column = table.columns[place]
        least, most = (widths or {}).get(column.key, (None, None))
        drawn.add_column(
            column.short or column.title,
            justify="right" if column.is_number else "left",
            min_width=least,
            max_width=most,
        )
    for row in table.rows:
        drawn.add_row(*(row[place] for place in places))
    return drawn


def print_table(table: Table) -> None:
    """Print a table with its caption and its notes; names of its rows in code are not cut."""
    console = open_console()
    say(console, unbroken(table.caption), "bold")
    first = table.columns[0]
    width = max(map(len, table.cells(first.key)), default=0)
    console.print(
        rich_table(table, widths={first.key: (width, None)} if first.kind == "code" else {})
    )
    for note in table.notes:
        say(console, unbroken(note))
