"""Footers of Parquet files, altered: one error of ours, and never the end of the process."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orgsim.parquet_sizes import groups_of

EVERY_BIT = """
import sys
from pathlib import Path
from orgsim.config.points_file import read_points
from orgsim.errors import ConfigError
from orgsim.store.reading import TornError, read_columns

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
    except TornError:
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
            assert column.is_text == (told.physical_type == "BYTE_ARRAY")
            assert column.values == told.num_values
            assert column.compressed == told.total_compressed_size
            assert column.plain == told.total_uncompressed_size
