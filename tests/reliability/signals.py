"""Signals to real processes where none is easily heeded: compiling, in large firms, beside Dask."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from reliability.world import Case, Tally, World, told
from small_runs import LARGE_FIRMS, MANY_POINTS

ALLOWED = 2.0
"""Seconds from a signal to the end of the process that orgsim promises."""

SECONDS_TO_BEGIN = 120
SECONDS_TO_END = 60


class Kind(NamedTuple):
    """A situation in which a process is signalled.

    Attributes
    ----------
    name : str
    words : list of str
        The command, for a config ``mine.toml`` and a run in ``here``.
    text : str
        The config.
    begun : callable
        Whether it has come so far, by the directory of the case.
    later : float
        Seconds, at most, that pass from then to the signal.
    """

    name: str
    words: list[str]
    text: str
    begun: Callable[[Path], bool]
    later: float


def _is_compiling(place: Path) -> bool:
    return "compiling" in (place / "said").read_text("utf-8")


def _has_parts(place: Path) -> bool:
    return any((place / "here/ledger").glob("*.npz"))


_ALONE = ["run", "mine.toml", "--out", "here", "--threads", "1"]
_DASK = ["sweep", "mine.toml", "--out", "here", "--scheduler", "local", "--workers", "2"]

COMPILING = Kind("compiling", _ALONE, LARGE_FIRMS, _is_compiling, 9.0)
IN_LARGE_FIRMS = Kind(
    "in large firms", _ALONE, LARGE_FIRMS, lambda at: (at / "here/firms").exists(), 5.0
)
DASK_STARTING = Kind("Dask starting", _DASK, MANY_POINTS, lambda at: (at / "here").exists(), 3.0)
BESIDE_DASK = Kind("beside Dask", _DASK, MANY_POINTS, _has_parts, 2.0)


def cases(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield so many signals of each kind at moments drawn, some of them two or three at once."""
    draw = random.Random(seed)
    for number in range(count):
        for kind in (COMPILING, IN_LARGE_FIRMS, DASK_STARTING, BESIDE_DASK):
            signals = draw.choices([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], k=1)
            signals *= draw.choice([1, 1, 2, 3])
            yield _Signalled(world, kind, signals, draw.random() * kind.later, number)


class _Signalled:
    """A process that is told to end, once or more often, by a terminal or a queue."""

    def __init__(
        self, world: World, kind: Kind, signals: list[signal.Signals], seconds: float, number: int
    ) -> None:
        said = " ".join(each.name for each in signals)
        self.name = f"{kind.name} {number}: {said} after {seconds:.2f} s"
        self._kind, self._signals, self._seconds = kind, signals, seconds
        self._place = world.path / "signals" / f"{kind.name}-{number}".replace(" ", "-")

    def __call__(self, tally: Tally) -> None:
        place, kind = self._place, self._kind
        place.mkdir(parents=True)
        (place / "mine.toml").write_text(kind.text)
        own_cache = {"NUMBA_CACHE_DIR": str(place / "cache")} if kind is COMPILING else {}
        with open(place / "said", "w", encoding="utf-8") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "orgsim", *kind.words],
                cwd=place,
                env=os.environ | own_cache,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._signal(tally, process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(place)

    def _signal(self, tally: Tally, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_BEGIN
        while not self._kind.begun(self._place):
            if process.poll() is not None or time.monotonic() > deadline:
                tally.note("never begun", f"{self.name}: {self._said()}")
                return
            time.sleep(0.01)
        time.sleep(self._seconds)
        if process.poll() is not None:
            tally.note("ended before")
            return
        began = time.monotonic()
        for number in self._signals:
            os.killpg(process.pid, number)  # a terminal's goes to all processes of the job
            time.sleep(0.02)
        try:
            code = process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            tally.note("hung", f"{self.name}: {self._said()}")
            return
        self._hold(tally, code, time.monotonic() - began)

    def _hold(self, tally: Tally, code: int, seconds: float) -> None:
        tally.note(self._kind.name)
        tally.longest = max(tally.longest, seconds)
        said, here = self._said(), self._place / "here"
        oddly = code != 130 or "Traceback" in said or "Interrupted" not in said
        left = [str(path) for path in here.rglob(".unfinished*")]
        manifest = (here / "manifest.json").exists()
        if oddly:
            tally.note("ended oddly", f"{self.name}: {code} {said}")
        elif seconds > ALLOWED:
            tally.note("late", f"{self.name}: {seconds:.2f} s")
        elif left or (manifest and told(here)["status"] not in ("running", "interrupted")):
            tally.note("left something", f"{self.name}: {left}")

    def _said(self) -> str:
        return (self._place / "said").read_text("utf-8")[-1_500:]
