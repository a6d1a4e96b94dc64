"""Hostile directories: nothing outside may change, and no command may hang, swell or steer."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator

from reliability.children import awaited, child
from reliability.harms import Harm, harms
from reliability.world import Case, Hung, Tally, World, command, fingerprint, steering

MOST_MEMORY = 3 * 2**30
SECONDS_A_COMMAND = 20
_LONGEST_MESSAGE = 6_500


def cases(world: World) -> Iterator[Case]:
    """Yield the hostile directories."""
    for number, (name, harm) in enumerate(harms()):
        yield _Case(world, name, harm, number)


class _Case:
    """One hostile directory, and every command that comes near it."""

    def __init__(self, world: World, name: str, harm: Harm, number: int) -> None:
        self.name, self._world, self._harm = name, world, harm
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
        return [
            ["status", here],
            ["verify", here],
            ["compare", here],
            ["plot", here, "--figure", "response-curves"],
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
        try:
            code = awaited(child(act), SECONDS_A_COMMAND)
        except Hung:
            return "hung", f"after {SECONDS_A_COMMAND} s"
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
