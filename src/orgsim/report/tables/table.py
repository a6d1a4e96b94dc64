"""A table: what stands in it, once, whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title : str
        Empty above the names of rows where they need none.
    kind : str
        What it holds: ``word``, ``text`` of some words, ``prose``, ``number``, ``code``, or
        ``long`` code that may be broken anywhere.
    unit : str
        Stands behind the title, unless the cells name it.
    short : str
        The title on a terminal, whose lines are short and whose notes name units.
    key : str
        What to call the column by; needed where some columns are left out.
    """

    title: str
    kind: str = "text"
    unit: str = ""
    short: str = ""
    key: str = ""

    @property
    def head(self) -> str:
        """The title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    @property
    def is_number(self) -> bool:
        """Whether its cells are lined up at the right."""
        return self.kind == "number"


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row says what the row is of.

    What people read and what programs read stand beside each other: an interval is one cell and
    two values, and a row of sums has none.

    Attributes
    ----------
    id : str
        Of the caption.
    caption : str
    columns : sequence of Column
    rows : sequence of sequences of str
        Cells as they are written.
    fields : sequence of str
        Names of the values, as frames and JSON have them; empty where a table is for people only.
    values : sequence of sequences
        Numbers, words, truth values and None, all digits kept.
    notes : sequence of str
        Sentences without which the table does not say what it means.
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    fields: Sequence[str] = ()
    values: Sequence[Sequence[Any]] = ()
    notes: Sequence[str] = ()

    def titled(self, title: str) -> Table:
        """Return the table with the title of what it is of before its caption."""
        return replace(self, caption=f"{title}: {self.caption}") if title else self

    def place(self, key: str) -> int:
        """Return which column, from 0, is called so."""
        return [column.key for column in self.columns].index(key)

    def cells(self, key: str) -> list[str]:
        """Return what is written in a column."""
        place = self.place(key)
        return [row[place] for row in self.rows]


def numbers(*titles: str) -> list[Column]:
    """Return columns of numbers."""
    return [Column(title, "number") for title in titles]
