"""Columns as tables and as bytes: firms come back exactly; one changed value, another hash."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from made_up_parts import SECTORS, made_up_record
from orgsim.model import MODEL
from orgsim.store.tables import (
    digest_columns,
    firm_columns,
    firm_table,
    read_firm_columns,
    write_table,
)


def test_firms_come_back_as_they_were_with_nulls_and_words(tmp_path):
    made = firm_columns(0, 1000, made_up_record(), MODEL)
    file = tmp_path / "part.parquet"
    write_table(firm_table(made, SECTORS, {"orgsim_seed": "1"}, MODEL), file)
    back = read_firm_columns(file, SECTORS, MODEL)
    assert list(back) == [column.name for column in MODEL.firms]
    for name, values in made.items():
        assert back[name].dtype == values.dtype
        assert np.array_equal(back[name], values)
    table = pq.read_table(file)
    never = made["first_attempt"] == -1
    assert never.any()
    assert np.array_equal(table["first_attempt"].is_null().to_numpy(), never)
    assert set(table["sector"].to_pylist()) == set(SECTORS)
    assert isinstance(table.schema.field("scenario").type, pa.DictionaryType)
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_word_of_another_run_is_not_believed(tmp_path):
    made = firm_columns(0, 0, made_up_record(), MODEL)
    file = tmp_path / "part.parquet"
    write_table(firm_table(made, ["food", "toys"], {}, MODEL), file)
    assert digest_columns(read_firm_columns(file, SECTORS, MODEL)) != digest_columns(made)


@pytest.mark.parametrize("column", ["firm", "sector", "first_attempt", "under_way", "completion"])
def test_one_changed_value_changes_the_hash(column):
    made = firm_columns(0, 0, made_up_record(), MODEL)
    before = digest_columns(made)
    made[column][17] = made[column][17] + 1
    assert digest_columns(made) != before
