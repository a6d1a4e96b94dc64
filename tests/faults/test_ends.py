"""How processes end: with the exit code of what they did."""

from __future__ import annotations

import subprocess
import sys

from small_runs import SMALL

THREADS = """
import os, sys
from pathlib import Path
import orgsim
from orgsim.store.points import holds_points, read_swept
from orgsim.store.reading import read_columns

def threads():
    return len(os.listdir("/proc/self/task"))

here = Path(sys.argv[1])
run = orgsim.open(here)
import pyarrow.compute, pyarrow.parquet
import scipy.special  # whose threads of arithmetic hold nothing of Python's
before = threads()
for name in ("points", "shares", "firms", "quarters"):
    run.table(name)
read_swept(here / "points.parquet")
holds_points(here / "points.parquet", {}, {}, run.model)
assert orgsim.verify(here).is_sound
print(threads() - before)
"""


def test_reading_leaves_no_thread_that_holds_what_python_gave_it(tmp_path, command):
    """One that let go of it while Python ended took the process down: exit code 134."""
    (tmp_path / "small.toml").write_text(SMALL)
    command("run", "small.toml", "--out", "here", "--quiet")
    done = subprocess.run(
        [sys.executable, "-c", THREADS, str(tmp_path / "here")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "0"
