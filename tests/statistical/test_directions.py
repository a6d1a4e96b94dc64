"""Patterns that must emerge: directions under common random numbers.

Each compares the same 10,000 firms under two settings. The same firm has the
same draws in both, so the test is on discordant firms: of those whose outcome
differs, the share that moved the expected way is tested against 1/2 (McNemar's
exact one-sided test). A false alarm has probability below 1e-6 each.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgsim import load_config
from orgsim.config import preset_path
from populations import Population, population

FIRMS = 10_000
FALSE_ALARM = 1e-6

pytestmark = pytest.mark.statistical


@pytest.fixture(scope="module")
def standard() -> Population:
    return population(FIRMS)


def assert_more(before, after):
    """The outcome became more frequent, by McNemar's exact test on discordant firms."""
    gained = int(np.sum(after & ~before))
    lost = int(np.sum(before & ~after))
    p = stats.binom.sf(gained - 1, gained + lost, 0.5)
    assert p < FALSE_ALARM, f"{before.mean():.4f} -> {after.mean():.4f}, p = {p:.2g}"


def assert_greater(before, after):
    """The mean over firms rose, by a paired z-test."""
    difference = after - before
    z = difference.mean() / (difference.std(ddof=1) / np.sqrt(difference.size))
    assert z > stats.norm.isf(FALSE_ALARM), (
        f"{before.mean():.4f} -> {after.mean():.4f}, z = {z:.2f}"
    )


def test_more_hype_makes_more_cmto_at_the_cost_of_cemo(standard):
    hype = population(FIRMS, environment__hype_height=1.0)
    assert_more(standard.ended_as("cmto"), hype.ended_as("cmto"))
    assert_more(hype.ended_as("cemo"), standard.ended_as("cemo"))


def test_without_infrastructure_chief_there_is_less_cemo(standard):
    bare = population(FIRMS, reorganisation__infrastructure_chief=False)
    assert_more(bare.ended_as("cemo"), standard.ended_as("cemo"))


@pytest.mark.parametrize(
    ("path", "value"), [("competence.training", 0.03), ("cooperation.moderation", 0.7)]
)
def test_training_and_moderation_lead_from_apart_to_together(path, value):
    """In a population in which many firms are apart: working alone pays more here."""
    apart = {"cooperation.outside_option": 0.15}
    before = population(FIRMS, apart)
    after = population(FIRMS, apart | {path: value})
    assert_more(after.ended_as("cmo_vs_cto"), before.ended_as("cmo_vs_cto"))
    passive = ~before.active() & ~after.active()
    assert_more(before.ended_as("cmo_and_cto")[passive], after.ended_as("cmo_and_cto")[passive])


def test_more_resistance_makes_fewer_active_firms(standard):
    beta = {"dist": "beta", "mean": 0.45, "concentration": 12}
    resistant = population(FIRMS, resistance__initial=beta, leadership__market_resistance=0.45)
    assert_more(resistant.active(), standard.active())


def test_stronger_status_threat_makes_fewer_cmto(standard):
    threatened = population(FIRMS, resistance__status_threat=1.2)
    assert_more(threatened.ended_as("cmto"), standard.ended_as("cmto"))


def test_without_learning_working_together_collapses(standard):
    frozen = population(FIRMS, mechanisms__cooperation_learning=False)
    together = frozen.ended_as("cmo_and_cto")
    assert_more(together, standard.ended_as("cmo_and_cto"))
    assert together.mean() < 0.2 * standard.ended_as("cmo_and_cto").mean()


def test_brand_manufacturers_end_apart_more_often_than_pure_players():
    """The shipped presets, as two populations with the same draws."""
    pure = population(FIRMS, load_config(preset_path("ecommerce")).settings)
    brands = population(FIRMS, load_config(preset_path("brand-manufacturer")).settings)
    assert_more(pure.ended_as("cmo_vs_cto"), brands.ended_as("cmo_vs_cto"))


def test_all_four_scenarios_occur_in_the_baseline():
    shares = population(FIRMS, load_config(preset_path("baseline")).settings).chunk.counts[-1, :4]
    assert (shares >= 100).all()  # 1 % of the firms: far from a rounding error


def test_it_leaves_when_a_marketer_rules_it_less_so_with_infrastructure_chief():
    """The same firms with the structure forced and kept."""
    kept = {"mechanisms.reorganisation": False, "simulation.quarters": 12}
    separate = population(FIRMS, kept)
    buffered = population(FIRMS, kept, firm__structure="cemo")
    bare = population(
        FIRMS, kept, firm__structure="cemo", reorganisation__infrastructure_chief=False
    )
    assert_greater(separate["exits_it"], bare["exits_it"])
    assert_greater(buffered["exits_it"], bare["exits_it"])


def test_adopted_structures_are_undone_after_a_ceo_without_commitment():
    """Among firms that adopted: reversals where commitment fell, against where it did not."""
    result = population(FIRMS, leadership__ceo_turnover=0.06)
    adopted = result["first_adoption"] >= 0
    fell = adopted & (result["ceo_exits"] > 0) & (result["commitment"] < 0.4)
    stayed = adopted & (result["ceo_exits"] == 0)
    undone = result["reversals"] > 0
    table = [
        [np.sum(undone & fell), np.sum(~undone & fell)],
        [np.sum(undone & stayed), np.sum(~undone & stayed)],
    ]
    assert stats.fisher_exact(table, alternative="greater").pvalue < FALSE_ALARM


def test_cemo_performs_better_than_cmto_from_allocation_alone():
    """The same firms, people and encounters: only who allots effort differs.

    Moderation is off, or the chiefs' own willingness would open other doors.
    """
    kept = {
        "mechanisms.reorganisation": False,
        "mechanisms.turnover": False,
        "mechanisms.status_threat": False,
        "resistance.chief_weight": 0.0,
        "cooperation.moderation": 0.0,
        "simulation.quarters": 12,
    }
    cemo = population(FIRMS, kept, firm__structure="cemo")
    cmto = population(FIRMS, kept, firm__structure="cmto")
    assert np.array_equal(cemo["completion"], cmto["completion"])
    assert_greater(cmto["performance"], cemo["performance"])


CEMO_KEPT = {"mechanisms.reorganisation": False, "firm.structure": "cemo"}
"""The structure forced and kept."""


def test_it_leaves_a_cemo_more_often_the_more_rank_weighs():
    """Under a CEMO its chief no longer reports to the CEO."""
    without = population(FIRMS, CEMO_KEPT, resistance__rank_weight=0.0)
    ranked = population(FIRMS, CEMO_KEPT)
    assert_greater(without["exits_it"], ranked["exits_it"])
    kept = {"mechanisms.reorganisation": False}
    assert np.array_equal(
        population(2_000, kept)["exits_it"],
        population(2_000, kept, resistance__rank_weight=0.0)["exits_it"],
    )


def test_an_infrastructure_chief_opens_doors():
    there = population(FIRMS, CEMO_KEPT)
    bare = population(FIRMS, CEMO_KEPT, reorganisation__infrastructure_chief=False)
    assert_greater(bare["completion"], there["completion"])


def test_a_cemo_outlives_a_change_of_ceo_when_he_carries_commitment_over():
    """Where CEOs come and go, and none but the CEMO keeps them at it."""
    given = {"firm.structure": "cemo", "leadership.ceo_turnover": 0.1, "simulation.quarters": 24}
    carried = population(FIRMS, given)
    forgotten = population(FIRMS, given, mechanisms__carried_commitment=False)
    assert_more(carried["cemo_undone_after_ceo"] > 0, forgotten["cemo_undone_after_ceo"] > 0)


def test_recruits_who_suit_the_firm_keep_firms_apart_for_longer():
    article = {**load_config("article-2014").settings, "simulation.quarters": 80}
    suiting = population(FIRMS, article)
    anyone = population(FIRMS, article | {"leadership.attraction": 0.0})
    assert_more(anyone.ended_as("cmo_vs_cto"), suiting.ended_as("cmo_vs_cto"))


def test_a_lever_helps_more_the_earlier_it_begins():
    """Moderation, in a population in which many firms are apart."""
    apart = {
        "cooperation.outside_option": 0.15,
        "simulation.quarters": 24,
        "schedule.1.cooperation.moderation": 0.8,
    }
    never, late, early = (
        population(FIRMS, apart | {"schedule.1.from": quarter}).ended_as("cmo_vs_cto")
        for quarter in (999, 16, 4)
    )
    assert_more(late, never)
    assert_more(early, late)
