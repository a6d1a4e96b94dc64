"""Hostile directories: nothing outside may change, and no command may hang, swell or steer."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

from reliability.children import awaited, child
from reliability.harms import Harm, harms
from reliability.world import Case, Tally, World, command, fingerprint, steering
from small_runs import Hung

MOST_MEMORY = 3 * 2**30
SECONDS_TO_READ, SECONDS_TO_WORK = 20, 60
"""Of commands that look at a run, and of those that go on with it."""

_LOOKING = ("status", "verify", "compare", "plot", "trace", "report")
_LONGEST_MESSAGE = 6_500


def cases(world: World) -> Iterator[Case]:
    """Yield the hostile directories."""
    for number, (name, harm) in enumerate(harms()):
        yield _Case(world, name, harm, number)


class _Case:
    """One hostile directory, and every command that comes near it."""

    def __init__(self, world: World, name: str, harm: Harm, number: int) -> None:
        self.name, self._world, self._harm, self._number = name, world, harm, number
        self._place = world.path / f"hostile-{number}"

    def __call__(self, tally: Tally) -> None:
        here, outside = self._place / "here", self._place / "outside"
        shutil.copytree(self._world.path / "sweep", here)
        (outside / "inner").mkdir(parents=True)
        (outside / "precious.txt").write_text("precious")
        (outside / "inner" / f"{sorted((here / 'firms').iterdir())[0].name}").write_text("mine")
        self._harm(here, outside)
        before = fingerprint(outside)
        for words in self._commands(here):
            what, problem = self._told(words)
            tally.note(what, f"{self.name}: {words[0]}: {problem}" if problem else "")
        if fingerprint(outside) != before:
            tally.note("wrote outside", self.name)
        shutil.rmtree(self._place)

    def _commands(self, here: Path) -> list[list[object]]:
        sweep = self._world.config("sweep")
        report: list[list[object]] = [["report", here]] if self._number % 4 == 0 else []
        return [
            ["status", here],
            ["verify", here],
            ["compare", here],
            ["plot", here, "--figure", "response-curves"],
            ["trace", here, "--point", 0, "--firm", 0],
            *report,
            ["resume", here, "--threads", 1, "--quiet"],
            ["sweep", sweep, "--out", here, "--threads", 1, "--quiet"],
            ["sweep", sweep, "--out", here, "--firms", 120, "--threads", 1, "--quiet"],
            ["sweep", sweep, "--out", here, "--overwrite", "--threads", 1, "--quiet"],
        ]

    def _told(self, words: list[object]) -> tuple[str, str]:
        """Give a command in a child that may take neither long nor much memory."""
        answer = self._place / "answer.json"

        def act() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            worked = command(*words)
            said = {
                "code": worked.code,
                "output": worked.output[:20_000],
                "failed": worked.failed[-900:],
            }
            answer.write_text(json.dumps(said), encoding="utf-8")

        answer.unlink(missing_ok=True)
        seconds = SECONDS_TO_READ if words[0] in _LOOKING else SECONDS_TO_WORK
        try:
            code = awaited(child(act), seconds)
        except Hung:
            return "hung", f"after {seconds} s"
        if not answer.exists():
            return "died", f"{code}"
        said = json.loads(answer.read_text("utf-8"))
        if said["failed"]:
            return "traceback", said["failed"]
        if steering(said["output"]):
            return "steers a terminal", steering(said["output"])
        if said["code"] and len(said["output"]) > _LONGEST_MESSAGE:
            return "long message", said["output"][:300]
        return ("refused" if said["code"] else "worked"), ""
