"""What is said when something fails, on which stream, in which encoding, and how much of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from orgsim import cli, load_config
from orgsim.cli import main
from orgsim.config import preset_path
from orgsim.errors import ConfigError
from orgsim.model import MODEL
from small_runs import PROGRAM, refusal

ESCAPE = "\x1b]0;x\x07"
QUOTED = r'"\u001b]0;x\u0007"'


def by_a_shell(*arguments, shell="", env=None, cwd=None):
    """Run the command in a process of its own, its streams as the shell's words say."""
    command = ["sh", "-c", f'exec "$@" {shell}', "sh", *PROGRAM, *arguments]
    done = subprocess.run(
        command, capture_output=True, env={**os.environ, **(env or {})}, cwd=cwd, timeout=100
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "text",
    [
        f"[firm]\nstructure = {QUOTED}\n",
        f"[firm]\n{QUOTED} = 1\n",
        f"{QUOTED} = 1\n",
        f"extends = {QUOTED}\n",
        f"[sectors.{QUOTED}]\nshare = 1.0\n",
        f"[sectors.a]\nshare = 1.0\n[sectors.a.quantities]\n{QUOTED} = 1\n",
        f"[sweep]\npoints = 4\n[sweep.parameters]\n{QUOTED} = {{ low = 0, high = 1 }}\n",
        f"[sweep]\npoints = 4\n[sweep.parameters]\npreset = {{ values = [{QUOTED}] }}\n",
        f"[sweep]\npoints = 4\nconstraints = [{QUOTED}]\n"
        '[sweep.parameters]\n"firm.attention" = { low = 0, high = 1 }\n',
        f"[sweep]\npoints = 4\n[sweep.parameters]\npreset = {{ values = [{QUOTED}] }}\n"
        f"[sweep.presets.{QUOTED}]\n",
        f"[cluster]\nqueue = {QUOTED}\n",
        f"title = {QUOTED}\n",
        f"[firm]\n{ESCAPE} = 1\n",
        f"x = '''{ESCAPE}",
    ],
)
def test_no_word_of_a_config_steers_the_terminal(write, text):
    done = CliRunner().invoke(main, ["check", str(write(text))])
    assert done.exit_code == 2, done.output
    assert "\x1b" not in done.output
    assert "\x07" not in done.output


def test_no_name_in_a_table_or_of_a_file_steers_the_terminal(write):
    write(f'"a{ESCAPE}"\n1\n', "p.csv")
    table = write('[sweep]\ndesign = "table"\ntable = "p.csv"\n')
    for path in (table, f"/nowhere/{ESCAPE}.toml"):
        done = CliRunner().invoke(main, ["check", str(path)])
        assert done.exit_code == 2
        assert "\x1b" not in done.output


def test_a_title_made_of_a_long_name_is_one_that_can_be_read_back(write):
    from orgsim.config import read_config

    config = load_config(write("", "\x01" * 200 + ".toml"))
    assert read_config(config.to_toml(), preset_path("baseline"), MODEL).title == config.title


def test_a_carriage_return_writes_over_nothing(capsys):
    import click

    from orgsim.cli.streams import harmless_streams

    with harmless_streams():
        click.echo("good\rFAKE")
    assert capsys.readouterr().out == "good\\x0dFAKE\n"


def test_what_a_valid_config_says_is_printed_as_text(write):
    """A sign that turns the direction of writing is text, and is shown as what it is."""
    path = write('title = "a\\u202eb"\n')
    assert "a\\u202eb" in CliRunner().invoke(main, ["check", str(path)]).output
    named = write("", f"n{ESCAPE}.toml")
    assert "\x1b" not in CliRunner().invoke(main, ["check", str(named)]).output
    assert load_config(named).title == "n\\x1b]0;x\\x07"  # it must read back as a title


@pytest.mark.parametrize("table", [{"a": "\x1b[2J\u202e"}, ["\x9b"]])
def test_json_stays_json_and_steers_no_terminal(table, capsys):
    import json

    from orgsim.cli.options import print_json

    print_json(table)
    printed = capsys.readouterr().out
    assert json.loads(printed) == table
    assert not {"\x1b", "\u202e", "\x9b"} & set(printed)


def test_tables_on_the_terminal_hold_text_alone(capsys):
    from orgsim.report.terminal import open_console, say

    console = open_console()
    say(console, f"title {ESCAPE}", "bold")
    console.print(f"[red]{ESCAPE}[/x]")
    printed = capsys.readouterr().out
    assert "\x1b]" not in printed
    assert "\x07" not in printed
    assert "[red]" in printed  # no words of another's are taken for colours


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii", "utf-8"])
def test_a_sign_survives_every_encoding(encoding):
    code = "import click; from orgsim.cli.streams import harmless_streams\n" \
        "from orgsim.report.terminal import open_console\n" \
        "with harmless_streams():\n" \
        "    click.echo('\\u22127.1 \\u00d7 2 \\u2013 3')\n" \
        "    open_console().print('\\u22127.1 \\u2019s \\u2192')\n"  # fmt: skip
    env = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, timeout=60)
    first, second = done.stdout.decode(encoding).splitlines()
    plain = first.replace("\u2212", "-").replace("\u2013", "-").replace("\u00d7", "x")
    assert plain == "-7.1 x 2 - 3"
    plain = second.replace("\u2212", "-").replace("\u2019", "'").replace("\u2192", "->")
    assert plain == "-7.1 's ->"
    assert not done.stderr


def test_numbers_survive_a_terminal_without_dashes():
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    code, out, _ = by_a_shell("parameters", "environment.hype_peak", env=env)
    assert code == 0
    assert b"?" not in out
    assert b"-2" in out


@pytest.mark.parametrize("shell", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_traceback(shell, write):
    assert by_a_shell("parameters", "firm", shell=shell)[0] == 0
    code, out, err = by_a_shell("check", str(write("x = 1\n")), shell=shell)
    assert code == 2
    assert b"Traceback" not in out + err


def test_only_lost_output_is_said_to_be_lost():
    code, _, err = by_a_shell("parameters", "firm", shell="> /dev/full")
    assert (code, err) == (3, b"Error: cannot write the output: No space left on device\n")


@pytest.mark.parametrize(
    ("arguments", "shell", "code"),
    [
        (("check", "nofile.toml"), "2> /dev/full", 2),
        (("check", "--no-such-option"), "2> /dev/full", 2),
        (("no-such-command",), "2> /dev/full", 2),
        (("--no-such-option",), "2> /dev/full", 2),
        (("schema",), "> /dev/full 2> /dev/full", 3),
    ],
)
def test_an_error_that_cannot_be_printed_keeps_its_code(arguments, shell, code, tmp_path):
    done = by_a_shell(*arguments, shell=shell, cwd=tmp_path)
    assert done == (code, b"", b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "c.toml", "--seed", "9" * 100_000),
        ("run", "c.toml", "--seed", "9" * 4_000),
        ("run", "c.toml", "--shard", "9" * 100_000),
        ("run", "c.toml", "--threads", "9" * 100_000),
        ("run", "c.toml", "--engine", "9" * 100_000),
        ("run", "c.toml", "--" + "9" * 100_000),
        ("run", "c.toml", "9" * 100_000),
        ("run", "c" * 100_000),
        ("9" * 100_000,),
        ("--" + "9" * 100_000,),
        ("cluster", "9" * 100_000),
        ("plot", ".", "--figure", "9" * 100_000),
        ("new", "9" * 100_000),
        ("parameters", "9" * 100_000),
        ("compare", ".", "--reference", "9" * 100_000),
    ],
)
def test_a_word_without_end_makes_no_message_without_end(arguments, write, monkeypatch):
    monkeypatch.chdir(write("", "c.toml").parent)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in (2, 3), done.exc_info
    assert done.output
    assert len(done.output) < 2_500


def test_what_is_wrong_with_a_long_word_stands_behind_it(write):
    done = CliRunner().invoke(main, ["run", str(write("")), "--seed", "9" * 100_000])
    assert "Invalid value for '--seed': '9999" in done.output
    assert "...999" in done.output
    assert "is not a valid integer" in done.output


def test_without_words_the_commands_are_listed_to_the_last():
    assert "verify" in CliRunner().invoke(main, []).output


def test_a_deleted_directory_is_named(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = 'cd "$1" && rmdir "$1" && exec "$2" -m orgsim check c.toml'
    done = subprocess.run(
        ["sh", "-c", command, "sh", str(gone), sys.executable], capture_output=True, timeout=60
    )
    assert b"the current directory is gone" in done.stderr
    assert done.returncode in (2, 3)
    assert b"cannot write the output" not in done.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(36, "File name too long", "n" * 5000), "nnn...: File name too long"),
        (OSError("libx.so: no such library"), "libx.so: no such library"),
        (PermissionError(13, "Permission denied", "/some/file"), "/some/file: Permission denied"),
        (ImportError("libx.so: cannot open shared object file"), "cannot be loaded: libx.so"),
        (MemoryError(), "out of memory; ask for fewer firms"),
        (MemoryError("Unable to allocate 8 TiB"), "out of memory (Unable to allocate 8 TiB)"),
    ],
)
def test_a_failure_of_the_system_says_what_failed(error, words, monkeypatch, write):
    def failing(*_, **__):
        raise error

    monkeypatch.setattr("orgsim.config.load_config", failing)
    done = CliRunner().invoke(cli.main, ["check", str(write(""))])
    assert done.exit_code == 3
    assert words in done.output
    assert done.output.startswith("Error: ")
    assert "cannot write the output" not in done.output
    assert len(done.output) < 600


def test_a_name_too_long_is_said_to_be_one():
    message = refusal("n" * 5000 + ".toml")
    assert "File name too long" in message
    assert len(message) < 500


def test_a_name_that_is_no_utf8_is_refused_before_anything_is_made(tmp_path):
    name = os.fsencode(tmp_path) + b"/c\xff.toml"
    with open(name, "w"):
        pass
    code, out, err = by_a_shell("run", os.fsdecode(name), cwd=tmp_path)
    assert code == 2
    assert b"its name is not UTF-8" in err
    assert out == b""
    assert os.listdir(tmp_path) == [os.fsdecode(b"c\xff.toml")]
    assert "is no UTF-8 text" in refusal(preset_path("baseline"), ["title=\udc80"])


@pytest.mark.parametrize(
    "text",
    [
        "[simulation]\nfirms = 0x" + "f" * 5000,
        "[firm]\nattention = 0x" + "f" * 5000,
        "[sweep]\npoints = 0x" + "f" * 5000,
        "[sweep]\nseed = 0x" + "f" * 5000,
        "[firm]\nattention = [0x" + "f" * 5000 + "]",
        "[cluster]\njobs = 0b" + "1" * 50_000,
        "[target]\ntolerance = 0o" + "7" * 9000,
    ],
)
def test_numbers_without_end_are_named_and_not_written_out(write, text):
    message = refusal(write(text))
    assert "a whole number of some" in message
    assert len(message) < 400


def test_numbers_without_end_in_an_override_and_a_reference(write):
    from orgsim.results.reference import as_reference

    monster = "0x" + "f" * 5000
    assert "a whole number" in refusal(write(""), [f"firm.attention={monster}"])
    for given in (
        write(f"[counts]\ncemo = {monster}\n", "r.toml"),
        {"cemo": 10**5000, "cmto": 1, "cmo_and_cto": 1, "cmo_vs_cto": 1},
        {"cemo": [10**5000], "cmto": 1, "cmo_and_cto": 1, "cmo_vs_cto": 1},
    ):
        with pytest.raises(ConfigError) as caught:
            as_reference(given)
        assert len(str(caught.value)) < 400


def test_depths_that_nothing_has_are_refused(write):
    deep = "a." * 5_000 + "b = 1\n"
    assert "deep" in refusal(write(deep))
    assert "deep" in refusal(write("x = " + "[" * 100 + "]" * 100))
    assert "deep" in refusal(write(""), [deep.replace(" ", "").strip()])


def test_thousands_of_unknown_keys_are_answered_at_once_and_briefly(write):
    path = write("[firm]\n" + "".join(f"attentio{i} = 1\n" for i in range(4_000)))
    before = time.process_time()
    message = refusal(path)
    assert time.process_time() - before < 1.0
    assert "and 3,992 more" in message
    assert len(message) < 2_000


@pytest.mark.parametrize(
    "text",
    [
        "[firm]\n" + "k" * 5000 + " = 1\n",
        "k" * 5000 + " = 1\n",
        '[firm]\nattention = { dist = "beta", ' + "k" * 5000 + " = 1 }\n",
        "[sectors." + "k" * 5000 + "]\nx = 1\n",
        '[sweep]\npoints = 4\n[sweep.parameters]\n"' + "k" * 5000 + '" = { low = 0, high = 1 }\n',
        'extends = "' + "k" * 5000 + '"\n',
        '[sweep]\ndesign = "table"\ntable = "' + "k" * 5000 + '.csv"\n',
    ],
)
def test_a_key_without_end_makes_no_message_without_end(write, text):
    assert len(refusal(write(text))) < 2_500


@pytest.mark.parametrize("columns", ["1", "2", "10", "0", "x"])
def test_a_terminal_of_one_column_is_no_traceback(columns):
    code, out, err = by_a_shell("parameters", "firm", env={"COLUMNS": columns})
    assert code == 0, err
    assert b"marketing_staff" in out
