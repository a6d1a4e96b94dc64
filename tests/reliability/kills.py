"""Processes killed at every step that touches the disk, and at moments drawn; then the way back."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from orgsim.cli import main
from reliability.world import Case, Tally, World, command, told

STEPS = ("replace", "fsync", "unlink")
"""Calls of the system before which, and after which, a process is killed."""

_MINE = "notes-of-mine.txt"


class Scenario(NamedTuple):
    """A command that is killed.

    Attributes
    ----------
    name : str
    start : str
        The run that lies there before; empty: none.
    words : list of str
        HERE stands for the directory.
    back : list of list of str
        What is said afterwards.
    like : str
        The run whose digest must come out.
    """

    name: str
    start: str
    words: list[str]
    back: list[list[str]]
    like: str


def scenarios(world: World) -> list[Scenario]:
    """Return commands that write in every way there is."""
    setting, sweep = (str(world.config(name)) for name in ("setting", "sweep"))
    run, many = ["run", setting, "--out", "HERE"], ["sweep", sweep, "--out", "HERE"]
    resume, merge = ["resume", "HERE"], ["merge", "HERE"]
    first, second = [*many, "--shard", "1/2"], [*many, "--shard", "2/2"]
    return [
        Scenario("run", "", run, [run], "setting"),
        Scenario("sweep", "", many, [many], "sweep"),
        Scenario("sweep, then resume", "half", many, [resume], "sweep"),
        Scenario("resume", "half", resume, [resume], "sweep"),
        Scenario("merge", "unmerged", merge, [many], "sweep"),
        Scenario("growth of firms", "fewer-firms", many, [many], "sweep"),
        Scenario("growth of points", "fewer-points", many, [many], "sweep"),
        Scenario("overwrite", "other", [*many, "--overwrite"], [[*many, "--overwrite"]], "sweep"),
        Scenario("one of two shards", "", first, [second, first], "sweep"),
        Scenario("mend", "damaged", resume, [resume], "sweep"),
    ]


def make_starts(world: World) -> None:
    """Make the runs that scenarios start from."""
    sweep = world.config("sweep")
    command("sweep", sweep, "--out", world.path / "half", "--shard", "1/2")
    for shard in ("1/2", "2/2"):
        command("sweep", sweep, "--out", world.path / "unmerged", "--shard", shard)
    (world.path / "unmerged/shares.parquet").unlink()
    command("sweep", sweep, "--out", world.path / "fewer-firms", "--firms", "60")
    fewer = ["--set", "sweep.points=5"]
    command("sweep", sweep, "--out", world.path / "fewer-points", *fewer)
    command("sweep", sweep, "--out", world.path / "other", "--seed", "7")
    shutil.copytree(world.path / "sweep", world.path / "damaged")
    for part in list((world.path / "damaged/firms").iterdir())[:2]:
        part.write_bytes(part.read_bytes()[:-9])


def child(act: Callable[[], Any]) -> int:
    """Fork a process that does something and ends; return its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        code = act() or 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        os._exit(code)


def killed_at(step: str, number: int, *, after: bool) -> None:
    """Let this process be killed at a call of the system, before it or after it."""
    real, count = getattr(os, step), 0

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **options)
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, step, counted)


def placed(words: list[str], here: Path) -> list[str]:
    """Return a command for a directory, with one thread, which a fork carries well."""
    said = [word.replace("HERE", str(here)) for word in words]
    return said if said[0] == "merge" else [*said, "--threads", "1"]


def begun(world: World, scenario: Scenario, name: str) -> Path:
    """Return a directory as it is before the command, with a file of somebody else's in it."""
    here = world.path / "kills" / name
    if scenario.start:
        shutil.copytree(world.path / scenario.start, here)
        (here / _MINE).write_text("mine")
    return here


def come_back(tally: Tally, world: World, scenario: Scenario, here: Path, name: str) -> None:
    """Give the commands again, and hold what comes out against what was never disturbed."""
    for words in scenario.back:
        if words[0] in ("resume", "merge") and not (here / "manifest.json").exists():
            words = scenario.words
        worked = command(*placed(words, here))
        if worked.failed or worked.code:
            tally.note("lost", f"{name}: {words[0]}: {worked.code} {worked.output}{worked.failed}")
            return
    wrong = [path.name for path in here.rglob(".unfinished*")]
    if told(here)["digest"] != world.digests[scenario.like] or told(here)["status"] != "finished":
        tally.note("wrong", name)
    elif command("verify", here).code or wrong:
        tally.note("unsound", f"{name}: {wrong} {command('verify', here).output}")
    elif scenario.start and (here / _MINE).read_text() != "mine":
        tally.note("touched", name)
    else:
        tally.note("came back")
    shutil.rmtree(here)


def at_steps(world: World, share: float) -> Iterator[Case]:
    """Yield a kill at every step of every scenario, or at a share of them, drawn."""
    draw = random.Random(20140221)
    for scenario in scenarios(world):
        for step in STEPS:
            for after in (False, True):
                for number in range(1, _steps(world, scenario, step) + 1):
                    if draw.random() < share:
                        yield _StepCase(world, scenario, step, number, after)


def _steps(world: World, scenario: Scenario, step: str) -> int:
    """Return how often a command makes a call when nobody kills it."""
    here = begun(world, scenario, f"count-{scenario.name}-{step}")
    read, write = os.pipe()

    def act() -> None:
        real, count = getattr(os, step), 0

        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            return real(*arguments, **options)

        setattr(os, step, counted)
        try:
            main(placed(scenario.words, here), standalone_mode=False)
        finally:
            os.write(write, str(count).encode())

    os.waitpid(child(act), 0)
    count = int(os.read(read, 20))
    os.close(read)
    os.close(write)
    shutil.rmtree(here, ignore_errors=True)
    return count


class _StepCase:
    """A kill at one step."""

    def __init__(
        self, world: World, scenario: Scenario, step: str, number: int, after: bool
    ) -> None:
        self.name = f"{scenario.name}-{step}-{number}-{'after' if after else 'before'}"
        self._world, self._scenario = world, scenario
        self._at = step, number, after

    def __call__(self, tally: Tally) -> None:
        here = begun(self._world, self._scenario, self.name)
        step, number, after = self._at

        def act() -> Any:
            killed_at(step, number, after=after)
            return main(placed(self._scenario.words, here), standalone_mode=False)

        _, status = os.waitpid(child(act), 0)
        tally.note("SIGKILL" if os.WIFSIGNALED(status) else "ended before")
        come_back(tally, self._world, self._scenario, here, self.name)


def at_moments(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield kills, and signals that a process can answer, at moments drawn."""
    draw = random.Random(seed)
    known = scenarios(world)
    for number in range(count):
        kind = draw.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        yield _MomentCase(world, draw.choice(known), kind, draw.random() * 0.3, number)


class _MomentCase:
    """A signal at some moment."""

    def __init__(
        self, world: World, scenario: Scenario, kind: signal.Signals, seconds: float, number: int
    ) -> None:
        self.name = f"moment-{number}-{scenario.name}-{kind.name}-{seconds:.3f}"
        self._world, self._scenario = world, scenario
        self._kind, self._seconds = kind, seconds

    def __call__(self, tally: Tally) -> None:
        here = begun(self._world, self._scenario, self.name)

        def act() -> Any:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            return main(placed(self._scenario.words, here), standalone_mode=False)

        pid = child(act)
        time.sleep(self._seconds)
        os.kill(pid, self._kind)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        tally.note(self._kind.name)
        allowed = (0, 130, -self._kind) if self._kind != signal.SIGKILL else (0, -signal.SIGKILL)
        if code not in allowed:
            tally.note("ended oddly", f"{self.name}: {code}")
        come_back(tally, self._world, self._scenario, here, self.name)
