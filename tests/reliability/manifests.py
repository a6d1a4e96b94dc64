"""Every single bit of a manifest flipped; and manifests cut, emptied, lost, one or both."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from orgsim.store.manifest import CorruptManifestError, read_manifest
from reliability.world import Case, Tally, World, command, told

NAME, COPY = "manifest.json", "ledger/manifest.json"
_BYTES_A_CASE = 64


def cases(world: World, every: int, seed: int) -> Iterator[Case]:
    """Yield the flips of some bytes together, then single ones that are mended, then losses.

    Parameters
    ----------
    every : int
        Of how many bytes, and of how many of all else, one is tried.
    """
    draw = random.Random(seed)
    size = (world.path / "setting" / NAME).stat().st_size
    for start in range(0, size, _BYTES_A_CASE * every):
        yield _Flips(world, start, min(start + _BYTES_A_CASE, size))
    for number in range(max(1_000 // every, 4)):
        name = draw.choice([NAME, NAME, COPY])
        yield _Altered(world, "setting", {name: ("flip", draw.randrange(8 * size))}, number)
    for number in range(max(200 // every, 2)):
        bits = {name: ("flip", draw.randrange(8 * size)) for name in (NAME, COPY)}
        yield _Altered(world, "setting", bits, 10_000 + number)
    number = 20_000
    for run in ("setting", "sweep"):
        size = (world.path / run / NAME).stat().st_size
        for which in ([NAME], [COPY], [NAME, COPY]):
            lengths = range(0, size, 256 * every)
            ways = [("cut", length) for length in lengths] + [("lost", 0)]
            for way in ways:
                yield _Altered(world, run, dict.fromkeys(which, way), number)
                number += 1


def _flipped(content: bytes, bit: int) -> bytes:
    altered = bytearray(content)
    altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)


class _Flips:
    """Every bit of some bytes, one at a time: each must be noticed as it is read."""

    def __init__(self, world: World, first: int, stop: int) -> None:
        self.name = f"bits of bytes {first} to {stop}"
        self._world, self._bits = world, range(8 * first, 8 * stop)
        self._here = world.path / f"flips-{first}"

    def __call__(self, tally: Tally) -> None:
        shutil.copytree(self._world.path / "setting", self._here)
        whole = (self._here / NAME).read_bytes()
        tally.counts["tried"] += len(self._bits) - 1
        for bit in self._bits:
            (self._here / NAME).write_bytes(_flipped(whole, bit))
            try:
                read_manifest(self._here)
            except CorruptManifestError:
                tally.counts["found"] += 1
            else:
                tally.note("not found", f"bit {bit}")
        shutil.rmtree(self._here)


class _Altered:
    """One manifest or both altered: found by verify, and mended to what verify calls sound."""

    def __init__(
        self, world: World, run: str, how: dict[str, tuple[str, int]], number: int
    ) -> None:
        self.name = f"{run}: {how}"
        self._world, self._run, self._how, self._number = world, run, how, number

    def _alter(self, here: Path) -> None:
        for name, (way, where) in self._how.items():
            content = (here / name).read_bytes()
            if way == "lost":
                (here / name).unlink()
            else:
                (here / name).write_bytes(
                    _flipped(content, where) if way == "flip" else content[:where]
                )

    def __call__(self, tally: Tally) -> None:
        here = self._world.path / f"altered-{self._number}"
        shutil.copytree(self._world.path / self._run, here)
        before = told(here)
        self._alter(here)
        found = command("verify", here, "--json")
        if found.failed or found.code != 1 or not self._names(found.output):
            tally.note("not found", f"{self.name}: {found.code} {found.output} {found.failed}")
        else:
            tally.note("found")
        again = ["run", self._world.config(self._run), "--out", here, "--quiet", "--threads", 1]
        words = again if self._number % 2 else ["resume", here, "--quiet", "--threads", 1]
        worked = command(*words)
        sound = command("verify", here, "--json")
        if worked.failed or worked.code or sound.code:
            tally.note("not mended", f"{self.name}: {worked} {sound.output}")
            return
        after, lost = told(here), json.loads(sound.output)["lost"]
        same = set(before) - {"ended", "seconds", "seal", "lost", "files", *lost}
        if after["digest"] != before["digest"] or any(after[k] != before[k] for k in same):
            tally.note("wrong", self.name)
        elif bool(lost) != (len(self._how) == 2):
            tally.note("lost unnamed", f"{self.name}: {lost}")
        else:
            tally.note("mended, and what was lost is named" if lost else "mended")
        shutil.rmtree(here)

    def _names(self, output: str) -> bool:
        tables = json.loads(output)["tables"]
        return all(name in tables for name in self._how)
