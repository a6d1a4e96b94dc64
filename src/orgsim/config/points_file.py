"""Files of points: CSV or Parquet, a column per swept parameter and a row per point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.config.values import nearest
from orgsim.design import MOST_POINTS
from orgsim.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

IGNORED = "point"
"""Name of the column of numbers that orgsim's own tables carry."""


def read_points(path: Path, wanted: Sequence[str] | None) -> dict[str, tuple[Any, ...]]:
    """Read the columns of a file of points.

    Parameters
    ----------
    path : Path
        Ends in .csv (UTF-8, with a line of names) or .parquet.
    wanted : sequence of str, optional
        The parameters' paths to read; others are ignored. None: all but ``point``.

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
    table = _read(path)
    names = table.column_names
    _refuse_doubles(path, names)
    chosen = [name for name in names if name != IGNORED] if wanted is None else list(wanted)
    if not chosen:
        raise ConfigError(f"{path}: no column; needed: one per swept parameter, named by its path")
    for name in chosen:
        if name not in names:
            there = ", ".join(names)
            raise ConfigError(f"{path}: no column {name}; there are: {there}{nearest(name, names)}")
    if not table.num_rows:
        raise ConfigError(f"{path}: no rows; needed: one per point, below the line of names")
    _refuse_too_many(path, table.num_rows)
    return {name: _values(path, name, table.column(names.index(name))) for name in chosen}


def _read(path: Path) -> pa.Table:
    import pyarrow as pa

    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    if path.suffix not in readers:
        raise ConfigError(f"{path}: unknown kind of file; allowed: names ending in .csv, .parquet")
    try:
        with path.open("rb") as file:
            table = readers[path.suffix](path, file)
        return table.rename_columns([name.strip() for name in table.column_names])
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or str(error).split("\n")[0]
        kind = path.suffix[1:]
        raise ConfigError(f"{path}: cannot be read as {kind}, or is incomplete: {reason}") from None


def _read_csv(_: Path, file: Any) -> pa.Table:
    from pyarrow import csv

    return csv.read_csv(file)


def _read_parquet(path: Path, file: Any) -> pa.Table:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as parquet:
        _refuse_too_many(path, parquet.metadata.num_rows)  # before they fill the memory
        return parquet.read()


def _refuse_too_many(path: Path, rows: int) -> None:
    if rows > MOST_POINTS:
        raise ConfigError(
            f"{path}: {rows:,} rows; allowed: at most {MOST_POINTS:,}; split it into several sweeps"
        )


def _refuse_doubles(path: Path, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(
                f"{path}: {names.count(name)} columns are named {name!r}; allowed: one; "
                "rename or remove the others"
            )


def _values(path: Path, name: str, column: pa.ChunkedArray) -> tuple[Any, ...]:
    """Return a column as plain Python values, all of them there and finite."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        kind = pa.float64()
        column = column.cast(kind)
    plain = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_null, pa.types.is_floating)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        given = pc.utf8_length(pc.utf8_trim_whitespace(column)).cast(pa.bool_())
    elif pa.types.is_floating(kind):
        given = pc.is_finite(column)
    elif any(is_plain(kind) for is_plain in plain):
        given = pc.is_valid(column)
    else:
        raise ConfigError(
            f"{path}: column {name}: holds {kind}; allowed: numbers, true and false, words"
        )
    # Scalars of Python in pyarrow's functions would make it import pandas.
    missing = pc.indices_nonzero(pc.or_kleene(pc.is_null(column), pc.invert(given)))
    if len(missing):
        row = missing[0].as_py()
        found = column[row].as_py()
        what = "empty" if found is None or isinstance(found, str) else f"{found}"
        raise ConfigError(
            f"{path}: row {row + 1}, column {name}: {what}; needed: a finite number, "
            "true, false or a word; fill it in, or remove the row"
        )
    return tuple(column.to_pylist())
