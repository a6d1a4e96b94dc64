"""Settings in which theory tells what must come out, and a run of the oracle."""

from oracle.firm import simulate_firm
from orgsim.model.parameters import defaults

SEED = 20140221
STILL = {
    "mechanisms.learning_from_performance": False,
    "mechanisms.status_threat": False,
    "mechanisms.cooperation_learning": False,
    "mechanisms.learning_by_doing": False,
    "mechanisms.turnover": False,
    "mechanisms.reorganisation": False,
    "resistance.comfort": 0.0,
}
"""Nothing moves but resistance, by social influence, and literacy, by training."""

PRESSED = STILL | {
    "mechanisms.reorganisation": True,
    "firm.digital_exposure": 1.0,
    "firm.attention": 1.0,
    "environment.demand_midpoint": -1e6,
    "capability.initial": 0.0,
    "capability.growth": 0.0,
    "reorganisation.proposal_rate": 100.0,
    "reorganisation.trial_period": 4,
    "reorganisation.patience": 8,
    "reorganisation.cool_down": 8,
}
"""Misfit is near 1 for ever, so a committed top proposes as soon as it may."""


def settings_with(*changes):
    settings = defaults()
    for change in changes:
        settings |= change
    return settings


def run(settings, *, firm=0, quarters=40, **more):
    return simulate_firm(settings, seed=SEED, firm=firm, quarters=quarters, **more)
