"""Version 1 of the model, frozen: the values and curves that the ports here implement.

The rules of that version are the ports themselves, and no port reads anything of the engine: what
the engine's model becomes neither changes a port by halves nor leaves it wrong in silence, as
``benchmarks/model_version.py`` holds this file against the engine before a race. Another version
of the model gets a file of its own beside this one, and ports written anew.

Made in November 2026 from orgsim 0.1.0: of the model's parameters the kind and the default of every
row, of its columns the names, the scenarios' order and the cut-point; the window and the curves are
those of section 7 of ``docs/model.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL_VERSION = 1

WINDOW = 4
"""Quarters that encounters and completed tasks are counted over."""

CUT_POINT = 0.5
"""Completion that separates the two passive scenarios."""

SCENARIOS = ("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto")
"""In the order of their codes, 0 to 3."""

OUTCOMES = (
    "scenario",
    "cooperation_marketing",
    "cooperation_it",
    "resistance_marketing",
    "resistance_it",
    "literacy_marketing",
    "literacy_it",
    "capability",
    "authority",
    "completion",
    "performance",
    "contact",
    "attempts",
    "failures",
    "reversals",
    "exits_marketing",
    "exits_it",
    "chief_exits",
    "ceo_exits",
)
"""What a port reports of each firm at the horizon; ``scenario`` by position in SCENARIOS."""

QUANTITIES = {
    "firm.digital_exposure": False,
    "firm.exposure_growth": False,
    "firm.attention": False,
    "cooperation.initial": True,
    "cooperation.contact_propensity": True,
    "resistance.initial": True,
    "resistance.identity": True,
    "competence.initial_literacy": True,
    "capability.initial": False,
    "capability.initial_authority": False,
    "leadership.commitment": False,
}
"""Firm-level quantities as they are drawn in turn, and whether each department has its own."""

NOT_PORTED = {"mechanisms.content_channel": False, "reorganisation.cmto_to_cemo": False}
"""Options that are off by default and that the ports leave out."""


def _beta(mean: float, concentration: float) -> dict[str, Any]:
    return {"dist": "beta", "mean": mean, "concentration": concentration}


PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "simulation.quarters": ("integer", 40),
    "firm.marketing_staff": ("integer", 20),
    "firm.it_staff": ("integer", 20),
    "firm.structure": ("choice", "separate"),
    "firm.digital_exposure": ("quantity", _beta(0.7, 6)),
    "firm.exposure_growth": ("quantity", 0.0),
    "firm.attention": ("quantity", _beta(0.75, 6)),
    "cooperation.initial": ("quantity", _beta(0.5, 8)),
    "cooperation.within_firm_concentration": ("spread", 16.0),
    "cooperation.contact_propensity": ("quantity", 0.15),
    "cooperation.contact_concentration": ("spread", 8.0),
    "cooperation.moderation": ("real", 0.4),
    "cooperation.encounters": ("integer", 6),
    "cooperation.learning_rate": ("real", 0.6),
    "cooperation.outside_option": ("real", 0.09),
    "cooperation.resistance_drag": ("real", 0.2),
    "cooperation.tremble": ("real", 0.03),
    "cooperation.required_share": ("real", 0.15),
    "resistance.initial": ("quantity", _beta(0.28, 12)),
    "resistance.within_firm_concentration": ("spread", 13.0),
    "resistance.identity": ("quantity", 0.5),
    "resistance.identity_concentration": ("spread", 8.0),
    "resistance.susceptibility": ("real", 0.6),
    "resistance.chief_weight": ("real", 0.3),
    "resistance.status_threat": ("real", 0.6),
    "resistance.chain_weight": ("real", 0.3),
    "resistance.comfort": ("real", 0.2),
    "resistance.cynicism": ("real", 0.05),
    "competence.initial_literacy": ("quantity", _beta(0.35, 12)),
    "competence.within_firm_concentration": ("spread", 35.0),
    "competence.learning_by_doing": ("real", 0.05),
    "competence.training": ("real", 0.01),
    "competence.chief_training": ("real", 0.01),
    "competence.specialisation_cost": ("real", 0.3),
    "capability.initial": ("quantity", 0.1),
    "capability.growth": ("real", 0.12),
    "capability.obsolescence": ("real", 0.03),
    "capability.initial_authority": ("quantity", 0.5),
    "capability.authority_rate": ("real", 0.1),
    "capability.creativity_weight": ("real", 0.6),
    "capability.technology_appetite": ("real", 1.5),
    "leadership.commitment": ("quantity", _beta(0.68, 5)),
    "leadership.chief_concentration": ("spread", 8.0),
    "leadership.background_concentration": ("spread", 30.0),
    "leadership.cmo_background": ("real", 0.2),
    "leadership.cio_background": ("real", 0.85),
    "leadership.ceo_background": ("real", 0.5),
    "leadership.infrastructure_background": ("real", 0.85),
    "leadership.staff_turnover": ("real", 0.035),
    "leadership.threat_turnover": ("real", 0.08),
    "leadership.chief_turnover": ("real", 0.06),
    "leadership.ceo_turnover": ("real", 0.03),
    "leadership.market_cooperation": ("real", 0.5),
    "leadership.market_resistance": ("real", 0.28),
    "leadership.market_literacy": ("real", 0.35),
    "leadership.hybrid_supply": ("real", 0.25),
    "leadership.hybrid_literacy": ("real", 0.65),
    "leadership.hybrid_background": ("real", 0.6),
    "leadership.consultancy_share": ("real", 0.25),
    "leadership.agency_share": ("real", 0.25),
    "leadership.consultancy_hybrids": ("real", 1.5),
    "leadership.agency_hybrids": ("real", 1.0),
    "leadership.insider_hybrids": ("real", 0.5),
    "reorganisation.hype_pull": ("real", 0.2),
    "reorganisation.proposal_rate": ("real", 1.5),
    "reorganisation.inertia": ("real", 0.05),
    "reorganisation.inertia_half_time": ("real", 8.0),
    "reorganisation.initial_age": ("integer", 40),
    "reorganisation.choice_slope": ("real", 5.0),
    "reorganisation.profile_weight": ("real", 1.5),
    "reorganisation.authority_weight": ("real", 0.6),
    "reorganisation.hype_weight": ("real", 1.0),
    "reorganisation.overload_weight": ("real", 0.4),
    "reorganisation.resistance_weight": ("real", 1.0),
    "reorganisation.all_rounder_call": ("real", 0.0),
    "reorganisation.support_floor": ("real", 0.75),
    "reorganisation.quorum": ("real", 0.5),
    "reorganisation.trial_period": ("integer", 4),
    "reorganisation.patience": ("integer", 8),
    "reorganisation.reversal_period": ("integer", 4),
    "reorganisation.cool_down": ("integer", 8),
    "reorganisation.infrastructure_chief": ("switch", True),
    "reorganisation.cmto_to_cemo": ("switch", False),
    "environment.demand_midpoint": ("real", 2.0),
    "environment.demand_scale": ("real", 8.0),
    "environment.hype_height": ("real", 0.8),
    "environment.hype_peak": ("real", -2.0),
    "environment.hype_width": ("real", 8.0),
    "mechanisms.social_influence": ("switch", True),
    "mechanisms.status_threat": ("switch", True),
    "mechanisms.cooperation_learning": ("switch", True),
    "mechanisms.learning_by_doing": ("switch", True),
    "mechanisms.hype_cycle": ("switch", True),
    "mechanisms.turnover": ("switch", True),
    "mechanisms.reorganisation": ("switch", True),
    "mechanisms.content_channel": ("switch", False),
    "content.effort": ("quantity", 0.5),
    "content.share": ("real", 0.2),
    "content.audience_research": ("real", 0.3),
    "content.keyword_research": ("real", 0.3),
    "content.own_pictures": ("real", 0.2),
    "content.topicality": ("real", 0.2),
    "content.social_media": ("real", 0.2),
    "content.posting_intensity": ("real", 0.5),
}
"""Kind and default of each; how many firms are asked for, and with what seed, is no part of it."""

SETTINGS: Mapping[str, Any] = {path: default for path, (_, default) in PARAMETERS.items()}
"""What is raced: the defaults."""


def environment(p: SimpleNamespace) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return demand and hype by quarter."""
    t = np.arange(p.simulation_quarters, dtype=np.float64)
    demand = 1.0 / (1.0 + np.exp(-(t - p.environment_demand_midpoint) / p.environment_demand_scale))
    bell = ((t - p.environment_hype_peak) / p.environment_hype_width) ** 2
    return demand, p.environment_hype_height * np.exp(-0.5 * bell)
