"""Settings under which engine and oracle are compared: usual, extreme, and of odd sizes."""

from __future__ import annotations

from typing import Any


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
    "no encounters": SMALL | {"cooperation.encounters": 0},
    "many encounters": SMALL | {"cooperation.encounters": 40, "simulation.quarters": 6},
}  # fmt: skip

SECTORS = {
    "turbulent": [
        (0.5, {"firm.attention": 0.9}),
        (0.5, {"firm.attention": beta(0.3, 6), "capability.initial": 0.05}),
    ]
}
