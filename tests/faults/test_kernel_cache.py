"""Compiled kernels: no foreign one is ever run, and whatever befalls them, a run goes on."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import pickle
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

SMALL = """
from orgsim.jit import kernel

@kernel
def add(a, b):
    return a + b
"""
SERVER = """
import json, os, resource, sys, tempfile, traceback
import numba
import orgsim.jit

numba.njit(lambda a: a + 1)(1)  # what numba imports late may be unreadable to another account

def act(job):
    os.chdir(job["cwd"])
    os.dup2(os.open("output", os.O_WRONLY | os.O_CREAT, 0o600), 1)
    os.dup2(os.open("errors", os.O_WRONLY | os.O_CREAT, 0o600), 2)
    env = job["env"]
    os.environ.clear()
    os.environ.update(env)
    numba.config.CACHE_DIR = env.get("NUMBA_CACHE_DIR", "")
    tempfile.tempdir = None
    if account := int(env.get("BECOME", 0)):
        os.setgroups([])
        os.setresgid(account, account, account)
        os.setresuid(account, account, account)
    if most := int(env.get("MOST_BYTES", 0)):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    sys.path.insert(0, os.path.dirname(job["program"]))
    from small import add
    print(add(1, 2), add.stats.cache_hits.total(), flush=True)

for line in sys.stdin:
    children = []
    for job in json.loads(line):
        children.append(os.fork())
        if children[-1] == 0:
            try:
                act(job)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    print(json.dumps(codes), flush=True)
"""
STRANGER = 65_534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")


class Evil:
    """What marks a directory when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


class Sandbox:
    """A home, a scratch directory and a program with one small kernel."""

    def __init__(self, directory, server):
        self.directory = directory
        self.server = server
        self.program = directory / "small.py"
        self.program.write_text(SMALL)
        self.home = directory / "home"
        self.home.mkdir()
        self.scratch = directory / "tmp"
        self.scratch.mkdir()
        self.scratch.chmod(0o1777)
        self.cache = directory / "cache"
        self.mark = directory / "evil-was-here"

    def job(self, cache, env):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA", "XDG", "HOME"))}
        clean |= {"HOME": str(self.home), "TMPDIR": str(self.scratch)} | env
        if cache is not None:
            clean["NUMBA_CACHE_DIR"] = str(cache)
        place = Path(tempfile.mkdtemp(dir=self.directory))
        return {
            "cwd": str(place),
            "env": {key: value for key, value in clean.items() if value is not None},
            "program": str(self.program),
        }

    def start(self, cache=None, processes=1, **env):
        """Start processes; return a function that waits for them: exit codes, outputs, errors."""
        jobs = [self.job(cache, env) for _ in range(processes)]
        self.server.stdin.write(json.dumps(jobs) + "\n")
        self.server.stdin.flush()

        def ends():
            codes = json.loads(self.server.stdout.readline())
            told = []
            for code, job in zip(codes, jobs, strict=True):
                place = Path(job["cwd"])
                told.append((code, (place / "output").read_text(), (place / "errors").read_text()))
                shutil.rmtree(place)
            return told

        return ends

    def run(self, cache=None, lines=1, **env):
        """Return how many kernels were loaded, and what was said about it: a line at most."""
        ((code, output, errors),) = self.start(cache, **env)()
        assert code == 0, errors
        assert output.split()[0] == "3"
        assert "Traceback" not in errors
        assert len(errors.splitlines()) <= lines, errors
        assert not self.mark.exists()
        return int(output.split()[1]), errors

    def files(self, directory):
        """Return the files that hold kernels, or lists of them."""
        found = [p for p in directory.rglob("*") if p.is_file() and p.name != ".lock"]
        assert found
        return found

    def plant(self, directory):
        """Replace kernels by what runs code as it is read, sealed as a kernel is."""
        for path in self.files(directory):
            evil = pickle.dumps(Evil(self.mark))
            content = io.BytesIO(path.read_bytes())
            if path.suffix == ".kernel":
                content.seek(32)
                body = pickle.dumps(pickle.load(content)) + evil
                evil = hashlib.sha256(body).digest() + body
            path.write_bytes(evil)


@pytest.fixture(scope="module")
def server():
    """A process that has imported numba, and forks one for each job: importing takes a second."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.stdin.close()
    process.stdout.close()
    assert process.wait(10) == 0


@pytest.fixture
def sandbox(tmp_path, server):
    return Sandbox(tmp_path, server)


@pytest.fixture
def open_sandbox(server):
    """One that other accounts can reach."""
    directory = Path(tempfile.mkdtemp(dir="/tmp"))
    directory.chmod(0o755)
    yield Sandbox(directory, server)
    shutil.rmtree(directory)


def owned_by(directory, account):
    for path in [directory, *directory.rglob("*")]:
        os.chown(path, account, account, follow_symlinks=False)


def test_a_kernel_is_kept_for_this_account_alone(sandbox):
    assert sandbox.run(sandbox.cache) == (0, "")
    assert sandbox.run(sandbox.cache) == (1, "")
    for path in [sandbox.cache, *sandbox.cache.rglob("*")]:
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_by_itself_it_is_kept_in_the_home(sandbox):
    assert sandbox.run() == (0, "")
    assert sandbox.run() == (1, "")
    assert sandbox.files(sandbox.home / ".cache/orgsim")
    assert not list(sandbox.scratch.iterdir())


# --- what somebody else can have put there


@as_root
@pytest.mark.parametrize("what", ["all", "the directory", "the files"])
def test_kernels_of_another_account_are_not_run(what, sandbox):
    sandbox.run(sandbox.cache)
    sandbox.plant(sandbox.cache)
    if what == "all":
        owned_by(sandbox.cache, STRANGER)
    for path in sandbox.cache.rglob("*"):
        if what == ("the files" if path.is_file() else "the directory"):
            os.chown(path, STRANGER, STRANGER)
    loaded, said = sandbox.run(sandbox.cache)
    assert loaded == 0
    assert str(STRANGER) in said or "others may have written" in said


@pytest.mark.parametrize("mode", [0o777, 0o757, 0o702])
def test_kernels_where_others_can_write_are_not_run(mode, sandbox):
    sandbox.run(sandbox.cache)
    sandbox.plant(sandbox.cache)
    for path in sandbox.cache.rglob("*"):
        if path.is_dir():
            path.chmod(mode)
    loaded, said = sandbox.run(sandbox.cache)
    assert loaded == 0
    assert "others may write in" in said
    assert "chmod go-w" in said


def test_kernels_below_what_others_can_rename_are_not_run(sandbox):
    shared = sandbox.directory / "shared"
    sandbox.run(shared / "mine/cache")
    sandbox.plant(shared)
    shared.chmod(0o777)
    loaded, said = sandbox.run(shared / "mine/cache")
    assert loaded == 0
    assert str(shared) in said


@as_root
@pytest.mark.parametrize("by_link", [False, True])
def test_a_scratch_directory_that_another_made_is_not_taken(by_link, sandbox):
    sandbox.run(HOME="/proc")
    squatted = sandbox.scratch / f"orgsim-{os.geteuid()}"
    sandbox.plant(squatted)
    if by_link:  # to a directory that is ours, but not meant for this: unpacked from a mail
        squatted.rename(sandbox.directory / "unpacked")
        squatted.symlink_to(sandbox.directory / "unpacked")
        os.chown(squatted, STRANGER, STRANGER, follow_symlinks=False)
    else:
        owned_by(squatted, STRANGER)
    before = sorted(map(str, sandbox.directory.rglob("*")))
    loaded, said = sandbox.run(HOME="/proc")
    assert loaded == 0
    assert "belongs to another account" in said
    assert sorted(map(str, sandbox.directory.rglob("*"))) == before  # nor is anything written there


@as_root
def test_a_prepared_cache_that_only_root_can_write_is_read(open_sandbox):
    sandbox = open_sandbox
    sandbox.run(sandbox.cache)
    for path in [sandbox.cache, *sandbox.cache.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = {path: path.stat().st_mtime_ns for path in sandbox.cache.rglob("*")}
    assert sandbox.run(sandbox.cache, BECOME="4711") == (1, "")
    assert {path: path.stat().st_mtime_ns for path in sandbox.cache.rglob("*")} == before
    # What is missing there is compiled, and kept where this account may write.
    for path in sandbox.files(sandbox.cache):
        path.unlink()
    os.chown(sandbox.home, 4711, 4711)
    assert sandbox.run(sandbox.cache, BECOME="4711") == (0, "")
    assert sandbox.run(sandbox.cache, BECOME="4711") == (1, "")
    assert not [path for path in sandbox.cache.rglob("*") if path.is_file()]


# --- damage


def flipped(content):
    place = random.Random(len(content)).randrange(len(content))
    return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]


HARMS = {
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-7]),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(3_000)),
    "one bit": lambda path: path.write_bytes(flipped(path.read_bytes())),
    "a pickle of another version": lambda path: path.write_bytes(pickle.dumps("0.1.0")),
    "a class that is gone": lambda path: path.write_bytes(b"cno_such_module\nname\n."),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link": lambda path: (path.rename(path.with_name("it")), path.symlink_to("it")),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_kernel_is_compiled_anew_and_replaced(harm, sandbox):
    sandbox.run(sandbox.cache)
    for path in sandbox.files(sandbox.cache):
        HARMS[harm](path)
    loaded, said = sandbox.run(sandbox.cache)
    assert loaded == 0
    assert "compiling anew" in said
    assert sandbox.run(sandbox.cache) == (1, "")


def test_a_kernel_cut_or_altered_anywhere_is_never_run():
    from orgsim.kernel_cache import _packed, _unpacked

    content = _packed(pickle.dumps(["object code", 4711]), "a key")
    assert _unpacked(content, "a key") == ["object code", 4711]
    for place in range(len(content)):
        for bit in range(8):
            harmed = bytearray(content)
            harmed[place] ^= 1 << bit
            with pytest.raises(ValueError, match="damaged"):
                _unpacked(bytes(harmed), "a key")
        with pytest.raises(ValueError, match="damaged"):
            _unpacked(content[:place], "a key")
    with pytest.raises(ValueError, match="damaged"):
        _unpacked(content, "another key")


def test_a_directory_in_the_place_of_a_kernel_is_survived(sandbox):
    sandbox.run(sandbox.cache)
    for path in sandbox.files(sandbox.cache):
        path.unlink()
        path.mkdir()
    loaded, said = sandbox.run(sandbox.cache, lines=2)
    assert loaded == 0
    assert "compiling anew" in said  # that it could not be read,
    assert "not kept" in said  # and cannot be replaced


@as_root
def test_a_cache_that_may_not_be_read_is_survived(open_sandbox):
    sandbox = open_sandbox
    sandbox.run(sandbox.cache)
    owned_by(sandbox.cache, 4711)
    for path in sandbox.files(sandbox.cache):
        path.chmod(0)
    loaded, said = sandbox.run(sandbox.cache, BECOME="4711")
    assert loaded == 0
    assert "Permission denied; compiling anew" in said


# --- nowhere to write


def test_a_disk_that_is_full_at_the_cache_is_survived(sandbox):
    for _ in range(2):
        loaded, said = sandbox.run(sandbox.cache, MOST_BYTES="1000")
        assert loaded == 0
        assert "not kept" in said
        assert "File too large" in said
    assert not [p for p in sandbox.cache.rglob("*") if p.is_file()]  # nothing half-written


@as_root
@pytest.mark.parametrize("home", [None, "/proc"])
def test_an_account_without_home_nor_entry_keeps_kernels_in_a_scratch_directory(home, open_sandbox):
    sandbox = open_sandbox
    assert sandbox.run(BECOME="4711", HOME=home) == (0, "")
    assert sandbox.run(BECOME="4711", HOME=home) == (1, "")
    assert [path.name for path in sandbox.scratch.iterdir()] == ["orgsim-4711"]
    assert not (sandbox.directory / "~").exists()


def test_a_home_that_cannot_be_written_is_survived(sandbox):
    assert sandbox.run(HOME="/proc") == (0, "")
    assert sandbox.run(HOME="/proc") == (1, "")


@as_root
def test_nowhere_to_keep_kernels_is_said_in_a_line(open_sandbox):
    sandbox = open_sandbox
    (sandbox.scratch / "orgsim-4711").mkdir()  # root's: to be read, not to be written
    loaded, said = sandbox.run("/proc/here", BECOME="4711", HOME="/proc")
    assert loaded == 0
    assert "set NUMBA_CACHE_DIR" in said


# --- several processes


def test_processes_at_once_on_one_cache_agree(sandbox):
    for loaded in (None, 1):
        ends = sandbox.start(sandbox.cache, processes=6)()
        assert {(code, output.split()[0], errors) for code, output, errors in ends} == {
            (0, "3", "")
        }
        assert loaded is None or {output for _, output, _ in ends} == {"3 1\n"}
    assert len(sandbox.files(sandbox.cache)) == 1


def test_a_cache_that_is_cleared_and_damaged_meanwhile_is_survived(sandbox):
    sandbox.run(sandbox.cache)
    over, draw = threading.Event(), random.Random(4)

    def harm():
        while not over.wait(0.002):
            with contextlib.suppress(OSError):
                for path in list(sandbox.cache.rglob("*.*")):
                    draw.choice([Path.unlink, HARMS["emptied"]])(path)
                if draw.random() < 0.2:
                    shutil.rmtree(sandbox.cache, ignore_errors=True)

    ends = sandbox.start(sandbox.cache, processes=8)
    harming = threading.Thread(target=harm)
    harming.start()
    told = ends()
    over.set()
    harming.join()
    for code, output, errors in told:
        assert (code, output.split()[0]) == (0, "3"), errors
        assert "Traceback" not in errors
    sandbox.run(sandbox.cache)
    assert sandbox.run(sandbox.cache) == (1, "")
