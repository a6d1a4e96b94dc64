"""``orgsim compare`` and ``orgsim plot`` as people use them: verdicts, references, paired flows."""

from __future__ import annotations

import json

import pytest

import orgsim
from orgsim.model.columns import SCENARIOS
from small_runs import BASELINE, cut_into
from splits import ARTICLE

SHORT = ["--set", "simulation.quarters=12", "--threads", "2", "--quiet"]
REST = "cmto,0.2\ncmo_and_cto,0.3\ncmo_vs_cto,0.1\n"

FOUR_POINTS = """
extends = "baseline"
[simulation]
firms = 200
quarters = 12
[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.0, levels = 2 }
"competence.training" = { low = 0.0, high = 0.05, levels = 2 }
"""


@pytest.fixture
def simulated(command, tmp_path):
    """Simulate a small run of some name."""

    def simulated(name, *more, firms=300):
        command("run", BASELINE, "--firms", firms, "--out", name, *SHORT, *more)
        return orgsim.open(tmp_path / name)

    return simulated


@pytest.fixture
def sweep(command, tmp_path):
    (tmp_path / "sweep.toml").write_text(FOUR_POINTS)
    command("sweep", "sweep.toml", "--out", "sweep", "--quiet")
    return orgsim.open(tmp_path / "sweep")


def comparison(command, *arguments, code=0):
    return json.loads(command("compare", *arguments, "--json", code=code))


def test_require_sets_the_exit_code_by_the_verdict(command, simulated):
    shares = simulated("a").shares().share
    far = max(abs(shares - ARTICLE))
    assert comparison(command, "a", "--tolerance", 0.9, "--require")["verdict"] == "match"
    assert far > 0.1  # after three years few firms have changed
    assert comparison(command, "a", "--require", code=1)["verdict"] == "mismatch"
    assert comparison(command, "a")["verdict"] == "mismatch"


def test_the_verdict_is_printed_as_a_sentence(command, simulated):
    simulated("a")
    output = " ".join(command("compare", "a").split())
    assert "Mismatch with the article beyond 5 points" in output
    assert "The article gives its shares in tens and no method" in output
    assert "2 x 2: active" in output


def test_lines_fit_into_eighty_columns(command, simulated):
    simulated("a")
    simulated("b", "--set", "resistance.status_threat=1.5")
    shown = command("compare", "a") + command("compare", "a", "b")
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("r.csv", "scenario,share\ncmto,0.2\ncemo,0.4\ncmo_vs_cto,0.1\ncmo_and_cto,0.3\n", None),
        ("R.CSV", "scenario , count\ncemo, 8\ncmto, 4\ncmo_and_cto, 6\ncmo_vs_cto, 2\n,\n", 20),
        ("r.toml", "[shares]\ncemo=0.4\ncmto=0.2\ncmo_and_cto=0.3\ncmo_vs_cto=0.1\n", None),
        ("r.toml", "[counts]\ncemo=8\ncmto=4\ncmo_and_cto=6\ncmo_vs_cto=2\n", 20),
        ("r.toml", "[target.shares]\ncemo=0.4\ncmto=0.2\ncmo_and_cto=0.3\ncmo_vs_cto=0.1\n", None),
    ],
)
def test_a_reference_is_a_table_of_shares_or_counts(
    command, simulated, tmp_path, file, content, expected
):
    simulated("a")
    (tmp_path / file).write_text(content)
    compared = comparison(command, "a", "--reference", file)
    assert list(compared["reference"].values()) == list(ARTICLE)
    assert compared["reference_firms"] == expected


def test_a_reference_is_a_preset_or_another_run(command, simulated):
    simulated("a")
    counts = simulated("b", "--seed", 3, firms=200).counts()
    assert comparison(command, "a", "--reference", "ecommerce")["reference_name"] == "article"
    compared = comparison(command, "a", "--reference", "b")
    assert compared["reference_firms"] == 200
    assert compared["reference"]["cemo"] == counts[0] / 200


@pytest.mark.parametrize(
    ("file", "content", "text"),
    [
        (
            "r.csv",
            "scenario,share\ncemo,0.5\ncmto,0.2\ncmo_and_cto,0.3\ncmo_vs_cto,0.1\n",
            "sum to 1.1",
        ),
        (
            "r.csv",
            "scenario,share\nceo,0.4\ncmto,0.2\ncmo_and_cto,0.3\ncmo_vs_cto,0.1\n",
            "'cemo'?",
        ),
        ("r.csv", "scenario,share\ncemo,0.4\ncemo,0.6\n", "stands there twice"),
        ("r.csv", "a,b\n1,2\n", "wanted: scenario, and share or count"),
        ("r.csv", f"scenario,share,share\ncemo,0.4,0.1\n{REST}", "stands there twice"),
        ("r.csv", f"scenario,share\ncemo,0.4,0.4\n{REST}", "cannot be read as CSV"),
        ("r.csv", f"scenario,share\nCMO vs CTO,0.4\n{REST}", "did you mean 'cmo_vs_cto'"),
        ("r.csv", f"scenario,share\ncemo,40 p\n{REST}", "is not a number"),
        ("r.csv", "", "cannot be read as CSV"),
        (
            "r.csv",
            "scenario,share\ncemo,\ncmto,0.2\ncmo_and_cto,0.3\ncmo_vs_cto,0.1\n",
            "not a number",
        ),
        ("r.toml", "[shares]\ncemo=1.0\n", "says nothing of cmto, cmo_and_cto, cmo_vs_cto"),
        ("r.toml", "shares = 3\n", "is no table of scenarios"),
        ("r.toml", "x = 3\n", "has no [target], [shares] or [counts]"),
        ("r.toml", "[counts]\ncemo=0\ncmto=0\ncmo_and_cto=0\ncmo_vs_cto=0\n", "all counts are 0"),
        (
            "r.toml",
            f"[counts]\ncemo={'9' * 400}\ncmto=0\ncmo_and_cto=0\ncmo_vs_cto=0\n",
            "a whole number of some 400 digits; allowed: whole numbers of TOML",
        ),
    ],
)
def test_a_wrong_reference_gets_one_message_that_names_the_file(
    command, simulated, tmp_path, file, content, text
):
    simulated("a")
    (tmp_path / file).write_text(content)
    output = command("compare", "a", "--reference", file, code=2)
    assert output.lower().startswith("error: r.")
    assert text in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["a", "--reference", "artcle"], "did you mean 'article'"),
        (["a", "--reference", "none.csv"], "none.csv: no such file"),
        (["a", "--reference", "none.toml"], "none.toml: no such file"),
        (["a", "--point", "1"], "has no point 1; points: 0 to 0"),
        (["a", "nowhere"], "no run here"),
        (["a", "a", "--require"], "go with one run"),
        (["a", "--other-point", "1"], "goes with a second run"),
        (["a", "--tolerance", "x"], "is not a valid float"),
        (["a", "--tolerance", "5"], "0.0<=x<=1.0"),
    ],
)
def test_wrong_usage_of_compare(command, simulated, arguments, text):
    simulated("a")
    assert text in command("compare", *arguments, code=2)


def test_an_unfinished_run_is_refused(command, simulated, tmp_path, monkeypatch):
    cut_into(monkeypatch, 1024)
    simulated("a", "--shard", "1/2", firms=2048)
    simulated("b")
    for arguments in (["a"], ["a", "a"], ["b", "a"], ["b", "--reference", "a"]):
        assert "the run is not finished" in command("compare", *arguments, code=2)
    assert "the run is not finished" in command("plot", "a", code=2)


# --- paired flows


def test_flows_are_the_firms_that_differ_between_the_rows(command, simulated):
    a = simulated("a")
    b = simulated("b", "--set", "resistance.status_threat=1.5", "--set", "competence.training=0.1")
    flows = comparison(command, "a", "b")
    before, after = (x.firms().scenario.astype(str) for x in (a, b))
    for one in SCENARIOS:
        for two in SCENARIOS:
            assert flows["flows"][one][two] == ((before == one) & (after == two)).sum()
    assert flows["moved"] == (before != after).sum() > 0
    assert flows["scenarios"]["cemo"]["narrower"] > 1.0
    assert a.flows(b).as_dict() == flows
    assert "firms end elsewhere" in command("compare", "a", "b")


def test_flows_of_runs_of_different_length_are_those_of_the_firms_in_both(command, simulated):
    simulated("a")
    simulated("b", firms=100)
    flows = comparison(command, "a", "b")
    assert (flows["firms"], flows["moved"]) == (100, 0)


def test_runs_that_are_not_paired_are_refused(command, simulated):
    simulated("a")
    simulated("b", "--seed", 9)
    output = command("compare", "a", "b", code=2)
    assert "are not paired: their firms differ by seed" in output
    assert "--seed" in output


def test_a_reference_of_the_same_firms_is_said_to_be_one(command, simulated):
    simulated("a")
    simulated("b", "--set", "resistance.status_threat=1.5")
    simulated("c", "--seed", 4)
    hint = "orgsim compare a b"
    assert hint in " ".join(command("compare", "a", "--reference", "b").split())
    assert "orgsim compare a c" not in command("compare", "a", "--reference", "c")


@pytest.mark.parametrize("damage", [lambda part: part.unlink(), lambda p: p.write_bytes(b"PAR1")])
def test_lost_or_torn_rows_of_firms_are_said_to_be(command, simulated, tmp_path, damage):
    simulated("a")
    simulated("b")
    damage(next((tmp_path / "b/firms").glob("*.parquet")))
    for arguments in (["compare", "a", "b"], ["compare", "b", "a"], ["plot", "a", "--other", "b"]):
        assert "mend" in command(*arguments, code=3)


def test_runs_without_rows_of_firms_have_no_flows(command, simulated):
    simulated("a")
    simulated("b", "--set", "output.firms=false")
    assert "firms" in command("compare", "a", "b", code=2)


def test_flows_between_points_of_a_sweep(command, sweep):
    assert "say which point" in command("compare", "sweep", "sweep", code=2)
    flows = comparison(command, "sweep", "sweep", "--point", 0, "--other-point", 3)
    rows = sweep.firms([0, 3])
    before, after = (rows[rows.point == p].scenario.astype(str).to_numpy() for p in (0, 3))
    assert flows["moved"] == (before != after).sum()
    assert flows["before"].endswith("point 0")


# --- sweeps


def test_every_point_of_a_sweep_gets_a_verdict(command, sweep):
    points = comparison(command, "sweep")["points"]
    for row in points:
        alone = comparison(command, "sweep", "--point", row["point"])
        assert row["verdict"] == alone["verdict"]
    output = " ".join(command("compare", "sweep").split())
    matching = sum(row["verdict"] == "match" for row in points)
    assert f"Verdicts within 5 points of the article: match at {matching}," in output
    command("compare", "sweep", "--require", code=0 if matching else 1)
    command("compare", "sweep", "--require", "--tolerance", 1.0)


def test_a_point_of_a_sweep_must_be_named(sweep):
    for ask in (sweep.compare, sweep.counts, sweep.plot.shares):
        with pytest.raises(orgsim.UsageError, match="say which point"):
            ask()


def test_a_run_that_stops_at_a_precision_spends_less_error(command, simulated, tmp_path):
    (tmp_path / "p.toml").write_text(
        'extends = "baseline"\n[simulation]\nquarters = 4\n[precision]\nhalf_width = 0.03\n'
    )
    command("run", "p.toml", "--out", "p", "--quiet")
    compared = comparison(command, "p")
    from orgsim.analysis.precision import Precision, level_at, looks

    look = looks(Precision(0.03, 2**20, 4)).index(compared["firms"])
    assert compared["error"] == pytest.approx(1 - level_at(Precision(0.03, 2**20, 4), look))


# --- pictures


def test_pictures_of_one_setting_are_named_and_drawn(command, simulated, tmp_path):
    simulated("a")
    names = command("plot", "a", "--list").split()
    assert set(names) >= {"shares", "two-by-two", "scenarios-over-time", "trajectories"}
    assert set(names) >= {"state-at-horizon", "drivers"}
    drawn = command("plot", "a", "--figure", "shares", "--format", "pdf").split()
    assert drawn == ["a/figures/shares.pdf"]
    assert (tmp_path / "a/figures/shares.pdf").read_bytes().startswith(b"%PDF")
    assert "did you mean 'shares'" in command("plot", "a", "--figure", "share", code=2)


def test_pictures_of_what_was_not_kept_are_left_out(command, simulated):
    simulated("a", "--set", "output.firms=false", "--set", "output.quarters=false")
    from orgsim.figures.registry import entries
    from orgsim.figures.setting import SettingShares

    listed = command("plot", "a", "--list").split()
    assert listed[:2] == ["shares", "two-by-two"]
    known = {entry.name: entry.needs for entry in entries("orgsim.figures.setting")}
    assert {known[name] for name in listed} == {SettingShares}


def test_a_picture_of_flows_and_of_one_point_of_a_sweep(command, simulated, sweep, tmp_path):
    simulated("a")
    simulated("b", "--set", "resistance.status_threat=1.5")
    assert command("plot", "a", "--other", "b").split() == ["a/figures/flows-to-b.svg"]
    drawn = command("plot", "sweep", "--point", 2, "--figure", "shares").split()
    assert drawn == ["sweep/figures/point-2/shares.svg"]
    assert "say which point" in command("plot", "sweep", "--other", "a", code=2)


def test_pictures_of_what_is_no_more_go_with_it(command, simulated, tmp_path):
    simulated("a")
    command("plot", "a", "--figure", "shares")
    simulated("a", "--seed", 5, "--overwrite")
    assert not list((tmp_path / "a/figures").glob("*"))


def test_files_of_others_stay_where_pictures_go(command, simulated, tmp_path):
    simulated("a")
    command("plot", "a", "--figure", "shares")
    mine = ["shares.csv", "drivers.xlsx", "quarters.parquet", "shares-old.svg"]
    for name in mine:
        (tmp_path / "a/figures" / name).write_text("mine")
    simulated("a", "--seed", 5, "--overwrite")
    assert sorted(p.name for p in (tmp_path / "a/figures").iterdir()) == sorted(mine)


def test_python_draws_and_shows_the_same(command, simulated, tmp_path):
    a = simulated("a")
    picture = a.plot.shares()
    assert picture._repr_png_().startswith(b"\x89PNG")
    command("plot", "a", "--figure", "shares")
    assert picture.content("svg") == (tmp_path / "a/figures/shares.svg").read_bytes()
    assert a.plot("drivers").name == "drivers"
    with pytest.raises(orgsim.UsageError, match="ends in"):
        picture.save(tmp_path / "x.bmp")
    assert "<table" in a._repr_html_()
    assert "finished" in repr(a)
