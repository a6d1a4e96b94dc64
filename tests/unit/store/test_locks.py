"""Locks: who is at work is told, and nobody is kept out by the dead or by a file system."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager

import pytest

from orgsim.errors import UsageError
from orgsim.store import RunDirectory, Shard, at_work
from orgsim.store.locks import held, waiting_for

FIRST, SECOND = Shard(1, 2), Shard(2, 2)

HOLDER = """
import sys
from pathlib import Path
from orgsim.store.locks import Shard, held
number, of = map(int, sys.argv[2:])
with held(Path(sys.argv[1]), Shard(number, of) if of else None):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(directory, shard=None):
    """Hold a lock in a process of its own, until the end of the block or its own."""
    numbers = shard or (0, 0)
    command = [sys.executable, "-c", HOLDER, str(directory), *map(str, numbers)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.stdin.close()


def refusal(directory, shard=None):
    """Return what a second process is told."""
    with pytest.raises(UsageError) as caught, RunDirectory(directory).held(shard):
        pass
    return str(caught.value)


def is_free(directory, shard=None):
    try:
        with held(directory, shard):
            return True
    except UsageError:
        return False


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (None, None, False),
        (None, FIRST, False),
        (FIRST, None, False),
        (FIRST, FIRST, False),
        (FIRST, SECOND, True),
        (FIRST, Shard(1, 3), True),
    ],
)
def test_who_can_be_at_work_beside_whom(tmp_path, one, other, together):
    with held(tmp_path, one):
        assert is_free(tmp_path, other) == together
    assert is_free(tmp_path, other)


def test_many_shards_coexist_and_the_whole_waits_for_the_last(tmp_path):
    with ExitStack() as stack:
        for number in range(1, 9):
            stack.enter_context(held(tmp_path, Shard(number, 8)))
        assert not is_free(tmp_path)
        assert not any(is_free(tmp_path, Shard(number, 8)) for number in (1, 5, 8))
    assert is_free(tmp_path)


def test_a_shard_that_was_refused_keeps_nobody_out(tmp_path):
    with held(tmp_path, FIRST):
        assert not is_free(tmp_path, FIRST)
    assert is_free(tmp_path)


def test_a_lock_ends_with_the_block_however_it_ends(tmp_path):
    with pytest.raises(KeyboardInterrupt), held(tmp_path, FIRST):
        raise KeyboardInterrupt
    assert is_free(tmp_path)


def test_a_second_process_is_told_by_whom_and_of_the_ways_out(tmp_path):
    with another_process(tmp_path) as first:
        said = refusal(tmp_path)
    who = f"all of it (process {first.pid} on {socket.gethostname()})"
    assert said == (
        f"{tmp_path}: another orgsim is at work here, on {who}; wait for it, "
        "or choose another directory: --out DIR"
    )


def test_a_second_process_of_the_same_shard_is_told_which(tmp_path):
    with another_process(tmp_path, FIRST) as first:
        said = refusal(tmp_path, FIRST)
    assert f"at work on shard 1/2 (process {first.pid} on {socket.gethostname()})" in said


def test_who_wants_the_whole_is_told_of_the_shards_and_not_of_a_dead_holder(tmp_path):
    (tmp_path / ".lock").write_text('{"pid": 4242, "host": "dead"}')
    with another_process(tmp_path, FIRST) as first, held(tmp_path, SECOND):
        said = refusal(tmp_path)
    here = socket.gethostname()
    one, other = f"(process {first.pid} on {here})", f"(process {os.getpid()} on {here})"
    assert f"at work here, on shard 1/2 {one}, shard 2/2 {other}; wait for it" in said
    assert "4242" not in said


@pytest.mark.parametrize("shard", [None, FIRST])
def test_a_holder_that_is_killed_blocks_nobody(tmp_path, shard):
    with another_process(tmp_path, shard) as first:
        assert not is_free(tmp_path)
        assert not is_free(tmp_path, FIRST)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert is_free(tmp_path)
        assert is_free(tmp_path, FIRST)
        assert at_work(tmp_path) == []


def test_who_is_at_work_is_named(tmp_path):
    here = f" (process {os.getpid()} on {socket.gethostname()})"
    assert at_work(tmp_path) == []
    with held(tmp_path, None):
        assert at_work(tmp_path) == ["all of it" + here]
    with another_process(tmp_path, FIRST) as other, held(tmp_path, SECOND):
        there = f" (process {other.pid} on {socket.gethostname()})"
        assert at_work(tmp_path) == ["shard 1/2" + there, "shard 2/2" + here]
    assert at_work(tmp_path) == []


def test_looking_who_is_at_work_takes_nobodys_lock(tmp_path):
    with held(tmp_path, FIRST):
        assert len(at_work(tmp_path)) == 1
        assert not is_free(tmp_path, FIRST)
        assert is_free(tmp_path, SECOND)


def test_who_only_waits_or_left_another_lock_is_not_at_work(tmp_path):
    with waiting_for(tmp_path, ".lock-begin"), waiting_for(tmp_path, ".locked"):
        assert at_work(tmp_path) == []


@pytest.mark.parametrize(
    ("shard", "name", "kind"),
    [(None, ".lock", fcntl.LOCK_SH), (FIRST, FIRST.lock, fcntl.LOCK_EX)],
)
def test_who_starts_while_somebody_looks_is_let_in(tmp_path, shard, name, kind):
    """Looking who is at work takes each lock for a moment; here, for a tenth of a second."""
    handle, said = os.open(tmp_path / name, os.O_RDWR | os.O_CREAT), []

    def look_away():
        said.append("looked")
        os.close(handle)

    fcntl.flock(handle, kind)
    thread = threading.Timer(0.1, look_away)
    thread.start()
    with held(tmp_path, shard):
        said.append("held")
    thread.join()
    assert said == ["looked", "held"]


def test_a_signature_that_cannot_be_read_is_left_out(tmp_path):
    with held(tmp_path, FIRST):
        for text in ("", "[]", '{"pid": "?"}', "\0"):
            (tmp_path / FIRST.lock).write_text(text)
            assert at_work(tmp_path) == ["shard 1/2"]


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_lets_everybody_in(tmp_path, monkeypatch, code):
    def flock(handle, kind):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", flock)
    with held(tmp_path, None), held(tmp_path, None), held(tmp_path, FIRST), held(tmp_path, FIRST):
        assert at_work(tmp_path) == []
        with waiting_for(tmp_path, ".lock-begin"), waiting_for(tmp_path, ".lock-begin"):
            pass


def test_who_waits_goes_on_when_the_other_is_done(tmp_path):
    said = []

    def second():
        with waiting_for(tmp_path, ".lock-begin"):
            said.append("second")

    thread = threading.Thread(target=second)
    with waiting_for(tmp_path, ".lock-begin"):
        thread.start()
        thread.join(0.1)
        said.append("first")
    thread.join()
    assert said == ["first", "second"]


def test_nobody_leaks_a_file(tmp_path):
    before = len(os.listdir("/dev/fd"))
    for _ in range(3):
        with held(tmp_path, FIRST):
            assert not is_free(tmp_path)
            assert not is_free(tmp_path, FIRST)
            assert at_work(tmp_path)
    assert len(os.listdir("/dev/fd")) <= before
