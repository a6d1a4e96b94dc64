"""Small runs for tests to make and to break, what starts orgsim, and what is read off a run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from orgsim import load_config
from orgsim.cli import main
from orgsim.config import preset_path
from orgsim.config.points_file import read_points
from orgsim.errors import ConfigError
from orgsim.printable import printable

THREAT, STAFF = "resistance.status_threat", "firm.it_staff"
BASELINE = str(preset_path("baseline"))
OLD = Path(__file__).parent / "data/v0.1.0"
"""Runs that version 0.1.0 wrote, and their configs."""

# --- configs

SMALL = """
extends = "baseline"
[simulation]
firms = 40
quarters = 5
"""
TWO_POINTS = f"""{SMALL}
[sweep]
design = "grid"
[sweep.parameters]
"resistance.status_threat" = {{ values = [0.2, 0.4] }}
"""
FOUR_PARTS = """extends = "article-2014"
[simulation]
firms = 1500
quarters = 10
[sweep]
design = "sobol"
points = 40
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"cooperation.learning_rate" = { low = 0.05, high = 0.6, scale = "log" }
"""
"""Ten points each, of some 1.2 MB."""

LARGE_FIRMS = """extends = "baseline"
[simulation]
firms = 64
quarters = 400
[firm]
marketing_staff = 20000
it_staff = 20000
"""
"""One block of a minute: a processor's second is some sixty million agent-quarters."""

MANY_POINTS = """extends = "article-2014"
[simulation]
firms = 20_000
quarters = 30
[sweep]
points = 64
[sweep.parameters]
"resistance.status_threat" = { low = 0.0, high = 1.5 }
"""
"""Half a minute for two workers."""


def refusal(source, overrides=(), **more):
    """Return why a config is refused."""
    with pytest.raises(ConfigError) as caught:
        load_config(source, overrides, **more)
    return str(caught.value)


def plain_refusal(source, overrides=(), **more):
    """Return why a config is refused, after seeing that it can be printed and is not long."""
    message = refusal(source, overrides, **more)
    assert printable(message) == message
    assert len(message) < 1_000
    return message


def refused_points(path, wanted, *words):
    """Hold the refusal of a file of points against words that must be in it."""
    with pytest.raises(ConfigError) as caught:
        read_points(path, wanted)
    assert str(caught.value).startswith(f"{path}: ")
    for word in words:
        assert word in str(caught.value)


# --- orgsim, in this process and in one of its own

PROGRAM = [sys.executable, "-m", "orgsim"]
"""What a process of its own begins with."""

NOBODY = 65534
"""The number of an account that owns nothing."""


def said(*arguments, code=0):
    """Run a command in this process; return what it prints, given its exit code."""
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    unexpected = result.exception and not isinstance(result.exception, SystemExit)
    assert not unexpected, result.exception
    assert result.exit_code == code, result.output
    return result.output


def spawned(*arguments, timeout=120, **options):
    """Run a command in a process of its own to its end; return what came of it, as text."""
    words = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, **options)


def cut_into(patch, firms):
    """Have runs of this process cut into parts of so many firms, as long as a patch lasts."""
    patch.setattr("orgsim.execution.experiment.part_firms", lambda *_: firms)


class Hung(BaseException):
    """Something took too long; no Exception, which a command could take for one of its own."""


@contextmanager
def limited(seconds):
    """Raise Hung after so many seconds, whatever the block waits for; may be nested."""

    def ring(*_):
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    left = signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(left)
        signal.signal(signal.SIGALRM, before)


# --- what is there


def manifest(directory):
    """Return what a run's manifest says."""
    return json.loads((directory / "manifest.json").read_text(encoding="utf-8"))


def digest(directory):
    """Return the digest of a run that is finished."""
    found = manifest(directory)
    assert found["status"] == "finished"
    return found["digest"]


def contents(directory, *, locks=True):
    """Return what every file below a directory holds, by its name there; without locks if told."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and (locks or not path.name.startswith(".lock"))
    }


def part_times(directory):
    """Return when each file of a part was written, in nanoseconds."""
    return {
        path: path.stat().st_mtime_ns
        for folder in ("firms", "quarters", "ledger")
        for path in (directory / folder).glob("part-*")
    }
