"""Every single bit of a manifest flipped; and manifests cut, emptied, lost, one or both.

Each flip of a bit goes through what ``verify`` and ``resume`` read a manifest by, all 80,000 of
them. One in so many, and all other damage, goes through the commands themselves.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from orgsim.execution.recovery import whole_manifest
from orgsim.model import MODEL
from orgsim.store.manifest import CorruptManifestError, read_manifest
from reliability.world import Case, Tally, World, command, told

NAME, COPY = "manifest.json", "ledger/manifest.json"
_BYTES_A_CASE = 64
How = tuple[str, int | str]
"""A way to alter a manifest, and the bit, the length or the field."""


def cases(world: World, every: int, seed: int) -> Iterator[Case]:
    """Yield the flips of some bytes together, then single ones that are mended, then losses.

    Parameters
    ----------
    every : int
        Of how many bytes, and of how many of all else, one is tried.
    """
    size = (world.path / "setting" / NAME).stat().st_size
    for start in range(0, size, _BYTES_A_CASE * every):
        yield _Flips(world, start, min(start + _BYTES_A_CASE, size))
    altered = [*_flips(world, random.Random(seed), every), *_losses(world, every)]
    for number, (run, how) in enumerate(altered):
        yield _Altered(world, run, how, number)


def _flips(world: World, draw: random.Random, every: int) -> Iterator[tuple[str, dict[str, How]]]:
    """Yield a bit of every so many bytes, in the manifest, in its copy, and in both."""
    for run, names, step in (
        ("setting", [NAME], 16),
        ("setting", [COPY], 64),
        ("setting", [NAME, COPY], 64),
        ("sweep", [NAME], 64),
        ("sweep", [NAME, COPY], 256),
    ):
        size = (world.path / run / NAME).stat().st_size
        for first in range(0, size, step * every):
            bits = [8 * min(first + draw.randrange(step), size - 1) + draw.randrange(8)]
            bits += [draw.randrange(8 * size) for _ in names[1:]]
            yield run, {name: ("flip", bit) for name, bit in zip(names, bits, strict=True)}


def _losses(world: World, every: int) -> Iterator[tuple[str, dict[str, How]]]:
    """Yield manifests that are cut, gone, or lack a field."""
    for run in ("setting", "sweep"):
        size = (world.path / run / NAME).stat().st_size
        first = 16 if run == "setting" else 64
        for names, step in (([NAME], first), ([COPY], 256), ([NAME, COPY], 256)):
            ways: list[How] = [("cut", length) for length in range(0, size, step * every)]
            ways += [("lost", 0)]
            ways += [("without", field) for field in list(told(world.path / run))[::every]]
            for way in ways:
                yield run, dict.fromkeys(names, way)


def _flipped(content: bytes, bit: int) -> bytes:
    altered = bytearray(content)
    altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)


class _Flips:
    """Every bit of some bytes, one at a time: noticed as it is read, and made good."""

    def __init__(self, world: World, first: int, stop: int) -> None:
        self.name = f"bits of bytes {first} to {stop}"
        self._world, self._bits = world, range(8 * first, 8 * stop)
        self._here = world.path / f"flips-{first}"

    def __call__(self, tally: Tally) -> None:
        shutil.copytree(self._world.path / "setting", self._here)
        whole = (self._here / NAME).read_bytes()
        expected = read_manifest(self._here).as_dict()
        tally.counts["tried"] += len(self._bits) - 1
        for bit in self._bits:
            (self._here / NAME).write_bytes(_flipped(whole, bit))
            try:
                read_manifest(self._here)
            except CorruptManifestError:
                tally.counts["bits found"] += 1
            else:
                tally.note("not found", f"bit {bit}")
            if whole_manifest(self._here, MODEL).as_dict() == expected:
                tally.counts["bits made good"] += 1
            else:
                tally.note("not made good", f"bit {bit}")
        shutil.rmtree(self._here)


class _Altered:
    """One manifest or both altered: found by verify, and mended to what verify calls sound."""

    def __init__(self, world: World, run: str, how: dict[str, How], number: int) -> None:
        self.name = f"{run}: {how}, {'the same command' if number % 2 else 'resume'}"
        self._world, self._run, self._how, self._number = world, run, how, number

    def _alter(self, here: Path) -> None:
        for name, (way, where) in self._how.items():
            content = (here / name).read_bytes()
            if way == "lost":
                (here / name).unlink()
            elif isinstance(where, str):
                rest = {key: value for key, value in json.loads(content).items() if key != where}
                (here / name).write_text(json.dumps(rest, indent=2), encoding="utf-8")
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
            tally.note("found by verify")
        again = ["run", self._world.config(self._run), "--out", here, "--quiet", "--threads", 1]
        words = again if self._number % 2 else ["resume", here, "--quiet", "--threads", 1]
        worked = command(*words)
        sound = command("verify", here, "--json")
        if worked.failed or worked.code or sound.code:
            tally.note("not mended", f"{self.name}: {worked} {sound.output}")
            return
        after, lost = told(here), json.loads(sound.output)["lost"]
        same = set(before) - {"ended", "seconds", "seal", "lost", "files", *lost}
        if after["digest"] != before["digest"] or any(after.get(k) != before[k] for k in same):
            tally.note("wrong", self.name)
        elif bool(lost) != (len(self._how) == 2):
            tally.note("lost unnamed", f"{self.name}: {lost}")
        else:
            tally.note("mended, and what was lost is named" if lost else "mended")
        shutil.rmtree(here)

    def _names(self, output: str) -> bool:
        tables = json.loads(output)["tables"]
        return all(name in tables for name in self._how)
