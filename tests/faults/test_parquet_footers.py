"""Footers of Parquet files, altered: one error of ours, and never the end of the process."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orgsim.store import reading
from orgsim.store.reading import CorruptError, read_columns
from orgsim.system.parquet_sizes import TEXT, groups_of, page_sizes, pages

EVERY_BIT = """
import sys
from pathlib import Path
from orgsim.config.points_file import read_points
from orgsim.errors import ConfigError
from orgsim.store.reading import CorruptError, read_columns

path, altered = Path(sys.argv[1]), Path(sys.argv[1]).with_name("altered.parquet")
whole = path.read_bytes()
footer = int.from_bytes(whole[-8:-4], "little")
refused = 0
for bit in range(8 * (len(whole) - 8 - footer), 8 * len(whole)):
    content = bytearray(whole)
    content[bit // 8] ^= 1 << bit % 8
    altered.write_bytes(content)
    try:
        read_columns(altered, None, 3)
    except CorruptError:
        refused += 1
    try:
        read_points(altered, None)
    except ConfigError:
        refused += 1
print(refused)
"""


@pytest.fixture
def small(tmp_path):
    table = pa.table({"resistance.status_threat": [0.1, 0.2, 0.3], "word": ["a", "b", "c"]})
    pq.write_table(table, tmp_path / "small.parquet")
    return tmp_path / "small.parquet"


def test_no_altered_bit_of_a_footer_ends_the_process(small):
    """Of some, pyarrow's RowGroupMetaData.column does: its exception passes where none may."""
    done = subprocess.run(
        [sys.executable, "-c", EVERY_BIT, str(small)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1_000


@pytest.mark.parametrize("compression", ["zstd", "none"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_sizes_are_those_that_pyarrow_reads_of_a_sound_file(tmp_path, compression, dictionary):
    draw = np.random.default_rng(7)
    table = pa.table(
        {
            "number": draw.random(5_000),
            "whole": draw.integers(9, size=5_000),
            "word": draw.choice(["a", "bb", "ccc"], 5_000),
            "truth": draw.random(5_000) < 0.5,
            "nested": pa.StructArray.from_arrays([pa.array(draw.random(5_000))], ["inner"]),
        }
    )
    path = tmp_path / "table.parquet"
    pq.write_table(
        table, path, row_group_size=2_000, compression=compression, use_dictionary=dictionary
    )
    metadata = pq.read_metadata(path)
    with path.open("rb") as file:
        groups = groups_of(file)
    assert [group.rows for group in groups] == [2_000, 2_000, 1_000]
    for i, group in enumerate(groups):
        for j, column in enumerate(group.columns):
            told = metadata.row_group(i).column(j)
            assert column.path == told.path_in_schema
            assert (column.kind == TEXT) == (told.physical_type == "BYTE_ARRAY")
            assert column.values == told.num_values
            assert column.compressed == told.total_compressed_size
            assert column.plain == told.total_uncompressed_size


def _written(path, table, **how):
    pq.write_table(table, path, **{"compression": "zstd", "store_schema": False} | how)
    return path


def _of_one_word(rows, length, kind=None):
    words = pa.array([b"w" * length], kind or pa.binary(length))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), words).cast(
        kind or pa.binary(length)
    )


@pytest.mark.parametrize("case", ["fixed", "many columns", "many groups"])
def test_a_small_file_does_not_take_hundreds_of_megabytes(tmp_path, case):
    """Before, only each column in each group of rows was bounded, and fixed lengths were not."""
    path = tmp_path / "a.parquet"
    if case == "fixed":
        _written(path, pa.table({"a": _of_one_word(200, 300_000)}))
    elif case == "many columns":
        columns = {f"c{i}": _of_one_word(2_000, 8_000, pa.string()) for i in range(6)}
        _written(path, pa.table(columns))
    else:
        words = pa.array(["w" * 2**21] * 60)
        _written(path, pa.table({"a": words}), row_group_size=1)
    assert path.stat().st_size < 100_000
    before = pa.total_allocated_bytes()
    with pytest.raises(CorruptError):
        read_columns(path, None, 2_000)
    assert pa.total_allocated_bytes() - before < 2**20


def test_columns_in_one_place_are_refused(tmp_path):
    """Or a footer of a megabyte would have each page of a file read thousands of times."""
    path = _written(tmp_path / "a.parquet", pa.table({"a": [1.0], "b": [2.0]}), compression="none")
    with open(path, "rb") as file:
        (group,) = groups_of(file)
        first, second = group.columns
        both = group._replace(columns=[first, second._replace(start=first.start)])
        with pytest.raises(CorruptError, match="one place"):
            reading._refuse_large_pages(file, [both])


def test_more_pages_than_values_are_refused(tmp_path):
    path = _written(
        tmp_path / "a.parquet", pa.table({"a": np.arange(4_000.0)}), use_dictionary=False,
        data_page_size=1, write_batch_size=1,
    )  # fmt: skip
    with open(path, "rb") as file:
        (column,) = groups_of(file)[0].columns
        assert len(list(pages(file, column))) == 4_000
        with pytest.raises(ValueError, match="more pages"):
            list(pages(file, column._replace(values=90)))


def test_a_footer_that_says_too_much_is_refused():
    empty = bytes([0x19, 0xFC, 255, 255, 255, 255, 7]) + bytes(2**23)  # a list of empty structs
    with pytest.raises(ValueError, match="too much"):
        page_sizes(empty)
