"""The run directory with made-up files: whole or not at all, and nobody else's."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from made_up_parts import place_at
from made_up_runs import (
    EXTENT,
    FILES,
    IDENTITY,
    LAYOUT,
    MANIFEST,
    OUTPUT,
    PART,
    WANTED,
    begun,
    besides_manifest,
    finished,
    status,
)
from orgsim.errors import RunError, UsageError
from orgsim.model import MODEL
from orgsim.spec import Earlier
from orgsim.store import Extent, Layout, Manifest, Part, RunDirectory, Shard
from orgsim.store.atomic import TEMPORARY, temporary_for
from orgsim.store.manifest import write_told
from small_runs import contents

# --- whole or not at all


def test_shares_that_fail_half_way_leave_the_old_ones(tmp_path, monkeypatch):
    def write_table(self, table, **options):
        raise OSError(errno.ENOSPC, "no room")

    directory = finished(tmp_path)
    before = contents(tmp_path)
    chunk = {column.name: [1.0] for column in MODEL.shares} | {"scenario": ["cemo"]}
    monkeypatch.setattr(pq.ParquetWriter, "write_table", write_table)
    with pytest.raises(RunError, match="no space left"):
        directory.write_shares(iter([chunk]), place_at(tmp_path, firms=True, quarters=True))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("steps", range(4))
def test_a_run_that_dies_as_it_begins_is_never_taken_for_a_strangers(tmp_path, steps, monkeypatch):
    """Three files are written in turn: after any of them the directory is known as a run's."""
    real, written = os.replace, []

    def replace(source, target):
        if len(written) == steps:
            raise KeyboardInterrupt
        written.append(target)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    directory = RunDirectory(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        directory.begin(Manifest.of(MANIFEST), {}, {}, MODEL)
    monkeypatch.setattr(os, "replace", real)
    with directory.held():
        assert status(directory) == ("unfinished" if steps else "new")


def a_dead_process():
    """Return the number of a process that has been."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_killed_processes_left_is_cleared_when_nobody_else_can_be_at_work(tmp_path):
    directory = begun(tmp_path)
    before = contents(tmp_path)
    for host in (socket.gethostname(), "another"):
        for folder in ("", "firms", "quarters", "ledger"):
            name = {"": "shares.parquet", "ledger": f"{PART}.npz"}.get(folder, f"{PART}.parquet")
            torn = f"{TEMPORARY}{a_dead_process()},{host},{name}"
            (tmp_path / folder / torn).write_text("half")
            long_ago = time.time() - 2 * 3_600
            os.utime(tmp_path / folder / torn, (long_ago, long_ago))
    directory.clear_unfinished(others=True)
    assert contents(tmp_path) == before


def test_beside_shards_only_the_dead_of_this_machine_are_cleared(tmp_path):
    directory = begun(tmp_path)
    here, dead = socket.gethostname(), a_dead_process()
    living = [
        temporary_for(tmp_path / "firms" / f"{PART}.parquet"),  # of this very process
        tmp_path / "firms" / f"{TEMPORARY}1,{here},{PART}.parquet",  # may belong to another user
        tmp_path / "firms" / f"{TEMPORARY}{dead},another,{PART}.parquet",
        tmp_path / f"{TEMPORARY}part.parquet",
        tmp_path / f"{TEMPORARY}x,{here},part.parquet",
        tmp_path / f"{TEMPORARY}{10**30},{here},shares.parquet",  # no process has such a number
        tmp_path / f"{TEMPORARY}{dead},{here},a,b",  # not around a name of ours
    ]
    torn = [
        tmp_path / f"{TEMPORARY}{dead},{here},manifest.json",
        tmp_path / "ledger" / f"{TEMPORARY}{dead},{here},{PART}.npz",
    ]
    for path in living + torn:
        path.write_text("half")
    directory.clear_unfinished(others=False)
    assert all(path.exists() for path in living)
    assert not any(path.exists() for path in torn)


# --- what is here


def test_status_of_a_directory(tmp_path):
    assert status(RunDirectory(tmp_path / "none")) == "new"
    assert status(RunDirectory(tmp_path)) == "new"
    assert status(begun(tmp_path / "a")) == "unfinished"
    assert status(finished(tmp_path / "b")) == "finished"
    for extent in ({"firms": 2_501, "points": 2}, {"firms": 2_500, "points": 3}):
        assert status(RunDirectory(tmp_path / "a"), extent=extent) == "smaller"
        assert status(RunDirectory(tmp_path / "b"), extent=extent) == "smaller"


@pytest.mark.parametrize("name", ["shares.parquet", "firms", "quarters"])
def test_a_run_that_lacks_a_table_is_not_finished(tmp_path, name):
    directory = finished(tmp_path)
    path = tmp_path / name
    (path if path.is_file() else sorted(path.iterdir())[-1]).unlink()
    assert status(directory) == "unfinished"


@pytest.mark.parametrize("content", [b"", b"PAR1 torn"])
def test_a_run_whose_shares_are_torn_is_not_finished(tmp_path, content):
    directory = finished(tmp_path)
    (tmp_path / "shares.parquet").write_bytes(content)
    assert status(directory) == "unfinished"


def test_a_run_that_is_to_grow_is_not_finished(tmp_path):
    directory = finished(tmp_path)
    directory.begin(Manifest.of(MANIFEST), {}, {}, MODEL)
    assert status(directory) == "unfinished"
    assert len(contents(tmp_path)) == FILES - 1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"plan": {"settings": {"simulation.seed": 2}}}, "simulation.seed: 1 there, 2 now"),
        ({"source": "b" * 64}, "the model's source code (hash aaaaaaaa there, bbbbbbbb now)"),
        ({"output": OUTPUT | {"firms": False}}, "output.firms: true there, false now"),
    ],
)
@pytest.mark.parametrize("make", [begun, finished])
def test_another_run_is_refused_with_what_differs(tmp_path, make, change, text):
    directory = make(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(UsageError) as caught:
        status(directory, IDENTITY | change)
    for part in (text, "--out", "--overwrite"):
        assert part in str(caught.value)
    assert contents(tmp_path) == before


def test_a_run_of_another_source_is_told_with_the_version_that_finishes_it(tmp_path):
    """One that is finished is read as it is; settings alone have no version."""
    directory = begun(tmp_path / "begun")
    with pytest.raises(UsageError, match="finish it with the version that began it, orgsim 0, or"):
        status(directory, IDENTITY | {"source": "b" * 64})
    whole = finished(tmp_path / "finished")
    with pytest.raises(UsageError, match="verified and compared as it is; orgsim 0 wrote it"):
        status(whole, IDENTITY | {"source": "b" * 64})
    with pytest.raises(UsageError) as caught:
        status(directory, IDENTITY | {"plan": {"settings": {"simulation.seed": 2}}})
    assert "orgsim 0" not in str(caught.value)
    assert "orgsim resume" not in str(caught.value)


@pytest.mark.parametrize("make", [begun, finished])
@pytest.mark.parametrize(
    ("model", "is_named"),
    [
        (MODEL, True),
        (replace(MODEL, version="3", earlier=(Earlier(MODEL.version),)), True),
        (replace(MODEL, version="3", earlier=()), False),
        (replace(MODEL, name="another"), False),
    ],
)
def test_taking_a_run_up_is_named_where_its_rules_are_contained(tmp_path, make, model, is_named):
    directory, other = make(tmp_path), replace(WANTED, source="b" * 64)
    with pytest.raises(UsageError) as caught:
        directory.status(other, Extent(**EXTENT), model, overwrite=False)
    assert (f"orgsim resume {tmp_path} --out DIR" in str(caught.value)) is is_named
    assert str(caught.value).endswith("keep both with --out DIR, or replace it with --overwrite")


def test_of_many_differences_five_are_told(tmp_path):
    other = {"settings": {"simulation.seed": 2} | {f"a.{i}": i for i in range(8)}}
    with pytest.raises(UsageError, match="and 6 more"):
        status(begun(tmp_path), IDENTITY | {"plan": other})


@pytest.mark.parametrize(
    ("extent", "text"),
    [
        ({"firms": 2_499, "points": 2}, "holds 2,500 firms, and 2,499 are asked for"),
        ({"firms": 2_499, "points": 3}, "holds 2,500 firms, and 2,499 are asked for"),
        ({"firms": 9_000, "points": 1}, "holds 2 points, and 1 are asked for"),
    ],
)
def test_fewer_firms_or_points_are_refused_for_a_run_can_only_grow(tmp_path, extent, text):
    directory = finished(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(UsageError) as caught:
        status(directory, extent=extent)
    for part in (text, "can only grow", "--out", "--overwrite"):
        assert part in str(caught.value)
    assert contents(tmp_path) == before
    assert status(directory, extent=extent, overwrite=True) == "new"


# --- nobody else's


STRANGERS = ['{"name": "an extension", "manifest_version": 3}', '{"format": 1}', "[]", "3", "{", ""]


@pytest.mark.parametrize("text", STRANGERS)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_manifest_of_another_program_is_refused_and_nothing_removed(tmp_path, text, overwrite):
    mine = {"manifest.json": text, "config.toml": "mine", "firms/part-p1.parquet": "mine"}
    (tmp_path / "firms").mkdir()
    for name, content in mine.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=r"manifest\.json"):
        status(RunDirectory(tmp_path), overwrite=overwrite)
    with pytest.raises(UsageError, match=r"manifest\.json"), RunDirectory(tmp_path).held():
        pass
    assert {name: content.decode() for name, content in contents(tmp_path).items()} == mine


@pytest.mark.parametrize("shard", [None, Shard(1, 2)])
def test_a_directory_with_other_things_in_it_is_refused_and_left_alone(tmp_path, shard):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match="holds no run"), RunDirectory(tmp_path).held(shard):
        pass
    assert contents(tmp_path) == {"thesis.tex": b"mine"}


def test_a_file_in_the_way_is_refused_and_left_alone(tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(UsageError, match="is a file"), RunDirectory(tmp_path / "run").held():
        pass
    assert contents(tmp_path) == {"run": b"mine"}


def test_what_a_queue_or_a_killed_process_left_is_no_strangers(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "job-1.out").write_text("")
    (tmp_path / f"{TEMPORARY}1,here,manifest.json").write_text("half")
    for shard in (None, None, Shard(1, 2)):
        with RunDirectory(tmp_path).held(shard):
            assert status(RunDirectory(tmp_path)) == "new"


def test_overwriting_spares_what_is_not_ours(tmp_path):
    directory = finished(tmp_path)
    mine = ("notes.txt", "firms/notes.txt", "ledger/part.txt", "logs/job-1.out")
    (tmp_path / "logs").mkdir()
    for name in mine:
        (tmp_path / name).write_text("mine")
    assert status(directory, overwrite=True) == "new"
    assert besides_manifest(tmp_path) == dict.fromkeys(mine, b"mine")


def test_overwriting_does_not_follow_a_link_out_of_the_directory(tmp_path):
    """Nothing is removed, there or here, until the link is."""
    directory = finished(tmp_path / "run")
    (tmp_path / "run" / "firms").rename(tmp_path / "disk")
    (tmp_path / "run" / "firms").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="firms: is a symbolic link"):
        status(directory, overwrite=True)
    assert contents(tmp_path) == before


def test_a_run_of_an_older_format_can_be_overwritten(tmp_path):
    directory = finished(tmp_path)
    write_told(tmp_path, {**MANIFEST, "format": 1})
    assert status(directory, overwrite=True) == "new"
    assert besides_manifest(tmp_path) == {}


def test_overwriting_an_unfinished_run_of_the_first_format_removes_its_partial_sums(tmp_path):
    directory = RunDirectory(tmp_path)
    sums = tmp_path / "partial" / "part-p000000-f0000000000-0000000100.npz"
    sums.parent.mkdir()
    for mine in ({}, {"partial/notes.txt": b"mine"}):
        sums.parent.mkdir(exist_ok=True)
        sums.write_text("")
        for name, content in mine.items():
            (tmp_path / name).write_bytes(content)
        write_told(tmp_path, {"format": 1, "versions": {"orgsim": "0.1"}})
        assert status(directory, overwrite=True) == "new"
        assert besides_manifest(tmp_path) == mine
        assert sums.parent.exists() == bool(mine)


@pytest.mark.parametrize("reached", range(FILES - 1))
def test_a_removal_that_was_cut_short_is_taken_up_again(tmp_path, monkeypatch, reached):
    """Whichever file is the last to go, the rest is never taken for finished."""
    directory = finished(tmp_path)
    real, done = Path.unlink, []

    def unlink(self, missing_ok=False):
        if len(done) == reached:
            raise KeyboardInterrupt
        done.append(self)
        real(self, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        with pytest.raises(KeyboardInterrupt):
            status(directory, overwrite=True)
    assert len(contents(tmp_path)) == FILES - reached
    assert status(directory) == ("unfinished" if reached else "finished")
    assert status(directory, overwrite=True) == "new"
    assert besides_manifest(tmp_path) == {}


def test_a_run_that_was_removed_is_begun_anew_beside_whatever_else_is_there(tmp_path):
    """A process that dies between leaves the old manifest, or the place would be a stranger's."""
    directory = finished(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    other = replace(WANTED, source="b" * 64)
    assert status(directory, overwrite=True) == "new"
    with directory.held():  # as the same command does after a kill
        assert directory.status(other, Extent(**EXTENT), MODEL, overwrite=True) == "new"
        directory.begin(replace(Manifest.of(MANIFEST), identity=other), {}, {}, MODEL, anew=True)
    assert directory.read_manifest().identity == other
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_parts_that_a_grown_run_holds_elsewhere_are_removed_and_no_others(tmp_path):
    """From 2,500 firms to 3,000: only the last part of each point is another one now."""
    directory = finished(tmp_path)
    (tmp_path / "firms" / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    directory.remove_superseded(owner(Layout(2, 3_000, 1_024, 3_000, adaptive=False)))
    gone = {
        f"{folder}/{part.name}.{ending}"
        for folder, ending, first in (
            ("firms", "parquet", 2_048),
            ("ledger", "npz", 2_048),
            ("quarters", "parquet", 0),
        )
        for part in (Part(0, 1, first, 2_500), Part(1, 2, first, 2_500))
    }
    assert gone <= set(before)
    assert contents(tmp_path) == {k: v for k, v in before.items() if k not in gone}


def owner(layout):
    return lambda folder, part: layout.is_quarters(part) if folder == "quarters" else part in layout


def test_what_a_run_holds_now_is_not_superseded(tmp_path):
    directory = finished(tmp_path)
    before = contents(tmp_path)
    directory.remove_superseded(owner(LAYOUT))
    assert contents(tmp_path) == before


# --- being here


def test_a_second_process_is_told_and_the_lock_ends_with_the_first(tmp_path):
    first, second = RunDirectory(tmp_path / "run"), RunDirectory(tmp_path / "run")
    with first.held(), pytest.raises(UsageError, match="another orgsim is at work"), second.held():
        pass
    with second.held():
        pass
    assert all(path.name.startswith(".lock") for path in (tmp_path / "run").iterdir())


def test_a_place_that_may_not_be_looked_into(tmp_path, monkeypatch):
    def stat(self, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", stat)
        patch.setattr(os.path, "exists", lambda path: stat(Path(path)))
        with pytest.raises(RunError, match="permission denied"), RunDirectory(tmp_path).held():
            pass
