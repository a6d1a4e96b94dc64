"""Presets by name, and settings as Python has them, from the command to the run directory."""

from __future__ import annotations

import json
import shlex

import pytest
from click.testing import CliRunner

import orgsim
from orgsim.cli import main
from orgsim.config import preset_path
from orgsim.errors import ConfigError, UsageError
from small_runs import THREAT, manifest

SHORT = {"simulation.quarters": 6, THREAT: 1.2}
SET = ["--set", "simulation.quarters=6", "--set", f"{THREAT}=1.2"]
SWEPT = "sweep-threat-and-learning"
FEW = {"simulation.quarters": 5, "sweep.points": 3}
COMMANDS = (["run"], ["sweep"], ["check"], ["cluster", "script"])


def test_a_run_of_a_preset_is_that_of_its_file(command, tmp_path):
    command("run", "article-2014", "--firms", 60, *SET, "--quiet")
    there = tmp_path / "results/article-2014/manifest.json"
    written = there.read_bytes()
    said = command("run", preset_path("article-2014"), "--firms", 60, *SET)
    assert "nothing was simulated" in said
    assert there.read_bytes() == written
    assert json.loads(written)["preset"] == "article-2014"


def test_python_and_the_command_mean_the_same(command, tmp_path):
    command("run", "article-2014", "--firms", 60, "--seed", 3, *SET, "--out", "told", "--quiet")
    config = orgsim.load_config("article-2014")
    digests = {
        orgsim.run("article-2014", SHORT, firms=60, seed=3, out=tmp_path / "mapped").digest,
        orgsim.run(config, SHORT, firms=60, seed=3, out=tmp_path / "ready").digest,
        orgsim.run(config.replace(SHORT, firms=60, seed=3), out=tmp_path / "replaced").digest,
        orgsim.run("article-2014", overrides=[SHORT], firms=60, seed=3, out=tmp_path / "k").digest,
        manifest(tmp_path / "told")["digest"],
    }
    assert len(digests) == 1


def test_shorthands_win_as_those_of_the_command_do(command, tmp_path):
    both = {**SHORT, "simulation.firms": 7, "simulation.seed": 8}
    run = orgsim.run("baseline", both, firms=9, out=tmp_path / "a")
    command("run", "baseline", *SET, "--set", "simulation.firms=7", "--set", "simulation.seed=8",
            "--firms", 9, "--out", "b", "--quiet")  # fmt: skip
    for told in (run.manifest, manifest(tmp_path / "b")):
        assert (told["extent"]["firms"], told["seed"]) == (9, 8)


def test_a_run_goes_to_results_under_the_presets_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert orgsim.run("baseline", SHORT, firms=9).directory.name == "baseline"
    assert (tmp_path / "results/baseline/shares.parquet").exists()


def test_a_directory_of_that_name_changes_nothing(command, tmp_path):
    arguments = ("run", "article-2014", "--firms", 9, *SET, "--out", "article-2014")
    command(*arguments)
    assert "nothing was simulated" in command(*arguments)


def test_a_sweep_by_name(command, tmp_path):
    run = orgsim.sweep(SWEPT, FEW, firms=20, out=tmp_path / "a")
    config = orgsim.load_config(SWEPT)
    assert orgsim.sweep(config, FEW, firms=20, out=tmp_path / "b").digest == run.digest
    sets = ["--set", "simulation.quarters=5", "--set", "sweep.points=3"]
    command("sweep", SWEPT, *sets, "--firms", 20, "--out", "c", "--quiet")
    assert manifest(tmp_path / "c")["digest"] == run.digest
    assert manifest(tmp_path / "c")["extent"] == {"firms": 20, "points": 3}
    with pytest.raises(UsageError, match=r"^baseline: has no \[sweep\]"):
        orgsim.sweep("baseline", out=tmp_path / "d")


def test_check_calls_a_preset_by_its_name(command):
    assert command("check", "article-2014").startswith("article-2014: valid\n")
    assert command("run", "baseline", "--dry-run").startswith("baseline: valid\n")


def test_a_script_names_the_preset_and_no_place_of_it(command, tmp_path):
    text = command("cluster", "script", SWEPT, "--firms", 20, "--out", "here")
    assert str(preset_path(SWEPT)) not in text
    words = shlex.split(text.splitlines()[-1])
    at = words.index("sweep")
    assert words[at : at + 4] == ["sweep", SWEPT, "--out", str(tmp_path / "here")]
    (tmp_path / "mine").write_text("")
    words = shlex.split(command("cluster", "script", "mine").splitlines()[-1])
    assert words[words.index("run") + 1] == str(tmp_path / "mine")


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_says_what_a_config_may_be(words):
    told = " ".join(CliRunner().invoke(main, [*words, "--help"]).output.split())
    assert "CONFIG: a TOML file, or the name of a preset (`orgsim new --list`)." in told


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_names_the_nearest_preset(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [*words, "article-2013"])
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "Error: no file or preset 'article-2013'; did you mean 'article-2014'?\n"
        "  presets: ablation-no-learning, article-2014, "
    )
    assert not done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_says_once_that_a_file_hides_a_preset(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "baseline").write_text(
        'title = "Mine"\n[simulation]\nfirms = 3\nquarters = 3\n[sweep]\npoints = 2\n'
        f'[sweep.parameters]\n"{THREAT}" = {{ low = 0.0, high = 1.0 }}\n'
    )
    done = CliRunner().invoke(main, [*words, "baseline"])
    assert done.exit_code == 0, done.output
    assert done.stderr.count("Note: ./baseline is a file, and is taken; ") == 1
    assert "Note" not in done.stdout
    assert "Mine" in done.stdout
    silent = CliRunner().invoke(main, [*words, "./baseline"])
    assert "Note" not in silent.output


@pytest.mark.parametrize(
    ("source", "overrides", "words"),
    [
        ("article-2013", (), "did you mean 'article-2014'?"),
        ("article-2014", {"resistance.status_thread": 1}, "did you mean 'status_threat'?"),
        ("article-2014", {"simulation.firms": "many"}, 'simulation.firms: "many" is not a whole'),
        ("article-2014", {1: 2}, "overrides: 1 is no path"),
        ("article-2014", "results/x", "overrides: 'results/x', of type str"),
        (3, (), "config: of type int"),
    ],
)
@pytest.mark.parametrize("act", [orgsim.run, orgsim.sweep, orgsim.load_config])
def test_what_is_wrong_is_one_error_of_ours(act, source, overrides, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        act(source, overrides)
    assert words in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_ready_config_is_changed_and_checked():
    config = orgsim.load_config("article-2014")
    with pytest.raises(ConfigError, match=r"^article-2014 with overrides: simulation\.firms: 0"):
        orgsim.run(config, firms=0)
