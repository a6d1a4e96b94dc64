"""Reading a Parquet file of a run that may have come from anywhere.

What a file says of itself is held against what the run can have before memory is taken for it, and
whatever is wrong with it is one kind of error.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from orgsim.printable import printable, shortened
from orgsim.system.files import MEBIBYTE, NotAFileError, open_regular
from orgsim.system.parquet_sizes import NUMBERS, TEXT, ColumnSizes, GroupSizes, groups_of, pages

UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    MemoryError,
    pa.ArrowException,
)
"""What pyarrow, and what asks it for columns, raise at altered bytes."""

_MOST_CELL = 64
"""Bytes of a row in a column: numbers take 8, and words are codes of a dictionary."""

_MOST_WORDS = 2**22
"""Bytes of the words of a column in a group of rows, and of what frames its pages."""

_MOST_WORDS_IN_ALL = 2**26
"""Bytes of the words of all columns in all groups."""

_MOST_CELLS = 2**28
"""Rows times columns: a million points with all their parameters have two thirds of it."""

_MOST_TEXT = 2**31
_MOST_TEXT_A_ROW = 2**12
"""Bytes of the words of all columns, spelt out: of a file, and of a row beyond the first MiB."""


class CorruptError(ValueError):
    """A file that is no table of ours, or not whole."""


@contextmanager
def opened(path: Path, most_rows: int | None = None) -> Iterator[pq.ParquetFile]:
    """Open a table of a run that may have come from anywhere.

    Words stay codes of a dictionary as they are read: a long word that stands once in a file and
    in each of a million rows would else fill the memory.

    Parameters
    ----------
    most_rows : int, optional
        Rows that the run can have there.

    Raises
    ------
    CorruptError
        If the file, or what is done with it in the block, shows that it is none of ours.
    OSError
        If it is not there, no regular file, or cannot be read.
    """
    try:
        with open_regular(path) as raw:
            groups = groups_of(raw)
            _refuse_too_many(groups, most_rows)
            _refuse_large_pages(raw, groups)
            raw.seek(0)
            words = _words_of(groups)
            with pq.ParquetFile(raw, read_dictionary=words, pre_buffer=False) as file:
                yield file
    except CorruptError:
        raise
    except UNREADABLE as error:
        if isinstance(error, OSError) and (error.errno or isinstance(error, NotAFileError)):
            raise
        raise CorruptError(str(error).partition("\n")[0] or type(error).__name__) from error


def _words_of(groups: Sequence[GroupSizes]) -> list[str]:
    """Return the names of the columns that hold text."""
    return sorted({column.path for column in _columns(groups) if column.kind == TEXT})


def _columns(groups: Sequence[GroupSizes]) -> list[ColumnSizes]:
    return [column for group in groups for column in group.columns]


def _refuse_too_many(groups: Sequence[GroupSizes], most_rows: int | None) -> None:
    """Refuse a file that says to hold more than a run can."""
    rows = sum(group.rows for group in groups)
    if most_rows is not None and rows > most_rows:
        raise CorruptError(f"it says to hold {rows:,} rows, and the run has {most_rows:,} at most")
    cells = sum(group.rows * len(group.columns) for group in groups)
    plain = sum(column.plain for column in _columns(groups))
    if cells > _MOST_CELLS or plain > _MOST_CELL * cells + _MOST_WORDS_IN_ALL:
        raise CorruptError(f"it says to take {plain:,} bytes for {rows:,} rows")
    for group in groups:
        for column in group.columns:
            if column.kind not in (TEXT, *NUMBERS):
                raise CorruptError(f"{printable(shortened(column.path))} is of no type of orgsim's")
            if column.plain > _MOST_CELL * group.rows + _MOST_WORDS or column.values > rows:
                raise CorruptError(
                    f"{printable(shortened(column.path))} says to take {column.plain:,} bytes "
                    f"for {group.rows:,} rows"
                )


def _refuse_large_pages(raw: BinaryIO, groups: Sequence[GroupSizes]) -> None:
    """Refuse a file whose pages are larger than its footer says, or belong to two columns."""
    end = 0
    for column in sorted(_columns(groups), key=lambda column: column.start):
        if column.start < end:
            raise CorruptError("two columns stand in one place")
        end = column.start + column.compressed
        if sum(page.plain for page in pages(raw, column)) > column.plain:
            raise CorruptError("a page is larger than its column")


def read_columns(
    path: Path, columns: Sequence[str] | None = None, most_rows: int | None = None
) -> pa.Table:
    """Return a table of a run, or some of its columns; words as plain strings or as codes.

    Raises
    ------
    CorruptError, OSError
        As :func:`opened`.
    """
    with opened(path, most_rows) as file:
        there = file.schema_arrow.names
        missing = [name for name in columns or () if name not in there]
        if missing:
            raise CorruptError(f"it has no column {missing[0]}")
        return read_whole(file, columns)


def read_whole(file: pq.ParquetFile, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of an open table, or some of its columns; words as they were written.

    By this thread alone, which is why :func:`opened` buffers nothing beforehand. Arrow's own would
    hold what Python gave them to read from; one that lets go of it while Python ends takes the
    whole process down ("terminate called without an active exception", seen at one of ten
    commands on a busy machine).
    """
    return plain_words(file.read(columns=columns, use_threads=False), file)


def plain_words(table: pa.Table, file: pq.ParquetFile) -> pa.Table:
    """Return a table whose words are what was written: codes if they were, else strings.

    Raises
    ------
    CorruptError
        If they would take too much room.
    """
    written = _written(file)
    room = min(_MOST_TEXT, MEBIBYTE + _MOST_TEXT_A_ROW * table.num_rows)
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if not pa.types.is_dictionary(column.type):
            continue
        kind = written.get(name, column.type.value_type)
        if not pa.types.is_dictionary(kind):
            room -= _spelt_out(column)
            if room < 0:
                raise CorruptError(f"the words of {printable(shortened(name))} are too long")
        field = table.schema.field(place).with_type(kind)
        table = table.set_column(place, field, column.cast(kind))
    return table


def _written(file: pq.ParquetFile) -> dict[str, pa.DataType]:
    """Return the types that columns had when they were written."""
    told = (file.metadata.metadata or {}).get(b"ARROW:schema")
    if told is None:
        return {}
    return {field.name: field.type for field in pa.ipc.read_schema(pa.py_buffer(b64decode(told)))}


def refuse_other_columns(file: pq.ParquetFile, types: Mapping[str, pa.DataType]) -> None:
    """Refuse a file that lacks columns, or has them of other types.

    Raises
    ------
    CorruptError
    """
    written = _written(file)
    for name, kind in types.items():
        if written.get(name) != kind or file.schema_arrow.names.count(name) != 1:
            raise CorruptError(f"it has no column {name} of type {kind}")


def _spelt_out(column: pa.ChunkedArray) -> int:
    """Return how many bytes the words of a column take when each row has its own."""
    import pyarrow.compute as pc

    total = 0
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary)
        total += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    return total
