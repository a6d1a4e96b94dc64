"""What a Parquet file says of its sizes, read before anything believes it.

The footer says how large each column is, and each page says so again before its bytes. A reader
allocates what the page says: some kilobytes may claim gigabytes. And of some altered footers
pyarrow ends the whole process when it is asked about a column (``RowGroupMetaData.column``, seen
with 26.0), where reading the same file raises. So both are read here, from Thrift's compact
protocol [1]_ and the field numbers of the format [2]_; all but some numbers and names is skipped.

References
----------
.. [1] https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
.. [2] https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

_MAGIC = b"PAR1"
_MOST_FOOTER = 2**25
_MOST_ITEMS = 2**22
"""Values in a footer, which are objects here: thousands of columns in hundreds of groups."""

_MOST_HEADER = 2**16
"""Bytes of a page's header: sizes, encodings, and the smallest and largest value of the page."""

_DEEPEST = 12
_BOOLEANS = (1, 2)
_BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(3, 13)

TEXT = 6
"""Physical type of a column that holds bytes of any length."""

NUMBERS = (0, 1, 2, 4, 5)
"""Physical types of truths, integers of 4 and 8 bytes, and floating numbers of 4 and 8."""


class ColumnSizes(NamedTuple):
    """What the footer says of a column in a group of rows.

    Attributes
    ----------
    path : str
        Its name, with those that it stands within before it, between dots.
    kind : int
        Physical type, such as :data:`TEXT`.
    values : int
    start, compressed, plain : int
        Where it begins in the file, its bytes there, and unpacked.
    """

    path: str
    kind: int
    values: int
    start: int
    compressed: int
    plain: int


class GroupSizes(NamedTuple):
    """What the footer says of a group of rows."""

    rows: int
    columns: list[ColumnSizes]


def groups_of(file: BinaryIO) -> list[GroupSizes]:
    """Return what a file's footer says of its groups of rows.

    Raises
    ------
    ValueError
        If it is no footer of a Parquet file, or says what cannot be.
    """
    end = os.fstat(file.fileno()).st_size
    file.seek(max(end - 8, 0))
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or not 0 < length <= min(end - 12, _MOST_FOOTER):
        raise ValueError("is no Parquet file, or is cut")
    file.seek(end - 8 - length)
    try:
        footer = _Reader(file.read(length)).struct()
        rows, groups = _whole(footer, 3), [_group(group) for group in footer[4]]
    except (IndexError, KeyError, TypeError, AttributeError):
        raise ValueError("its footer is none of a Parquet file") from None
    if rows != sum(group.rows for group in groups) or any(group.rows < 0 for group in groups):
        raise ValueError("its numbers of rows do not add up")
    for column in (column for group in groups for column in group.columns):
        if not 0 <= column.start <= column.start + column.compressed <= end or column.plain < 0:
            raise ValueError("a column is longer than the file")
    return groups


def _group(told: dict[int, Any]) -> GroupSizes:
    return GroupSizes(_whole(told, 3), [_column(column[3]) for column in told[1]])


def _column(told: dict[int, Any]) -> ColumnSizes:
    path = b".".join(told[3]).decode("utf-8", "replace")
    start = _whole(told, 9)
    if 11 in told:  # a dictionary stands before the values
        start = min(start, _whole(told, 11))
    values, plain, compressed = (_whole(told, number) for number in (5, 6, 7))
    return ColumnSizes(path, _whole(told, 1), values, start, compressed, plain)


def _whole(told: dict[int, Any], number: int) -> int:
    """Return a field that is a whole number, or raise a TypeError or KeyError."""
    value = told[number]
    if not isinstance(value, int):
        raise TypeError(number)
    return value


class PageSizes(NamedTuple):
    """What a page header says.

    Attributes
    ----------
    header : int
        Bytes of itself.
    compressed, plain : int
        Bytes of the page as it stands in the file, and unpacked.
    """

    header: int
    compressed: int
    plain: int


def pages(file: BinaryIO, column: ColumnSizes) -> Iterator[PageSizes]:
    """Yield the sizes of the pages of a column.

    Raises
    ------
    ValueError
        If there is no page where one should be, or there are more than values.
    """
    start, stop = column.start, column.start + column.compressed
    count = 0
    while start < stop:
        count += 1
        if count > column.values + 2:  # one of a dictionary, and an empty one
            raise ValueError("it has more pages than values")
        file.seek(start)
        sizes = page_sizes(file.read(min(_MOST_HEADER, stop - start)))
        start += sizes.header + sizes.compressed
        yield sizes
    if start != stop:
        raise ValueError("its pages are longer than their column")


def page_sizes(content: bytes) -> PageSizes:
    """Return the sizes in a page header, which the bytes begin with.

    Raises
    ------
    ValueError
        If they do not.
    """
    reader = _Reader(content)
    try:
        found = reader.struct()
    except IndexError:
        raise ValueError("a page has no whole header") from None
    plain, compressed = found.get(2), found.get(3)
    if not isinstance(plain, int) or not isinstance(compressed, int) or min(plain, compressed) < 0:
        raise ValueError("a page says nothing of its size")
    return PageSizes(reader.at, compressed, plain)


class _Reader:
    """Goes through bytes in Thrift's compact protocol."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._items = 0
        self.at = 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return a struct's fields by number: whole numbers, bytes, lists and structs."""
        found: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._integer()
            found[number] = self._value(kind, depth, in_struct=True)
        return found

    def _value(self, kind: int, depth: int, *, in_struct: bool) -> Any:
        self._items += 1
        if depth > _DEEPEST or self._items > _MOST_ITEMS:
            raise ValueError("is nested too deeply, or says too much")
        if kind in _BOOLEANS:
            self.at += not in_struct  # in a struct, the kind is the value
        elif kind == _BYTE:
            self.at += 1
        elif kind in (_I16, _I32, _I64):
            return self._integer()
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BINARY:
            length = self._unsigned()
            self.at += length
            return self._content[self.at - length : self.at]
        elif kind in (_LIST, _SET):
            return self._list(depth)
        elif kind == _STRUCT:
            return self.struct(depth + 1)
        else:  # the format has no maps
            raise ValueError("holds what no Parquet file does")
        return None

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count, kind = head >> 4, head & 15
        found = []
        for _ in range(self._unsigned() if count == 15 else count):
            found.append(self._value(kind, depth + 1, in_struct=False))
            self._content[self.at - 1]  # IndexError at the end, however many are claimed
        return found

    def _byte(self) -> int:
        value = self._content[self.at]
        self.at += 1
        return value

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError("holds a number without an end")

    def _integer(self) -> int:
        """Return a signed integer, small ones of either sign being short."""
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
