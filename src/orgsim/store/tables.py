"""Columns as Arrow tables that explain themselves, and as bytes for the digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from orgsim.spec import Column, Model, Parameter
from orgsim.store.reading import opened

_ARROW = {
    "float32": pa.float32(),
    "float64": pa.float64(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "quarter": pa.int16(),
    "word": pa.dictionary(pa.int16(), pa.string()),
}
_NUMPY = {"bool": "u1", "quarter": "<i2", "word": "<i2", "float32": "<f4", "float64": "<f8"} | {
    f"int{bits}": f"<i{bits // 8}" for bits in (16, 32, 64)
}
ROW_GROUP = 2**16
"""Rows that are written together."""

NEVER = -1
"""Code of a quarter that never came; null in the files."""

UNKNOWN = -1
"""Code of a word that is none of ours; no hash of a true part holds it."""


def _told(what: Column | Parameter) -> dict[str, str]:
    return {"unit": what.unit, "meaning": what.meaning}


def schema(columns: Sequence[Column], provenance: Mapping[str, str]) -> pa.Schema:
    """Return the Arrow schema, with units and meanings, and where the file comes from."""
    fields = [pa.field(c.name, _ARROW[c.type], metadata=_told(c)) for c in columns]
    return pa.schema(fields, metadata=dict(provenance))


def declared_types(name: str, model: Model) -> dict[str, pa.DataType]:
    """Return the columns of ``firms``, ``quarters`` or ``shares`` and their types; else none."""
    tables = {"firms": model.firms, "quarters": model.quarters, "shares": model.shares}
    return {column.name: _ARROW[column.type] for column in tables.get(name, ())}


def firm_columns(
    point: int, first: int, record: NDArray[np.float64], model: Model
) -> dict[str, NDArray[np.generic]]:
    """Return the columns of ``Model.firms`` in their canonical types, words as codes.

    Parameters
    ----------
    record : float64 (len(model.record), firms)
        As in ``orgsim.engine.Chunk``.
    """
    firms = record.shape[1]
    kinds = {c.name: _NUMPY[c.type] for c in model.firms}
    columns: dict[str, NDArray[np.generic]] = {
        "point": np.full(firms, point, dtype=kinds["point"]),
        "firm": np.arange(first, first + firms, dtype=kinds["firm"]),
    }
    for column, values in zip(model.record, record, strict=True):
        columns[column.name] = values.astype(kinds[column.name])
    return columns


def digest_columns(columns: Mapping[str, NDArray[np.generic]]) -> str:
    """Return a hash of names and values, in order."""
    digest = hashlib.sha256()
    for name, values in columns.items():
        digest.update(name.encode() + b"\0" + values.tobytes())
    return digest.hexdigest()


def quarter_digest(columns: Mapping[str, Any], model: Model) -> str:
    """Return a hash of a point's rows by quarter, words as UTF-8."""
    canonical = {
        c.name: np.frombuffer("\0".join(columns[c.name]).encode(), dtype=np.uint8)
        if c.type == "word"
        else np.ascontiguousarray(columns[c.name], dtype=_NUMPY[c.type])
        for c in model.quarters
    }
    return digest_columns(canonical)


def words_of(name: str, sectors: Sequence[str], model: Model) -> list[str]:
    """Return the words of a column of firms, by code."""
    words = {"sector": sectors, "scenario": model.scenarios, **model.words}
    return list(words[name])


def arrow_array(values: Any, valid: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return numbers (null where not ``valid``), truths or strings as an Arrow array.

    ``pa.array`` does this too, but first imports pandas, a fifth of a second; and what casts or
    encodes would import ``pyarrow.compute``, another thirtieth.
    """
    values = np.asarray(values)
    values = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    if values.dtype.kind == "U":
        words = [str(word).encode() for word in values]
        offsets = np.cumsum([0, *map(len, words)], dtype=np.int32)
        return pa.StringArray.from_buffers(
            len(words), pa.py_buffer(offsets), pa.py_buffer(b"".join(words))
        )
    bits = None if valid is None else _bits(valid)
    if values.dtype.kind == "b":
        return pa.Array.from_buffers(pa.bool_(), values.size, [bits, _bits(values)])
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, values.size, [bits, pa.py_buffer(values)])


def _bits(truths: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def _cast(values: Any, kind: np.dtype[Any]) -> NDArray[Any]:
    """Return values of a type that holds them.

    Raises
    ------
    OverflowError
        If it does not hold them as they are.
    """
    found = np.asarray(values)
    cast = found.astype(kind)
    if kind.kind in "iu" and cast.dtype != found.dtype and not np.array_equal(cast, found):
        raise OverflowError(f"a column of {kind} does not hold its values")
    return cast


def _encoded(values: Any) -> pa.Array:
    """Return strings as codes of a dictionary, in the order in which they first stand there.

    Raises
    ------
    OverflowError
        If they are more than codes of 16 bits.
    """
    words, first, codes = np.unique(
        np.asarray(values, dtype=np.str_), return_index=True, return_inverse=True
    )
    if words.size > np.iinfo(np.int16).max:
        raise OverflowError(f"{words.size} words are more than codes of 16 bits")
    order = np.argsort(first)
    rank = np.empty(order.size, dtype=np.int16)
    rank[order] = np.arange(order.size)
    return pa.DictionaryArray.from_arrays(arrow_array(rank[codes]), arrow_array(words[order]))


def firm_table(
    columns: Mapping[str, NDArray[np.generic]],
    sectors: Sequence[str],
    provenance: Mapping[str, str],
    model: Model,
) -> pa.Table:
    """Return canonical columns of firms as an Arrow table."""
    arrays = []
    for column in model.firms:
        values = columns[column.name]
        if column.type == "word":
            words = arrow_array(words_of(column.name, sectors, model))
            arrays.append(pa.DictionaryArray.from_arrays(arrow_array(values), words))
        elif column.type == "quarter":
            arrays.append(arrow_array(values, valid=values != NEVER))
        elif column.type == "bool":
            arrays.append(arrow_array(values.astype(np.bool_)))
        else:
            arrays.append(arrow_array(values))
    return pa.Table.from_arrays(arrays, schema=schema(model.firms, provenance))


def _codes(column: pa.ChunkedArray, words: pa.Array) -> NDArray[np.int32]:
    """Return which of some words stand in a column of codes; UNKNOWN for others."""
    import pyarrow.compute as pc

    found = []
    for chunk in column.chunks:
        known = pc.index_in(chunk.dictionary.cast(pa.string()), value_set=words).fill_null(UNKNOWN)
        found.append(known.take(chunk.indices).fill_null(UNKNOWN).to_numpy(zero_copy_only=False))
    return np.concatenate(found) if found else np.empty(0, dtype=np.int32)


def read_firm_columns(
    path: Path, sectors: Sequence[str], model: Model, most_rows: int | None = None
) -> dict[str, NDArray[np.generic]]:
    """Read a part of ``firms`` back into canonical columns.

    Parameters
    ----------
    most_rows : int, optional
        Firms that the part can have.

    Raises
    ------
    CorruptError, OSError
        As :func:`orgsim.store.reading.opened`.
    """
    with opened(path, most_rows) as file:
        columns = [column.name for column in model.firms]
        table = file.read(columns=columns, use_threads=False)
        return _firm_columns(table, sectors, model)


def _firm_columns(
    table: pa.Table, sectors: Sequence[str], model: Model
) -> dict[str, NDArray[np.generic]]:
    return canonical_columns(table, [column.name for column in model.firms], sectors, model)


def canonical_columns(
    table: pa.Table, names: Sequence[str], sectors: Sequence[str], model: Model
) -> dict[str, NDArray[np.generic]]:
    """Return some columns of ``Model.firms`` in their canonical types, words as codes.

    A quarter that never came is ``NEVER``.
    """
    declared = {column.name: column for column in model.firms}
    columns: dict[str, NDArray[np.generic]] = {}
    for column in map(declared.__getitem__, names):
        values = table.column(column.name)
        if column.type == "word":
            numbers: Any = _codes(values, arrow_array(words_of(column.name, sectors, model)))
        elif column.type == "quarter":
            numbers = values.fill_null(NEVER).to_numpy()
        else:
            numbers = values.to_numpy()
        columns[column.name] = np.asarray(numbers).astype(_NUMPY[column.type])
    return columns


def plain_table(
    columns: Mapping[str, Any], declared: Sequence[Column], provenance: Mapping[str, str]
) -> pa.Table:
    """Return any other table, with its columns cast to what is declared."""
    arrays = []
    for column in declared:
        if column.type == "word":
            arrays.append(_encoded(columns[column.name]))
        else:
            kind = _NUMPY[column.type] if column.type != "bool" else np.bool_
            arrays.append(arrow_array(_cast(columns[column.name], np.dtype(kind))))
    return pa.Table.from_arrays(arrays, schema=schema(declared, provenance))


def canonical(columns: Mapping[str, Any], declared: Sequence[Column]) -> dict[str, NDArray[Any]]:
    """Return columns of any other table as arrays of their declared types; words as strings."""
    return {
        c.name: np.asarray(columns[c.name], np.str_ if c.type == "word" else _NUMPY[c.type])
        for c in declared
    }


def read_plain_columns(
    path: Path, declared: Sequence[Column], most_rows: int | None = None
) -> dict[str, Any]:
    """Read any other table: numbers as arrays, words as lists.

    Parameters
    ----------
    most_rows : int, optional
        Rows that it can have.

    Raises
    ------
    CorruptError, OSError
        As :func:`orgsim.store.reading.opened`.
    """
    with opened(path, most_rows) as file:
        names = [column.name for column in declared]
        return _plain_columns(file.read(columns=names, use_threads=False), declared)


def read_plain_groups(
    path: Path, declared: Sequence[Column], most_rows: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield any other table, at most ROW_GROUP rows at a time; see :func:`read_plain_columns`."""
    with opened(path, most_rows) as file:
        names = [column.name for column in declared]
        for batch in file.iter_batches(ROW_GROUP, columns=names, use_threads=False):
            yield _plain_columns(pa.Table.from_batches([batch]), declared)


def _plain_columns(table: pa.Table, declared: Sequence[Column]) -> dict[str, Any]:
    return {
        c.name: table.column(c.name).to_pylist()
        if c.type == "word"
        else table.column(c.name).to_numpy()
        for c in declared
    }


def writing(schema: pa.Schema) -> dict[str, Any]:
    """Return how to write a table as Parquet.

    Only words go by dictionary: of measured values there are too many, and trying takes half the
    time of writing and a third of the space.
    """
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return {"compression": "zstd", "use_dictionary": words or False}


def write_table(table: pa.Table, file: Path | BinaryIO) -> None:
    """Write a table as Parquet, compressed."""
    pq.write_table(table, file, row_group_size=ROW_GROUP, **writing(table.schema))
