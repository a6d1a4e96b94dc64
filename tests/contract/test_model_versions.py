"""What configs and runs of version 1 of the model mean now."""

from __future__ import annotations

import json
import shutil
import tomllib
import warnings

import pytest

import orgsim
from orgsim.config import preset_path
from orgsim.model import MODEL
from orgsim.model.parameters import VERSION_1
from small_runs import OLD, refusal

NOTE = "is of version 1 of the model, and is run by its rules"


def test_the_preset_says_what_the_key_means(write):
    preset = orgsim.load_config("version-1").settings
    assert preset == {**MODEL.defaults, **VERSION_1.settings}
    assert orgsim.load_config(write("model = 1\n")).settings == preset


def test_the_article_of_version_1_is_kept_as_it_was():
    """The three values by which it was published, on the defaults of version 1."""
    changed = {
        "leadership.commitment": {"dist": "beta", "mean": 0.6, "concentration": 5.0},
        "cooperation.outside_option": 0.13,
        "resistance.status_threat": 0.9,
    }
    version_1 = orgsim.load_config("version-1").settings
    assert orgsim.load_config("version-1-article").settings == {**version_1, **changed}
    text = preset_path("version-1-article").read_text()
    assert "This file never changes." in text


def test_a_config_that_an_earlier_version_resolved_is_run_by_its_rules_and_says_so(command):
    with pytest.warns(UserWarning, match=NOTE):
        config = orgsim.load_config(OLD / "setting/config.toml")
    assert config.settings["resistance.rank_weight"] == 0.0
    assert not config.settings["mechanisms.foreign_boss"]
    assert NOTE in command("check", OLD / "setting/config.toml")
    assert tomllib.loads(config.to_toml())["model"] == 2


def test_a_config_that_a_hand_wrote_is_of_the_present_version(write):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        config = orgsim.load_config(OLD / "setting.toml")
    assert config.settings["resistance.rank_weight"] == 0.5


def test_what_extends_such_a_config_is_of_its_version_too(write):
    shutil.copy(OLD / "setting/config.toml", write("", "old.toml"))
    child = write('extends = "./old.toml"\n[resistance]\nrank_weight = 0.25\n')
    with pytest.warns(UserWarning, match=f"{NOTE}, but for resistance.rank_weight"):
        settings = orgsim.load_config(child).settings
    assert settings["resistance.rank_weight"] == 0.25
    assert settings["leadership.attraction"] == 0.0


def test_the_article_of_a_config_of_version_1_is_that_of_version_1(write):
    """Else its settings would be nobody's: version 1's rules with version 2's numbers."""
    config = orgsim.load_config(write('model = 1\nextends = "article-2014"\n'))
    assert config.settings == orgsim.load_config("version-1-article").settings


def test_a_preset_of_version_1_is_not_swept_beside_others(write):
    values = '{ values = ["version-1-article", "baseline"] }'
    swept = f'[sweep]\ndesign = "grid"\n[sweep.parameters]\npreset = {values}\n'
    assert "'version-1-article' is of an earlier version of the model" in refusal(write(swept))


def test_a_resolved_config_of_today_says_its_version(write, tmp_path):
    config = orgsim.load_config("version-1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = orgsim.load_config(write(config.to_toml()))
    assert again.settings == config.settings


@pytest.mark.parametrize("given", ["3", '"two"', "1.5", "true", "[1]"])
def test_an_unknown_version_is_refused(write, given):
    assert "allowed: 1 or 2" in refusal(write(f"model = {given}\n"))


def test_the_manifest_holds_the_version(command, write, tmp_path):
    command("run", write("[simulation]\nfirms = 10\nquarters = 2\n"), "--out", "run", "--quiet")
    told = json.loads((tmp_path / "run/manifest.json").read_text())
    assert told["model"] == {"name": "departments", "version": "2"}


def test_an_old_run_is_traced_by_its_own_rules(tmp_path):
    """Its draws are those of today: each row comes out as it was written, to the bit."""
    shutil.copytree(OLD / "setting", tmp_path / "old")
    run = orgsim.open(tmp_path / "old")
    assert "exits_under_cemo_it" not in run.firms().columns
    for firm in (0, 7, 59):
        assert run.trace(firm).decisive


def test_an_old_run_is_a_reference_and_is_never_mixed_with_new_firms(command, tmp_path):
    """Its split is one as any; its firms are paired with those of the same rules alone."""
    shutil.copytree(OLD / "setting", tmp_path / "old")
    command("run", OLD / "setting.toml", "--out", "new", "--quiet")
    assert "old" in command("compare", "new", "--reference", "old")
    shown = command("compare", "new", "old", code=2)
    assert "their firms differ by model" in shown
    assert "run both with the same version of orgsim" in shown


def test_an_old_run_does_not_grow_and_says_why(command, tmp_path):
    shutil.copytree(OLD / "setting", tmp_path / "old")
    shown = command("run", OLD / "setting.toml", "--firms", 100, "--out", "old", code=2)
    assert "the model's source code" in shown
    assert "it can be read, verified and compared as it is" in shown
