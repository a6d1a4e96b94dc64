"""How many firms that tried ended better than their twins, with the same luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orgsim.analysis.proportions import clopper_pearson
from orgsim.analysis.shares import ERROR


@dataclass(frozen=True)
class Improvement:
    """Firms that proposed a reorganisation, beside their twins.

    Attributes
    ----------
    tried : int
        Firms that proposed a reorganisation.
    improved : int
        Of these, firms that perform more than the margin better than their twins.
    sustained : int
        Of these again, firms whose structure is active at the horizon.
    margin : float
        A share of the twin's performance.
    """

    tried: int
    improved: int
    sustained: int
    margin: float

    def of_tried(self, count: int) -> tuple[float, float, float]:
        """Return a count as a share of the firms that tried, with exact 95 % limits.

        NaN where none tried.
        """
        if not self.tried:
            return (float("nan"),) * 3
        low, high = clopper_pearson(count, self.tried, ERROR)
        return count / self.tried, low, high

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON; shares are None where no firm tried."""
        found: dict[str, Any] = {"tried": self.tried, "margin": self.margin}
        for name, count in (("improved", self.improved), ("sustained", self.sustained)):
            share, low, high = self.of_tried(count) if self.tried else (None, None, None)
            found[name] = {"count": count, "share": share, "low": low, "high": high}
        return found
