"""What CONFIG means: a file, or a preset by its name; and what is said of other words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orgsim import load_config
from orgsim.config import find_config, preset_names, preset_path
from orgsim.config.points import Points
from small_runs import plain_refusal

LISTED = f"presets: {', '.join(preset_names())}"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Be in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_by_its_name_is_its_file(name):
    named, read = load_config(name), load_config(preset_path(name))
    assert named == read
    assert (named.name, named.preset) == (name, read.preset)
    assert named.to_toml() == read.to_toml()
    assert named.origin == name


def test_messages_call_a_preset_by_its_name():
    message = plain_refusal("article-2014", {"simulation.firms": 0})
    assert message.startswith("article-2014 with overrides: simulation.firms: 0 is out of range")
    message = plain_refusal("article-2014", ["simulation.firms=0"])
    assert message.startswith("article-2014 with --set: simulation.firms: 0 is out of range")
    message = plain_refusal("baseline", {"sectors.a": {"share": 1.0, "preset": "ecomerce"}})
    assert message.startswith("baseline with overrides: sectors.a.preset: no preset 'ecomerce'")


def test_a_file_of_that_name_wins_and_says_so(here):
    (here / "baseline").write_text("[firm]\nit_staff = 7\n")
    with pytest.warns(UserWarning, match=r"^\./baseline is a file, and is taken; ") as told:
        config = load_config("baseline")
    assert "orgsim new baseline" in str(told[0].message)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert config.settings["firm.it_staff"] == 7
    for silent in ("./baseline", Path("baseline"), here / "baseline", b"baseline"):
        assert load_config(silent) == config  # a warning would be an error here


def test_a_file_with_an_ending_is_another_name(here):
    (here / "baseline.toml").write_text("[firm]\nit_staff = 7\n")
    assert load_config("baseline").settings["firm.it_staff"] == 20
    assert load_config("baseline.toml").settings["firm.it_staff"] == 7


def test_a_file_without_an_ending_is_a_config(here):
    (here / "mine").write_text("[firm]\nit_staff = 7\n")
    assert load_config("mine").settings["firm.it_staff"] == 7
    assert load_config("mine").name == "mine"


def test_a_directory_of_that_name_is_no_file(here):
    """Such as a run's: the same command shall go on with it."""
    (here / "elsewhere" / "deep").mkdir(parents=True)
    (here / "elsewhere" / "baseline").mkdir()
    (here / "elsewhere" / "points.csv").write_text("resistance.status_threat\n0.25\n")
    (here / "points.csv").write_text("resistance.status_threat\n0.5\n")
    (here / "baseline").symlink_to(here / "elsewhere" / "baseline")
    (here / "ecommerce").mkdir()
    assert load_config("ecommerce") == load_config(preset_path("ecommerce"))
    table = {"sweep": {"design": "table", "table": "points.csv"}}
    columns = Points(load_config("baseline", table)).columns
    assert columns["resistance.status_threat"].tolist() == [0.5]  # of the current directory
    (here / "some").mkdir()
    assert "some: is a directory, not a file" in plain_refusal("some")


@pytest.mark.parametrize("kind", ["a named pipe", "a device", "nothing"])
def test_what_else_bears_that_name_is_not_passed_over(here, kind):
    if kind == "a named pipe":
        os.mkfifo("baseline")
    else:
        (here / "baseline").symlink_to("/dev/zero" if kind == "a device" else "gone")
    said = "no such file" if kind == "nothing" else f"is {kind}, not a file"
    with pytest.warns(UserWarning, match="is a file, and is taken"):
        assert said in plain_refusal("baseline")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("article-2013", "; did you mean 'article-2014'?"),
        ("Article-2014", "; did you mean 'article-2014'?"),
        ("e-commerce", "; did you mean 'ecommerce'?"),
        ("article 2014", "; did you mean 'article-2014'?"),
        ("qqq", ""),
        ("x" * 5_000, ""),
        ("a\x1b[2J", ""),
        ("a\nError: forged", ""),
        ("\u202e", ""),
        (" ", ""),
    ],
)
def test_a_word_that_is_neither_is_told_the_nearest_preset_and_all(word, hint):
    first, second = plain_refusal(word).split("\n")
    assert first.startswith("no file or preset ")
    assert first.endswith(f"'{hint}")
    assert second.strip() == LISTED


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "config: is empty"),
        (".", "is a directory, not a file"),
        ("..", "is a directory, not a file"),
        ("~", "is a directory, not a file"),
        ("~nobody-of-that-name", "nobody knows the home"),
        ("\udc80", "its name is not UTF-8"),
        ("a\0b", "no null character"),
        ("./baseline", "baseline: no such file; did you mean 'baseline'?"),
        (Path("baseline"), "baseline: no such file; did you mean 'baseline'?"),
        ("baseline.toml", "baseline.toml: no such file; did you mean 'baseline'?"),
        ("/nowhere/baseline", "/nowhere/baseline: no such file"),
        (".baseline", "no such file"),
        (3, "config: of type int; give a TOML file, or the name of a preset"),
        (None, "config: of type NoneType"),
        ({}, "config: of type dict"),
    ],
)
def test_what_can_be_no_name_of_a_preset_keeps_its_message(source, words, monkeypatch, here):
    monkeypatch.setenv("HOME", str(here))
    assert words in plain_refusal(source)


def test_what_was_found_may_be_loaded_and_is_not_said_twice(here):
    (here / "baseline").write_text("")
    found = find_config("baseline")
    assert found.note
    assert load_config(found) == load_config(Path("baseline"))
    assert find_config("ecommerce").is_preset
    assert not find_config("ecommerce").note


def test_a_preset_is_found_from_a_directory_that_is_gone(here, monkeypatch):
    (here / "gone").mkdir()
    monkeypatch.chdir(here / "gone")
    (here / "gone").rmdir()
    assert load_config("baseline", {"firm.it_staff": 3}).settings["firm.it_staff"] == 3
