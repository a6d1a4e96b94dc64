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
    scenarios: int

    def as_table(self) -> dict[str, float | int]:
        """Return what a config says of it."""
        return {"half_width": self.half_width, "most_firms": self.most_firms}
