"""Tables as Markdown, as GitHub and Pandoc read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orgsim.printable import unbroken
from orgsim.report.tables.table import Column, Table

_MARKS = re.compile(r"[\\`*_\[\]|~$#]|<(?=[A-Za-z/!?])|&(?=[#A-Za-z])")
"""What would be taken for Markdown or HTML; not the sign before a p-value."""

_LONGEST_FENCE = re.compile("`+")


def as_markdown(*tables: Table) -> str:
    """Write tables as Markdown: caption, table and notes of each."""
    return "\n".join("\n".join(_block(table)) + "\n" for table in tables)


def markdown_grid(table: Table) -> list[str]:
    """Return the lines of a table alone."""
    heads = [escaped(column.head) for column in table.columns]
    rules = ["---:" if column.is_number else "---" for column in table.columns]
    rows = [
        [_cell(column, cell) for column, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    return [_line(heads), f"|{'|'.join(rules)}|", *map(_line, rows)]


def _block(table: Table) -> Iterator[str]:
    # In bold: as such it begins no list and no heading, whatever it begins with.
    yield f"**{escaped(table.caption).strip()}**"
    yield ""
    yield from markdown_grid(table)
    if table.notes:
        yield ""
        yield from (f"* {escaped(note)}" for note in table.notes)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(column: Column, cell: str) -> str:
    return _code(cell) if column.kind == "code" else escaped(cell)


def _code(text: str) -> str:
    """Return text as code; a bar would end the cell there, too."""
    text = unbroken(text).replace("|", r"\|")
    ticks = max((len(run) for run in _LONGEST_FENCE.findall(text)), default=0)
    if not ticks:
        return f"`{text}`"
    fence = "`" * (ticks + 1)
    return f"{fence} {text} {fence}"


def escaped(text: str) -> str:
    r"""Return text on one line of Markdown that means itself.

    Examples
    --------
    >>> print(escaped("a|b\n<c> *d* p < 0.001"))
    a\|b \<c> \*d\* p < 0.001
    """
    return _MARKS.sub(lambda found: f"\\{found[0]}", unbroken(text))
