"""What sections are made of: a template with what it tells, and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    id : str
        What the contents link to.
    title : str
    template : str
        File in ``templates``, without its endings.
    content : mapping
        What the template tells, by name.
    """

    id: str
    title: str
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)


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
    """

    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row says what the row is of.

    Attributes
    ----------
    id : str
        Of the caption.
    caption : str
    columns : sequence of Column
    rows : sequence of sequences of str
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


def numbers(*titles: str) -> list[Column]:
    """Return columns of numbers."""
    return [Column(title, "number") for title in titles]
