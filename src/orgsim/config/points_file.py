"""Files of points: CSV or Parquet, a column per swept parameter and a row per point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from orgsim.config import text_files
from orgsim.config.points_csv import Csv
from orgsim.config.values import nearest
from orgsim.design import MOST_POINTS
from orgsim.errors import ConfigError
from orgsim.printable import MOST_SHOWN, as_name, listed, shortened
from orgsim.system.files import NotAFileError, open_regular, why
from orgsim.system.parquet_sizes import groups_of

if TYPE_CHECKING:
    import pyarrow as pa

IGNORED = ("point", *text_files.UNNAMED)
"""Names of columns of numbers that orgsim's own tables carry, or those of R and pandas."""

MOST_VALUES = 100_000_000
"""Values of a table, rows times columns: some gigabytes of memory."""

_MOST_COLUMNS = 1_000
_LONGEST_WORD = 500

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

    kinds: dict[str, type[Csv | _Parquet]] = {".csv": Csv, ".parquet": _Parquet}
    kind, called = path.suffix.lower(), as_name(path)
    if kind not in kinds:
        found = "unknown kind of file; allowed: names ending in .csv, .parquet"
        raise ConfigError(f"{called}: {found}")
    try:
        with open_regular(path, follow=True) as file:
            source = kinds[kind](called, file)
            chosen = _chosen(called, source.names, wanted)
            for name in chosen:
                refuse_unknown(name)
            _refuse_too_many(called, source.rows())
            table = source.read(chosen)
            if not table.num_rows:
                raise ConfigError(f"{called}: no rows; needed: one per point, below the names")
            _refuse_too_many(called, table.num_rows)
            return {name: _values(called, name, table.column(name)) for name in chosen}
    except FileNotFoundError:
        raise ConfigError(f"{called}: no such file") from None
    except NotAFileError as error:
        raise ConfigError(f"{called}: {error.strerror}; give a regular file") from None
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        reason = as_name(why(error).split("\n")[0], MOST_SHOWN)
        what = f"cannot be read as {kind[1:]}, or is incomplete: {reason}"
        raise ConfigError(f"{called}: {what}") from None


def _chosen(called: str, names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """Return which columns shall be read."""
    _refuse_doubles(called, names)
    if wanted is not None:
        for name in wanted:
            if name not in names:
                hint = nearest(name, names[:_MOST_COLUMNS])
                raise ConfigError(
                    f"{called}: no column {as_name(name, 100)}; there are: {listed(names)}{hint}"
                )
        return list(wanted)
    unnamed = [i for i, name in enumerate(names) if i and not name]
    if unnamed:
        raise ConfigError(
            f"{called}: column {unnamed[0] + 1} has no name; give it that of a parameter, remove "
            "it, or name the columns to read in [sweep.parameters]"
        )
    chosen = [name for name in names if name not in IGNORED]
    if not chosen:
        raise ConfigError(
            f"{called}: no column; needed: one per swept parameter, named by its path"
        )
    if len(chosen) > _MOST_COLUMNS:
        raise ConfigError(
            f"{called}: {len(chosen):,} columns; allowed: at most {_MOST_COLUMNS:,}; name those to "
            "read in [sweep.parameters]"
        )
    return chosen


class _Parquet:
    """A Parquet file: its names, and its columns once they are asked for; see :class:`Csv`."""

    def __init__(self, called: str, file: BinaryIO) -> None:
        import pyarrow.parquet as pq

        self._called, self._file = called, file
        self._groups = groups_of(file)
        file.seek(0)
        with pq.ParquetFile(file, pre_buffer=False) as parquet:
            self._schema = parquet.schema_arrow
        self.names = [name.strip() for name in self._schema.names]

    def rows(self) -> int:
        """Return how many rows there are, as the file says."""
        return sum(group.rows for group in self._groups)

    def read(self, chosen: Sequence[str]) -> pa.Table:
        """Return some columns, once their types and what the file says of its size allow it."""
        import pyarrow.parquet as pq

        _refuse_too_many_values(self._called, self.rows(), len(chosen))
        places = [self.names.index(name) for name in chosen]
        for name, place in zip(chosen, places, strict=True):
            _refuse_odd_type(self._called, name, self._schema.types[place])
        raw = [self._schema.names[place] for place in places]
        parts = tuple(f"{name}." for name in raw)  # pyarrow would read them, too
        size = sum(
            column.plain
            for group in self._groups
            for column in group.columns
            if column.path in raw or column.path.startswith(parts)
        )
        if size > 16 * MOST_VALUES:
            raise ConfigError(f"{self._called}: holds {size:,} bytes; split it into several sweeps")
        self._file.seek(0)
        with pq.ParquetFile(self._file, read_dictionary=raw, pre_buffer=False) as parquet:
            table = parquet.read(columns=raw, use_threads=False)  # see store.reading.read_whole
        return table.select(raw).rename_columns(list(chosen))


def _refuse_too_many(called: str, rows: int) -> None:
    if rows > MOST_POINTS:
        raise ConfigError(
            f"{called}: {rows:,} rows; allowed: at most {MOST_POINTS:,}; split it into several "
            "sweeps"
        )


def _refuse_too_many_values(called: str, rows: int, columns: int) -> None:
    if rows * columns > MOST_VALUES:
        raise ConfigError(
            f"{called}: {rows:,} rows of {columns:,} columns; allowed: at most {MOST_VALUES:,} "
            "values; name those to read in [sweep.parameters], or split it into several sweeps"
        )


def _refuse_doubles(called: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen and name:
            raise ConfigError(
                f"{called}: {list(names).count(name)} columns are named {shortened(name, 60)!r}; "
                "allowed: one; rename or remove the others"
            )
        seen.add(name)


def _refuse_odd_type(called: str, name: str, kind: pa.DataType) -> None:
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
    if not any(is_allowed(plain) for is_allowed in allowed):
        raise ConfigError(
            f"{called}: column {as_name(name, 100)}: holds {plain}; allowed: numbers, true and "
            "false, words"
        )


def _values(called: str, name: str, column: pa.ChunkedArray) -> tuple[Any, ...]:
    """Return a column as plain Python values, all of them there and finite."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    _refuse_odd_type(called, name, kind)
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        kind = kind.value_type
        column = column.cast(kind)
    if _is_text(kind) or pa.types.is_dictionary(kind):
        return _words(called, name, column)
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        kind = pa.float64()
        column = column.cast(kind)
    given = pc.is_finite(column) if pa.types.is_floating(kind) else pc.is_valid(column)
    # Scalars of Python in pyarrow's functions would make it import pandas.
    missing = pc.indices_nonzero(pc.or_kleene(pc.is_null(column), pc.invert(given)))
    if len(missing):
        row = missing[0].as_py()
        found = column[row].as_py()
        raise _missing(called, name, row, "empty, or NA" if found is None else f"{found}")
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


def _words(called: str, name: str, column: pa.ChunkedArray) -> tuple[str, ...]:
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
        raise _missing(called, name, missing[0].as_py(), "empty")
    codes = _plain(coded.indices)
    odd = {i for i, word in enumerate(words) if not word or not word.strip()}
    long = {i for i, word in enumerate(words) if word and len(word) > _LONGEST_WORD}
    for row, code in enumerate(codes if odd or long else ()):
        if code in odd:
            raise _missing(called, name, row, "empty")
        if code in long:
            raise ConfigError(
                f"{called}: row {row + 1}, column {as_name(name, 100)}: a word of "
                f"{len(words[code]):,} letters; allowed: at most {_LONGEST_WORD}"
            )
    return tuple([words[code] for code in codes])


def _missing(called: str, name: str, row: int, what: str) -> ConfigError:
    return ConfigError(
        f"{called}: row {row + 1}, column {as_name(name, 100)}: {what}; needed: a finite number, "
        "true, false or a word; fill it in, or remove the row"
    )
