"""Killed processes and damaged files: the same command, or a resume, comes to the same digest."""

from __future__ import annotations

import io
import json
import random
import shutil
import signal
import subprocess
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

import orgsim
from small_runs import FOUR_PARTS, PROGRAM, cut_into, digest, manifest, part_times, said, spawned
from toy_model import TOY
from toy_runs import TOY_SWEEP

SEVEN_PARTS = TOY_SWEEP.replace("points = 40", "points = 64")


@pytest.fixture(scope="module")
def done_well(toys):
    """Run a command to its end, which must be a good one; return what it prints."""

    def done_well(*arguments, cwd):
        done = toys.spawned(*arguments, cwd=cwd)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    return done_well


@pytest.fixture(scope="module")
def killed(toys):
    """Run a command, and kill it after some seconds; return whether it was still there."""

    def killed(*arguments, cwd, after):
        process = toys.begin(*arguments, cwd=cwd)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors
        return process.returncode != 0

    return killed


def noted(directory):
    """How many parts of a run are in place."""
    return len(list((directory / "ledger").glob("*.npz")))


@pytest.fixture(scope="module")
def undisturbed(done_well, tmp_path_factory):
    """The config, and the digest and the duration of a run that nobody disturbs."""
    directory = tmp_path_factory.mktemp("undisturbed")
    (directory / "mine.toml").write_text(SEVEN_PARTS)
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        done_well("sweep", "mine.toml", "--out", "here", "--overwrite", "--seed", 2, cwd=directory)
        done_well("sweep", "mine.toml", "--out", "here", "--overwrite", cwd=directory)
        seconds.append((time.monotonic() - began) / 2)
    assert noted(directory / "here") == 7
    return directory / "mine.toml", digest(directory / "here"), min(seconds)


def test_a_sweep_killed_at_any_moment_comes_to_the_same_digest(
    undisturbed, done_well, killed, tmp_path
):
    config, expected, seconds = undisturbed
    found = []
    for number in range(20):
        here = tmp_path / f"here-{number}"
        # One moment in each twentieth of the run, its start included; earlier if it was too late.
        moment = seconds * (number + random.Random(20140221 + number).random()) / 20
        while not killed("sweep", config, "--out", here, cwd=tmp_path, after=moment):
            shutil.rmtree(here)
            moment *= 0.8
        found.append(noted(here))
        if number % 2 and (here / "manifest.json").exists():
            done_well("resume", here, cwd=tmp_path)
        else:
            done_well("sweep", config, "--out", here, cwd=tmp_path)
        assert digest(here) == expected
        if number % 5 == 0:
            done_well("verify", here, cwd=tmp_path)
        assert not list(here.rglob(".unfinished*"))
    # That many came in the middle of the work: some parts were in place, and not all.
    assert sum(0 < parts < 7 for parts in found) >= 5, found
    assert 0 in found


def test_a_sweep_killed_five_times_in_a_row_comes_to_the_same_digest(
    undisturbed,
    done_well,
    toys,
    tmp_path,
):
    config, expected, seconds = undisturbed
    moments = random.Random(20140221)
    found, kills = [0], 0
    for _ in range(5):
        process = toys.begin("sweep", config, "--out", "here", cwd=tmp_path)
        while noted(tmp_path / "here") <= found[-1] and process.poll() is None:
            time.sleep(0.001)
        time.sleep(moments.uniform(0.0, 0.02) * seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        found.append(noted(tmp_path / "here"))
    assert kills >= 3, found  # each in the middle, after a part more
    assert found == sorted(found)
    done_well("sweep", config, "--out", "here", cwd=tmp_path)
    assert digest(tmp_path / "here") == expected
    done_well("verify", "here", cwd=tmp_path)


def test_a_shard_killed_comes_to_the_same_digest(undisturbed, done_well, killed, tmp_path):
    config, expected, seconds = undisturbed
    words, moment = ["sweep", config, "--out", "here", "--shard", "1/2"], 0.5 * seconds
    while not killed(*words, cwd=tmp_path, after=moment):
        shutil.rmtree(tmp_path / "here")
        moment *= 0.8
    done_well("sweep", config, "--out", "here", "--shard", "2/2", cwd=tmp_path)
    done_well(*words, cwd=tmp_path)
    assert digest(tmp_path / "here") == expected
    done_well("verify", "here", cwd=tmp_path)
    assert not list((tmp_path / "here").rglob(".unfinished*"))


def test_the_study_s_own_sweep_killed_in_the_middle_comes_to_the_same_digest(tmp_path):
    """In a process as people start it: after a part, and before the last."""
    (tmp_path / "mine.toml").write_text(FOUR_PARTS.replace("firms = 1500", "firms = 3_000"))
    whole = spawned("sweep", "mine.toml", "--out", "whole", "--quiet", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    with subprocess.Popen(
        [*PROGRAM, "sweep", "mine.toml", "--out", "here", "--quiet"], cwd=tmp_path
    ) as process:
        while not noted(tmp_path / "here"):
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert manifest(tmp_path / "here")["status"] == "running"
    assert noted(tmp_path / "here") < noted(tmp_path / "whole")
    resumed = spawned("resume", "here", "--quiet", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert digest(tmp_path / "here") == digest(tmp_path / "whole")
    assert spawned("verify", "here", cwd=tmp_path).returncode == 0


# --- killed before, and after, every single renaming: what a random moment seldom meets


@pytest.fixture(scope="module")
def killed_at_renamings(toys):
    """Return, for every renaming of a command, how what came after the kill ended."""

    def killed_at_renamings(directory, name, command, then, start=None, most=99):
        tried = []
        for after in (False, True):
            for number in range(1, most):
                here = directory / f"{name}-{number}-{after}"
                if start:
                    shutil.copytree(directory / start, here)
                words = [*command, "--out", here]
                done = toys.spawned(*words, cwd=directory, kill_at=number, after=after)
                if done.returncode != -signal.SIGKILL:
                    shutil.rmtree(here)
                    break
                before = (here / "manifest.json").exists()
                done = toys.spawned(
                    *[here if word == "HERE" else word for word in then], cwd=directory
                )
                last = done.stderr.strip().splitlines()[-1:]
                tried.append([number, after, before, done.returncode, last, here])
        return tried

    return killed_at_renamings


def small(tmp_path, points=6):
    """Write a config of a small sweep in seven renamings and more, and return its command."""
    path = tmp_path / "small.toml"
    path.write_text(SEVEN_PARTS.replace("points = 64", f"points = {points}").replace("1500", "40"))
    return ["sweep", str(path), "--threads", "1"]


@pytest.fixture(scope="module")
def renamings(done_well, killed_at_renamings, tmp_path_factory):
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
def growing(done_well, killed_at_renamings, tmp_path_factory):
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
        found = orgsim.open(directory / here, model=TOY)
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


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A finished sweep of four parts, to be copied."""
    directory = tmp_path_factory.mktemp("pristine")
    (directory / "mine.toml").write_text(
        FOUR_PARTS.replace("points = 40", "points = 8").replace("1500", "100")
    )
    with pytest.MonkeyPatch.context() as patch:
        cut_into(patch, 256)
        said("sweep", directory / "mine.toml", "--out", directory / "here")
    assert len(list((directory / "here/firms").iterdir())) == 4
    return directory


@pytest.fixture
def finished(command, pristine, tmp_path):
    """A finished sweep of four parts."""
    shutil.copytree(pristine, tmp_path, dirs_exist_ok=True)
    return tmp_path / "here"


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("folder", ["firms", "quarters", "ledger"])
def test_damage_is_named_and_only_damaged_parts_are_done_again(folder, harm, command, finished):
    before, expected = part_times(finished), digest(finished)
    parts = sorted((finished / folder).glob("part-*"))
    harmed = [parts[1]] if folder == "ledger" else [parts[1], parts[3]]
    for path in harmed:
        HARMS[harm](path, parts[2])
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
    assert "sound, 4 parts read" in command("verify", "here")
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
    mine, other = parts[1].stem, parts[3].stem
    kept = {f: (finished / f"{f}/{mine}.parquet").read_bytes() for f in ("firms", "quarters")}
    for folder, ending in (("firms", "parquet"), ("quarters", "parquet"), ("ledger", "npz")):
        shutil.copy(finished / f"{folder}/{other}.{ending}", finished / f"{folder}/{mine}.{ending}")
    assert mine in command("verify", "here", code=1)
    command("resume", "here")
    assert digest(finished) == expected
    assert {f: (finished / f"{f}/{mine}.parquet").read_bytes() for f in kept} == kept
