"""The run directory with made-up firms: exact, whole or not at all, and nobody else's."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orgsim import columns, store
from orgsim.errors import RunError, UsageError
from orgsim.parameters import BY_PATH, defaults
from orgsim.store import RunDirectory, part_ranges, run_digest
from orgsim.store.files import TEMPORARY, write_text, write_whole
from orgsim.store.sums import Sums
from orgsim.store.tables import (
    digest_columns,
    firm_columns,
    firm_table,
    points_table,
    read_firm_columns,
    write_table,
)

FIRMS, QUARTERS, SECTORS = 250, 3, ["food", "tools"]
CODES = {"sector": len(SECTORS), "scenario": 4, "structure": 3}
IDENTITY = {
    "output": {},
    "plan": {"settings": {"simulation.seed": 1}},
    "firms": FIRMS,
    "source": "a" * 64,
}
MANIFEST = {
    "format": store.FORMAT,
    "versions": {"orgsim": "0"},
    "digest": None,
    "title": "",
    "target": {},
    "output": {"firms": True, "quarters": False},
    "seconds": {},
    "started": "",
    "identity": IDENTITY,
    "status": "running",
}


def made_up_record(firms=FIRMS):
    """Return a record as the engine's, of every type that a column can have."""
    random = np.random.default_rng(7)
    draw = {
        "word": lambda name: random.integers(CODES[name], size=firms),
        "bool": lambda name: random.integers(2, size=firms),
        "quarter": lambda name: random.integers(-1, 40, size=firms),
        "float32": lambda name: random.random(firms),
    }
    kinds = {column.name: column.type for column in columns.FIRMS}

    def counted(name):
        return random.integers(9, size=firms)

    return np.array([draw.get(kinds[n], counted)(n) for n in columns.RECORD], dtype=float)


def made_up_sums(record):
    """Return sums of these very firms, the same in all quarters."""
    scenario = record[columns.RECORD.index("scenario")].astype(int)
    values = record[[columns.RECORD.index(name) for name in columns.SERIES]]
    bins = np.minimum((values * 1024).astype(int), 1023)
    histogram = np.array([np.bincount(row, minlength=1024) for row in bins])
    counts = np.zeros(len(columns.COUNTS), dtype=np.int64)
    counts[:4] = np.bincount(scenario, minlength=4)
    by_quarter = (np.round(values * 2**24).astype(np.int64).sum(axis=1), histogram, counts)
    return Sums(*(np.stack([a] * QUARTERS) for a in by_quarter), counts[:4].copy())


def write_parts(path, order=(0, 1, 2), rows=True):
    """Write the made-up firms in parts of 100, in some order; return the directory."""
    directory = RunDirectory(path)
    directory.begin(MANIFEST, "")
    record = made_up_record()
    ranges = list(part_ranges(FIRMS))
    for first, stop in [ranges[i] for i in order]:
        part = record[:, first:stop]
        directory.write_part(
            first, part, made_up_sums(part), sectors=SECTORS, provenance={}, rows=rows
        )
    return directory


def read_parts(directory, rows=True):
    return [directory.read_part(*r, sectors=SECTORS, rows=rows) for r in part_ranges(FIRMS)]


def digest_of(parts):
    digests, sums = zip(*parts, strict=True)
    total = sums[0].plus(sums[1]).plus(sums[2])
    return run_digest(digests, total), total


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(store, "PART_FIRMS", 100)


# --- content


def test_firms_come_back_as_they_were_with_nulls_and_words(tmp_path):
    made = firm_columns(0, 1000, made_up_record())
    file = tmp_path / "part.parquet"
    write_table(firm_table(made, SECTORS, {"orgsim_seed": "1"}), file)
    back = read_firm_columns(file, SECTORS)
    assert list(back) == [column.name for column in columns.FIRMS]
    for name, values in made.items():
        assert back[name].dtype == values.dtype
        assert np.array_equal(back[name], values)
    table = pq.read_table(file)
    never = made["first_attempt"] == -1
    assert never.any()
    assert np.array_equal(table["first_attempt"].is_null().to_numpy(), never)
    assert set(table["sector"].to_pylist()) == set(SECTORS)
    assert isinstance(table.schema.field("scenario").type, pa.DictionaryType)
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_word_of_another_run_is_not_believed(tmp_path):
    made = firm_columns(0, 0, made_up_record())
    file = tmp_path / "part.parquet"
    write_table(firm_table(made, ["food", "toys"], {}), file)
    assert digest_columns(read_firm_columns(file, SECTORS)) != digest_columns(made)


def test_points_say_what_every_parameter_means():
    schema = points_table(defaults(), {"orgsim_seed": "1"}).schema
    assert schema.names == ["point", *BY_PATH]
    for path, parameter in BY_PATH.items():
        told = schema.field(path).metadata
        assert (told[b"unit"].decode(), told[b"meaning"].decode()) == (
            parameter.unit,
            parameter.meaning,
        )


@pytest.mark.parametrize("order", [(1, 2, 0), (2, 1, 0)])
def test_digest_and_sums_depend_neither_on_order_nor_on_rows(tmp_path, order):
    expected, total = digest_of(read_parts(write_parts(tmp_path / "a")))
    assert digest_of(read_parts(write_parts(tmp_path / "b", order)))[0] == expected
    unwritten = write_parts(tmp_path / "c", order, rows=False)
    assert digest_of(read_parts(unwritten, rows=False))[0] == expected
    whole = made_up_sums(made_up_record())
    assert all(np.array_equal(a, b) for a, b in zip(total, whole, strict=True))


@pytest.mark.parametrize("column", ["firm", "sector", "first_attempt", "under_way", "completion"])
def test_one_changed_value_changes_the_hash(column):
    made = firm_columns(0, 0, made_up_record())
    before = digest_columns(made)
    made[column][17] = made[column][17] + 1
    assert digest_columns(made) != before


# --- whole or not at all


def fail_half_way(path):
    path.write_text("half")
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_failed_write_leaves_the_old_file_and_no_temporary_one(tmp_path):
    file = tmp_path / "file"
    write_text(file, "old")
    with pytest.raises(RunError, match="input/output error"):
        write_whole(file, fail_half_way)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "old")]


def test_an_interrupted_write_leaves_nothing(tmp_path):
    def interrupt(path):
        path.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", interrupt)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_the_systems_words_not_arrows(tmp_path, code):
    """The text is what pyarrow gave on a real full tmpfs; no real device is written here."""
    text = f"Error writing bytes to file. Detail: [errno {code}] {os.strerror(code)}"

    def write(path):
        path.write_text("half")
        raise OSError(code, text)

    with pytest.raises(RunError) as caught:
        write_whole(tmp_path / "part", write)
    reason, advice = str(caught.value).splitlines()
    assert reason == f"{tmp_path}/part: cannot be written: {os.strerror(code).lower()}"
    assert "make room" in advice
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_cleared(tmp_path):
    directory = write_parts(tmp_path)
    torn = tmp_path / "firms" / f"{TEMPORARY}1-part.parquet"
    torn.write_text("half")
    directory.begin(MANIFEST, "")
    assert not torn.exists()
    assert None not in read_parts(directory)


def test_sums_of_too_few_firms_do_not_vouch_for_a_part(tmp_path):
    directory = write_parts(tmp_path)
    first = sorted((tmp_path / "partial").iterdir())[0]
    first.write_bytes(sorted((tmp_path / "partial").iterdir())[2].read_bytes())
    assert [part is None for part in read_parts(directory)] == [True, False, False]


# --- nobody else's


def finished(path):
    directory = write_parts(path)
    write_table(pa.table({"share": [1.0]}), path / "shares.parquet")
    directory.write_manifest({**MANIFEST, "status": "finished"})
    return directory


def test_status_of_a_directory(tmp_path):
    assert RunDirectory(tmp_path / "none").status(IDENTITY, overwrite=False) == "new"
    assert RunDirectory(tmp_path).status(IDENTITY, overwrite=False) == "new"
    assert write_parts(tmp_path / "a").status(IDENTITY, overwrite=False) == "unfinished"
    assert finished(tmp_path / "b").status(IDENTITY, overwrite=False) == "finished"
    (tmp_path / "b" / "shares.parquet").unlink()
    assert RunDirectory(tmp_path / "b").status(IDENTITY, overwrite=False) == "unfinished"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"plan": {"settings": {"simulation.seed": 2}}}, "simulation.seed: 1 there, 2 now"),
        ({"firms": 300}, "firms: 250 there, 300 now"),
        ({"source": "b" * 64}, "the model's source code (hash aaaaaaaa there, bbbbbbbb now)"),
    ],
)
def test_another_run_is_refused_with_what_differs(tmp_path, change, text):
    directory = finished(tmp_path)
    with pytest.raises(UsageError) as caught:
        directory.status(IDENTITY | change, overwrite=False)
    for part in (text, "--out", "--overwrite"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ['{"name": "an extension", "manifest_version": 3}', '{"format": 1}', "[]", "3", "{", ""],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_manifest_of_another_program_is_refused_and_nothing_removed(tmp_path, text, overwrite):
    mine = {"manifest.json": text, "config.toml": "mine", "firms/part-p1.parquet": "mine"}
    (tmp_path / "firms").mkdir()
    for name, content in mine.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=r"manifest\.json"):
        RunDirectory(tmp_path).status(IDENTITY, overwrite=overwrite)
    assert {name: (tmp_path / name).read_text() for name in mine} == mine


def test_overwriting_spares_what_is_not_ours(tmp_path):
    directory = finished(tmp_path)
    for name in ("notes.txt", "firms/notes.txt"):
        (tmp_path / name).write_text("mine")
    assert directory.status(IDENTITY, overwrite=True) == "new"
    left = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")}
    assert left == {"notes.txt", "firms", "firms/notes.txt"}


def test_a_run_of_an_older_format_can_be_overwritten_but_not_read(tmp_path):
    directory = finished(tmp_path)
    directory.write_manifest({**MANIFEST, "format": 0})
    with pytest.raises(UsageError, match="format 0"):
        directory.read_manifest()
    assert directory.status(IDENTITY, overwrite=True) == "new"


@pytest.mark.parametrize("reached", range(10))
def test_a_removal_that_was_cut_short_is_taken_up_again(tmp_path, monkeypatch, reached):
    """Ten files are removed; whichever is the last, the rest is never taken for finished."""
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
            directory.status(IDENTITY, overwrite=True)
    expected = "unfinished" if reached else "finished"
    assert directory.status(IDENTITY, overwrite=False) == expected
    assert directory.status(IDENTITY, overwrite=True) == "new"
    assert not list(tmp_path.iterdir())


def test_a_second_process_is_told_and_the_lock_ends_with_the_first(tmp_path):
    first, second = RunDirectory(tmp_path / "run"), RunDirectory(tmp_path / "run")
    with first.held(), pytest.raises(UsageError, match="another orgsim is at work"), second.held():
        pass
    with second.held():
        pass
    assert not list((tmp_path / "run").iterdir())


def test_a_place_that_may_not_be_looked_into(tmp_path, monkeypatch):
    def stat(self, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", stat)
        patch.setattr(os.path, "exists", lambda path: stat(Path(path)))
        with pytest.raises(RunError, match="permission denied"), RunDirectory(tmp_path).held():
            pass


def test_a_manifest_is_plain_json(tmp_path):
    directory = RunDirectory(tmp_path)
    directory.write_manifest(MANIFEST)
    assert json.loads((tmp_path / "manifest.json").read_text()) == MANIFEST
    assert directory.read_manifest() == MANIFEST
