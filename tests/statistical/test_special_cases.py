"""Exact special cases: settings for which a formula gives the answer.

Statistical tests use fixed seeds. Their thresholds are set so that a right
program fails with probability below 1e-6 over the choice of the seed.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgsim.model import columns
from populations import QUIET, population

FALSE_ALARM = 1e-6
Z = stats.norm.isf(FALSE_ALARM / 2)


def test_training_alone_closes_a_constant_share_of_the_gap():
    """k(t) = 1 - (1 - k0) (1 - train)^t for the mean of every department."""
    firms = population(
        40,
        QUIET,
        competence__training=0.03,
        mechanisms__learning_by_doing=False,
        simulation__quarters=25,
    )
    before = population(
        40,
        QUIET,
        competence__training=0.0,
        mechanisms__learning_by_doing=False,
        simulation__quarters=25,
    )
    for department in ("marketing", "it"):
        start = before[f"literacy_{department}"]
        expected = 1.0 - (1.0 - start) * (1.0 - 0.03) ** 25
        # The four roundings of a quarter to singles add up to less than 2**-24.
        tolerance = 25 * 2.0**-24
        assert np.allclose(firms[f"literacy_{department}"], expected, rtol=0, atol=tolerance)


@pytest.mark.statistical
@pytest.mark.parametrize(("commitment", "misfit"), [(0.5, 0.2), (1.0, 0.05)])
def test_first_proposals_come_at_the_rate_of_a_constant_misfit(commitment, misfit):
    """P(no proposal within T quarters) = exp(-kappa lambda m T)."""
    firms, kappa = 20_000, 0.6
    result = population(
        firms,
        {"mechanisms.turnover": False},
        cooperation__encounters=0,  # capability stays at 0
        firm__digital_exposure=1.0,
        firm__attention=misfit,
        capability__initial=0.0,
        environment__demand_midpoint=-1e6,
        environment__hype_height=0.0,
        leadership__commitment=commitment,
        reorganisation__inertia=0.0,
        reorganisation__proposal_rate=kappa,
        simulation__quarters=12,
    )
    first = result["first_attempt"]
    for quarters in (1, 4, 12):
        waiting = np.mean((first < 0) | (first >= quarters))
        expected = np.exp(-kappa * commitment * misfit * quarters)
        assert abs(waiting - expected) < Z * np.sqrt(expected * (1 - expected) / firms)


def test_social_influence_takes_department_means_to_the_friedkin_johnsen_point():
    """Mean r -> [(1-s) mean(r0) + s (w/2) r_boss] / (1 - s + s w/2), gap times s (1 - w/2).

    The identity holds in the mean over the random colleague; over 4,000 firms of
    20 + 20 people, who differ by 0.11, that mean has a standard error of 4e-4, and the
    tolerance of 3e-3 is seven of them.
    """
    sigma, weight, r0, boss = 0.7, 0.4, 0.2, 0.8
    firms = population(
        4_000,
        QUIET,
        resistance__initial=r0,
        resistance__comfort=0.0,
        resistance__susceptibility=sigma,
        resistance__chief_weight=weight,
        leadership__chief_concentration=1e6,
        cooperation__encounters=0,
        simulation__quarters=30,
    )
    # All chiefs have resistance r0 as well here: nothing may move.
    assert np.allclose(firms.mean("resistance_it"), r0, atol=3e-3)

    # A CMTO of the labour market's resistance pulls both departments away from theirs.
    merged = population(
        4_000,
        QUIET,
        resistance__initial=r0,
        resistance__comfort=0.0,
        resistance__susceptibility=sigma,
        resistance__chief_weight=weight,
        leadership__chief_concentration=1e6,
        leadership__market_resistance=boss,
        leadership__hybrid_supply=1.0,
        leadership__hybrid_literacy=1.0,
        cooperation__encounters=0,
        firm__structure="cmto",
        simulation__quarters=30,
    )
    fixed = ((1 - sigma) * r0 + sigma * weight / 2 * boss) / (1 - sigma + sigma * weight / 2)
    factor = sigma * (1 - weight / 2)
    t = np.arange(1, 31)
    expected = fixed + (r0 - fixed) * factor**t
    assert np.allclose(merged.mean("resistance_marketing"), expected, atol=3e-3)
    assert np.allclose(merged.mean("resistance_it"), expected, atol=3e-3)


@pytest.mark.statistical
@pytest.mark.parametrize(("p", "chance"), [(0.7, 0.3), (0.72, 1.0), (0.6, 0.2)])
def test_one_coin_for_all_gives_the_binomial_share_of_cooperating_firms(p, chance):
    """Completion >= 1/2 as Binomial(N, p^2) >= N/2, with N binomial in the encounters."""
    firms, quarters, people, encounters = 20_000, 4, 10, 3
    result = population(
        firms,
        QUIET,
        firm__marketing_staff=4,
        firm__it_staff=6,
        cooperation__initial=p,
        cooperation__within_firm_concentration=1e6,
        cooperation__tremble=0.0,
        cooperation__resistance_drag=0.0,
        cooperation__contact_propensity=chance,
        cooperation__contact_concentration=1e6,
        cooperation__moderation=0.0,
        cooperation__encounters=encounters,
        cooperation__required_share=0.0,
        mechanisms__cooperation_learning=False,
        simulation__quarters=quarters,
    )
    total = quarters * people * encounters
    n = np.arange(total + 1)
    reached = stats.binom.sf(np.ceil(n / 2) - 1, n, p * p)
    reached[0] = 0.0  # no encounter, no completion
    expected = float(np.sum(stats.binom.pmf(n, total, chance) * reached))
    share = result.ended_as("cmo_and_cto").mean()
    # People differ by 1e-3 around p (concentration 1e6), which moves the share by less than 1e-3.
    assert abs(share - expected) < Z * np.sqrt(expected * (1 - expected) / firms) + 1e-3


@pytest.mark.parametrize(
    ("commitment", "starts", "lasts"),
    [(0.41, True, True), (0.39, False, True), (0.29, False, False)],
)
def test_identical_people_adopt_and_keep_by_two_thresholds(commitment, starts, lasts):
    """With r = 0.3 and w = 0.75 support starts iff lambda w >= r, and lasts iff lambda >= r."""
    alike = dict(
        resistance__initial=0.3,
        resistance__within_firm_concentration=1e6,
        resistance__susceptibility=0.0,
        resistance__comfort=0.0,
        resistance__cynicism=0.0,
        leadership__commitment=commitment,
        reorganisation__proposal_rate=100.0,
        reorganisation__support_floor=0.75,
        cooperation__encounters=0,
        simulation__quarters=24,
    )
    quiet = {"mechanisms.turnover": False, "mechanisms.status_threat": False}
    proposed = population(200, quiet, **alike)
    tried = proposed["attempts"] > 0
    assert tried.mean() > 0.9
    assert (proposed["first_adoption"][tried] >= 0).all() == starts
    assert (proposed["first_adoption"][tried] < 0).all() != starts
    forced = population(200, quiet, firm__structure="cemo", **alike)
    reverted = forced["reversals"] > 0
    assert reverted.all() != lasts
    assert (~reverted).all() == lasts


@pytest.mark.parametrize("learning", [False, True])
def test_capability_settles_where_growth_meets_obsolescence(learning):
    """With completion 1 always, at gain / (gain + obsolescence), approached geometrically.

    The gain is the growth, times what a task is worth against the best: that is performance, where
    all are completed and nobody comes or goes, over the best that there could be.
    """
    growth, loss, weight = 0.12, 0.03, 0.6
    result = population(
        30,
        QUIET,
        mechanisms__learning_from_performance=learning,
        capability__growth=growth,
        capability__creativity_weight=weight,
        cooperation__initial=1.0,
        cooperation__tremble=0.0,
        cooperation__resistance_drag=0.0,
        cooperation__contact_propensity=1.0,
        cooperation__required_share=0.0,
        capability__initial=0.1,
        simulation__quarters=60,
    )
    assert (result["completion"] == 1.0).all()
    best = weight**weight * (1.0 - weight) ** (1.0 - weight)
    gain = growth * (result["performance"] / best if learning else np.ones(30))[:, None]
    settled = gain / (gain + loss)
    expected = settled + (0.1 - settled) * (1 - gain - loss) ** np.arange(1, 61)
    assert np.allclose(
        result["capability"], expected[:, -1], rtol=0, atol=1e-10
    )  # 0.1 is on a grid
    assert np.allclose(result.mean("capability"), expected.mean(axis=0), atol=1e-7)  # 2**-24


@pytest.mark.statistical
def test_exits_are_binomial():
    firms, hazard, quarters, staff = 2_000, 0.035, 30, 20
    result = population(
        firms,
        {"mechanisms.reorganisation": False},
        leadership__staff_turnover=hazard,
        simulation__quarters=quarters,
    )
    for department in ("marketing", "it"):
        exits = result[f"exits_{department}"]
        n = quarters * staff
        mean, variance = n * hazard, n * hazard * (1 - hazard)
        assert abs(exits.mean() - mean) < Z * np.sqrt(variance / firms)
        # The variance of a sample variance of near-normal counts is 2 v^2 / firms.
        assert abs(exits.var() - variance) < 1.2 * Z * variance * np.sqrt(2 / firms)


@pytest.mark.statistical
def test_chiefs_leave_by_their_hazards():
    firms, quarters = 4_000, 30
    result = population(
        firms,
        {"mechanisms.reorganisation": False},
        leadership__chief_turnover=0.06,
        leadership__ceo_turnover=0.03,
        simulation__quarters=quarters,
    )
    for column, n, hazard in (("chief_exits", 2 * quarters, 0.06), ("ceo_exits", quarters, 0.03)):
        spread = np.sqrt(n * hazard * (1 - hazard) / firms)
        assert abs(result[column].mean() - n * hazard) < Z * spread


def test_scenarios_follow_structure_and_conduct_alone():
    """The code of every firm can be told from its structure and completion columns."""
    result = population(500)
    structure = [columns.STRUCTURES[int(s)] for s in result["structure"]]
    for i, code in enumerate(result["scenario"]):
        scenario = columns.SCENARIOS[int(code)]
        if structure[i] == "separate":
            together = result["completion"][i] >= 0.5
            assert scenario == ("cmo_and_cto" if together else "cmo_vs_cto")
        else:
            assert scenario == structure[i]
