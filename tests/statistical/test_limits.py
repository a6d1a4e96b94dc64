"""Limits in which the outcome is certain, and sizes at the edge."""

from __future__ import annotations

import numpy as np
import pytest

from populations import population


def test_without_commitment_no_firm_becomes_active():
    result = population(1_000, leadership__commitment=0.0)
    assert not result.active().any()
    assert (result["attempts"] == 0).all()


def test_full_unmovable_resistance_lets_no_firm_become_active():
    result = population(
        1_000,
        resistance__initial=1.0,
        resistance__comfort=0.0,
        leadership__market_resistance=1.0,
        leadership__commitment={"dist": "uniform", "low": 0.0, "high": 0.999},
    )
    assert (result["attempts"] > 0).mean() > 0.5
    assert not result.active().any()


def test_full_cooperation_and_literacy_leave_no_firm_apart():
    result = population(
        1_000,
        cooperation__initial=1.0,
        cooperation__contact_propensity=1.0,
        cooperation__outside_option=0.0,
        competence__initial_literacy=1.0,
        resistance__initial=0.0,
        leadership__market_cooperation=1.0,
        leadership__market_literacy=1.0,
        leadership__hybrid_literacy=1.0,
        leadership__market_resistance=0.0,
    )
    assert (~result.active()).sum() > 100
    assert not result.ended_as("cmo_vs_cto").any()


def test_without_contact_every_passive_firm_is_apart():
    result = population(1_000, cooperation__contact_propensity=0.0, cooperation__moderation=0.0)
    passive = ~result.active()
    assert passive.sum() > 50
    assert (result["completion"] == 0.0).all()
    assert result.ended_as("cmo_vs_cto")[passive].all()


@pytest.mark.parametrize(
    ("firms", "overrides"),
    [
        (50, {"firm.marketing_staff": 1, "firm.it_staff": 1}),
        (50, {"firm.marketing_staff": 1, "firm.it_staff": 37}),
        (50, {"simulation.quarters": 1}),
        (3, {"firm.marketing_staff": 1_000, "firm.it_staff": 1_000}),
        (50, {"cooperation.encounters": 0}),
        (50, {"cooperation.encounters": 64, "simulation.quarters": 4}),
        (1, {}),
    ],
)
def test_odd_sizes_run_and_stay_in_range(firms, overrides):
    result = population(firms, overrides)
    assert np.isfinite(result.chunk.record).all()
    assert result.chunk.counts[-1, :4].sum() == firms
    for column in ("completion", "capability", "authority", "resistance_it", "cooperation_it"):
        assert ((result[column] >= 0.0) & (result[column] <= 1.0)).all()
    assert (np.abs(result["ei_index"]) <= 1.0).all()
