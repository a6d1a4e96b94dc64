"""The parts, and how much of each is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from reliability import crowds, damage, hostile, inputs, kills, manifests, signals
from reliability.scenarios import make_starts
from reliability.world import Case, World


def _kills(world: World, tiny: bool, seed: int) -> Iterator[Case]:
    make_starts(world)
    yield from crowds.dask(world, 1 if tiny else 4, seed)
    yield from crowds.shards(world, 2 if tiny else 30, seed)
    yield from kills.at_moments(world, 5 if tiny else 150, seed)
    yield from kills.at_steps(world, 0.02 if tiny else 1.0, seed)


def _signals(world: World, tiny: bool, seed: int) -> Iterator[Case]:
    yield from signals.cases(world, 1 if tiny else 16, seed)


def _damage(world: World, tiny: bool, seed: int) -> Iterator[Case]:
    make_starts(world)
    yield from damage.cases(world, 40 if tiny else 2_000, seed)


def _manifests(world: World, tiny: bool, seed: int) -> Iterator[Case]:
    yield from manifests.cases(world, 80 if tiny else 1, seed)


def _inputs(world: World, tiny: bool, seed: int) -> Iterator[Case]:
    yield from inputs.cases(world, 2_000 if tiny else 100_000, seed)


def _hostile(world: World, tiny: bool, seed: int) -> Iterator[Case]:
    yield from islice(hostile.cases(world), 0, None, 8 if tiny else 1)


PARTS: dict[str, Callable[[World, bool, int], Iterable[Case]]] = {
    "kills": _kills,
    "signals": _signals,
    "damage": _damage,
    "manifests": _manifests,
    "inputs": _inputs,
    "hostile": _hostile,
}
