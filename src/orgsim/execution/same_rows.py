"""Whether rows of one run are rows of another, bit for bit, held side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.execution.point_rows import Columns, PointRows
from orgsim.execution.verify import ROUNDING
from orgsim.printable import as_name
from orgsim.spec import Column, Model
from orgsim.store import Part, RunDirectory
from orgsim.store.names import SHARES_FILE
from orgsim.store.reading import UNREADABLE
from orgsim.store.tables import NEVER, canonical, read_plain_groups, words_of

LIMITS = ("low", "high")
"""Of shares: ends of intervals, which are computed anew and may differ by rounding."""

_KEYS = {"firms": "firm", "quarters": "quarter", "shares": "scenario"}


class Difference(NamedTuple):
    """A value that is another.

    Attributes
    ----------
    where : str
        The point, and the firm, quarter or scenario.
    column : str
    old, new : str
        The value here and there, in words.
    """

    where: str
    column: str
    old: str
    new: str


@dataclass
class RowsFound:
    """What became of rows that were looked for.

    Attributes
    ----------
    count : int
    different : int
        Of these, rows of which some value is another, or which are not there.
    first : Difference or None
        In the first such row, the first column.
    """

    count: int = 0
    different: int = 0
    first: Difference | None = None

    def add(self, more: RowsFound) -> None:
        """Add what became of rows that come after these."""
        self.count += more.count
        self.different += more.different
        self.first = self.first or more.first


class Declared(NamedTuple):
    """A table as a run has it.

    Attributes
    ----------
    name : str
        ``firms``, ``quarters`` or ``shares``.
    columns : sequence of Column
    words : mapping of column to words
        Of columns that hold codes of them.
    """

    name: str
    columns: Sequence[Column]
    words: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, name: str, model: Model, sectors: Sequence[str]) -> Declared:
        """Return a table of a model's; in those of firms words are read as codes."""
        columns: Sequence[Column] = getattr(model, name)
        coded = [c.name for c in columns if c.type == "word"] if name == "firms" else []
        return cls(name, columns, {column: words_of(column, sectors, model) for column in coded})

    def where(self, rows: Columns, row: int) -> str:
        """Return where a row stands, in words."""
        key = _KEYS[self.name]
        return f"point {rows['point'][row]}, {key} {rows[key][row]}"

    def shown(self, column: Column, value: Any) -> str:
        """Return a value in words."""
        if column.name in self.words:
            known = self.words[column.name]
            return as_name(known[value], 60) if 0 <= value < len(known) else "an unknown word"
        if column.type == "quarter" and value == NEVER:
            return "null"
        return str(bool(value)).lower() if column.type == "bool" else as_name(value, 60)


def rows_found(table: Declared, old: Columns, new: Columns) -> RowsFound:
    """Hold rows against others, as many, in their order.

    Bits decide: NaN is NaN of the same bits, and 0.0 is not -0.0. Of the limits of intervals alone
    it is as much as ``verify`` asks of them.
    """
    unequal = np.array([_unequal(c.name, old, new, table.name) for c in table.columns])
    rows = unequal.any(axis=0)
    if not rows.any():
        return RowsFound(rows.size)
    row = int(rows.argmax())
    column = table.columns[int(unequal[:, row].argmax())]
    values = old[column.name][row], new[column.name][row]
    before, now = (table.shown(column, value) for value in values)
    if before == now:  # NaN has many
        before, now = (f"{before} (bits {value.tobytes()[::-1].hex()})" for value in values)
    first = Difference(table.where(old, row), column.name, before, now)
    return RowsFound(rows.size, int(rows.sum()), first)


def _unequal(name: str, old: Columns, new: Columns, table: str) -> NDArray[np.bool_]:
    one, other = old[name], new[name]
    if table == "shares" and name in LIMITS:
        return ~np.isclose(one, other, rtol=ROUNDING, atol=0.0, equal_nan=True)
    if one.dtype.kind == "U":
        return np.asarray(one != other)
    bits = f"u{one.dtype.itemsize}"
    return np.asarray(
        np.ascontiguousarray(one).view(bits) != np.ascontiguousarray(other).view(bits)
    )


def part_found(old: PointRows, new: PointRows, part: Part) -> RowsFound:
    """Look for the rows of a part of one run in another run.

    Parameters
    ----------
    old, new : PointRows
        Of one table, and of the columns that the old run has.

    Raises
    ------
    RunError
        If a file cannot be read.
    """
    table = Declared.of(old.name, old.model, old.sectors)
    found = RowsFound()
    for point in part.points:
        rows = old.of_point(part, point)
        count, done = rows["point"].size, 0
        for there in new.between(point, part.first_firm, part.first_firm + count):
            stop = done + there["point"].size
            here = {name: values[done:stop] for name, values in rows.items()}
            found.add(rows_found(table, here, there))
            done = stop
        if done < count:
            key = _KEYS[table.name]
            gone = Difference(table.where(rows, done), key, str(rows[key][done]), "no such row")
            found.add(RowsFound(count - done, count - done, gone))
    return found


def shares_found(old: Path, new: Path, model: Model, points: int) -> RowsFound:
    """Look for the shares of one run in another run of as many points.

    Parameters
    ----------
    old, new : Path
        The run directories.

    Raises
    ------
    RunError
        If a file cannot be read.
    """
    table = Declared.of("shares", model, ())
    most = points * len(model.outcomes)
    found = RowsFound()
    for groups in zip(_groups(old, table, most), _groups(new, table, most), strict=True):
        found.add(rows_found(table, *groups))
    return found


def _groups(directory: Path, table: Declared, most: int) -> Iterator[Columns]:
    path = directory / SHARES_FILE
    try:
        for columns in read_plain_groups(path, table.columns, most):
            yield canonical(columns, table.columns)
    except UNREADABLE as error:
        raise RunDirectory(directory).unreadable(path, error) from error
