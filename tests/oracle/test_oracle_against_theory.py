"""The oracle against what docs/model.md section 7 implies, worked out by hand.

In double precision where it can be held to many digits.
"""

import math

import numpy as np
import pytest

from oracle.environment import demand
from oracle.firm import run_quarter
from oracle.initialisation import new_firm
from oracle.small_worlds import PRESSED, SEED, STILL, run, settings_with
from oracle.state import CIO, CMO
from orgsim.model.columns import SCENARIOS, STRUCTURES
from orgsim.model.tables import build_tables


def mean(values):
    return math.fsum(values) / len(values)


def test_training_alone_closes_a_fixed_share_of_the_gap():
    settings = settings_with(STILL, {"competence.training": 0.03})
    trace = run(settings, quarters=30, precision=np.float64)
    start = new_firm(settings, build_tables(settings), seed=SEED, number=0, precision=np.float64)
    for g, name in enumerate(("literacy_marketing", "literacy_it")):
        k0 = mean([person.literacy for person in start.staff[g]])
        for t, row in enumerate(trace.series, start=1):
            assert row[name] == pytest.approx(1 - (1 - k0) * (1 - 0.03) ** t, abs=1e-13)


def influence(settings):
    """Factor by which a department's mean approaches its fixed point, by Friedkin and Johnsen."""
    sigma = settings["resistance.susceptibility"]
    return sigma * (1 - settings["resistance.chief_weight"] / 2)


def next_mean(settings, now, disposition, boss):
    sigma = settings["resistance.susceptibility"]
    chief = settings["resistance.chief_weight"]
    own = influence(settings) * now
    return own + sigma * chief / 2 * boss + (1 - sigma) * disposition


def start_of(firm, g):
    """Mean disposition and the boss's resistance of a department."""
    boss = firm.chiefs[(CMO, CIO)[g]].resistance
    return mean([person.disposition for person in firm.staff[g]]), boss


@pytest.mark.parametrize("staff", [1, 2])
def test_resistance_converges_exactly_where_peers_leave_no_choice(staff):
    """With one or two people the colleagues' mean is the department's own mean."""
    settings = settings_with(STILL, {"firm.marketing_staff": staff, "firm.it_staff": staff})
    firm = new_firm(settings, build_tables(settings), seed=SEED, number=1, precision=np.float64)
    names = ("resistance_marketing", "resistance_it")
    series = [run_quarter(firm, t) for t in range(20)]
    for g, name in enumerate(names):
        disposition, boss = start_of(firm, g)
        sigma = settings["resistance.susceptibility"]
        chief = settings["resistance.chief_weight"]
        pull = (sigma * chief / 2) * boss + (1 - sigma) * disposition
        fixed = pull / (1 - influence(settings))
        for t, row in enumerate(series, start=1):
            distance = influence(settings) ** t * (disposition - fixed)
            assert row[name] - fixed == pytest.approx(distance, abs=1e-13)


@pytest.mark.statistical
def test_resistance_converges_in_expectation():
    """The deviations from the expected step have mean zero; false alarms: 6e-5 a department."""
    settings = settings_with(STILL, {"cooperation.encounters": 0, "firm.it_staff": 9})
    tables = build_tables(settings)
    deviations = ([], [])
    for number in range(60):
        firm = new_firm(settings, tables, seed=SEED, number=number)
        starts = [start_of(firm, g) for g in (0, 1)]
        before = [disposition for disposition, _ in starts]
        for t in range(8):
            row = run_quarter(firm, t)
            after = [row["resistance_marketing"], row["resistance_it"]]
            for g in (0, 1):
                deviations[g].append(after[g] - next_mean(settings, before[g], *starts[g]))
            before = after
    for deviation in deviations:
        spread = math.sqrt(math.fsum(x * x for x in deviation))
        assert abs(math.fsum(deviation)) < 4 * spread
        assert spread > 0


def test_tasks_that_never_fail_fill_capability_and_authority():
    certain = {
        "cooperation.initial": 1.0,
        "cooperation.contact_propensity": 1.0,
        "cooperation.tremble": 0.0,
        "cooperation.resistance_drag": 0.0,
        "cooperation.required_share": 1.0,
        "capability.initial": 0.25,
        "capability.initial_authority": 0.25,
        "capability.growth": 0.1,
        "capability.obsolescence": 0.05,
        "capability.authority_rate": 0.2,
    }
    trace = run(settings_with(STILL, certain), quarters=20)
    for t, row in enumerate(trace.series, start=1):
        assert (row["contact"], row["ei_index"], row["completion"]) == (1.0, 1.0, 1.0)
        fixed = 0.1 / (0.1 + 0.05)
        assert row["capability"] == pytest.approx(fixed + 0.85**t * (0.25 - fixed), abs=1e-13)
        assert row["authority"] == pytest.approx(1 - 0.8**t * 0.75, abs=1e-13)


def test_nobody_cooperates_where_nobody_is_inclined_to():
    nobody = {"cooperation.initial": 0.0, "cooperation.tremble": 0.0}
    record = run(settings_with(STILL, nobody), quarters=4).record
    assert (record["completion"], record["performance"]) == (0.0, 0.0)
    assert SCENARIOS[record["scenario"]] == "cmo_vs_cto"


def test_no_commitment_no_attempt():
    for firm in range(4):
        record = run(settings_with({"leadership.commitment": 0.0}), firm=firm).record
        assert (record["attempts"], record["first_attempt"], record["commitment"]) == (0, -1, 0.0)
        assert record["quarters_of_misfit"] > 0


@pytest.mark.parametrize(("call", "structure"), [(5.0, "cmto"), (-5.0, "cemo")])
def test_a_willing_firm_adopts_after_the_trial(call, structure):
    willing = {
        "leadership.commitment": 1.0,
        "resistance.initial": 0.0,
        "reorganisation.all_rounder_call": call,
        "reorganisation.choice_slope": 100.0,
    }
    trace = run(settings_with(PRESSED, willing), quarters=8)
    assert (trace.record["first_attempt"], trace.record["first_adoption"]) == (0, 4)
    assert [row["under_way"] for row in trace.series] == [True] * 4 + [False] * 4
    assert STRUCTURES[trace.record["structure"]] == structure
    assert trace.record["willing"] == 1.0


def test_an_unwilling_firm_fails_cools_down_and_tries_again():
    """Proposals at 0, 16 and 32, failures at 8 and 24: patience 8, then 8 to cool down."""
    unwilling = {"leadership.commitment": 0.5, "resistance.initial": 1.0}
    trace = run(settings_with(PRESSED, unwilling))
    under_way = [row["under_way"] for row in trace.series]
    assert under_way == [t % 16 < 8 for t in range(40)]
    assert (trace.record["attempts"], trace.record["failures"]) == (3, 2)
    assert trace.record["first_adoption"] == -1


@pytest.mark.parametrize("structure", ["cemo", "cmto"])
@pytest.mark.parametrize("infrastructure_chief", [True, False])
def test_a_structure_that_the_top_drops_is_undone(structure, infrastructure_chief):
    forced = {
        "firm.structure": structure,
        "leadership.commitment": 0.0,
        "reorganisation.reversal_period": 4,
        "reorganisation.infrastructure_chief": infrastructure_chief,
    }
    trace = run(settings_with(forced), quarters=10)
    in_force = [STRUCTURES[row["structure"]] for row in trace.series]
    assert in_force == [structure] * 3 + ["separate"] * 7
    assert trace.record["reversals"] == 1


def test_a_merged_firm_may_move_on():
    onwards = {
        "firm.structure": "cmto",
        "leadership.commitment": 1.0,
        "resistance.initial": 0.0,
        "reorganisation.cmto_to_cemo": True,
    }
    trace = run(settings_with(PRESSED, onwards), quarters=6)
    in_force = [STRUCTURES[row["structure"]] for row in trace.series]
    assert in_force == ["cmto"] * 4 + ["cemo"] * 2


def test_demand_is_one_half_at_its_midpoint_and_survives_its_extremes():
    assert demand(settings_with({"environment.demand_midpoint": 3.0}), 3) == 0.5
    sharp = {"environment.demand_midpoint": 1e6, "environment.demand_scale": 0.01}
    assert demand(settings_with(sharp), 0) == 0.0


def test_content_without_readers_is_wasted():
    """Nobody makes an effort and nothing is posted: reach 0, so content is lost whole."""
    channel = {
        "mechanisms.content_channel": True,
        "content.effort": 0.0,
        "content.posting_intensity": 0.0,
        "content.share": 1.0,
        "capability.initial": 0.5,
        "capability.obsolescence": 0.1,
    }
    trace = run(settings_with(STILL, channel), quarters=5)
    assert trace.record["content_reach"] == 0.0
    assert trace.record["capability"] == pytest.approx(0.5 * 0.9**5, abs=1e-13)
