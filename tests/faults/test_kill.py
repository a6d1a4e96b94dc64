"""Killed processes and damaged files: the same command, or a resume, comes to the same digest."""

from __future__ import annotations

import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

import orgsim
from small_runs import FOUR_PARTS, PROGRAM, cut_into, digest, part_times, spawned

SEVEN_PARTS = FOUR_PARTS.replace("points = 40", "points = 64")


def done_well(*arguments, cwd):
    """Run a command in a process to its end, which must be a good one; return what it prints."""
    done = spawned(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def killed(*arguments, cwd, after):
    """Run a real process, and kill it after some seconds; return whether it was still there."""
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        _, errors = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), errors
    return process.returncode != 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The config, and the digest and the duration of a run that nobody disturbs."""
    directory = tmp_path_factory.mktemp("undisturbed")
    (directory / "mine.toml").write_text(SEVEN_PARTS)
    done_well("sweep", "mine.toml", "--firms", 1, "--out", "first", cwd=directory)  # compiles
    began = time.monotonic()
    done_well("sweep", "mine.toml", "--out", "here", cwd=directory)
    return directory / "mine.toml", digest(directory / "here"), time.monotonic() - began


@pytest.mark.parametrize("number", range(20))
def test_a_sweep_killed_at_any_moment_comes_to_the_same_digest(number, undisturbed, tmp_path):
    config, expected, seconds = undisturbed
    # One moment in each twentieth of the run, its start included; earlier if it was too late.
    moment = seconds * (number + random.Random(20140221 + number).random()) / 20
    while not killed("sweep", config, "--out", "here", cwd=tmp_path, after=moment):
        shutil.rmtree(tmp_path / "here")
        moment *= 0.8
    if number % 2 and (tmp_path / "here/manifest.json").exists():
        done_well("resume", "here", cwd=tmp_path)
    else:
        done_well("sweep", config, "--out", "here", cwd=tmp_path)
    assert digest(tmp_path / "here") == expected
    if number % 5 == 0:
        done_well("verify", "here", cwd=tmp_path)
    assert not list((tmp_path / "here").rglob(".unfinished*"))


def test_a_sweep_killed_five_times_in_a_row_comes_to_the_same_digest(undisturbed, tmp_path):
    config, expected, seconds = undisturbed
    moments = random.Random(20140221)
    for _ in range(5):
        moment = seconds * moments.uniform(0.45, 0.85)
        killed("sweep", config, "--out", "here", cwd=tmp_path, after=moment)
    done_well("sweep", config, "--out", "here", cwd=tmp_path)
    assert digest(tmp_path / "here") == expected
    done_well("verify", "here", cwd=tmp_path)


def test_a_shard_killed_comes_to_the_same_digest(undisturbed, tmp_path):
    config, expected, seconds = undisturbed
    moment = 0.7 * seconds
    killed("sweep", config, "--out", "here", "--shard", "1/2", cwd=tmp_path, after=moment)
    done_well("sweep", config, "--out", "here", "--shard", "2/2", cwd=tmp_path)
    done_well("sweep", config, "--out", "here", "--shard", "1/2", cwd=tmp_path)
    assert digest(tmp_path / "here") == expected
    done_well("verify", "here", cwd=tmp_path)
    assert not list((tmp_path / "here").rglob(".unfinished*"))


# --- killed before, and after, every single renaming: what a random moment seldom meets

FORKS = """
import contextlib, io, json, os, shutil, signal, sys
from pathlib import Path
from orgsim import api, results, store
from orgsim.cli import main
from orgsim.report import progress, sweep

jobs = json.load(sys.stdin)

def act(arguments, kill_at=0, after=False):
    '''Run a command in a child; return its exit code (-9: killed) and its messages.'''
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.close(read)
        real, count = os.replace, 0
        def replace(source, target):
            nonlocal count
            count += 1
            if count == kill_at and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            real(source, target)
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        os.replace = replace
        code = 1
        try:
            code = main(arguments, standalone_mode=False) or 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as told:
        text = told.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text

main([*jobs["command"], "--firms", "1", "--out", "warm"], standalone_mode=False)
tried = []
for after in (False, True):
    for number in range(1, jobs["most"]):
        here = Path(f"{jobs['name']}-{number}-{after}")
        if jobs["start"]:
            shutil.copytree(jobs["start"], here)
        code, _ = act([*jobs["command"], "--out", str(here)], number, after)
        if code != -9:
            shutil.rmtree(here)
            break
        before = (here / "manifest.json").exists()
        then = [c.replace("HERE", str(here)) for c in jobs["then"]]
        code, text = act(then)
        tried.append([number, after, before, code, text.strip().splitlines()[-1:], str(here)])
print("TRIED" + json.dumps(tried))
"""


def killed_at_renamings(tmp_path, name, command, then, start=None, most=99):
    """Return, for every renaming, how what came after the kill ended."""
    jobs = {"name": name, "command": command, "then": then, "start": start, "most": most}
    done = subprocess.run(
        [sys.executable, "-c", FORKS],
        cwd=tmp_path,
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.partition("TRIED")[2])


def small(tmp_path, points=6):
    """Write a config of a small sweep in seven renamings and more, and return its command."""
    path = tmp_path / "small.toml"
    path.write_text(SEVEN_PARTS.replace("points = 64", f"points = {points}").replace("1500", "40"))
    return ["sweep", str(path), "--threads", "1"]


@pytest.fixture(scope="module")
def renamings(undisturbed, tmp_path_factory):
    """What the same command came to after a kill at every renaming, and the directory of it."""
    directory = tmp_path_factory.mktemp("renamings")
    again = small(directory)
    done_well(*again, "--out", "whole", cwd=directory)
    return directory, killed_at_renamings(directory, "k", again, [*again, "--out", "HERE"])


def test_a_kill_at_any_renaming_is_made_good_by_the_same_command(renamings):
    directory, tried = renamings
    assert len(tried) >= 16
    for number, after, had_manifest, code, text, here in tried:
        if had_manifest:
            assert code == 0, (number, after, text)
            assert digest(directory / here) == digest(directory / "whole")
            assert not list((directory / here).rglob(".unfinished*"))


def test_a_kill_before_the_first_manifest_is_made_good_too(renamings):
    early = [row for row in renamings[1] if not row[2]]
    assert early
    assert not [(number, after, text) for number, after, _, code, text, _ in early if code]


@pytest.fixture(scope="module")
def growing(undisturbed, tmp_path_factory):
    """Return a function: what came of a kill while a sweep grows, and the directory of it."""
    directory = tmp_path_factory.mktemp("growing")
    again = small(directory)
    done_well(*again, "--out", "start", cwd=directory)
    more = [*again, "--set", "sweep.points=9", "--firms", "60"]
    done_well(*more, "--out", "grown", cwd=directory)

    def growing(name, then):
        return directory, killed_at_renamings(
            directory, name, more, then or [*more, "--out", "HERE"], start="start", most=6
        )

    return growing


def test_a_kill_while_a_sweep_grows_is_made_good_by_the_same_command(growing):
    directory, tried = growing("again", None)
    assert len(tried) == 10
    for number, after, _, code, text, here in tried:
        assert code == 0, (number, after, text)
        assert digest(directory / here) == digest(directory / "grown")


def test_a_kill_while_a_sweep_grows_is_made_good_by_a_resume(growing):
    directory, tried = growing("resume", ["resume", "HERE"])
    wrong = [(number, after, text) for number, after, _, code, text, _ in tried if code]
    for number, after, _, code, _, here in tried:
        found = orgsim.open(directory / here)
        if not code and len(found.points()) * 4 != len(found.shares()):
            wrong.append((number, after, "tables of two extents"))
    assert not wrong


# --- damage

HARMS = {
    "truncated": lambda path, other: path.write_bytes(path.read_bytes()[:-100]),
    "a byte flipped": lambda path, other: path.write_bytes(
        flipped_where_it_matters(path.read_bytes())
    ),
    "emptied": lambda path, other: path.write_bytes(b""),
    "deleted": lambda path, other: path.unlink(),
    "another part's": lambda path, other: path.write_bytes(other.read_bytes()),
}


def read(content):
    """Return what a Parquet file's or a note's bytes hold, or None if that is not to be had."""
    try:
        if content.startswith(b"PK"):
            note = np.load(io.BytesIO(content), allow_pickle=False)
            return {name: note[name].tolist() for name in note.files}
        return pq.read_table(io.BytesIO(content), use_threads=False).to_pydict()
    except Exception:  # of altered bytes, NumPy and zipfile raise nearly anything
        return None


def flipped_where_it_matters(content):
    """Return bytes of which one is another, such that it matters: not all are ever read."""
    expected = read(content)
    assert expected is not None
    for place in range(len(content) // 3, len(content)):
        harmed = content[:place] + bytes([content[place] ^ 0x40]) + content[place + 1 :]
        if read(harmed) != expected:
            return harmed
    raise AssertionError("no byte matters")


@pytest.fixture
def finished(command, tmp_path, monkeypatch):
    """A finished sweep of eight parts."""
    (tmp_path / "mine.toml").write_text(
        SEVEN_PARTS.replace("points = 64", "points = 16").replace("1500", "100")
    )
    with monkeypatch.context() as patch:
        cut_into(patch, 256)
        command("sweep", "mine.toml", "--out", "here")
    assert len(list((tmp_path / "here/firms").iterdir())) == 8
    return tmp_path / "here"


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("folder", ["firms", "quarters", "ledger"])
def test_damage_is_named_and_only_damaged_parts_are_done_again(folder, harm, command, finished):
    before, expected = part_times(finished), digest(finished)
    parts = sorted((finished / folder).glob("part-*"))
    harmed = [parts[2]] if folder == "ledger" else [parts[2], parts[5]]
    for path in harmed:
        HARMS[harm](path, parts[3])
    verdict = json.loads(command("verify", "here", "--json", code=1))
    assert sorted([*verdict["damaged"], *verdict["missing"]]) == [path.stem for path in harmed]
    assert not verdict["sound"]
    assert verdict["foreign"] == []
    shown = command("verify", "here", code=1)
    assert "not sound" in shown
    assert all(path.stem in shown for path in harmed)
    assert "orgsim resume here" in shown
    command("resume", "here")
    assert digest(finished) == expected
    assert "sound, 8 parts read" in command("verify", "here")
    after = part_times(finished)
    assert after.keys() == before.keys()
    stems = {path.stem for path in harmed}
    for path, moment in after.items():
        assert (moment == before[path]) == (path.stem not in stems), path


def test_a_byte_flipped_anywhere_in_a_part_is_found(command, finished):
    """Even one that no reader heeds: the hash of all bytes stands in the ledger."""
    path = sorted((finished / "firms").iterdir())[1]
    content = path.read_bytes()
    draw = random.Random(7)
    for place in draw.sample(range(len(content)), 40):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        verdict = json.loads(command("verify", "here", "--json", code=1))
        assert verdict["damaged"] == [path.stem]


@pytest.mark.parametrize("table", ["shares", "points"])
@pytest.mark.parametrize("harm", HARMS)
def test_damage_to_a_table_of_the_whole_is_named_and_mended(table, harm, command, finished):
    before, expected = part_times(finished), digest(finished)
    good = orgsim.open(finished).table(table)
    path = finished / f"{table}.parquet"
    HARMS[harm](path, next((finished / "firms").iterdir()))
    assert f"{table}.parquet" in command("verify", "here", code=1)
    command("resume", "here")
    assert digest(finished) == expected
    assert "sound" in command("verify", "here")
    assert part_times(finished) == before
    assert orgsim.open(finished).table(table).equals(good)


def test_a_foreign_file_is_named_and_left_alone(command, finished):
    strangers = [finished / "firms/part-of-mine.parquet", finished / "quarters/notes.txt"]
    for path in strangers:
        path.write_bytes(b"mine")
    shown = command("verify", "here", code=1)
    assert "firms/part-of-mine.parquet, quarters/notes.txt" in shown
    assert "move foreign files away" in shown
    command("resume", "here")
    assert all(path.read_bytes() == b"mine" for path in strangers)
    for path in strangers:
        path.unlink()
    assert "sound" in command("verify", "here")


def test_another_parts_files_and_note_do_not_pass_for_this_ones(command, finished):
    expected = digest(finished)
    parts = sorted((finished / "firms").iterdir())
    mine, other = parts[4].stem, parts[6].stem
    kept = {f: (finished / f"{f}/{mine}.parquet").read_bytes() for f in ("firms", "quarters")}
    for folder, ending in (("firms", "parquet"), ("quarters", "parquet"), ("ledger", "npz")):
        shutil.copy(finished / f"{folder}/{other}.{ending}", finished / f"{folder}/{mine}.{ending}")
    assert mine in command("verify", "here", code=1)
    command("resume", "here")
    assert digest(finished) == expected
    assert {f: (finished / f"{f}/{mine}.parquet").read_bytes() for f in kept} == kept
