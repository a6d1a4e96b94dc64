"""Pictures of a parameter sweep: shares of the scenarios over the parameters moved."""

from __future__ import annotations

from orgsim.figures.entry import Drawing, Given
from orgsim.figures.registry import drawings
from orgsim.figures.sweep.pairs import SweepPair, mapped_pairs
from orgsim.figures.sweep.shares import SweepShares

__all__ = ["SweepPair", "SweepShares", "figures_of"]


def figures_of(sweep: SweepShares) -> dict[str, Drawing]:
    """Return the figures that suit a sweep, by names fit for files.

    With one parameter, its response curves; with two, maps as well; with more,
    maps for the pairs of the three that move the shares most (see
    ``influence``).
    """
    return drawings(__name__, [Given.of(sweep), *mapped_pairs(sweep)])
