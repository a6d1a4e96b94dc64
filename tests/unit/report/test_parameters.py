"""The table of parameters on the terminal, as Markdown and as JSON: plausible ranges among it."""

from __future__ import annotations

import json

import pytest

from orgsim.model.parameters import BY_PATH, PARAMETERS
from orgsim.report.parameters import as_markdown, plausible_text, select


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cooperation.moderation", "0.1 – 0.8"),
        ("firm.it_staff", "5 – 60 (log)"),
        ("environment.hype_peak", "-6 – 2"),
        ("mechanisms.turnover", ""),
        ("simulation.firms", ""),
    ],
)
def test_a_plausible_range_in_few_characters(path, text):
    assert plausible_text(BY_PATH[path]) == text


@pytest.mark.parametrize("columns", [80, 120])
def test_all_parameters_fit_the_terminal_with_their_ranges(command, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = command("parameters").splitlines()
    assert max(map(len, lines)) <= columns
    for parameter in PARAMETERS:
        rows = [line for line in lines if line.startswith(f"  {parameter.name} ")]
        assert any(line.endswith(f"  {plausible_text(parameter)}".rstrip()) for line in rows)
    assert not any("plausible:" in line for line in lines)


@pytest.mark.parametrize(
    "what", ["cooperation", "cooperation.moderation", "cooperation.encounters"]
)
def test_a_section_or_a_parameter_is_told_with_priors_and_reasons(command, what):
    shown = " ".join(command("parameters", what).split())
    for parameter in select(what):
        assert f"plausible: {parameter.prior}; {parameter.plausible.reason}" in shown


def test_a_section_without_ranges_has_no_column_of_them(command):
    assert "plausible" not in command("parameters", "mechanisms")
    assert "plausible" not in command("parameters", "simulation.firms")


def test_markdown_has_a_table_of_ranges_where_there_are_any():
    tables = as_markdown(select("firm"))
    assert "| `attention` | mean uniform from 0.3 to 0.95 | assumption: " in tables
    assert "| `structure` |" not in tables.partition("| parameter | prior | reason |")[2]
    assert "prior" not in as_markdown(select("mechanisms"))


def test_json_has_the_ends_the_scale_the_prior_and_the_reason(command):
    rows = {row["path"]: row for row in json.loads(command("parameters", "firm", "--json"))}
    assert rows["firm.structure"]["plausible"] is None
    staff = dict(rows["firm.it_staff"]["plausible"])
    assert staff.pop("reason").startswith("assumption: ")
    assert staff == {
        "low": 5,
        "high": 60,
        "scale": "log",
        "prior": "log-uniform from 5 to 60, rounded",
    }
