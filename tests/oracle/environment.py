"""Steps 1 and 2: docs/model.md 7.3 (environment) and 7.4 (contacts)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from oracle import primitives
from oracle.state import (
    CEMO_STRUCTURE,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    INFRASTRUCTURE_CHIEF,
    Firm,
    clip,
    total,
)


def any_exp(x: float) -> float:
    """Return the C library's exponential, infinite where it overflows."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def demand(settings: Mapping[str, Any], quarter: int) -> float:
    """Return digital demand D(t)."""
    midpoint = settings["environment.demand_midpoint"]
    scale = settings["environment.demand_scale"]
    return primitives.on_grid(1 / (1 + any_exp(-(quarter - midpoint) / scale)))


def hype(settings: Mapping[str, Any], quarter: int) -> float:
    """Return technology hype H(t), which stays at H(0) without the mechanism ``hype_cycle``."""
    t = quarter if settings["mechanisms.hype_cycle"] else 0
    height = settings["environment.hype_height"]
    peak = settings["environment.hype_peak"]
    width = settings["environment.hype_width"]
    return primitives.on_grid(height * any_exp(-((t - peak) ** 2) / (2 * width**2)))


def demand_of_four_quarters(settings: Mapping[str, Any], quarter: int) -> float:
    """Return D4(t), the demand of this and the three quarters before, as far as they exist."""
    return total(demand(settings, t) for t in range(max(0, quarter - 3), quarter + 1))


def environment(firm: Firm, quarter: int) -> None:
    """Step 1: demand and hype move, and exposure grows from the second quarter on."""
    firm.now.demand = demand(firm.settings, quarter)
    firm.now.hype = hype(firm.settings, quarter)
    firm.now.demand_of_four_quarters = demand_of_four_quarters(firm.settings, quarter)
    if quarter >= 1:
        growth = firm.quantity("firm.exposure_growth")
        firm.exposure = firm.exposure + growth * (1 - firm.exposure)


def opening(firm: Firm) -> float:
    """Return how far the chiefs open the doors between the departments."""
    moderation = firm.settings["cooperation.moderation"]
    if firm.structure == CEMO_STRUCTURE:
        asked = moderation * firm.chiefs[CMO].cooperation
        if not firm.settings["mechanisms.working_infrastructure_chief"]:
            return asked
        cio = firm.chiefs[CIO].cooperation
        if INFRASTRUCTURE_CHIEF not in firm.chiefs:
            return asked * cio
        return asked * (1 - (1 - firm.chiefs[INFRASTRUCTURE_CHIEF].cooperation) * (1 - cio))
    if firm.structure == CMTO_STRUCTURE:
        return moderation * firm.chiefs[CMTO].cooperation
    return moderation * firm.chiefs[CMO].cooperation * firm.chiefs[CIO].cooperation


def contacts(firm: Firm) -> None:
    """Step 2: everyone's chance that an encounter is with the other department."""
    opened = firm.rounded(opening(firm))
    added = firm.parameter("cooperation.added_contact")
    for person in firm.everyone():
        chance = (person.contact_propensity + opened) + added
        person.contact_chance = clip(chance)
