"""What a config wants kept, and compared with: as a manifest says it, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Output:
    """Which tables are kept beside the shares."""

    firms: bool
    quarters: bool


@dataclass(frozen=True)
class Target:
    """What the shares are compared with.

    Attributes
    ----------
    shares : mapping of scenario to share
    tolerance : float
        How far each may be off for a match.
    """

    shares: Mapping[str, float]
    tolerance: float
