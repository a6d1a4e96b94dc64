"""Settings under which engine and oracle are compared: usual, extreme, and of odd sizes."""

from __future__ import annotations

from typing import Any

from orgsim.model.parameters import VERSION_1


def beta(mean, concentration):
    return {"dist": "beta", "mean": mean, "concentration": concentration}


SMALL = {"firm.marketing_staff": 4, "firm.it_staff": 3, "simulation.quarters": 24}
UNEVEN = {"firm.marketing_staff": 1, "firm.it_staff": 9, "simulation.quarters": 24}

# Turbulent: proposals, failures, adoptions and reversals of both forms in one population.
TURBULENT = {
    "leadership.commitment": {"dist": "uniform", "low": 0.0, "high": 1.0},
    "leadership.ceo_turnover": 0.15,
    "leadership.chief_turnover": 0.3,
    "reorganisation.proposal_rate": 20.0,
    "reorganisation.cool_down": 1,
    "reorganisation.reversal_period": 1,
    "reorganisation.hype_weight": 0.6,
    "resistance.initial": beta(0.45, 3),
    "resistance.status_threat": 1.5,
}

CASES: dict[str, dict[str, Any]] = {
    "default": {},
    "small": SMALL,
    "uneven": UNEVEN,
    "odd": SMALL
    | TURBULENT
    | {"firm.marketing_staff": 6, "firm.it_staff": 7, "cooperation.encounters": 5},
    "64 encounters": SMALL | {"cooperation.encounters": 64, "simulation.quarters": 8},
    "one encounter": SMALL | {"cooperation.encounters": 1},
    "one and one": {"firm.marketing_staff": 1, "firm.it_staff": 1, "simulation.quarters": 30},
    "one quarter": {"simulation.quarters": 1},
    "turbulent": SMALL | TURBULENT,
    "turbulent, uneven": UNEVEN | TURBULENT,
    "cmto to cemo": SMALL | TURBULENT | {"reorganisation.cmto_to_cemo": True},
    "no buffer": SMALL | TURBULENT | {"reorganisation.infrastructure_chief": False},
    "forced cemo": SMALL | {"firm.structure": "cemo", "reorganisation.reversal_period": 2},
    "forced cmto": SMALL
    | TURBULENT
    | {"firm.structure": "cmto", "reorganisation.cmto_to_cemo": True},
    "no reorganisation": SMALL | {"mechanisms.reorganisation": False},
    "no turnover": SMALL | TURBULENT | {"mechanisms.turnover": False},
    "no social influence": SMALL | {"mechanisms.social_influence": False},
    "no threat": SMALL | TURBULENT | {"mechanisms.status_threat": False},
    "no learning": SMALL | {"mechanisms.cooperation_learning": False},
    "no learning by doing": SMALL | {"mechanisms.learning_by_doing": False},
    "constant hype": SMALL | {"mechanisms.hype_cycle": False},
    "content": SMALL | {"mechanisms.content_channel": True, "content.effort": beta(0.5, 4)},
    "departments apart": SMALL
    | {
        "cooperation.initial": {"marketing": beta(0.7, 5), "it": beta(0.3, 5)},
        "resistance.initial": {"marketing": 0.1, "it": beta(0.6, 4)},
        "cooperation.within_firm_concentration": {"marketing": 3.0, "it": 60.0},
    },
    "distributions": SMALL
    | {
        "firm.attention": {"dist": "uniform", "low": 0.2, "high": 0.9},
        "firm.digital_exposure": {
            "dist": "normal", "mean": 0.6, "sd": 0.3, "low": 0.0, "high": 1.0,
        },
        "firm.exposure_growth": 0.02,
        "leadership.commitment": {
            "dist": "choice", "values": [0.2, 0.6, 0.95], "weights": [1.0, 2.0, 1.0],
        },
    },
    "all zero": {
        **SMALL,
        "cooperation.initial": 0.0,
        "cooperation.contact_propensity": 0.0,
        "cooperation.moderation": 0.0,
        "competence.initial_literacy": 0.0,
        "resistance.initial": 0.0,
        "leadership.commitment": 0.0,
    },
    "all one": {
        **SMALL,
        "cooperation.initial": 1.0,
        "cooperation.contact_propensity": 1.0,
        "competence.initial_literacy": 1.0,
        "resistance.initial": 1.0,
        "leadership.commitment": 1.0,
        "firm.attention": 1.0,
        "firm.digital_exposure": 1.0,
        "leadership.hybrid_supply": 1.0,
    },
    "version 1": SMALL | TURBULENT | dict(VERSION_1.settings),
    "version 1, cmto to cemo": SMALL
    | TURBULENT
    | {"firm.structure": "cmto", "reorganisation.cmto_to_cemo": True}
    | dict(VERSION_1.settings),
    "all of rank": SMALL
    | TURBULENT
    | {"resistance.chain_weight": 0.0, "resistance.rank_weight": 1.0},
    "no rank": SMALL | TURBULENT | {"resistance.rank_weight": 0.0},
    "idle infrastructure chief": SMALL
    | TURBULENT
    | {"firm.structure": "cemo", "mechanisms.working_infrastructure_chief": False},
    "no foreign boss": SMALL | TURBULENT | {"mechanisms.foreign_boss": False},
    "learning from numbers": SMALL
    | TURBULENT
    | {"mechanisms.learning_from_performance": False, "mechanisms.content_channel": True},
    "creativity alone": SMALL | TURBULENT | {"capability.creativity_weight": 1.0},
    "technology alone": SMALL | TURBULENT | {"capability.creativity_weight": 0.0},
    "commitment not carried": SMALL
    | TURBULENT
    | {"firm.structure": "cemo", "mechanisms.carried_commitment": False},
    "full attraction": SMALL | TURBULENT | {"leadership.attraction": 1.0},
    "added contact": SMALL | TURBULENT | {"cooperation.added_contact": 0.3},
    "markets apart": SMALL
    | TURBULENT
    | {
        "leadership.market_cooperation": {"marketing": 0.8, "it": 0.3},
        "leadership.market_resistance": {"marketing": 0.1, "it": 0.5},
        "leadership.market_literacy": {"marketing": 0.2, "it": 0.6},
    },
    "schedule": SMALL
    | TURBULENT
    | {
        "mechanisms.content_channel": True,
        "firm.exposure_growth": 0.01,
        "schedule.1.from": 5,
        "schedule.1.cooperation.moderation": 0.9,
        "schedule.1.firm.attention": beta(0.95, 8),
        "schedule.1.firm.exposure_growth": 0.05,
        "schedule.1.capability.initial_authority": {"dist": "uniform", "low": 0.1, "high": 0.9},
        "schedule.1.content.effort": beta(0.8, 6),
        "schedule.1.leadership.commitment": beta(0.9, 8),
        "schedule.2.from": 11,
        "schedule.2.cooperation.tremble": 0.1,
        "schedule.2.cooperation.added_contact": 0.2,
        "schedule.2.cooperation.within_firm_concentration": 3.0,
        "schedule.2.leadership.chief_concentration": 3.0,
        "schedule.2.leadership.staff_turnover": 0.2,
        "schedule.2.leadership.ceo_turnover": 0.01,
        "schedule.2.leadership.market_cooperation": {"marketing": 0.9, "it": 0.4},
        "schedule.2.reorganisation.quorum": 0.3,
        "schedule.2.reorganisation.trial_period": 1,
        "schedule.2.reorganisation.cool_down": 5,
        "schedule.3.from": 12,
        "schedule.3.resistance.status_threat": 0.2,
        "schedule.3.capability.growth": 0.5,
        "schedule.3.competence.training": 0.2,
    },
    "schedule from the start": SMALL
    | {
        "schedule.1.from": 0,
        "schedule.1.firm.attention": 0.9,
        "schedule.2.from": 20,
        "schedule.2.firm.attention": 0.2,
    },
    "no encounters": SMALL | {"cooperation.encounters": 0},
    "many encounters": SMALL | {"cooperation.encounters": 40, "simulation.quarters": 6},
}  # fmt: skip

SECTORS = {
    "turbulent": [
        (0.5, {"firm.attention": 0.9}),
        (0.5, {"firm.attention": beta(0.3, 6), "capability.initial": 0.05}),
    ]
}
