"""Killed among others: a shard beside another one, and Dask's client and workers."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from orgsim.cli import main
from reliability.children import awaited, child
from reliability.kills import SECONDS_TO_END, errors_of, held, placed, signalled
from reliability.world import SWEEP, Case, Tally, World, command, told
from small_runs import PROGRAM

SECONDS_OF_DASK = 50


def shards(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield two shards at work at once, of which one is killed, or both are."""
    draw = random.Random(seed)
    for number in range(count):
        moments = draw.random() * 0.3, draw.random() * 0.3
        yield _Shards(world, moments, both=number % 3 == 0, number=number)


class _Shards:
    """Two shards, begun at once."""

    def __init__(
        self, world: World, moments: tuple[float, float], *, both: bool, number: int
    ) -> None:
        self.name = f"two shards {number}: {moments[0]:.3f} {moments[1]:.3f}, both {both}"
        self._world, self._moments, self._both = world, moments, both
        self._here = world.path / "kills" / f"shards-{number}"

    def __call__(self, tally: Tally) -> None:
        here = self._here
        here.parent.mkdir(exist_ok=True)
        sweep = str(self._world.config("sweep"))
        commands = [
            placed(["sweep", sweep, "--out", "HERE", "--shard", f"{i}/2"], here) for i in (1, 2)
        ]
        first, second = (self._begun(words) for words in commands)
        signalled(tally, first, signal.SIGKILL, self._moments[0], self.name, errors_of(here))
        if self._both:
            signalled(tally, second, signal.SIGKILL, self._moments[1], self.name, errors_of(here))
        elif awaited(second, SECONDS_TO_END):
            tally.note("lost", f"{self.name}: the other shard failed")
        for words in commands:
            worked = command(*words)
            if worked.code or worked.failed:
                tally.note("lost", f"{self.name}: {worked.code} {worked.output}{worked.failed}")
                return
        held(tally, here, self._world.digests["sweep"], self.name)
        shutil.rmtree(here)

    def _begun(self, words: list[str]) -> int:
        return child(lambda: main(words, standalone_mode=False), errors_of(self._here))


def dask(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield sweeps on Dask's workers here whose client is killed, or one of the workers."""
    draw = random.Random(seed)
    path = world.config("wide")
    path.write_text(
        SWEEP.replace("firms = 100", "firms = 8000").replace("points = 8", "points = 64")
    )
    # By a process of its own, as those that are killed: they cut runs into parts as orgsim does.
    words: list[str | Path] = [*PROGRAM, "sweep", path, "--out", world.path / "wide", "--quiet"]
    subprocess.run(words, check=True, timeout=120)
    world.digests["wide"] = told(world.path / "wide")["digest"]
    for number in range(count):
        yield _Dask(world, ("client", "worker")[number % 2], 2 + 3 * draw.random(), number)


class _Dask:
    """A real process with workers of its own."""

    def __init__(self, world: World, whom: str, seconds: float, number: int) -> None:
        self.name = f"Dask {number}: {whom} killed at {seconds:.1f} s"
        self._world, self._whom, self._seconds = world, whom, seconds
        self._here = world.path / "kills" / f"dask-{number}"

    def __call__(self, tally: Tally) -> None:
        self._here.parent.mkdir(exist_ok=True)
        words: list[str | Path] = ["sweep", self._world.config("wide"), "--out", self._here]
        process = subprocess.Popen(
            [*PROGRAM, *words, "--scheduler", "local", "--workers", "2"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        family: list[psutil.Process] = []
        try:
            time.sleep(self._seconds)
            with suppress(psutil.NoSuchProcess):
                family = psutil.Process(process.pid).children(recursive=True)
            self._kill(tally, process, family)
            _, errors = process.communicate(timeout=SECONDS_OF_DASK)
            was_killed = self._whom == "client" and process.returncode == -signal.SIGKILL
            if not was_killed and (process.returncode or "Traceback" in errors):
                tally.note("lost", f"{self.name}: {process.returncode} {errors[-1_500:]}")
            _, stay = psutil.wait_procs(family, timeout=SECONDS_TO_END)
            if stay:
                tally.note("left workers", f"{self.name}: {stay}")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        again = subprocess.run(
            [*PROGRAM, *words, "--quiet"], capture_output=True, text=True, timeout=SECONDS_OF_DASK
        )
        if again.returncode:
            tally.note("lost", f"{self.name}: {again.returncode} {again.stderr[-1_500:]}")
            return
        held(tally, self._here, self._world.digests["wide"], self.name)
        shutil.rmtree(self._here)

    def _kill(
        self, tally: Tally, process: subprocess.Popen[str], family: list[psutil.Process]
    ) -> None:
        workers = [found for found in family if _is_worker(found)]
        whom = process.pid if self._whom == "client" or not workers else workers[-1].pid
        if process.poll() is not None:
            tally.note("ended before")
            return
        with suppress(ProcessLookupError):
            os.kill(whom, signal.SIGKILL)
        tally.note(f"SIGKILL of Dask's {self._whom if workers else 'client'}")


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False
