"""What may lie in a run directory beside or instead of ours: locks, strangers' files, bombs."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import socket
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import orgsim
from orgsim.errors import OrgsimError, RunError, UsageError
from orgsim.model import MODEL
from orgsim.store import Layout, RunDirectory, Shard, at_work
from orgsim.store.atomic import explained, temporary_for, write_text
from orgsim.store.locks import held, waiting_for
from orgsim.store.reading import CorruptError, read_columns
from small_runs import TWO_POINTS


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    (place / "sweep.toml").write_text(TWO_POINTS)
    orgsim.run(place / "sweep.toml", out=place / "run")
    return place


@pytest.fixture
def finished(made, tmp_path):
    """A copy of a finished sweep."""
    return Path(shutil.copytree(made / "run", tmp_path / "run"))


# --- locks


@pytest.mark.parametrize("name", [".lock", ".lock-shard-1-of-2"])
def test_a_lock_is_no_way_out(tmp_path, name):
    mine, run = tmp_path / "mine", tmp_path / "run"
    run.mkdir()
    mine.write_text("mine")
    shard = Shard(1, 2) if "shard" in name else None
    for target in (mine, tmp_path / "new"):
        (run / name).symlink_to(target)
        with pytest.raises(UsageError, match="is a symbolic link"), held(run, shard):
            pass
        assert at_work(run) == []
        (run / name).unlink()
    assert mine.read_text() == "mine"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", [".lock-begin", ".lock-finish"])
def test_waiting_follows_no_link_and_no_pipe(tmp_path, name):
    (tmp_path / name).symlink_to(tmp_path / "new")
    with pytest.raises(UsageError, match="is a symbolic link"), waiting_for(tmp_path, name):
        pass
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(UsageError, match="is a named pipe"), waiting_for(tmp_path, name):
        pass
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", ["mine", "[1, 2]", '{"pid": 1}' + " " * 1_000, ""])
def test_a_lock_with_another_name_or_content_is_held_and_left_as_it_is(tmp_path, content):
    mine, run = tmp_path / "mine", tmp_path / "run"
    run.mkdir()
    mine.write_text(content)
    os.link(mine, run / ".lock")
    with held(run, None), pytest.raises(UsageError, match="another orgsim"), held(run, None):
        pass
    assert mine.read_text() == content
    if content:
        mine.unlink()
        with held(run, None):
            pass
        assert (run / ".lock").read_text() == content


def test_a_lock_of_ours_is_signed_again(tmp_path):
    (tmp_path / ".lock").write_text('{"pid": 1, "ho')  # whoever wrote it was killed
    with held(tmp_path, None):
        assert json.loads((tmp_path / ".lock").read_text())["pid"] == os.getpid()


@pytest.mark.parametrize(
    ("signature", "shown"),
    [
        ({"pid": 1, "host": "\x1b]0;x\x07\n" + "h" * 400}, "(process 1 on \\x1b]0;x\\x07 hhh"),
        ({"pid": float("inf"), "host": "h"}, ""),
        ({"pid": 1, "host": "h" * 600}, ""),
        ([[[[]]]], ""),
    ],
)
def test_what_a_lock_says_is_bounded_and_printable(tmp_path, signature, shown):
    path = tmp_path / ".lock"
    path.write_text(json.dumps(signature))
    handle = os.open(path, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        (who,) = at_work(tmp_path)
    finally:
        os.close(handle)
    assert who.startswith("all of it")
    assert shown in who
    assert who.isprintable()
    assert len(who) < 150


def test_a_locks_own_name_is_not_shown_unless_it_is_one_of_ours(tmp_path):
    path = tmp_path / ".lock-shard-\x1b[31m"
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        assert at_work(tmp_path) == []
    finally:
        os.close(handle)


# --- what is not ours


def test_only_whole_names_of_ours_are_superseded(finished):
    strangers = {
        "firms/part-plans.docx",
        "firms/part-p1.parquet",
        "quarters/part-picture.png",
        "ledger/part-p00000000-00000001-f0000000000-0000000040.npz.bak",
    }
    ours = {"firms/part-p00000000-00000001-f0000000000-0000000020.parquet"}
    for name in strangers | ours:
        (finished / name).write_text("mine")
    layout = Layout(2, 40, 40, 40, adaptive=False)
    RunDirectory(finished).remove_superseded(lambda folder, part: part in layout)
    assert all((finished / name).read_text() == "mine" for name in strangers)
    assert not any((finished / name).exists() for name in ours)


@pytest.mark.parametrize("others", [True, False])
def test_only_unfinished_files_of_ours_are_cleared(finished, others):
    here = socket.gethostname()
    strangers = [
        ".unfinished-thesis.tex",
        ".unfinished-1,x,thesis.tex",
        f".unfinished-999999999,{here},thesis.tex",
        f"firms/.unfinished-999999999,{here},manifest.json",
        "ledger/.unfinished-",
    ]
    folder = finished / f".unfinished-999999999,{here},shares.parquet"
    for name in strangers:
        (finished / name).write_text("mine")
        os.utime(finished / name, (0, 0))
    folder.mkdir()
    link = finished / f".unfinished-999999999,{here},points.parquet"
    link.symlink_to(finished / "manifest.json")
    RunDirectory(finished).clear_unfinished(others=others)
    assert all((finished / name).read_text() == "mine" for name in strangers)
    assert folder.is_dir()
    assert link.is_symlink()


def test_overwriting_spares_names_that_only_begin_like_ours(finished):
    strangers = ("firms/part-plans.docx", "ledger/part-p.npz", "figures/shares.svg.old")
    (finished / "figures").mkdir()
    for name in (*strangers, "figures/shares.svg"):
        (finished / name).write_text("mine")
    directory = RunDirectory(finished)
    manifest = directory.read_manifest()
    assert directory.status(manifest.identity, manifest.extent, MODEL, overwrite=True) == "new"
    left = {
        str(p.relative_to(finished))
        for p in finished.rglob("*")
        if p.is_file() and p.name[0] != "."
    }
    assert left == {*strangers, "manifest.json"}  # which the next run's replaces


def test_the_directory_itself_may_be_a_link(finished, made, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(finished)
    part = next((finished / "firms").iterdir())
    torn = [finished / f".unfinished-1,x,{name}" for name in ("shares.parquet", "firms")]
    for path in (*torn, part.with_name(f".unfinished-1,x,{part.name}")):
        path.write_text("half")
        os.utime(path, (0, 0))
    (finished / "report.html").write_text("made before")
    RunDirectory(link).clear_unfinished(others=True)
    assert [path.exists() for path in torn] == [False, True]
    assert len(list((finished / "firms").iterdir())) == 1
    digest = orgsim.open(finished).digest
    assert orgsim.run(made / "sweep.toml", out=link, overwrite=True).digest == digest
    assert link.is_symlink()
    assert not (finished / "report.html").exists()


BESIDE = (
    ".DS_Store",
    ".gitkeep",
    ".nfs0000000012",
    "slurm-123.out",
    "job.log",
    "job.o123",
    ".git/x",
)


def test_a_directory_with_dot_files_and_logs_is_as_good_as_empty(tmp_path, made):
    run = tmp_path / "run"
    for name in (*BESIDE, "logs/job-1.out"):
        (run / name).parent.mkdir(exist_ok=True, parents=True)
        (run / name).write_text("theirs")
    for more in ({}, {"overwrite": True}):
        orgsim.run(made / "sweep.toml", out=run, **more)
        assert all((run / name).read_text() == "theirs" for name in (*BESIDE, "logs/job-1.out"))


# --- files that are more than they seem


def bomb(path, rows, **columns):
    """Write a file that says to hold a lot, in next to no bytes."""
    table = pa.table({name: pa.nulls(0, pa.float64()) for name in columns} or {"a": [1.0]})
    writer = pq.ParquetWriter(path, table.schema, compression="zstd")
    values = pa.array(np.zeros(2**20))
    for _ in range(rows // 2**20):
        writer.write_table(pa.table([values] * len(table.schema), schema=table.schema))
    writer.close()


def test_shares_that_claim_millions_of_rows_are_refused_before_they_are_read(finished):

    bomb(finished / "shares.parquet", 2**23, **{column.name: 0 for column in MODEL.shares})
    assert (finished / "shares.parquet").stat().st_size < 1_000_000
    opened = orgsim.open(finished)
    before = pa.total_allocated_bytes()
    for read in (opened.shares, opened.ranked, lambda: opened.counts(0)):
        with pytest.raises(RunError, match=r"8,388,608 rows, and the run has 8 at most") as caught:
            read()
        assert f"orgsim resume {finished}" in str(caught.value)
    assert pa.total_allocated_bytes() - before < 2**20


def test_a_long_word_in_every_row_does_not_fill_the_memory(tmp_path):
    word = "w" * 2**21
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(5_000, np.int32)), pa.array([word]))
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"word": column}), path, store_schema=False)
    before = pa.total_allocated_bytes()
    with pytest.raises(CorruptError, match="too long"):
        read_columns(path)
    assert pa.total_allocated_bytes() - before < 2**24


def _number(value, length):
    """Return an integer as Thrift's compact protocol writes it, of so many bytes."""
    value = 2 * value
    return bytes(value >> 7 * i & 127 | (i < length - 1) * 128 for i in range(length))


def test_a_page_that_claims_more_than_its_column_is_refused_before_it_is_unpacked(tmp_path):
    """The footer says 100 bytes, in as many bytes of its own as it said 8 million before."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": np.zeros(2**20)}), path, compression="zstd", use_dictionary=False)
    size = pq.read_metadata(path).row_group(0).column(0).total_uncompressed_size
    true, length = path.read_bytes(), 4
    assert _number(size, length) in true
    path.write_bytes(true.replace(_number(size, length), _number(100, length)))
    assert pq.read_metadata(path).row_group(0).column(0).total_uncompressed_size == 100
    before = pa.total_allocated_bytes()
    with pytest.raises(CorruptError, match="a page is larger than its column"):
        read_columns(path)
    assert pa.total_allocated_bytes() - before < 2**20


def test_a_flipped_bit_is_one_error_or_none(finished, tmp_path):
    """Damaged bytes raise one kind of error; that they are damaged, hashes say."""
    true, path = (finished / "shares.parquet").read_bytes(), tmp_path / "shares.parquet"
    generator = np.random.default_rng(12)
    for bit in generator.choice(8 * len(true), 500, replace=False):
        content = bytearray(true)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        with contextlib.suppress(CorruptError):
            read_columns(path, None, 8)


def _changed(path, change):
    table = pq.read_table(path)
    pq.write_table(change(table), path)


def _replaced(table, name, values):
    return table.set_column(table.column_names.index(name), name, values)


CHANGES = {
    "a column is missing": lambda table: table.drop_columns(["count"]),
    "a column is text": lambda table: _replaced(table, "firms", pa.array(["x"] * table.num_rows)),
    "rows are missing": lambda table: table.slice(0, 5),
    "nulls": lambda table: _replaced(table, "low", pa.nulls(table.num_rows, pa.float64())),
    "no firms": lambda table: _replaced(table, "firms", pa.array([0] * table.num_rows)),
    "other counts": lambda table: _replaced(table, "count", pa.array([7] * table.num_rows)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_shares_that_are_not_the_runs_are_one_message(finished, change):
    _changed(finished / "shares.parquet", change)
    opened = orgsim.open(finished)
    for read in (opened.ranked, lambda: opened.compare(point=1), lambda: opened.counts(0)):
        with pytest.raises(RunError, match=r"shares\.parquet: is not this run's \(") as caught:
            read()
        assert f"mend it with: orgsim resume {finished}" in str(caught.value)


@pytest.mark.parametrize("name", ["firms", "quarters", "points", "shares"])
@pytest.mark.parametrize(
    "content", [b"", b"PAR1" * 9, b"PAR1\xff\xff\xff\x7fPAR1", None], ids=["no", "", "long", "cut"]
)
def test_a_torn_table_is_one_message(finished, name, content):
    path = (
        next((finished / name).iterdir())
        if (finished / name).is_dir()
        else finished / f"{name}.parquet"
    )
    path.write_bytes(path.read_bytes()[:-50] if content is None else content)
    opened = orgsim.open(finished)
    for read in (lambda: opened.table(name), lambda: opened._pandas(name, [0])):
        with pytest.raises(RunError) as caught:
            read()
        assert f"{path}: cannot be read: " in str(caught.value)
        assert f"mend it with: orgsim resume {finished}" in str(caught.value)


# --- the disk


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_flush_directories_serves(tmp_path, monkeypatch, code):
    flush = os.fsync

    def fsync(handle):
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(code, os.strerror(code))
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_text(tmp_path / "file", "content")
    assert (tmp_path / "file").read_text() == "content"


@pytest.mark.parametrize(
    ("code", "of_folders"), [(errno.EIO, True), (errno.EIO, False), (errno.EINVAL, False)]
)
def test_a_flush_that_fails_is_told(tmp_path, monkeypatch, code, of_folders):
    def fsync(handle):
        if os.path.isdir(f"/proc/self/fd/{handle}") == of_folders:
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(RunError, match=os.strerror(code).lower()):
        write_text(tmp_path / "file", "content")


def test_a_temporary_name_that_is_taken_is_never_written_through(tmp_path):
    path, mine = tmp_path / "file", tmp_path / "mine"
    mine.write_text("mine")
    temporary_for(path).symlink_to(mine)
    with pytest.raises(RunError, match="is a symbolic link, not a file"):
        write_text(path, "content")
    temporary_for(path).unlink()
    temporary_for(path).mkdir()
    with pytest.raises(RunError, match="is a directory, not a file"):
        write_text(path, "content")
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    ("code", "verb", "advice"),
    [
        (errno.EACCES, "read", "see that you may read it"),
        (errno.EACCES, "written", "choose a directory that can be written"),
        (errno.ENAMETOOLONG, "written", "choose a shorter name"),
        (errno.ENOENT, "written", "it went away meanwhile"),
        (errno.EIO, "cleared", "see to it"),
    ],
)
def test_an_error_says_what_failed(tmp_path, code, verb, advice):
    with pytest.raises(RunError) as caught, explained(tmp_path, verb):
        raise OSError(code, "?")
    reason, way_out = str(caught.value).splitlines()
    assert reason == f"{tmp_path}: cannot be {verb}: {os.strerror(code).lower()}"
    assert advice in way_out


def test_a_directory_that_goes_away_is_told(made, tmp_path, monkeypatch):
    run = tmp_path / "run"
    begin = RunDirectory.begin

    def gone(self, *arguments, **options):
        manifest = begin(self, *arguments, **options)
        shutil.rmtree(run)
        return manifest

    monkeypatch.setattr(RunDirectory, "begin", gone)
    with pytest.raises(OrgsimError, match="no such file or directory") as caught:
        orgsim.run(made / "sweep.toml", out=run)
    assert "went away" in str(caught.value)


def test_an_old_file_of_another_machine_is_told_by_its_own_age(finished):
    part = next((finished / "firms").iterdir()).name
    torn = finished / "firms" / f".unfinished-1,another,{part}"
    torn.write_text("half")
    RunDirectory(finished).clear_unfinished(others=True)
    assert torn.exists()
    os.utime(torn, (time.time() - 7_200,) * 2)
    RunDirectory(finished).clear_unfinished(others=True)
    assert not torn.exists()
