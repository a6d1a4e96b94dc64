"""The table of design points: a row a point, a column a parameter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from orgsim.spec import Model
from orgsim.spec.swept_path import SweptPath
from orgsim.store.reading import CorruptError, opened, plain_words, read_whole
from orgsim.store.tables import ROW_GROUP, arrow_array

Swept = Mapping[str, NDArray[Any]]


def _field(name: str, kind: pa.DataType, model: Model, *, swept: bool) -> pa.Field:
    found = SweptPath.of(name, model)
    told = {"unit": "-", "meaning": "preset laid over the config"}
    if found is not None:
        told = {"unit": found.parameter.unit, "meaning": found.parameter.meaning}
    return pa.field(name, kind, metadata=told | {"swept": str(swept).lower()})


def _array(column: NDArray[Any]) -> pa.Array:
    values = column.tolist()
    if any(isinstance(value, str) for value in values):
        return arrow_array([str(value) for value in values])
    if any(isinstance(value, bool) for value in values):
        return arrow_array(np.array(values, dtype=np.bool_))
    if all(isinstance(value, int) for value in values):
        return arrow_array(np.array(values, dtype=np.int64))
    return arrow_array(np.array(values, dtype=np.float64))


def _fixed(value: Any) -> pa.Scalar:
    return arrow_array([json.dumps(value) if isinstance(value, Mapping) else value])[0]


def _tables(
    settings: Mapping[str, Any], swept: Swept, provenance: Mapping[str, str], model: Model
) -> Iterator[pa.Table]:
    count = len(next(iter(swept.values()))) if swept else 1
    fixed = {path: _fixed(value) for path, value in settings.items() if path not in swept}
    kinds = {path: _array(column).type for path, column in swept.items()}
    fields = [
        pa.field("point", pa.int32(), metadata={"unit": "-", "meaning": "design point"}),
        *(_field(path, kind, model, swept=True) for path, kind in kinds.items()),
        *(_field(path, value.type, model, swept=False) for path, value in fixed.items()),
    ]
    schema = pa.schema(fields, metadata=dict(provenance))
    for first in range(0, count, ROW_GROUP):
        rows = min(ROW_GROUP, count - first)
        arrays = [arrow_array(np.arange(first, first + rows, dtype=np.int32))]
        arrays += [
            _array(column[first : first + rows]).cast(kinds[path]) for path, column in swept.items()
        ]
        arrays += [pa.repeat(value, rows) for value in fixed.values()]
        yield pa.Table.from_arrays(arrays, schema=schema)


def write_points(
    file: BinaryIO,
    settings: Mapping[str, Any],
    swept: Swept,
    provenance: Mapping[str, str],
    model: Model,
) -> None:
    """Write the table of design points.

    Parameters
    ----------
    settings : mapping of path to value
        What all points share; distributions are written as JSON.
    swept : mapping of path to array (points,)
        What they do not, first among the columns; of a distribution, its mean.
    model : Model
        Whose settings they are.
    """
    writer = None
    try:
        for table in _tables(settings, swept, provenance, model):
            if writer is None:
                writer = pq.ParquetWriter(file, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def holds_points(path: Path, settings: Mapping[str, Any], swept: Swept, model: Model) -> bool:
    """Whether a table of points has these very rows, in these columns."""
    points = len(next(iter(swept.values()))) if swept else 1
    try:
        with opened(path, points) as file:
            batches = file.iter_batches(batch_size=ROW_GROUP, use_threads=False)
            for table in _tables(settings, swept, {}, model):
                found = next(batches, None)
                if found is None:
                    return False
                if not plain_words(pa.Table.from_batches([found]), file).equals(table):
                    return False
            return next(batches, None) is None
    except (OSError, CorruptError):
        return False


def points_hash(swept: Swept, first: int, stop: int, model: Model, *, typed: bool = False) -> str:
    """Return a hash of the swept values of the points ``first`` ... ``stop - 1``.

    Parameters
    ----------
    typed : bool
        As in format 2, where a table of 0 and 1 was another than one of 0.0 and 1.0, and could not
        grow by 0.5: the first is a column of whole numbers, the second one of doubles.
    """
    digest = hashlib.sha256()
    for path, column in swept.items():
        values = column[first:stop]
        if not typed and _is_real(path, model) and values.dtype.kind in "iu":
            values = values.astype(np.float64)
        digest.update(json.dumps([path, values.tolist()]).encode())
    return digest.hexdigest()


def _is_real(path: str, model: Model) -> bool:
    """Whether a parameter takes fractions: what is swept of it may hold only whole ones so far."""
    found = SweptPath.of(path, model)
    return found is not None and found.parameter.kind in ("real", "quantity", "spread")


def swept_paths(schema: pa.Schema) -> list[str]:
    """Return the names of the swept columns of a table of points."""
    return [field.name for field in schema if (field.metadata or {}).get(b"swept") == b"true"]


def read_swept(path: Path, most_rows: int | None = None) -> dict[str, NDArray[Any]]:
    """Read the swept columns of a table of points.

    Raises
    ------
    CorruptError, OSError
        As :func:`orgsim.store.reading.opened`.
    """
    with opened(path, most_rows) as file:
        table = read_whole(file, swept_paths(file.schema_arrow))
    return {
        name: table.column(name).combine_chunks().to_numpy(zero_copy_only=False)
        for name in table.column_names
    }
