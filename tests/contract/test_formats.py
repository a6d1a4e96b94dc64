"""Runs that version 0.1.0 wrote: what a user has on disk today still opens tomorrow."""

from __future__ import annotations

import json
import shutil

import pyarrow.parquet as pq
import pytest

import orgsim
from small_runs import OLD, contents

DIGESTS = {
    "setting": "ea56a6784d50888313052e61b5f4044e12801aedb2c38993124a8cca7255f0df",
    "sweep": "426b20a9639d38dfb8ac54a8125a8f639651b826f7c238b2416b1773fe6f7248",
}
"""As version 0.1.0 printed them."""


@pytest.fixture
def old(tmp_path):
    """Copies of the runs and of their configs."""
    shutil.copytree(OLD, tmp_path / "old")
    return tmp_path / "old"


@pytest.mark.parametrize("name", DIGESTS)
def test_a_finished_run_opens_verifies_reports_and_compares(command, old, name):
    before = contents(old, locks=False)
    found = json.loads(command("verify", old / name, "--json"))
    assert found["sound"]
    assert found["digest"] == DIGESTS[name]
    assert "format  2, which seals neither" in command("verify", old / name)
    assert DIGESTS[name] in command("status", old / name)
    assert "Article" in command("compare", old / name) or name == "sweep"
    page = old.parent / "page.html"
    command("report", old / name, "--out", page)
    assert DIGESTS[name] in page.read_text(encoding="utf-8")
    run = orgsim.open(old / name)
    assert len(run.firms()) == run.manifest["extent"]["firms"] * run.manifest["extent"]["points"]
    assert all(map(len, (run.quarters(), run.shares(), run.points())))
    assert contents(old, locks=False) == before


@pytest.mark.parametrize("name", DIGESTS)
def test_the_same_config_comes_to_the_same_firms_today(command, old, name, write):
    """To the bit: digests are others since version 2 of the model, which has more columns.

    Those of the old columns alone stand in ``tests/regression``.
    """
    before = orgsim.open(old / name)
    text = (old / f"{name}.toml").read_text()
    by_hand = write(text.replace("article-2014", "version-1-article"))
    for config, out in ((by_hand, "now"), (old / name / "config.toml", "again")):
        command("run", config, "--out", out, "--quiet")
        now = orgsim.open(out)
        assert now.firms()[list(before.firms().columns)].equals(before.firms())
        assert now.quarters().equals(before.quarters())
        counted = ["scenario", "count", "firms", "without_misfit"]  # limits: see CHANGELOG
        assert now.shares()[counted].equals(before.shares()[counted])


def test_an_unfinished_run_is_refused_with_what_to_do_and_left_alone(command, old):
    before = contents(old, locks=False)
    assert "orgsim resume" in command("status", old / "unfinished")
    assert "with orgsim 0.1.0" in command("status", old / "unfinished")
    found = json.loads(command("verify", old / "unfinished", "--json", code=1))
    assert found["parts_missing"] == 1
    for act in (
        ["resume", old / "unfinished"],
        ["merge", old / "unfinished"],
        ["sweep", old / "unfinished.toml", "--out", old / "unfinished"],
        ["sweep", old / "unfinished.toml", "--out", old / "unfinished", "--shard", "1/2"],
    ):
        shown = command(*act, code=2)
        assert "finish it with the version that began it, orgsim 0.1.0" in shown
        assert "--overwrite" in shown
    assert contents(old, locks=False) == before


def test_a_finished_run_is_never_written_to_and_can_be_replaced(command, old):
    before = contents(old / "setting", locks=False)
    shown = command("run", old / "setting.toml", "--out", old / "setting", code=2)
    assert "it can be read, verified and compared as it is" in shown
    assert contents(old / "setting", locks=False) == before
    command("run", old / "setting.toml", "--out", old / "setting", "--overwrite", "--quiet")
    assert json.loads(command("verify", old / "setting", "--json"))["format"] == 4


def test_damage_to_rows_of_such_a_run_is_found(command, old):
    (path,) = (old / "sweep/firms").iterdir()
    group, content = pq.read_metadata(path).row_group(0), path.read_bytes()
    columns = [group.column(i) for i in range(group.num_columns)]
    measured = next(column for column in columns if column.physical_type == "FLOAT")
    end = measured.data_page_offset + measured.total_compressed_size
    path.write_bytes(content[: end - 4] + b"\1\2\3\4" + content[end:])
    assert "not sound" in command("verify", old / "sweep", code=1)
