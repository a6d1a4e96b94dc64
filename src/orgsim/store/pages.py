"""What the pages of a Parquet file say of their sizes, which readers allocate without asking.

The footer of a file says how large a column is, and each page says so again before its bytes. A
reader believes the page: some kilobytes may claim gigabytes, whatever the footer says. Page headers
are structs of Thrift's compact protocol [1]_; of one, two numbers are wanted and the rest is
skipped.

References
----------
.. [1] https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_MOST_HEADER = 2**16
"""Bytes: sizes, encodings, and the smallest and largest value of a page."""

_DEEPEST = 8
_BOOLEANS = (1, 2)
_BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(3, 13)
_PLAIN_SIZE, _COMPRESSED_SIZE = 2, 3
"""Numbers of the fields that are wanted, both 32-bit integers."""


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


def pages(file: BinaryIO, start: int, stop: int) -> Iterator[PageSizes]:
    """Yield the sizes of the pages that stand one after the other in a stretch of a file.

    Raises
    ------
    ValueError
        If there is no page where one should be.
    """
    while start < stop:
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
    plain, compressed = found.get(_PLAIN_SIZE, -1), found.get(_COMPRESSED_SIZE, -1)
    if plain < 0 or compressed < 0:
        raise ValueError("a page says nothing of its size")
    return PageSizes(reader.at, compressed, plain)


class _Reader:
    """Goes through bytes in Thrift's compact protocol."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.at = 0

    def struct(self, depth: int = 0) -> dict[int, int]:
        """Go past a struct; return its fields that are integers, by number."""
        found: dict[int, int] = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._integer()
            value = self._value(kind, depth, in_struct=True)
            if value is not None:
                found[number] = value
        return found

    def _value(self, kind: int, depth: int, *, in_struct: bool) -> int | None:
        if depth > _DEEPEST:
            raise ValueError("a page header is too deep")
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
        elif kind in (_LIST, _SET):
            self._list(depth)
        elif kind == _STRUCT:
            self.struct(depth + 1)
        else:  # page headers have no maps
            raise ValueError("a page header holds what none does")
        return None

    def _list(self, depth: int) -> None:
        head = self._byte()
        count, kind = head >> 4, head & 15
        for _ in range(self._unsigned() if count == 15 else count):
            self._value(kind, depth + 1, in_struct=False)
            self._content[self.at - 1]  # IndexError at the end, however many are claimed

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
                raise ValueError("a number in a page header has no end")

    def _integer(self) -> int:
        """Return a signed integer, small ones of either sign being short."""
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
