"""``orgsim compare --format``: what papers, pages and programs are given."""

from __future__ import annotations

import csv
import io
import json
import re

import pandas as pd
import pytest

import orgsim
from orgsim.model.columns import SCENARIOS
from orgsim.report.tables import as_csv, as_markdown, comparison_table, ranked_table

TITLE = "Mine | <b>bold</b> & 50%"
SETTING = f"""
extends = "baseline"
title = "{TITLE}"
[simulation]
firms = 60
quarters = 6
"""
SWEEP = f"""{SETTING}
[sweep]
design = "grid"
[sweep.parameters]
"firm.structure" = {{ values = ["separate", "cmto"] }}
"mechanisms.turnover" = {{ values = [true, false] }}
"resistance.status_threat" = {{ low = 0.0, high = 1.0, levels = 4 }}
"""
BEFORE_ROWS = {"markdown": r"\|---", "latex": r"\\hline", "html": "<tbody>"}


@pytest.fixture
def setting(command, tmp_path):
    (tmp_path / "setting.toml").write_text(SETTING)
    for name, threat in (("a", 0.6), ("b", 1.5)):
        assigned = f"resistance.status_threat={threat}"
        command("run", "setting.toml", "--set", assigned, "--out", name, "--quiet")
    return orgsim.open(tmp_path / "a")


@pytest.fixture
def sweep(command, tmp_path):
    (tmp_path / "sweep.toml").write_text(SWEEP)
    command("sweep", "sweep.toml", "--out", "sweep", "--quiet")
    return orgsim.open(tmp_path / "sweep")


def test_csv_of_a_setting_is_its_frame_and_nothing_else(command, setting):
    text = command("compare", "a", "--format", "csv")
    read = pd.read_csv(io.StringIO(text), index_col="scenario")
    frame = setting.compare().to_frame()
    assert tuple(read.index) == SCENARIOS
    assert list(read.columns) == list(frame.columns)
    assert (read.to_numpy(dtype=float) == frame.to_numpy(dtype=float)).all()
    assert "%" not in text
    assert text == as_csv(comparison_table(setting.compare()))


def test_csv_of_a_sweep_has_all_points_with_words_truth_values_and_every_digit(command, sweep):
    text = command("compare", "sweep", "--format", "csv")
    read = pd.read_csv(io.StringIO(text))
    ranked = sweep.ranked()
    assert len(read) == 16
    pd.testing.assert_frame_equal(read, ranked, check_exact=True, check_dtype=False)
    assert read["mechanisms.turnover"].dtype == bool
    points = json.loads(command("compare", "sweep", "--json"))["points"]
    for row, point in zip(csv.DictReader(io.StringIO(text)), points, strict=True):
        assert float(row["total_variation"]) == point["total_variation"]
        assert float(row["cemo"]) == point["shares"]["cemo"]
        assert json.loads(row["mechanisms.turnover"]) == point["parameters"]["mechanisms.turnover"]
    assert text == as_csv(ranked_table(sweep))


def test_csv_of_flows_is_the_json_of_flows(command, setting):
    told = json.loads(command("compare", "a", "b", "--json"))
    rows = list(csv.DictReader(io.StringIO(command("compare", "a", "b", "--format", "csv"))))
    assert [row["scenario"] for row in rows] == list(SCENARIOS)
    for row in rows:
        name = row.pop("scenario")
        assert {one: int(row.pop(one)) for one in SCENARIOS} == told["flows"][name]
        assert {key: float(value) for key, value in row.items()} == told["scenarios"][name]


@pytest.mark.parametrize("form", BEFORE_ROWS)
def test_documents_hold_the_table_the_verdict_and_the_title_as_text(command, setting, form):
    text = command("compare", "a", "--format", form)
    titles = {
        "markdown": r"Mine \| \<b>bold\</b> & 50%",
        "latex": r"Mine \textbar{} $<$b$>$bold$<$/b$>$ \& 50\%",
        "html": "Mine | &lt;b&gt;bold&lt;/b&gt; &amp; 50%",
    }
    assert f"{titles[form]}: Shares of firms beside the article" in text
    assert re.search(BEFORE_ROWS[form], text)
    for word in ("CMO and CTO", "Mismatch with the article", "Goodman 1965"):
        assert word in text


@pytest.mark.parametrize("form", BEFORE_ROWS)
def test_documents_of_a_sweep_list_the_fifteen_nearest_points(command, sweep, form):
    text = command("compare", "sweep", "--format", form)
    assert "The points nearest to the article: 15 of 16" in text
    assert len(re.findall(r"(?:≠|&#8800;|\\neq\$).*?mismatch", text)) == 15


def test_python_writes_what_the_command_does(command, sweep):
    table = ranked_table(sweep, most=15).titled(sweep.meta.title)
    assert command("compare", "sweep", "--format", "markdown") == as_markdown(table)


@pytest.mark.parametrize("form", BEFORE_ROWS)
def test_documents_of_flows_have_both_tables(command, setting, form):
    text = command("compare", "a", "b", "--format", form)
    assert len(re.findall(BEFORE_ROWS[form], text)) >= 2
    assert text.index("Firms by where they end") < text.index("What became of the shares")


def test_json_is_a_format_and_the_terminal_is_the_usual_one(command, setting, sweep):
    for what in (["a"], ["sweep"], ["a", "b"], ["sweep", "--point", 3]):
        as_json = command("compare", *what, "--json")
        assert command("compare", *what, "--format", "json") == as_json
        assert command("compare", *what, "--format", "json", "--json") == as_json
        shown = command("compare", *what)
        assert command("compare", *what, "--format", "terminal") == shown


@pytest.mark.parametrize("form", ["terminal", "csv", "markdown", "latex", "html"])
def test_json_and_another_format_are_refused_together(command, form):
    told = command("compare", "nowhere", "--json", "--format", form, code=2)
    assert told.count("Error:") == 1
    assert f"give --json or --format {form}" in told


def test_the_verdict_sets_the_exit_code_in_every_format(command, setting):
    for form in ("csv", "markdown", "latex", "html", "json"):
        command("compare", "a", "--require", "--format", form, code=1)
        command("compare", "a", "--require", "--tolerance", 1.0, "--format", form)
