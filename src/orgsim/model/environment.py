"""Step 1: digital demand and technology hype, the same for all firms.

Need and hype are apart: a firm that acts on hype chases the article's phantom.
Hype also stands for imitation among firms (Abrahamson 1991, Academy of
Management Review 16(3)); the bell is a convention, and such curves have been
criticised (Dedehayir and Steinert 2016, Technological Forecasting and Social
Change 108).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from orgsim.model.state import WINDOW, Environment
from orgsim.numerics.elementary import GRID
from orgsim.numerics.jit import rule


def demand_and_hype(p: Any, quarters: int) -> Environment:
    """Return demand and hype for each quarter, rounded to multiples of 2**-24.

    Parameters
    ----------
    p : record of parameters
    quarters : int
        Horizon; a longer one leaves the earlier quarters as they were.
    """
    t = np.arange(quarters, dtype=np.float64)
    with np.errstate(over="ignore", under="ignore"):
        demand = 1.0 / (
            1.0 + np.exp(-(t - p.environment_demand_midpoint) / p.environment_demand_scale)
        )
        hype = p.environment_hype_height * np.exp(
            -((t - p.environment_hype_peak) ** 2) / (2.0 * p.environment_hype_width**2)
        )
    if not p.mechanisms_hype_cycle:
        hype = np.full_like(hype, hype[0])
    demand = np.round(demand * GRID) / GRID
    hype = np.round(hype * GRID) / GRID
    window = np.zeros(quarters)
    for age in reversed(range(WINDOW)):  # the oldest first, so that sums round alike everywhere
        window[age:] += demand[: quarters - age] if age < quarters else 0.0
    return Environment(demand, hype, window)


@rule
def grow_exposure(firms):
    """Let demand reach a share of the business it did not touch (from the second quarter on)."""
    for lane in range(firms.number.size):
        exposure = firms.exposure[lane]
        firms.exposure[lane] = exposure + firms.exposure_growth[lane] * (1.0 - exposure)
