"""Pictures of a sensitivity analysis: which parameters move which outputs, and by how much."""

from __future__ import annotations

from typing import Any

from orgsim.figures.entry import Drawing, Given
from orgsim.figures.registry import drawings
from orgsim.figures.sensitivity.inputs import (
    GivenShares,
    NearPoints,
    PairShares,
    ScreenedEffects,
    VarianceShares,
    WithInterval,
)
from orgsim.figures.sensitivity.parts import in_parts

__all__ = [
    "GivenShares",
    "NearPoints",
    "PairShares",
    "ScreenedEffects",
    "VarianceShares",
    "WithInterval",
    "figures_of",
]


def figures_of(*numbers: Any) -> dict[str, Drawing]:
    """Return the figures of an analysis by names fit for files, those whose numbers are given.

    Where there are more outputs than a sheet has room for, there are several of a kind.
    """
    given: list[Given[Any]] = [part for each in numbers for part in in_parts(each)]
    return drawings(__name__, given)
