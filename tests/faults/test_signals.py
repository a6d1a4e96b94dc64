"""Signals that ask a run to end: it ends in order, says so, and goes on when told to."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import orgsim
from orgsim.system import interruption
from small_runs import LARGE_FIRMS, PROGRAM, manifest

CONFIG = """extends = "article-2014"
[simulation]
firms = 400000
quarters = 10
"""
"""Some seconds of simulating."""


@pytest.fixture(autouse=True)
def heeded_as_usual():
    """Heed what whoever started the tests has ignored, as ``nohup`` and a shell's ``&`` do.

    Before, one test waited for ever.
    """
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    ignored = [number for number in usual if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, usual[number])
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def begun(directory, *, firms=400_000, ignoring=None):
    """Start a run, and wait until it is about to simulate."""
    (directory / "mine.toml").write_text(CONFIG.replace("400000", str(firms)))
    orgsim.run(directory / "mine.toml", out=directory / "warm", overrides=["simulation.firms=2"])
    program = [*PROGRAM, "run", "mine.toml", "--out", "here"]
    process = subprocess.Popen(
        program,
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ignoring and (lambda: signal.signal(ignoring, signal.SIG_IGN)),
    )
    while not (directory / "here/firms").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_end_ends_in_order(tmp_path, kind):
    process = begun(tmp_path)
    process.send_signal(kind)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("Interrupted: finished parts are kept")
    assert "Traceback" not in said
    assert manifest(tmp_path / "here")["status"] == "interrupted"
    assert not list(tmp_path.rglob(".unfinished*"))


ALLOWED = 10.0
"""Seconds from signal to end that pass on a busy machine; docs/sweeps.md has what was measured."""


def started(directory, *, cache, text=LARGE_FIRMS):
    (directory / "mine.toml").write_text(text)
    return subprocess.Popen(
        [*PROGRAM, "run", "mine.toml", "--out", "here", "--threads", "1"],
        cwd=directory,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)} if cache else os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended_in_order(process, sent, directory):
    """Hold an interrupted run to its promises; return how long it took to end."""
    _, said = process.communicate(timeout=60)
    seconds = time.monotonic() - sent
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert said.splitlines()[-1].startswith("Interrupted")
    assert seconds < ALLOWED
    if (directory / "here/manifest.json").exists():
        assert manifest(directory / "here")["status"] in ("interrupted", "running")
    assert not list(directory.rglob(".unfinished*"))
    assert not list((directory / "here").rglob("part-*"))


@pytest.mark.parametrize(
    ("seconds", "kind", "times"),
    [
        (0.2, signal.SIGINT, 1),  # what is merged is inlined
        (2.5, signal.SIGTERM, 2),  # types are inferred, and on the way the first rules compiled,
        (5.0, signal.SIGHUP, 1),  # and the largest: callbacks of the compiler's all the time
        (8.0, signal.SIGINT, 2),  # the whole is lowered and optimised: seconds in the compiler
    ],
)
def test_compiling_can_be_left_at_any_moment(tmp_path, seconds, kind, times):
    """Before, some signals were swallowed by a callback of the compiler's, and the run went on.

    Moments are of a kernel that takes some ten seconds.
    """
    process = started(tmp_path, cache=tmp_path / "cache")
    while "compiling" not in (line := process.stderr.readline()):
        assert line, "it ended before it compiled"
    time.sleep(seconds)
    sent = time.monotonic()
    for _ in range(times):
        process.send_signal(kind)
    ended_in_order(process, sent, tmp_path)


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_block_of_large_firms_can_be_left(tmp_path, kind):
    warm = tmp_path / "warm.toml"
    warm.write_text(LARGE_FIRMS.replace("400", "1"))
    orgsim.run(warm, out=tmp_path / "warm", overrides=["simulation.firms=1"])
    process = started(tmp_path, cache=None)
    while not (tmp_path / "here/firms").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    time.sleep(2.0)  # in the middle of the block
    sent = time.monotonic()
    process.send_signal(kind)
    ended_in_order(process, sent, tmp_path)


def test_python_itself_may_interrupt_a_run(tmp_path):
    """Without the command line's handlers, as in a notebook."""
    (tmp_path / "mine.toml").write_text(LARGE_FIRMS)
    program = (
        "import os, signal, threading, time, orgsim\n"
        "threading.Timer(4.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "began = time.monotonic()\n"
        "try:\n"
        "    orgsim.run('mine.toml', out='here', threads=1)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', time.monotonic() - began)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    word, seconds = done.stdout.split()
    assert word == "interrupted"
    assert float(seconds) < 4.0 + ALLOWED


def test_what_swallows_the_interruption_only_puts_it_off():
    with interruption.heeded():
        with contextlib.suppress(KeyboardInterrupt):  # as the end of an object's life does
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)  # another does not disturb how it ends
        with pytest.raises(KeyboardInterrupt):
            interruption.look()
        interruption._first = None


class Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_what_is_swallowed_is_not_printed_and_all_else_is(capsys):
    """Before: 'Exception ignored in', and a traceback, on the way to the end in order."""
    before = sys.unraisablehook

    def die():
        with interruption.heeded():
            assert sys.unraisablehook is not before
            Dying()

    with pytest.raises(KeyboardInterrupt):
        die()
    assert capsys.readouterr().err == ""
    assert sys.unraisablehook is before


def test_what_is_put_off_is_heeded_at_the_end():
    done = []

    def act():
        with interruption.heeded():
            with interruption.put_off():
                signal.raise_signal(signal.SIGTERM)
                signal.raise_signal(signal.SIGINT)
                interruption.look()
                done.append("whole")
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        act()
    assert done == ["whole"]


def test_python_s_own_interruption_is_put_off_too():
    """Without the command line's handlers, as in a notebook."""
    before = signal.getsignal(signal.SIGINT)
    done = []

    def act():
        with interruption.put_off():
            signal.raise_signal(signal.SIGINT)
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        act()
    assert done == ["whole"]
    assert signal.getsignal(signal.SIGINT) is before


def test_signals_that_wait_while_others_are_answered_end_nothing_early():
    """Before, one of three was taken for a late one after 2 s, and the process ended unsaid."""

    def act():
        with interruption.heeded():
            try:
                signal.raise_signal(signal.SIGINT)
            finally:
                with interruption.put_off():
                    signal.raise_signal(signal.SIGINT)
                    time.sleep(interruption.SECONDS_IN_ORDER + 0.1)

    with pytest.raises(KeyboardInterrupt):
        act()


def test_signals_that_follow_while_the_process_ends_change_nothing(monkeypatch):
    """Before, a second SIGTERM after the message, while Python ended, made its exit code -15."""
    heard = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        with pytest.raises(KeyboardInterrupt), interruption.heeded():
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert heard == []
        monkeypatch.setattr(interruption, "SECONDS_IN_ORDER", 0.0)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert heard == [signal.SIGTERM] * 2  # theirs again
    finally:
        signal.signal(signal.SIGTERM, before)


ENDING = """
import atexit, os, signal, sys
from orgsim.system import interruption
class Last:
    def __del__(self):  # when Python has taken its handlers away
        os.kill(os.getpid(), signal.SIGTERM)
last = Last()
try:
    with interruption.heeded():
        signal.raise_signal(signal.SIGTERM)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_a_signal_in_the_last_moment_changes_nothing():
    """Before, the exit code was that of a signal, -15, though all had ended in order."""
    assert subprocess.run([sys.executable, "-c", ENDING], timeout=60).returncode == 130


def test_a_signal_while_a_thread_starts_leaves_it_behind(monkeypatch):
    """Before, it fell between the start and the waiting, and Python waited for the compiler."""
    go = threading.Event()
    start = threading.Thread.start

    def slow(thread):
        start(thread)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(threading.Thread, "start", slow)
    known = len(interruption._left_behind)
    with pytest.raises(KeyboardInterrupt):
        interruption.in_thread(go.wait, on_interrupt=go.set)
    assert len(interruption._left_behind) == known + 1
    assert go.is_set()


def test_threads_that_no_signal_reaches_heed_none():
    """As those in which Dask's workers do their parts."""

    def act():
        with interruption.heeded(), interruption.put_off():
            return interruption.in_thread(lambda: 7)

    with ThreadPoolExecutor(1) as pool, interruption.heeded():
        assert pool.submit(act).result() == 7


def test_below_nohup_a_terminal_may_close(tmp_path):
    process = begun(tmp_path, firms=100_000, ignoring=signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    assert process.poll() is None
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert orgsim.open(tmp_path / "here").digest
