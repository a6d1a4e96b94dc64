"""The table of design points: what is swept comes back as it was, and every column says what."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from made_up_runs import MANIFEST
from orgsim.errors import UsageError
from orgsim.model import MODEL
from orgsim.model.parameters import BY_PATH, defaults
from orgsim.store import Manifest, RunDirectory
from orgsim.store.points import holds_points, points_hash, read_swept, swept_paths, write_points

COUNT = 200_000
WORDS = np.array(["calm", 'früh, "spät"', "", "a b"], dtype=object)


def made_up_points(count=COUNT):
    """Return a column of every type that a design can have."""
    random = np.random.default_rng(7)
    return {
        "preset": WORDS[random.integers(4, size=count)],
        "simulation.seed": random.integers(-(2**62), 2**62, size=count),
        "resistance.initial.it": random.random(count) / 3,
        "mechanisms.turnover": random.integers(2, size=count).astype(bool),
    }


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("points") / "points.parquet"
    write_points(path, defaults(), made_up_points(), {"orgsim_seed": "1"}, MODEL)
    return path


def test_swept_values_come_back_exactly(large):
    made, back = made_up_points(), read_swept(large)
    assert list(back) == list(made)
    for path, column in made.items():
        assert back[path].dtype == column.dtype
        assert np.array_equal(back[path], column)


def test_a_large_table_is_written_in_row_groups(large):
    with pq.ParquetFile(large) as file:
        rows = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        assert sum(rows) == COUNT
        assert len(rows) > 1
        assert max(rows) <= 2**17
        assert np.array_equal(file.read(["point"])["point"].to_numpy(), np.arange(COUNT))


def test_swept_columns_come_first_and_are_marked(large):
    schema = pq.read_schema(large)
    swept = list(made_up_points())
    assert schema.names[:5] == ["point", *swept]
    assert sorted(schema.names[5:]) == sorted(set(BY_PATH) - set(swept))
    assert swept_paths(schema) == swept
    marked = {n: schema.field(n).metadata[b"swept"] for n in schema.names[1:]}
    assert marked == {n: b"true" if n in swept else b"false" for n in schema.names[1:]}
    assert schema.metadata[b"orgsim_seed"] == b"1"


def test_what_all_points_share_stands_beside_each_with_distributions_as_json(large):
    swept = made_up_points()
    table = pq.read_table(large, columns=[path for path in BY_PATH if path not in swept])
    for path in table.column_names:
        value = defaults()[path]
        values = table[path].unique().to_pylist()
        assert len(values) == 1, path
        if isinstance(value, dict):
            assert json.loads(values[0]) == value
        else:
            assert values == [value]
            assert type(values[0]) is type(value)


def test_points_say_what_every_parameter_means(tmp_path):
    write_points(tmp_path / "points", defaults(), {}, {"orgsim_seed": "1"}, MODEL)
    table = pq.read_table(tmp_path / "points")
    assert table.column_names == ["point", *BY_PATH]
    assert table["point"].to_pylist() == [0]
    for path, parameter in BY_PATH.items():
        told = table.schema.field(path).metadata
        assert (told[b"unit"].decode(), told[b"meaning"].decode()) == (
            parameter.unit,
            parameter.meaning,
        )
    assert read_swept(tmp_path / "points") == {}


def test_a_departments_value_says_what_its_parameter_means(large):
    told = pq.read_schema(large).field("resistance.initial.it").metadata
    assert told[b"meaning"].decode() == BY_PATH["resistance.initial"].meaning


def test_whole_and_broken_numbers_in_one_column_are_all_numbers(tmp_path):
    """As of a grid's ``values = [1, 0.5]``: kept as they are in memory, floats in the file."""
    mixed = np.array([1, 0.5] + [2] * 2**17, dtype=object)
    write_points(tmp_path / "points", defaults(), {"cooperation.encounters": mixed}, {}, MODEL)
    back = read_swept(tmp_path / "points")["cooperation.encounters"]
    assert back.dtype == np.float64
    assert back.tolist() == mixed.tolist()


def begun_with(path, swept):
    """Return a directory and the manifest of a run of such points."""
    count = len(swept["preset"])
    write_points(path / "points.parquet", defaults(), swept, {}, MODEL)
    told = {
        "extent": {"firms": 1, "points": count},
        "points_hash": points_hash(swept, 0, count, MODEL),
    }
    return RunDirectory(path), Manifest.of({**MANIFEST, **told})


def test_points_that_begin_as_they_did_may_grow_and_others_are_refused(tmp_path):
    made = made_up_points(50)
    directory, manifest = begun_with(tmp_path, {path: c[:40] for path, c in made.items()})
    directory.refuse_other_points(manifest, made, MODEL)
    for path, column in made.items():
        other = column.copy()
        other[39] = {"O": "other", "i": 5, "f": 2.0, "b": not column[39]}[column.dtype.kind]
        with pytest.raises(UsageError) as caught:
            directory.refuse_other_points(manifest, made | {path: other}, MODEL)
        for text in (path, "--out", "--overwrite"):
            assert text in str(caught.value)


def test_other_parameters_are_other_points(tmp_path):
    made = made_up_points(50)
    directory, manifest = begun_with(tmp_path, made)
    for swept in ({}, {"preset": made["preset"]}):
        with pytest.raises(UsageError, match="not the first"):
            directory.refuse_other_points(manifest, swept, MODEL)


@pytest.mark.parametrize("content", [None, b"", b"PAR1 torn"])
def test_other_points_are_known_though_the_table_is_missing_or_torn(tmp_path, content):
    made = made_up_points(50)
    directory, manifest = begun_with(tmp_path, made)
    (tmp_path / "points.parquet").unlink()
    if content is not None:
        (tmp_path / "points.parquet").write_bytes(content)
    directory.refuse_other_points(manifest, made, MODEL)
    with pytest.raises(UsageError, match="not the first"):
        directory.refuse_other_points(manifest, {p: c[::-1] for p, c in made.items()}, MODEL)


def test_a_table_of_points_is_known_by_every_value_in_it(tmp_path):
    file, made = tmp_path / "points.parquet", made_up_points(50)
    write_points(file, defaults(), made, {"orgsim_seed": "1"}, MODEL)
    assert holds_points(file, defaults(), made, MODEL)
    assert not holds_points(file, defaults() | {"firm.structure": "cmto"}, made, MODEL)
    assert not holds_points(
        file, defaults(), {path: column[:49] for path, column in made.items()}, MODEL
    )
    for path, column in made.items():
        assert not holds_points(file, defaults(), made | {path: column[::-1]}, MODEL)
    file.write_bytes(file.read_bytes()[:-10])
    assert not holds_points(file, defaults(), made, MODEL)
