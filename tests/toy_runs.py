"""Runs of the toy model to break: configs, and what starts its commands in processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from subprocess import CompletedProcess

TOY_PROGRAM = [sys.executable, str(Path(__file__).with_name("toy_program.py"))]
"""What a process of its own begins with, for the toy as ``small_runs.PROGRAM`` for the study."""

FINDING_THE_TOY = {
    "PYTHONPATH": os.pathsep.join(
        filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH")))
    )
}
"""What a process needs in its environment that imports the toy by itself."""

TOY_SWEEP = """[simulation]
firms = 1500
quarters = 10
[sweep]
design = "sobol"
points = 40
[sweep.parameters]
"walk.rate" = { low = 0.0, high = 1.0 }
"walk.noise" = { low = 0.05, high = 0.6, scale = "log" }
"""
"""Four parts of ten points each."""


class Fork:
    """A command in a process of its own, such as ``subprocess.Popen`` returns."""

    def __init__(self, forks, pid, out, err):
        self._forks, self._files = forks, (out, err)
        self.pid = pid
        self.returncode = None

    def poll(self):
        if self.returncode is None:
            self.returncode = self._forks.asked(self.pid)
        return self.returncode

    def wait(self, timeout):
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.002)
        return self.returncode

    def send_signal(self, kind):
        if self.poll() is None:
            os.kill(self.pid, kind)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout=120):
        """Wait for the end; return what was printed, and what was said."""
        try:
            self.wait(timeout)
        finally:
            self.kill()
        return tuple(path.read_text(encoding="utf-8") for path in self._files)


class Forks:
    """A process that has the toy ready, and runs each command in a fork of itself.

    Commands, options and files are those of ``orgsim``; that imports and compiling are done already
    leaves each a few hundredths of a second.
    """

    def __init__(self, directory):
        self._directory = directory
        self._count = 0
        self._process = subprocess.Popen(
            [*TOY_PROGRAM, "--forks"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout.readline() == "ready\n"

    def asked(self, what):
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def begin(self, *arguments, cwd, **options):
        """Start a command; options as of ``toy_program.began``."""
        self._count += 1
        out, err = (self._directory / f"{self._count}.{name}" for name in ("out", "err"))
        pid = self.asked(
            {
                "arguments": [str(argument) for argument in arguments],
                "cwd": str(cwd),
                "out": str(out),
                "err": str(err),
                **options,
            }
        )
        return Fork(self, pid, out, err)

    def spawned(self, *arguments, timeout=120, **options):
        """Run a command to its end; return what came of it, as ``small_runs.spawned``."""
        fork = self.begin(*arguments, **options)
        out, err = fork.communicate(timeout)
        return CompletedProcess(arguments, fork.returncode, out, err)

    def end(self):
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()
