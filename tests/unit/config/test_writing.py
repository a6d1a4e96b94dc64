"""A config as TOML loads back equal, and a run directory holds all that it names."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim import load_config
from orgsim.config.points import Points
from sweep_configs import GOOD, table


def same_points(one, other):
    assert list(one) == list(other)
    for path, column in one.items():
        assert column.dtype == other[path].dtype
        assert column.tolist() == other[path].tolist()


@pytest.mark.parametrize("name", GOOD)
def test_a_resolved_sweep_loads_back_equal(name, write):
    config = load_config(write(GOOD[name], "good.toml"))
    resolved = load_config(write(config.to_toml(), "resolved/good.toml"))
    assert resolved == config
    assert resolved.identity() == config.identity()
    assert resolved.to_toml() == config.to_toml()
    same_points(Points(config).columns, Points(resolved).columns)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_lives_on_in_the_run_directory(kind, write, tmp_path):
    columns = {
        "resistance.status_threat": [0.1, 0.2 + 0.1, 1.0],
        "firm.it_staff": [3, 2, 9],
        "reorganisation.infrastructure_chief": [True, False, True],
        "firm.structure": ["separate", "cmto", "separate"],
        "preset": ["policy-today", "policy-today", "no-buffer"],
    }
    given = pa.table({"point": [9, 8, 7], **columns})
    if kind == "parquet":
        pq.write_table(given, tmp_path / "points.parquet")
    else:
        rows = zip(*given.to_pydict().values(), strict=True)
        lines = [",".join(str(value).lower() for value in row) for row in rows]
        write("\n".join([",".join(given.column_names), *lines]), "points.csv")
    head = 'constraints = ["firm.it_staff > 2"]'
    path = write(table(f"points.{kind}", head=head), "tabled.toml")
    first = orgsim.run(path, out=tmp_path / "first", threads=1)
    (tmp_path / f"points.{kind}").unlink()
    kept = load_config(tmp_path / "first/config.toml")
    assert kept.sweep.design.table is not None
    assert Points(kept).values(1) == {name: column[2] for name, column in columns.items()}
    assert 'table = "points.parquet"' in kept.to_toml()
    assert kept.to_toml() == (tmp_path / "first/config.toml").read_text(encoding="utf-8")
    again = orgsim.run(tmp_path / "first/config.toml", out=tmp_path / "again", threads=1)
    assert again.digest == first.digest
    assert first.points()[list(columns)].to_dict("list") == {
        name: [column[0], column[2]] for name, column in columns.items()
    }


@pytest.mark.parametrize("fewer", ['constraints = ["firm.it_staff > 2"]', "points = 1"])
def test_a_table_may_lose_a_preset_with_the_rows_left_out(fewer, write, tmp_path):
    write("preset,firm.it_staff\npolicy-today,3\nno-buffer,2\n", "points.csv")
    orgsim.run(write(table(head=fewer)), out=tmp_path / "here", threads=1)
    assert len(Points(load_config(tmp_path / "here/config.toml"))) == 1
