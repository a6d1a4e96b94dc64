"""Signals that ask a run to end: it ends in order, says so, and goes on when told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

import orgsim

CONFIG = """extends = "article-2014"
[simulation]
firms = 400000
quarters = 10
"""
"""Some seconds of simulating."""


def begun(directory, *, ignoring=None):
    """Start a run, and wait until it is about to simulate."""
    (directory / "mine.toml").write_text(CONFIG)
    orgsim.run(directory / "mine.toml", out=directory / "warm", overrides=["simulation.firms=2"])
    program = [sys.executable, "-m", "orgsim", "run", "mine.toml", "--out", "here"]
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
    noted = json.loads((tmp_path / "here/manifest.json").read_text())
    assert noted["status"] == "interrupted"
    assert not list(tmp_path.rglob(".unfinished*"))


def test_below_nohup_a_terminal_may_close(tmp_path):
    process = begun(tmp_path, ignoring=signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert orgsim.open(tmp_path / "here").digest
