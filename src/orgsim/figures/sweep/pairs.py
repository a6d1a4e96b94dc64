"""Pairs of the parameters of a sweep: what maps are made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from orgsim.figures.entry import Given
from orgsim.figures.sweep.influence import influence
from orgsim.figures.sweep.shares import SweepShares, moved
from orgsim.model import MODEL
from orgsim.spec.swept_path import SweptPath

MAPPED_PARAMETERS = 3
"""Of more than two parameters, so many that move the shares most are mapped pairwise."""


@dataclass(frozen=True)
class SweepPair:
    """Shares over a design, to be seen over two of its parameters.

    Parameters
    ----------
    x, y : str
        Their paths.
    """

    sweep: SweepShares
    x: str
    y: str


def mapped_pairs(sweep: SweepShares) -> list[Given[SweepPair]]:
    """Return the pairs of parameters that maps are drawn of; none of a single parameter."""
    paths = moved(sweep)
    mapped = paths
    if len(paths) > 2:
        most = sorted(paths, key=lambda path: -influence(sweep, path))[:MAPPED_PARAMETERS]
        mapped = [path for path in paths if path in most]
    slugs = _slugs(paths)
    return [
        _given(SweepPair(sweep, x, y), f"{slugs[x]}-{slugs[y]}") for x, y in combinations(mapped, 2)
    ]


def _given(pair: SweepPair, slug: str) -> Given[SweepPair]:
    called = f"{_name(pair.x)} and {_name(pair.y)}"
    return Given(SweepPair, lambda: pair, slug, called, parameters=(pair.x, pair.y))


def _name(path: str) -> str:
    """Return a parameter's name without its section, and the department if it is of one."""
    found = SweptPath.of(path, MODEL)
    return path if found is None else found.name


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "parameter"


def _slugs(paths: Sequence[str]) -> dict[str, str]:
    """Return a name for files for each path, all different."""
    slugs: dict[str, str] = {}
    for path in paths:
        slug, number = _slug(path), 2
        while slug in slugs.values():
            slug, number = f"{_slug(path)}-{number}", number + 1
        slugs[path] = slug
    return slugs
