"""Tables of distributions: the same from the disk, and nothing that lies there ends a run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest

from orgsim.model.parameters import defaults
from orgsim.model.tables import build_tables
from orgsim.numerics import kept_tables, quantiles
from orgsim.numerics.kept_tables import ENDING
from orgsim.system import kernel_store
from sealed_files import HARMS as ANY_HARMS
from sealed_files import sealed, unsealed
from small_runs import NOBODY

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs another account: run as root")
CONCENTRATION = 8.0
NORMAL = {"dist": "normal", "mean": 0.4, "sd": 0.3, "low": 0.0, "high": 1.0}


class Process:
    """As a process finds things that begins: nothing in memory."""

    def __init__(self, monkeypatch, cache):
        self.made = 0
        self.cache = cache
        self._patch = monkeypatch
        self._make = quantiles.beta_nodes
        monkeypatch.setattr(quantiles, "beta_nodes", self._counted)

    def _counted(self, *args):
        self.made += 1
        return self._make(*args)

    def begins(self):
        self._patch.setenv("NUMBA_CACHE_DIR", str(self.cache))
        self._patch.setattr(kept_tables, "_asked", 0)
        self._patch.setattr(kernel_store, "_said", set())
        for memory in (kept_tables._store, quantiles.quantity_nodes, quantiles.person_nodes):
            memory.cache_clear()
        self.made = 0

    def people(self):
        """Return the table that it gets, and how many it made."""
        self.begins()
        return quantiles.person_nodes(CONCENTRATION), self.made

    def files(self):
        return sorted(self.cache.rglob(f"*{ENDING}"))


@pytest.fixture
def process(monkeypatch, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir(mode=0o700)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scratch))  # else the next best place is everybody's
        process = Process(patch, tmp_path / "cache")
        yield process
        process.begins()


@pytest.fixture
def filled(process):
    """The file of the one table that is kept, and what it holds."""
    table, made = process.people()
    assert made == 1
    (file,) = process.files()
    return file, table


def test_a_table_is_made_once_and_the_same_from_the_disk(process, filled, capfd):
    table, made = process.people()
    assert made == 0
    assert table.dtype == np.float64
    assert table.tobytes() == filled[1].tobytes()
    assert capfd.readouterr().err == ""


def test_all_tables_of_a_point_are_kept(process):
    settings = defaults() | {"firm.attention": NORMAL, "content.effort": 0.25}
    process.begins()
    first = build_tables(settings)
    process.begins()
    second = build_tables(settings)
    assert process.made == 0
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one, other)


def test_what_is_made_is_closed_to_others(process, filled):
    for path in process.cache.rglob("*"):
        assert not path.stat().st_mode & 0o077, path


HARMS = ANY_HARMS | {
    "another table's": lambda content: sealed(unsealed(content).replace(b"n 8.0\n", b"n 9.0\n")),
    "of another size": lambda content: sealed(unsealed(content)[:-8]),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_table_is_made_again_and_replaced(process, filled, harm, capfd):
    file, whole = filled
    content = file.read_bytes()
    file.write_bytes(HARMS[harm](content))
    assert file.read_bytes() != content
    table, made = process.people()
    assert made == 1
    assert table.tobytes() == whole.tobytes()
    said = capfd.readouterr().err
    assert said.startswith("orgsim: tables of distributions are not kept as usual: ")
    assert said.endswith("is made again\n")
    assert file.read_bytes() == content
    assert process.people()[1] == 0


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_ends_no_run(process, filled, make):
    file, whole = filled
    file.unlink()
    make(file)
    table, made = process.people()
    assert made == 1
    assert table.tobytes() == whole.tobytes()


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o707])
def test_a_directory_that_others_can_write_is_not_used(process, filled, mode, capfd):
    file, _ = filled
    file.parent.chmod(mode)
    before = file.stat().st_mtime_ns
    assert process.people()[1] == 1
    assert "tables of distributions are not kept as usual" in capfd.readouterr().err
    assert file.stat().st_mtime_ns == before


def test_a_table_that_others_can_write_is_made_again(process, filled):
    file, _ = filled
    file.chmod(0o666)
    assert process.people()[1] == 1
    assert process.people()[1] == 0


@AS_ROOT
def test_what_another_account_has_put_there_is_not_read(process, filled):
    file, whole = filled
    wrong = unsealed(file.read_bytes())
    file.write_bytes(sealed(wrong[:-8] + np.float64(0.25).tobytes()))
    os.chown(file, NOBODY, NOBODY)
    table, made = process.people()
    assert made == 1
    assert table.tobytes() == whole.tobytes()


def test_other_ways_of_making_them_have_another_directory(process, filled, monkeypatch, tmp_path):
    for name, other in (("PERSON_CELLS", 1024), ("_MAKERS", ("beta.py",))):
        monkeypatch.setattr(kept_tables, name, other)
        assert process.people()[1] == 1
        monkeypatch.undo()
    assert len(process.files()) == 3
    assert process.people()[1] == 0


def test_a_sweep_writes_few_tables_and_a_directory_holds_few(process, monkeypatch):
    monkeypatch.setattr(kept_tables, "_MOST_OF_A_PROCESS", 3)
    monkeypatch.setattr(kept_tables, "_MOST_OF_A_DIRECTORY", 4)
    process.begins()
    for concentration in (1.0, 2.0, 3.0, 4.0, 5.0):
        quantiles.person_nodes(concentration)
    assert len(process.files()) == 3
    for file, age in zip(process.files(), (30, 20, 10), strict=True):
        now = file.stat().st_mtime
        os.utime(file, (now - age, now - age))
    oldest = process.files()[0]
    process.begins()
    for concentration in (6.0, 7.0):
        quantiles.person_nodes(concentration)
    assert len(process.files()) == 4
    assert oldest not in process.files()


def test_a_million_concentrations_are_made_without_the_disk(process, monkeypatch):
    """Once a process has kept its share, nothing is looked up either."""
    process.begins()
    with monkeypatch.context() as patch:
        patch.setattr(kept_tables, "_asked", kept_tables._MOST_OF_A_PROCESS)
        patch.setattr(kept_tables, "_store", lambda: pytest.fail("the disk was asked"))
        quantiles.person_nodes(CONCENTRATION)
    assert process.made == 1


TABLES = """
import hashlib, sys
if limit := int(sys.argv[1]):
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
import orgsim.config, orgsim.engine, orgsim.execution.parts
from orgsim.model.parameters import defaults
from orgsim.model.tables import build_tables
tables = build_tables(defaults())
print(hashlib.sha256(tables.nodes.tobytes() + tables.people.tobytes()).hexdigest())
print("scipy" in sys.modules)
"""


def in_a_process(limit=0, **variables):
    """Return a hash of the usual tables, whether scipy was imported, and what was said."""
    asked = os.environ | variables
    done = subprocess.run(
        [sys.executable, "-c", TABLES, str(limit)],
        env={name: value for name, value in asked.items() if value is not None},
        capture_output=True,
        text=True,
        check=True,
    )
    found, scipy = done.stdout.split()
    return found, scipy == "True", done.stderr


def test_a_process_that_finds_its_tables_never_imports_scipy(tmp_path):
    kept = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "TMPDIR": str(tmp_path)}
    made = in_a_process(**kept)
    assert made[1:] == (True, "")
    assert in_a_process(**kept) == (made[0], False, "")


@pytest.mark.parametrize("limit", [1, 200, 40_000])
def test_a_full_disk_ends_no_run(tmp_path, limit):
    kept = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "TMPDIR": str(tmp_path)}
    _, _, said = in_a_process(limit, **kept)
    assert said.startswith("orgsim: tables of distributions are not kept as usual: ")
    assert said.count("\n") == 1
    left = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert all(path.name.endswith(ENDING) and path.stat().st_size <= limit for path in left)


def test_without_a_home_they_are_kept_with_what_is_temporary(tmp_path):
    homeless = {"HOME": "/proc", "XDG_CACHE_HOME": None, "NUMBA_CACHE_DIR": None}
    homeless["TMPDIR"] = str(tmp_path)
    made = in_a_process(**homeless)
    assert made[1]
    assert in_a_process(**homeless)[:2] == (made[0], False)
