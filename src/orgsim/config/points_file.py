"""Files of points: CSV or Parquet, a column per swept parameter and a row per point."""

from __future__ import annotations

import csv as plain_csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from orgsim.config import text_files
from orgsim.config.values import nearest
from orgsim.design import MOST_POINTS
from orgsim.errors import ConfigError
from orgsim.files import MEBIBYTE, NotAFileError, open_regular, why
from orgsim.parquet_sizes import groups_of
from orgsim.text import listed, shortened

if TYPE_CHECKING:
    import pyarrow as pa

IGNORED = ("point", *text_files.UNNAMED)
"""Names of columns of numbers that orgsim's own tables carry, or those of R and pandas."""

MOST_VALUES = 100_000_000
"""Values of a table, rows times columns: some gigabytes of memory."""

_MOST_COLUMNS = 1_000
_MOST_BYTES = 2_048 * MEBIBYTE  # of a CSV file: 200 for each of the most rows
_LONGEST_HEAD = MEBIBYTE
_LONGEST_WORD = 500
_CHUNK = 16 * MEBIBYTE
_EXAMPLE = "resistance.status_threat,firm.it_staff"

Refuse = Callable[[str], None]


def read_points(
    path: Path, wanted: Sequence[str] | None, refuse_unknown: Refuse = lambda name: None
) -> dict[str, tuple[Any, ...]]:
    """Read the columns of a file of points.

    Parameters
    ----------
    path : Path
        Ends in .csv (UTF-8, with a line of names; separated by commas, semicolons or tabs, the
        latter two maybe with decimal commas) or .parquet.
    wanted : sequence of str, optional
        The parameters' paths to read; others are ignored. None: all but numbers of rows.
    refuse_unknown : callable
        Raises for a name that is no parameter's: told of every column before any is read.

    Returns
    -------
    dict of path to tuple (points,)
        float, int, bool or str, one type a column.

    Raises
    ------
    ConfigError
        That names the file, if it cannot be read, lacks a column, has none or too many
        rows, or a value is missing or not finite.
    """
    import pyarrow as pa

    kinds: dict[str, type[_Csv | _Parquet]] = {".csv": _Csv, ".parquet": _Parquet}
    kind = path.suffix.lower()
    if kind not in kinds:
        raise ConfigError(f"{path}: unknown kind of file; allowed: names ending in .csv, .parquet")
    try:
        with open_regular(path, follow=True) as file:
            source = kinds[kind](path, file)
            chosen = _chosen(path, source.names, wanted)
            for name in chosen:
                refuse_unknown(name)
            table = source.read(chosen)
            if not table.num_rows:
                raise ConfigError(f"{path}: no rows; needed: one per point, below the names")
            _refuse_too_many(path, table.num_rows)
            return {name: _values(path, name, table.column(name)) for name in chosen}
    except FileNotFoundError:
        raise ConfigError(f"{shortened(str(path), 300)}: no such file") from None
    except NotAFileError as error:
        raise ConfigError(f"{path}: {error.strerror}; give a regular file") from None
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        reason = shortened(why(error).split("\n")[0])
        what = f"cannot be read as {kind[1:]}, or is incomplete: {reason}"
        raise ConfigError(f"{shortened(str(path), 300)}: {what}") from None


def _chosen(path: Path, names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """Return which columns shall be read."""
    _refuse_doubles(path, names)
    if wanted is not None:
        for name in wanted:
            if name not in names:
                hint = nearest(name, names[:_MOST_COLUMNS])
                raise ConfigError(f"{path}: no column {name}; there are: {listed(names)}{hint}")
        return list(wanted)
    unnamed = [i for i, name in enumerate(names) if i and not name]
    if unnamed:
        raise ConfigError(
            f"{path}: column {unnamed[0] + 1} has no name; give it that of a parameter, remove it, "
            "or name the columns to read in [sweep.parameters]"
        )
    chosen = [name for name in names if name not in IGNORED]
    if not chosen:
        raise ConfigError(f"{path}: no column; needed: one per swept parameter, named by its path")
    if len(chosen) > _MOST_COLUMNS:
        raise ConfigError(
            f"{path}: {len(chosen):,} columns; allowed: at most {_MOST_COLUMNS:,}; name those to "
            "read in [sweep.parameters]"
        )
    return chosen


class _Csv:
    """A CSV file: its names, and its columns once they are asked for.

    Parameters
    ----------
    path : Path
    file : binary file
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        head = file.read(_LONGEST_HEAD)
        text_files.refuse_other_encoding(head, path)
        lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
        self._skipped = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
        if self._skipped == len(lines):
            raise ValueError("it is empty")
        first = lines[self._skipped]
        if len(lines) == 1 and len(head) == _LONGEST_HEAD:
            raise ValueError(f"its first line is longer than {_LONGEST_HEAD:,} bytes")
        heads = text_files.as_text(first, path)
        self.delimiter = text_files.delimiter_of(heads)
        self.names = [name.strip() for name in self._cells(heads)]
        text_files.refuse_numbers_for_names(self.names, path, _EXAMPLE)
        below = lines[self._skipped + 1] if len(lines) > self._skipped + 2 else b""
        if len(self._cells(below.decode("utf-8", "replace"))) == len(self.names) + 1:
            raise ConfigError(
                f"{path}: rows have a cell more than there are names, as R writes its row names; "
                "write it with row.names = FALSE"
            )

    def _cells(self, line: str) -> list[str]:
        try:
            return next(plain_csv.reader([line], delimiter=self.delimiter), [])
        except plain_csv.Error as error:
            raise ValueError(str(error)) from None

    def read(self, chosen: Sequence[str]) -> pa.Table:
        """Return some columns."""
        from pyarrow import csv

        self._refuse_too_large()
        self._file.seek(0)
        # Names that are not asked for may stand there twice, or not at all.
        names = [name if name in chosen else f"column {i}" for i, name in enumerate(self.names)]
        table = csv.read_csv(
            self._file,
            read_options=csv.ReadOptions(column_names=names, skip_rows=self._skipped + 1),
            parse_options=csv.ParseOptions(delimiter=self.delimiter),
            convert_options=csv.ConvertOptions(include_columns=list(chosen)),
        )
        return _with_decimal_commas(self._path, table, self.delimiter)

    def _refuse_too_large(self) -> None:
        """Refuse a file of too many lines or bytes before they fill the memory."""
        self._file.seek(0)
        lines = size = 0
        last = b"\n"
        while chunk := self._file.read(_CHUNK):
            lines, size, last = lines + chunk.count(b"\n"), size + len(chunk), chunk[-1:]
            if size > _MOST_BYTES:
                raise ConfigError(
                    f"{self._path}: is larger than {_MOST_BYTES // MEBIBYTE:,} MiB; write it as "
                    "Parquet, or split it into several sweeps"
                )
        _refuse_too_many(self._path, lines + (last != b"\n") - self._skipped - 1)


class _Parquet:
    """A Parquet file: its names, and its columns once they are asked for; see :class:`_Csv`."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        import pyarrow.parquet as pq

        self._path, self._file = path, file
        self._groups = groups_of(file)
        file.seek(0)
        with pq.ParquetFile(file) as parquet:
            self._schema = parquet.schema_arrow
        self.names = [name.strip() for name in self._schema.names]

    def read(self, chosen: Sequence[str]) -> pa.Table:
        """Return some columns, once their types and what the file says of its size allow it."""
        import pyarrow.parquet as pq

        rows = sum(group.rows for group in self._groups)
        _refuse_too_many(self._path, rows)
        _refuse_too_many_values(self._path, rows, len(chosen))
        places = [self.names.index(name) for name in chosen]
        for name, place in zip(chosen, places, strict=True):
            _refuse_odd_type(self._path, name, self._schema.types[place])
        raw = [self._schema.names[place] for place in places]
        parts = tuple(f"{name}." for name in raw)  # pyarrow would read them, too
        size = sum(
            column.plain
            for group in self._groups
            for column in group.columns
            if column.path in raw or column.path.startswith(parts)
        )
        if size > 16 * MOST_VALUES:
            raise ConfigError(f"{self._path}: holds {size:,} bytes; split it into several sweeps")
        self._file.seek(0)
        with pq.ParquetFile(self._file, read_dictionary=raw) as parquet:
            table = parquet.read(columns=raw)
        return table.select(raw).rename_columns(list(chosen))


def _with_decimal_commas(path: Path, table: pa.Table, delimiter: str) -> pa.Table:
    """Return a table in which words such as ``0,9`` are the numbers that they stand for."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = []
    for i, name in enumerate(table.column_names):
        column = table.column(i)
        if not pa.types.is_string(column.type) or not _are_numbers(column):
            continue
        words = pc.utf8_trim_whitespace(column)
        distinct = pc.unique(words).to_pylist()
        if any("." in word for word in distinct):
            raise ConfigError(
                f"{path}: column {name}: some numbers have a decimal comma, others a decimal "
                "point; write all with a point"
            )
        if delimiter != ";" and text_files.may_be_thousands(distinct):
            row = pc.index_in(pa.scalar(True), pc.match_substring(words, ",")).as_py()
            said = text_files.ambiguous(words[row].as_py())
            raise ConfigError(f"{path}: row {row + 1}, column {name}: {said}")
        numbers = pc.cast(pc.replace_substring(words, ",", "."), pa.float64())
        table = table.set_column(i, name, numbers)
        found.append(name)
    points = [f.name for f in table.schema if pa.types.is_floating(f.type) and f.name not in found]
    if found and points:
        raise ConfigError(
            f"{path}: numbers of {found[0]} have a decimal comma, those of {points[0]} a decimal "
            "point; write all with a point"
        )
    return table


def _are_numbers(column: pa.ChunkedArray) -> bool:
    """Whether all words of a column are numbers, some of them with decimal commas."""
    import pyarrow.compute as pc

    pattern = rf"^\s*{text_files.NUMBER}\s*$"
    comma = pc.any(pc.match_substring(column, ",")).as_py()
    return bool(comma) and bool(pc.all(pc.match_substring_regex(column, pattern)).as_py())


def _refuse_too_many(path: Path, rows: int) -> None:
    if rows > MOST_POINTS:
        raise ConfigError(
            f"{path}: {rows:,} rows; allowed: at most {MOST_POINTS:,}; split it into several sweeps"
        )


def _refuse_too_many_values(path: Path, rows: int, columns: int) -> None:
    if rows * columns > MOST_VALUES:
        raise ConfigError(
            f"{path}: {rows:,} rows of {columns:,} columns; allowed: at most {MOST_VALUES:,} "
            "values; name those to read in [sweep.parameters], or split it into several sweeps"
        )


def _refuse_doubles(path: Path, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen and name:
            raise ConfigError(
                f"{path}: {list(names).count(name)} columns are named {shortened(name, 60)!r}; "
                "allowed: one; rename or remove the others"
            )
        seen.add(name)


def _refuse_odd_type(path: Path, name: str, kind: pa.DataType) -> None:
    """Refuse a column of what no parameter can be."""
    import pyarrow as pa

    plain = (pa.types.is_dictionary(kind) and kind.value_type) or kind
    allowed = (
        pa.types.is_integer,
        pa.types.is_boolean,
        pa.types.is_null,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_string,
        pa.types.is_large_string,
    )
    if pa.types.is_binary(plain) and path.suffix.lower() == ".csv":
        raise ConfigError(
            f"{path}: column {name}: not UTF-8 text; it may be Latin-1 or Windows-1252: save the "
            "file as UTF-8"
        )
    if not any(is_allowed(plain) for is_allowed in allowed):
        raise ConfigError(
            f"{path}: column {name}: holds {plain}; allowed: numbers, true and false, words"
        )


def _values(path: Path, name: str, column: pa.ChunkedArray) -> tuple[Any, ...]:
    """Return a column as plain Python values, all of them there and finite."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    _refuse_odd_type(path, name, kind)
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        kind = kind.value_type
        column = column.cast(kind)
    if _is_text(kind) or pa.types.is_dictionary(kind):
        return _words(path, name, column)
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        kind = pa.float64()
        column = column.cast(kind)
    given = pc.is_finite(column) if pa.types.is_floating(kind) else pc.is_valid(column)
    # Scalars of Python in pyarrow's functions would make it import pandas.
    missing = pc.indices_nonzero(pc.or_kleene(pc.is_null(column), pc.invert(given)))
    if len(missing):
        row = missing[0].as_py()
        found = column[row].as_py()
        raise _missing(path, name, row, "empty" if found is None else f"{found}")
    return tuple(_plain(column))


def _plain(column: Any) -> list[Any]:
    """Return numbers or switches, all of them there, as plain Python values."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_boolean(column.type):
        return column.to_pylist()
    # As fast as pyarrow's own way, which would import pandas.
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return [value for chunk in chunks for value in np.from_dlpack(chunk).tolist()]


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _words(path: Path, name: str, column: pa.ChunkedArray) -> tuple[str, ...]:
    """Return a column of words, each of which is kept once however often it stands there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_coded = pa.types.is_dictionary(column.type)
    coded = (
        column.unify_dictionaries() if is_coded else column.dictionary_encode()
    ).combine_chunks()
    words = coded.dictionary.to_pylist()
    missing = pc.indices_nonzero(pc.is_null(coded.indices))
    if len(missing):
        raise _missing(path, name, missing[0].as_py(), "empty")
    codes = _plain(coded.indices)
    odd = {i for i, word in enumerate(words) if not word or not word.strip()}
    long = {i for i, word in enumerate(words) if word and len(word) > _LONGEST_WORD}
    for row, code in enumerate(codes if odd or long else ()):
        if code in odd:
            raise _missing(path, name, row, "empty")
        if code in long:
            raise ConfigError(
                f"{path}: row {row + 1}, column {name}: a word of {len(words[code]):,} letters; "
                f"allowed: at most {_LONGEST_WORD}"
            )
    return tuple([words[code] for code in codes])


def _missing(path: Path, name: str, row: int, what: str) -> ConfigError:
    return ConfigError(
        f"{path}: row {row + 1}, column {name}: {what}; needed: a finite number, "
        "true, false or a word; fill it in, or remove the row"
    )
