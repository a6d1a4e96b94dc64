"""Compiled kernels: kept where nobody else can put any, and no damage or full disk ends a run."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from orgsim.engine.cpu.native import ENDING
from orgsim.system import kernel_store
from orgsim.system.kernel_store import is_trusted
from sealed_files import HARMS as ANY_HARMS
from sealed_files import sealed, unsealed
from small_runs import NOBODY

TINY_KERNEL = """
import json, os, sys, tempfile
import numpy as np
from orgsim.engine.cpu import ahead, in_process, native, processor
from orgsim.numerics import jit

limit = user = 0
if sys.argv[1:] == ["--forks"]:  # each line of JSON is what a fork of this process does
    # What is imported late is imported now.
    native._compilers()
    ahead.compile_ahead(lambda number: None, (1,), processor.this_processor())
    jit.compiled(lambda number: number + number)(1)
    for line in sys.stdin:
        limit, user, environment = json.loads(line)
        pipes = os.pipe(), os.pipe()
        pid = os.fork()
        if not pid:
            break
        told = []
        for read, write in pipes:
            os.close(write)
            with open(read) as piped:
                told.append(piped.read())
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), *told]), flush=True)
    else:
        sys.exit()
    for stream, (_, write) in enumerate(pipes, start=1):
        os.dup2(write, stream)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
if limit:
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if user:  # which may not read where Python lies
    os.setgroups([]); os.setgid(user); os.setuid(user)

def twice(number, found):
    found[0] = number + number

if "WITHOUT_IMAGES" in os.environ:
    native.is_runnable = lambda: False
twice, found = native.Kernel(twice, "0123456789abcdef"), np.zeros(1)
twice(21, found)
if "WITHOUT_IMAGES" in os.environ:
    by_numba = twice._by_numba.dispatcher
    counters = by_numba._cache_hits, by_numba._cache_misses
    print(int(found[0]), *(sum(counter.values()) for counter in counters))
else:
    print(int(found[0]), twice.loaded, twice.made)
"""
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs another account: run as root")


@pytest.fixture(scope="module")
def tiny():
    """Run a tiny kernel in a process; return hits, misses, and what is said.

    Each is a fork of one that has imported the compiler.
    """
    inherited = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    server = subprocess.Popen(
        [sys.executable, "-c", TINY_KERNEL, "--forks"],
        env=inherited,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def tiny(cache=None, *, limit=0, user=0, **variables):
        kept = inherited | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
        with tempfile.TemporaryDirectory() as scratch:  # else the next best place is everybody's
            asked = kept | {"TMPDIR": scratch} | variables
            environment = {name: value for name, value in asked.items() if value is not None}
            server.stdin.write(json.dumps([limit, user, environment]) + "\n")
            server.stdin.flush()
            code, printed, said = json.loads(server.stdout.readline())
        assert code == 0, said
        assert "Traceback" not in said
        assert said.count("\n") <= 1, said
        result, hits, misses = map(int, printed.split())
        assert result == 42
        return hits, misses, said

    yield tiny
    server.stdin.close()
    server.wait(timeout=20)
    server.stdout.close()


def kernels(cache, ending=ENDING):
    return sorted(Path(cache).rglob(f"*{ending}"))


@pytest.fixture(scope="module")
def pristine(tiny, tmp_path_factory):
    """A cache with the tiny kernel in it, to be copied: to compile it takes a second."""
    cache = tmp_path_factory.mktemp("pristine") / "cache"
    assert tiny(cache)[:2] == (0, 1)
    assert tiny(cache) == (1, 0, "")
    return cache


def copied(cache, place):
    """Copy a cache, with who may do what in it, and its kernels below the same names."""
    return Path(shutil.copytree(cache, place))


@pytest.fixture
def filled(pristine, tmp_path):
    """A cache with the tiny kernel in it."""
    return copied(pristine, tmp_path / "cache")


@pytest.fixture
def open_place():
    """A directory below one that everybody may write in, as /tmp is."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        Path(place).chmod(0o1777)
        yield Path(place)


def test_what_is_made_is_closed_to_others(pristine):
    for path in (pristine, *pristine.rglob("*")):
        assert not path.stat().st_mode & 0o077, path


HARMS = ANY_HARMS | {
    "an index of numba's": lambda content: pickle.dumps("0.0"),
    "another kernel's": lambda content: sealed(unsealed(content).replace(b"twice", b"Twice")),
    "sealed, and empty": lambda content: sealed(b""),
    "sealed, and a list": lambda content: sealed(b"\x02\0\0\0[]"),
    "sealed, and cut": lambda content: sealed(unsealed(content)[:20]),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_kernel_is_compiled_again_and_replaced(tiny, filled, harm):
    (file,) = kernels(filled)
    whole = file.read_bytes()
    file.write_bytes(HARMS[harm](whole))
    hits, misses, said = tiny(filled)
    assert (hits, misses) == (0, 1)
    assert "is compiled again" in said
    assert tiny(filled) == (1, 0, "")


@AS_ROOT
def test_where_images_are_no_use_numbas_own_kernels_are_kept(tiny, open_place, tmp_path):
    base, without = open_place / "cache", {"WITHOUT_IMAGES": "1"}
    assert tiny(base, **without)[:2] == (0, 1)
    assert tiny(base, **without) == (1, 0, "")
    (file,) = kernels(base, ".numba")
    assert not kernels(base)
    file.write_bytes(file.read_bytes()[:-1])
    assert tiny(base, **without)[:2] == (0, 1)
    assert tiny(base, **without) == (1, 0, "")
    # Before: what another account had planted was unpickled, and so its code was run as root.
    mark = tmp_path / "mark"
    file.write_bytes(sealed(pickle.dumps(Planted())))
    for path in (base, file.parent, file):
        os.chown(path, NOBODY, NOBODY)
    assert tiny(base, **without, MARK=str(mark))[0] == 0
    assert not mark.exists()


def test_a_pipe_in_the_place_of_a_kernel_hangs_nobody(tiny, filled):
    (file,) = kernels(filled)
    file.unlink()
    os.mkfifo(file)
    assert tiny(filled)[:2] == (0, 1)
    assert tiny(filled) == (1, 0, "")


@pytest.mark.parametrize("limit", [1, 200])
def test_a_full_disk_ends_no_run(tiny, tmp_path, limit):
    hits, misses, said = tiny(tmp_path / "cache", limit=limit)
    assert (hits, misses) == (0, 1)
    assert "not kept" in said
    assert not kernels(tmp_path)
    assert not list((tmp_path / "cache").rglob(".unfinished*"))


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o707])
def test_a_directory_that_others_can_write_is_not_used(tiny, filled, mode):
    """As somebody may have filled it: what lies there is run."""
    (file,) = kernels(filled)
    file.parent.chmod(mode)
    before = file.stat().st_mtime_ns
    hits, misses, said = tiny(filled)
    assert (hits, misses) == (0, 1)
    assert "is not yours alone" in said
    assert file.stat().st_mtime_ns == before


def test_a_directory_whose_parent_others_can_swap_is_not_used(tiny, filled):
    filled.chmod(0o777)
    assert tiny(filled)[:2] == (0, 1)


PLANTED = "import os; os.makedirs(os.environ['MARK'], exist_ok=True)"


class Planted:
    """A pickle that leaves a mark when it is loaded."""

    def __reduce__(self):
        return exec, (PLANTED,)


@AS_ROOT
def test_what_another_account_has_planted_is_never_run(tiny, pristine, open_place):
    base = copied(pristine, open_place / "cache")
    (file,) = kernels(base)
    for path in (base, file.parent, file):
        os.chown(path, NOBODY, NOBODY)
    homeless = {"TMPDIR": str(open_place), "HOME": "/proc", "XDG_CACHE_HOME": None}
    for variables in ({"NUMBA_CACHE_DIR": str(base)}, homeless):
        if "TMPDIR" in variables:
            base.rename(open_place / "orgsim-0")
        assert tiny(**variables)[:2] == (0, 1)


@AS_ROOT
def test_a_link_that_another_account_made_is_not_followed(tiny, open_place, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o700)
    (open_place / "orgsim-0").symlink_to(mine)
    os.chown(open_place / "orgsim-0", NOBODY, NOBODY, follow_symlinks=False)
    tiny(TMPDIR=str(open_place), HOME="/proc", XDG_CACHE_HOME=None)
    assert not list(mine.iterdir())


@AS_ROOT
def test_a_cache_that_root_has_prepared_is_read(tiny, pristine, open_place):
    base = copied(pristine, open_place / "site")
    for path in (base, *base.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert tiny(base, user=NOBODY, HOME="/proc", TMPDIR=str(open_place))[:2] == (1, 0)


@AS_ROOT
def test_nobody_without_a_home_or_an_entry_is_served(tiny, open_place):
    homeless = {"HOME": None, "XDG_CACHE_HOME": None, "TMPDIR": str(open_place), "user": 54_321}
    assert tiny(**homeless)[:2] == (0, 1)
    assert tiny(**homeless)[:2] == (1, 0)
    assert not list(Path.cwd().glob("~*"))


def test_a_home_that_cannot_be_written_is_no_hindrance(tiny, open_place):
    variables = {"HOME": "/proc", "XDG_CACHE_HOME": None, "TMPDIR": str(open_place)}
    assert tiny(**variables)[:2] == (0, 1)
    assert tiny(**variables)[:2] == (1, 0)


def test_a_group_of_one_is_the_user(monkeypatch, tmp_path):
    tmp_path.chmod(0o770)
    monkeypatch.setattr(kernel_store, "_is_of_one", lambda group, user: False)
    assert not is_trusted(str(tmp_path), own=True)
    monkeypatch.setattr(kernel_store, "_is_of_one", lambda group, user: True)
    assert is_trusted(str(tmp_path), own=True)


def test_several_processes_on_one_cache_all_come_through(tmp_path):
    running = [
        subprocess.Popen(
            [sys.executable, "-c", TINY_KERNEL],
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    printed = [process.communicate()[0].split() for process in running]
    assert {result for result, *_ in printed} == {"42"}
    assert sum(int(made) for *_, made in printed) == 1  # the others waited for it
    assert len(kernels(tmp_path)) == 1


@AS_ROOT
@pytest.mark.parametrize("through_ours", [False, True])
def test_a_link_of_another_account_anywhere_on_the_way_is_not_followed(
    tiny, pristine, open_place, tmp_path, through_ours
):
    """It may lead to what is ours, but was never meant for kernels: unpacked from a mail."""
    unpacked = open_place / "unpacked"
    copied(pristine, unpacked / "a/b")
    link = open_place / "link"
    link.symlink_to(unpacked)
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    (tmp_path / "ours").symlink_to(link)
    way = (tmp_path / "ours" if through_ours else link) / "a/b"
    assert not is_trusted(str(way), own=True)
    hits, _, said = tiny(way)
    assert hits == 0
    assert "not yours alone" in said
    assert tiny(unpacked / "a/b") == (1, 0, "")


def test_links_in_a_circle_are_no_place(tiny, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert not is_trusted(str(tmp_path / "a"), own=True)
    assert tiny(tmp_path / "a/cache")[0] == 0


def test_links_of_ours_are_followed(tiny, filled, tmp_path):
    (tmp_path / "link").symlink_to("cache/../cache/.")
    assert tiny(tmp_path / "link") == (1, 0, "")


def test_a_directory_in_the_place_of_a_kernel_ends_no_run(tiny, filled):
    (path,) = kernels(filled)
    path.unlink()
    path.mkdir()
    hits, _, said = tiny(filled)
    assert hits == 0
    assert "is no file" in said


@AS_ROOT
def test_a_prepared_cache_may_be_entered_and_not_listed(tiny, pristine, open_place):
    copied(pristine, open_place / "cache")
    for path in [open_place / "cache", *(open_place / "cache").rglob("*")]:
        path.chmod(0o711 if path.is_dir() else 0o644)
    assert tiny(open_place / "cache", user=4711) == (1, 0, "")


def test_nothing_is_made_where_others_can_swap_it(tiny, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert "not yours alone" in tiny(shared / "mine/cache")[2]
    assert not list(shared.iterdir())


@AS_ROOT
def test_where_nothing_at_all_can_be_written_a_run_goes_on(tiny):
    hits, _, said = tiny(limit=1, user=4711, HOME="/proc", TMPDIR="/proc")
    assert hits == 0
    assert "not kept as usual" in said


def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path, monkeypatch, capfd):
    """As on a network file system, where another node has replaced it meanwhile."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    store = kernel_store.Store("some-sources")
    store.write(f"a{ENDING}", b"body")
    assert store.read(f"a{ENDING}") == b"body"

    def stale(handle):
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    monkeypatch.setattr(os, "fstat", stale)
    assert store.read(f"a{ENDING}") is None
    monkeypatch.undo()
    assert "compiled again" in capfd.readouterr().err
