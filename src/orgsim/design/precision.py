"""How well shares shall be known: what decides how many firms a point gets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Precision:
    """How well every share shall be known.

    Attributes
    ----------
    half_width : float
        Of every share's simultaneous interval, in shares.
    most_firms : int
        Cap on the firms of a point.
    """

    half_width: float
    most_firms: int
