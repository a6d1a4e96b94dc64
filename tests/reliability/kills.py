"""Processes killed at every step that touches the disk, and at moments drawn; then the way back."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orgsim.cli import main
from reliability.children import awaited, child
from reliability.scenarios import Scenario, scenarios
from reliability.world import Case, Tally, World, command, told

STEPS = ("replace", "fsync", "unlink", "rmdir")
"""Calls of the system before which, and after which, a process is killed."""

SECONDS_TO_END = 20
"""Within which a process that is killed or told to end must be gone."""

_MINE = ("notes-of-mine.txt", "firms/part-plans.docx", "quarters/part-picture.png", "firms/.mine")
"""Files of somebody else, some with names that look like the run's."""


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
    """Return a directory as it is before the command, with files of somebody else's in it."""
    here = world.path / "kills" / name
    here.parent.mkdir(exist_ok=True)
    if scenario.start:
        shutil.copytree(world.path / scenario.start, here)
        for stranger in _MINE:
            (here / stranger).write_text("mine")
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
    held(tally, here, world.digests[scenario.like], name, strangers=bool(scenario.start))
    shutil.rmtree(here)


def held(tally: Tally, here: Path, digest: str, name: str, *, strangers: bool = False) -> None:
    """Hold a run that was disturbed and came back against what it must be."""
    mine = [here / stranger for stranger in _MINE] if strangers else []
    touched = [path for path in mine if not path.is_file() or path.read_text() != "mine"]
    for path in mine:
        path.unlink(missing_ok=True)  # verify would call them foreign, and rightly
    left = [str(path.relative_to(here)) for path in here.rglob(".unfinished*")]
    verdict = command("verify", here)
    if touched:
        tally.note("touched", f"{name}: {touched}")
    elif told(here)["digest"] != digest or told(here)["status"] != "finished":
        tally.note("wrong", name)
    elif verdict.code or verdict.failed or left:
        tally.note("unsound", f"{name}: {left} {verdict.output}{verdict.failed}")
    else:
        tally.note("came back")


def at_steps(world: World, share: float, seed: int) -> Iterator[Case]:
    """Yield a kill at every step of every scenario, or at a share of them, drawn."""
    draw = random.Random(seed)
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

    awaited(child(act), SECONDS_TO_END)
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

        code = awaited(child(act), SECONDS_TO_END)
        tally.note("SIGKILL" if code == -signal.SIGKILL else "ended before")
        come_back(tally, self._world, self._scenario, here, self.name)


def at_moments(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield kills, and signals that a process can answer, at moments drawn."""
    draw = random.Random(seed)
    known = scenarios(world)
    kinds = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
    for number in range(count):
        times = [
            (draw.choice(kinds), 0.03 + draw.random() * 0.22) for _ in range(draw.choice([1, 1, 3]))
        ]
        yield _MomentCase(world, draw.choice(known), times, number)


class _MomentCase:
    """A signal at some moment, or several times in a row, the command given again in between."""

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        times: list[tuple[signal.Signals, float]],
        number: int,
    ) -> None:
        said = " ".join(f"{kind.name} at {seconds:.3f}" for kind, seconds in times)
        self.name = f"moment {number}: {scenario.name}, {said}"
        self._world, self._scenario, self._times = world, scenario, times
        self._place = f"moment-{number}"

    def __call__(self, tally: Tally) -> None:
        here = begun(self._world, self._scenario, self._place)
        for kind, seconds in self._times:
            pid = self._command(here)
            signalled(tally, pid, kind, seconds, self.name, errors_of(here))
        come_back(tally, self._world, self._scenario, here, self.name)

    def _command(self, here: Path) -> int:
        words = placed(self._scenario.words, here)
        return child(lambda: main(words, standalone_mode=False), errors_of(here))


def errors_of(here: Path) -> Path:
    """Return where the messages of a killed child go: beside its run."""
    return here.with_name(f"{here.name}.errors")


def signalled(
    tally: Tally, pid: int, kind: signal.Signals, seconds: float, name: str, errors: Path
) -> None:
    """Send a child a signal at a moment, and say how it took it."""
    time.sleep(seconds)
    os.kill(pid, kind)
    code = awaited(pid, SECONDS_TO_END)
    tally.note("ended before" if code == 0 else kind.name)
    allowed = (0, -signal.SIGKILL) if kind == signal.SIGKILL else (0, 130, 128 + kind, -kind)
    said = errors.read_text("utf-8", "replace") if errors.exists() else ""
    if code not in allowed or "Traceback" in said:
        tally.note("ended oddly", f"{name}: {code} {said[-1_500:]}")
    errors.unlink(missing_ok=True)
