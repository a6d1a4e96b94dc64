"""Pictures of a parameter sweep: shares of the scenarios over the parameters moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from orgsim.figures.sweep.curves import response_curves
from orgsim.figures.sweep.influence import influence
from orgsim.figures.sweep.maps import distance_map, likeliest_map, share_maps
from orgsim.figures.sweep.shares import (
    SweepShares,
    distance,
    likeliest,
    moved,
    reference_shares,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "SweepShares",
    "distance",
    "distance_map",
    "figures_of",
    "influence",
    "likeliest",
    "likeliest_map",
    "response_curves",
    "share_maps",
]

MAPPED_PARAMETERS = 3
"""Of more than two parameters, so many that move the shares most are mapped pairwise."""


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


def figures_of(sweep: SweepShares) -> dict[str, Callable[[], Figure]]:
    """Return the figures that suit a sweep, by names fit for files.

    With one parameter, its response curves; with two, maps as well; with more,
    maps for the pairs of the three that move the shares most (see
    ``influence``).
    """
    paths = moved(sweep)
    figures: dict[str, Callable[[], Figure]] = {"response-curves": partial(response_curves, sweep)}
    mapped = paths
    if len(paths) > 2:
        ranked = sorted(paths, key=lambda path: -influence(sweep, path))[:MAPPED_PARAMETERS]
        mapped = [path for path in paths if path in ranked]
    slugs = _slugs(paths)
    whole = all(share is not None for share in reference_shares(sweep))
    for x, y in combinations(mapped, 2):
        pair = f"{slugs[x]}-{slugs[y]}"
        figures[f"share-map-{pair}"] = partial(share_maps, sweep, x, y)
        figures[f"likeliest-map-{pair}"] = partial(likeliest_map, sweep, x, y)
        if whole:
            figures[f"distance-map-{pair}"] = partial(distance_map, sweep, x, y)
    return figures
