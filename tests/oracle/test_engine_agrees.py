"""The fast engine against the oracle: firm by firm, column by column, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from oracle.firm import simulate_firm
from populations import settings

from orgsim import columns
from orgsim.engine import make_plan, simulate
from orgsim.quantiles import build_tables


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

CASES = {
    "default": {},
    "small": SMALL,
    "uneven": UNEVEN,
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
FIRMS = 12


def oracle_firms(case, sectors, first, count):
    tables = build_tables(case, sectors)
    return [
        simulate_firm(
            case,
            seed=case["simulation.seed"],
            firm=number,
            quarters=case["simulation.quarters"],
            sectors=sectors,
            tables=tables,
        )
        for number in range(first, first + count)
    ]


def compare(name, first, count=FIRMS):
    case = settings() | CASES[name]
    sectors = SECTORS.get(name, [])
    slow = oracle_firms(case, sectors, first, count)
    fast = simulate(make_plan(case, sectors), first, first + count, threads=1, lanes=5)
    wrong = {
        column: (fast.record[i, k], float(trace.record[column]))
        for i, column in enumerate(columns.RECORD)
        for k, trace in enumerate(slow)
        if fast.record[i, k] != float(trace.record[column])
    }
    assert not wrong
    return slow, fast


@pytest.mark.parametrize("name", CASES)
def test_every_column_of_every_firm_agrees_to_the_bit(name):
    compare(name, first=100)


def test_aggregates_of_every_quarter_agree():
    slow, fast = compare("turbulent", first=0)
    for t in range(fast.sums.shape[0]):
        for j, column in enumerate(columns.SERIES):
            values = [trace.series[t][column] for trace in slow]
            assert fast.sums[t, j] == sum(int(np.floor(v * 2.0**24 + 0.5)) for v in values)
            low = columns.SERIES_LOW[column]
            bins, _ = np.histogram(values, bins=1024, range=(low, 1.0))
            assert (fast.histogram[t, j] == bins).all()
        counted = [
            sum(trace.series[t]["scenario"] == code for trace in slow) for code in range(4)
        ]
        assert fast.counts[t, :4].tolist() == counted
        assert fast.counts[t, 4] == sum(bool(trace.series[t]["under_way"]) for trace in slow)


def test_the_cases_cover_all_scenarios_and_every_kind_of_event():
    """Else the agreement above would say less than it seems to."""
    scenarios, events = set(), dict.fromkeys(("failures", "reversals", "attempts"), 0)
    for name in ("default", "turbulent", "turbulent, uneven", "no learning", "forced cmto"):
        case = settings() | CASES[name]
        fast = simulate(make_plan(case, SECTORS.get(name, [])), 100, 100 + FIRMS, threads=1)
        scenarios |= set(fast.record[columns.RECORD.index("scenario")].astype(int))
        for event in events:
            events[event] += fast.record[columns.RECORD.index(event)].sum()
    assert scenarios == {0, 1, 2, 3}
    assert all(count > 5 for count in events.values()), events
