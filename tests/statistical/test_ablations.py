"""Each mechanism, switched off, must break a named pattern; else it would be dead weight."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgsim.model.columns import ARTICLE_SHARES
from populations import population
from statistical import refit

FIRMS = 10_000
FALSE_ALARM = 1e-6
BATCHES, FIRMS_OF_A_BATCH = 10, 6_000

pytestmark = pytest.mark.statistical


def assert_differs(a, b):
    """Two shares of the same firms differ, by McNemar's exact two-sided test."""
    gained, lost = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    assert stats.binomtest(gained, gained + lost, 0.5).pvalue < FALSE_ALARM


@pytest.fixture(scope="module")
def standard():
    return population(FIRMS)


def test_without_social_influence_chiefs_no_longer_pull_their_departments():
    """Pattern: departments move with their chief's resistance.

    Chiefs all alike against chiefs of all kinds, in the same firms; comfort is
    off, through which the chiefs' willingness to talk would act as well.
    """
    kept = {
        "mechanisms.reorganisation": False,
        "mechanisms.turnover": False,
        "resistance.comfort": 0.0,
    }

    def pull(**overrides):
        alike = population(4_000, kept, leadership__chief_concentration=1e6, **overrides)
        mixed = population(4_000, kept, leadership__chief_concentration=2.0, **overrides)
        return np.std(mixed["resistance_marketing"] - alike["resistance_marketing"])

    assert pull() > 0.02
    assert pull(mechanisms__social_influence=False) == 0.0


def test_without_learning_cooperation_no_longer_takes_over(standard):
    """Pattern: 'CMO and CTO' exists."""
    off = population(FIRMS, mechanisms__cooperation_learning=False)
    assert off.ended_as("cmo_and_cto").mean() < 0.2 * standard.ended_as("cmo_and_cto").mean()


def test_with_constant_hype_cmto_no_longer_fades(standard):
    """Pattern: late proposals go to CEMO, because hype is over by then."""
    off = population(FIRMS, mechanisms__hype_cycle=False)
    assert_differs(standard.ended_as("cmto"), off.ended_as("cmto"))

    def late_cmto(result):
        late = result["first_adoption"] >= 16
        return result.ended_as("cmto")[late].mean()

    assert late_cmto(standard) < 0.5 * late_cmto(off)


def test_without_threat_exits_no_longer_depend_on_who_rules(standard):
    """Pattern: IT leaves when a marketer gets to rule IT."""
    kept = {"mechanisms.reorganisation": False, "mechanisms.status_threat": False}
    bare = {"reorganisation.infrastructure_chief": False, "firm.structure": "cemo"}
    assert np.array_equal(
        population(2_000, kept)["exits_it"], population(2_000, kept | bare)["exits_it"]
    )
    off = population(FIRMS, mechanisms__status_threat=False)
    assert_differs(standard.ended_as("cmto"), off.ended_as("cmto"))


def test_without_learning_by_doing_literacy_no_longer_grows_with_cooperation():
    """Pattern: firms that complete more joint tasks know more of each other's field."""
    # Sixteen quarters: later nearly all cooperate, and training closes the gap for everyone.
    on = population(4_000, {"mechanisms.reorganisation": False}, simulation__quarters=16)
    off = population(
        4_000,
        {"mechanisms.reorganisation": False, "mechanisms.learning_by_doing": False},
        simulation__quarters=16,
    )
    gain = on["literacy_it"] - off["literacy_it"]
    assert stats.spearmanr(on["completion"], gain).statistic > 0.5


def test_without_turnover_status_threat_costs_no_people():
    off = population(500, mechanisms__turnover=False)
    assert (off["exits_it"] == 0).all()
    assert (off["chief_exits"] == 0).all()


def test_without_reorganisation_nothing_is_active():
    assert not population(500, mechanisms__reorganisation=False).active().any()


def test_content_without_readers_wastes_work():
    """Pattern of the optional channel: capability grows less, the less the reach."""
    off = population(2_000)
    poor = population(
        2_000, mechanisms__content_channel=True, content__effort=0.0, content__posting_intensity=1.0
    )
    good = population(2_000, mechanisms__content_channel=True, content__effort=1.0)
    assert poor["capability"].mean() < good["capability"].mean() < off["capability"].mean()
    assert (off["content_reach"] == 0.0).all()
    assert (poor["content_reach"] == 0.0).all()


@pytest.fixture(scope="module")
def batches():
    return refit.Batches(BATCHES, FIRMS_OF_A_BATCH)


@pytest.mark.parametrize("name", refit.ABLATIONS)
def test_the_committed_refits_give_the_articles_split(name):
    """So that what breaks below does not break because the split is another one."""
    found = refit.shares(population(FIRMS, refit.without(name)))
    assert np.abs(found - list(ARTICLE_SHARES.values())).max() < 0.02


@pytest.mark.parametrize("pattern", refit.PATTERNS, ids=lambda p: f"{p.taken_out}: {p.label}")
def test_without_a_mechanism_of_version_2_its_pattern_breaks(pattern, batches):
    """By more than was written down beforehand, by a one-sided t-test over batches of firms.

    A pattern that moved by just as much would fail to be found broken in all but one of 1,000.
    """
    with_it, without_it = (batches.values(pattern, n) for n in ("nothing", pattern.taken_out))
    moved = (without_it - with_it) * np.sign(pattern.breaks)
    test = stats.ttest_1samp(moved, abs(pattern.breaks), alternative="greater")
    assert test.pvalue < 1e-3, (with_it.mean(), without_it.mean())
