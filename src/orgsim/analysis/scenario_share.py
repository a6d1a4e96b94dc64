"""One scenario's share beside the reference's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ScenarioShare:
    """One scenario: how often it occurred, and how often the reference says.

    Shares lie in [0, 1]; ``low`` and ``high`` are the ends of the simultaneous interval;
    ``title`` is the scenario in words.
    """

    scenario: str
    title: str
    count: int
    firms: int
    share: float
    low: float
    high: float
    reference: float
    reference_firms: int | None

    @property
    def difference(self) -> float:
        """Simulated less reference share."""
        return self.share - self.reference

    @property
    def standardised_difference(self) -> float | None:
        """Difference in standard errors, were the reference right; None where those are 0.

        Beside a sample, the standard error is that of both, the shares pooled.
        """
        per_firm = 1.0 / self.firms
        expected = self.reference
        if self.reference_firms is not None:
            per_firm += 1.0 / self.reference_firms
            both = self.count + self.reference * self.reference_firms
            expected = both / (self.firms + self.reference_firms)
        variance = expected * (1.0 - expected) * per_firm
        if variance > 0.0:
            return self.difference / float(np.sqrt(variance))
        return 0.0 if self.difference == 0.0 else None

    @property
    def effect_size(self) -> float:
        """Cohen's h, the difference of arcsines: of a size that firms do not change.

        References
        ----------
        J. Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., Lawrence
        Erlbaum.
        """
        angles = 2.0 * np.arcsin(np.sqrt([self.share, min(self.reference, 1.0)]))
        return float(angles[0] - angles[1])
