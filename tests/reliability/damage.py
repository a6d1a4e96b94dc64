"""Files of runs damaged in every way; each found, and mended to the same digest."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from reliability.world import Case, Tally, World, command, told

Damage = Callable[[Path, random.Random], None]


def _flip(file: Path, draw: random.Random) -> None:
    content = bytearray(file.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    file.write_bytes(content)


def _zero(file: Path, draw: random.Random) -> None:
    content = bytearray(file.read_bytes())
    start = draw.randrange(len(content))
    stop = min(start + draw.randint(1, 4_096), len(content))
    content[start:stop] = bytes(stop - start)
    file.write_bytes(content)


def _cut(file: Path, draw: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: draw.randrange(len(content))])


def _extend(file: Path, draw: random.Random) -> None:
    file.write_bytes(file.read_bytes() + draw.randbytes(draw.randint(1, 999)))


def _scramble(file: Path, draw: random.Random) -> None:
    file.write_bytes(draw.randbytes(file.stat().st_size))


def _empty(file: Path, draw: random.Random) -> None:
    file.write_bytes(b"")


def _delete(file: Path, draw: random.Random) -> None:
    file.unlink()


def _replace(file: Path, draw: random.Random) -> None:
    file.unlink()
    file.mkdir()
    if draw.random() < 0.5:
        (file / "mine.txt").write_text("mine")


def _swap(file: Path, draw: random.Random) -> None:
    run = file.parents[1] if file.parent.name in ("firms", "quarters", "ledger") else file.parent
    others = [path for path in _files(run) if path != file]
    file.write_bytes(draw.choice(others).read_bytes())


WAYS: dict[str, Damage] = {
    "flip": _flip,
    "zero": _zero,
    "cut": _cut,
    "extend": _extend,
    "scramble": _scramble,
    "empty": _empty,
    "delete": _delete,
    "swap": _swap,
    "a directory": _replace,
}
RUNS = {"setting": "setting", "sweep": "sweep", "half": "sweep"}
"""Runs that are damaged, the last of them unfinished, and the config that each is of."""


def _files(run: Path) -> list[Path]:
    return sorted(
        path for path in run.rglob("*") if path.is_file() and not path.name.startswith(".")
    )


def cases(world: World, count: int, seed: int) -> Iterator[Case]:
    """Yield damage to a file drawn, done in a way drawn."""
    draw = random.Random(seed)
    for number in range(count):
        run = draw.choice(list(RUNS))
        file = draw.choice(_files(world.path / run)).relative_to(world.path / run)
        yield _Case(world, run, file, draw.choice(list(WAYS)), number, draw.getrandbits(32))


class _Case:
    """One damaged file."""

    def __init__(
        self, world: World, run: str, file: Path, way: str, number: int, seed: int
    ) -> None:
        self.name = f"{number}: {run}/{file}, {way} ({seed})"
        self._world, self._run, self._file, self._way = world, run, file, way
        self._number, self._seed = number, seed

    def __call__(self, tally: Tally) -> None:
        here = self._world.path / f"damaged-{self._number}"
        shutil.copytree(self._world.path / self._run, here)
        before = (here / self._file).read_bytes()
        WAYS[self._way](here / self._file, random.Random(self._seed))
        is_same = (here / self._file).is_file() and (here / self._file).read_bytes() == before
        self._look(tally, here, is_same=is_same)
        self._mend(tally, here)
        shutil.rmtree(here)

    def _look(self, tally: Tally, here: Path, *, is_same: bool) -> None:
        found = command("verify", here, "--json")
        if found.failed:
            tally.note("traceback", f"{self.name}: {found.failed}")
        elif is_same:
            tally.note("left as it was")
        elif found.code == 1 and self._names_it(found.output):
            tally.note("found")
        elif found.code == 2 and found.output.startswith("Error: "):
            tally.note("refused")  # an unfinished run that has lost its config, say
        elif found.code == 0 and self._file.suffix == ".npz":
            tally.note("harmless")  # bytes of the archive that hold nothing of the entry
        else:
            tally.note("not found", f"{self.name}: {found.code} {found.output}")

    def _names_it(self, output: str) -> bool:
        """Whether verify names the very file, or the part that it is of."""
        told = json.loads(output)
        wrong = [*told["missing"], *told["damaged"], *told["tables"], *told["foreign"]]
        named = self._file.stem in wrong or str(self._file) in wrong
        return named or (self._run == "half" and self._file.suffix == ".npz")

    def _mend(self, tally: Tally, here: Path) -> None:
        config = RUNS[self._run]
        again = ["run", self._world.config(config), "--out", here, "--quiet", "--threads", 1]
        resume = ["resume", here, "--quiet", "--threads", 1]
        both = (resume, again) if self._number % 2 else (again, resume)
        if (here / self._file).is_dir():
            self._refused(tally, here, resume)
            shutil.rmtree(here / self._file)
        for words in both:
            worked = command(*words)
            if worked.failed or worked.code not in (0, 2):
                tally.note(
                    "traceback", f"{self.name}: {worked.code} {worked.output}{worked.failed}"
                )
                return
            verdict = command("verify", here)
            if worked.code == 0 and verdict.code == 0:
                break
            if words is again:
                tally.note("left to resume")  # it looks whether files are there, not into them
        if verdict.code:
            tally.note("lost", f"{self.name}: {verdict.output}")
        elif told(here)["digest"] != self._world.digests[config]:
            tally.note("wrong", self.name)
        else:
            tally.note("mended by resume" if words is resume else "mended by the same command")

    def _refused(self, tally: Tally, here: Path, words: list[object]) -> None:
        """See that what is somebody else's is refused by its name and left alone."""
        mine = sorted((here / self._file).iterdir())
        worked = command(*words)
        if worked.failed or worked.code not in (2, 3):
            tally.note("traceback", f"{self.name}: {worked.code} {worked.output}{worked.failed}")
        elif str(self._file) not in worked.output:
            tally.note("misnamed", f"{self.name}: {worked.output}")
        elif sorted((here / self._file).iterdir()) != mine:
            tally.note("touched", self.name)
        else:
            tally.note("directories refused")
