"""Words of a file and names of files in what is printed: none of them is a line of its own."""

from __future__ import annotations

import re
import subprocess

import pytest
from click.testing import CliRunner

from orgsim import load_config
from orgsim.cli import main
from orgsim.config import preset_path
from orgsim.errors import ConfigError
from orgsim.printable import shell_word
from orgsim.results.reference import as_reference


def refusal_if_any(path):
    """Return why a config is refused; nothing if it is not."""
    try:
        load_config(path)
    except ConfigError as error:
        return str(error)
    return ""


FORGED = r'"a\nError: forged\r\u2028"'
"""A key, as TOML writes it, that would be a line of its own."""


@pytest.mark.parametrize(
    "text",
    [
        f"{FORGED} = 1\n",
        f"[firm]\n{FORGED} = 1\n",
        f'[firm]\nattention = {{ dist = "beta", {FORGED} = 1 }}\n',
        f"[firm]\nstructure = {FORGED}\n",
        f"extends = {FORGED}\n",
        'extends = "./a\\nError: forged.toml"\n',
        f"[sectors.{FORGED}]\nshare = 1.0\n",
        f"[sectors.{FORGED}]\nshare = 2.0\n",
        f'[sectors.{FORGED}]\nshare = 1.0\npreset = "./n.toml"\n',
        f"[sectors.a]\nshare = 1.0\n[sectors.a.quantities]\n{FORGED} = 1\n",
        f"[sectors.a]\nshare = 1.0\n[sectors.a.quantities]\nfirm.{FORGED} = 1\n"
        f'"firm.a\\nError: forged\\r\\u2028" = 1\n',
        f"[sweep]\npoints = 4\n[sweep.parameters]\n{FORGED} = {{ low = 0, high = 1 }}\n",
        f"[sweep]\npoints = 4\nconstraints = [{FORGED}]\n"
        '[sweep.parameters]\n"firm.attention" = { low = 0, high = 1 }\n',
        f"[sweep]\npoints = 4\n[sweep.parameters]\npreset = {{ values = [{FORGED}] }}\n"
        f"[sweep.presets.{FORGED}]\n",
        f"[sweep]\npoints = 4\n[sweep.parameters]\npreset = {{ values = [{FORGED}] }}\n"
        f"[sweep.presets.{FORGED}]\n{FORGED} = 1\n",
        f"[sweep]\npoints = 4\n[sweep.parameters]\npreset = {{ values = [{FORGED}] }}\n",
        '[sweep]\ndesign = "table"\ntable = "p.csv"\n',
        '[sweep]\ndesign = "table"\ntable = "a\\nError: forged.csv"\n',
        f'[sweep]\ndesign = "table"\ntable = "p.csv"\n[sweep.parameters]\n{FORGED} = {{}}\n',
        f"[cluster]\nqueue = {FORGED}\n",
        f"x = {FORGED[:-1]}",
    ],
)
def test_no_word_of_a_config_is_a_line_of_its_own(write, text):
    write('"a\nError: forged"\n1\n', "p.csv")
    harmless = re.sub(r"\\(n|r|u2028)", " ", text)
    lines = len(refusal_if_any(write(harmless, "plain.toml")).splitlines()) or 1
    for name in ("c.toml", "a\nError: forged.toml"):
        message = refusal_if_any(write(text, name))
        assert message
        assert len(message.splitlines()) == lines
        assert "\nError: forged" not in message


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("[counts]\n" + FORGED + " = 1\n", "r.toml"),
        ("x = 1\n", "a\nError: forged.toml"),
        ("scenario,share\ncemo,x\n", "a\nError: forged.csv"),
        ('scenario,"a\nError: forged"\ncemo,1\n', "r.csv"),
        ('"a\nError: forged",share\ncemo,1\n', "r.csv"),
    ],
)
def test_no_word_of_a_reference_is_a_line_of_its_own(write, content, name):
    with pytest.raises(ConfigError) as caught:
        as_reference(write(content, name))
    assert "\nError: forged" not in str(caught.value)


@pytest.mark.parametrize("path", ["c.toml", "my c", "a\nb", "it's\n\\ \x9b1\u2028$x`y`"])
def test_a_path_in_a_command_of_ours_is_what_the_shell_takes_for_it(path):
    word = shell_word(path)
    assert word.isprintable()
    said = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True)
    assert said.stdout.decode() == path


def test_no_name_of_a_file_is_a_line_of_its_own(write, tmp_path):
    path = write("", "a\nError: forged.toml")
    for arguments in (
        ("check", path),
        ("new", "--out", path),
        ("new", "--out", tmp_path / "b\nError: forged.toml"),
        ("cluster", "script", preset_path("baseline"), "--file", tmp_path / "c\nError: forged.sh"),
    ):
        printed = CliRunner().invoke(main, [str(word) for word in arguments]).output
        assert "Error: forged" in printed
        assert "\nError: forged" not in printed, arguments


def test_no_title_is_a_line_of_its_own(write):
    path = write('title = "a\\n  firms   1\\r\\n"\n')
    for command in (("check",), ("run", "--dry-run")):
        printed = CliRunner().invoke(main, [command[0], str(path), *command[1:]]).output
        assert "  title           a firms 1\n" in printed
        assert sum(line.startswith("  firms ") for line in printed.splitlines()) == 1
