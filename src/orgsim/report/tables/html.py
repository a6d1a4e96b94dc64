"""Tables as HTML: of the page, and by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from orgsim.printable import unbroken
from orgsim.report.tables.table import Column, Table

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
"""As the page's templates write them."""

_RIGHT = ' style="text-align: right"'


def as_html(*tables: Table) -> str:
    """Write tables for another page or a notebook: each with its caption, its notes below.

    In ASCII, so that it reads the same whatever that page's encoding; no scripts, no style but
    that numbers stand at the right.
    """
    text = "".join(f"{table_element(table, alone=True)}\n{_notes(table)}" for table in tables)
    return text.encode("ascii", "xmlcharrefreplace").decode()


def table_element(table: Table, *, alone: bool = False) -> str:
    """Return the element of a table.

    Parameters
    ----------
    alone : bool
        Whether it stands where nobody knows the page's classes.
    """
    return "\n".join(_lines(table, alone))


def _lines(table: Table, alone: bool) -> Iterator[str]:
    yield "<table>"
    caption = _text(table.caption, alone)
    yield f'<caption id="{_text(table.id, alone)}"><span>{caption}</span></caption>'
    yield from ("<thead>", "<tr>")
    yield from (_head(column, alone) for column in table.columns)
    yield from ("</tr>", "</thead>", "<tbody>")
    for row in table.rows:
        yield "<tr>"
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            name, scope = ("td", "") if place else ("th", ' scope="row"')
            yield f"<{name}{scope}{_class(column, alone)}>{_text(cell, alone)}</{name}>"
        yield "</tr>"
    yield from ("</tbody>", "</table>")


def _head(column: Column, alone: bool) -> str:
    if not column.head:
        return "<td></td>"
    return f'<th scope="col"{_class(column, alone)}>{_text(column.head, alone)}</th>'


def _class(column: Column, alone: bool) -> str:
    return f' class="{column.kind}"{_RIGHT if alone and column.is_number else ""}'


def _text(text: str, alone: bool) -> str:
    return (unbroken(text) if alone else text).translate(_ENTITIES)


def _notes(table: Table) -> str:
    return "".join(f"<p>{_text(note, True)}</p>\n" for note in table.notes)
