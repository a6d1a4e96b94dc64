"""Pieces of a posterior, and mass near a split, against what is known of made-up surfaces."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from made_up_surfaces import as_the_trial, banana, calibrated, normal, ridge, two_modes
from orgsim.analysis.calibration.region import mass_within, region


def regions_of(found):
    return region(found.unit, found.weights.weight, found.weights.log_target)


@pytest.mark.parametrize(
    ("surface", "dimensions"),
    [
        (banana, 2),
        (ridge, 2),
        (as_the_trial, 4),
        (normal([0.5], [0.1]), 1),
        (normal([0.3] * 6, [0.2] * 6), 6),
        (lambda unit: np.zeros(len(unit)), 3),
    ],
)
def test_one_region_is_one_piece(surface, dimensions):
    """Of ten seeds; of 200 others with one parameter, where chance does most, none was cut."""
    for seed in range(10):
        answer = regions_of(calibrated(surface, dimensions, waves=4, count=128, seed=seed))
        assert answer.connected
        assert answer.mass.sum() + answer.stray == pytest.approx(0.95, abs=0.05)


def test_two_regions_are_two_pieces_with_their_masses():
    for seed in range(10):
        found = calibrated(two_modes, 2, waves=5, count=128, seed=seed)
        answer = regions_of(found)
        assert len(answer.mass) == 2
        reach = 5.0 * math.sqrt(0.21 / found.weights.effective_size)
        assert answer.mass[0] / answer.mass.sum() == pytest.approx(0.7, abs=reach + 0.02)
        lower = found.unit.sum(axis=1) < 1.0
        assert lower[answer.piece == 0].all()
        assert not lower[answer.piece == 1].any()
        assert not answer.connected


def test_a_bridge_makes_one_piece_of_two():
    """Two regions, and a path between them that is half as likely at its middle."""

    def bridged(unit):
        path = 0.3 * np.exp(-0.5 * ((unit[:, 0] - unit[:, 1]) / 0.05) ** 2)
        return np.logaddexp(two_modes(unit), np.log(40.0 * path))

    assert regions_of(calibrated(bridged, 2, waves=5, count=256)).connected


def test_two_bars_of_which_neither_parameter_alone_tells():
    """Parallel ridges, whose shadows on either axis are whole."""

    def bars(unit):
        apart = unit[:, 0] - unit[:, 1]
        return np.logaddexp(norm.logpdf(apart, 0.3, 0.02), norm.logpdf(apart, -0.3, 0.02))

    answer = regions_of(calibrated(bars, 2, waves=5, count=256))
    assert len(answer.mass) == 2
    assert answer.mass[0] == pytest.approx(0.95 / 2.0, abs=0.08)


def test_draws_outside_the_region_are_in_no_piece():
    found = calibrated(normal([0.5, 0.5], [0.1, 0.1]), 2, waves=4)
    answer = regions_of(found)
    inside = answer.piece >= 0
    assert found.weights.log_target[inside].min() > found.weights.log_target[~inside].max()
    radius = np.sqrt((((found.unit[inside] - 0.5) / 0.1) ** 2).sum(axis=1))
    assert radius.max() == pytest.approx(math.sqrt(-2.0 * math.log(0.05)), abs=0.2)


def test_strays_are_counted_apart():
    rng = np.random.default_rng(1)
    unit = np.concatenate([rng.normal(0.3, 0.02, (400, 2)), rng.normal(0.8, 0.001, (30, 2))])
    weight = np.append(np.full(400, 0.9975 / 400), np.full(30, 0.0025 / 30))
    target = np.append(np.zeros(400), np.full(30, 1.0))
    answer = region(unit, weight, target)
    assert answer.connected
    assert answer.stray == pytest.approx(0.0025)
    assert (answer.piece[400:] == -1).all()


def test_nothing_has_no_region_and_a_point_is_one():
    nothing = region(np.ones((5, 2)) / 2, np.zeros(5), np.full(5, -np.inf))
    assert nothing.mass.size == 0
    assert not nothing.connected
    alone = region(np.ones((5, 2)) / 2, np.array([0, 1.0, 0, 0, 0]), np.zeros(5))
    assert alone.mass.tolist() == [1.0]
    same = region(np.full((50, 2), 0.5), np.full(50, 0.02), np.zeros(50))
    assert same.connected


def test_mass_within_a_tolerance_is_that_of_the_interval():
    """A share of (0.2 + 0.6 u): the prior has 0.1 / 0.6 within 5 points of 0.5, to five errors."""
    found = calibrated(normal([0.5], [0.1]), 1, waves=4)
    share = 0.2 + 0.6 * found.unit[:, 0]
    shares = np.column_stack([share, 1.0 - share])
    weights = found.weights
    answer = mass_within(shares, np.array([0.5, 0.5]), 0.05, weights.weight, weights.log_mixture)
    assert answer.prior == pytest.approx(1.0 / 6.0, abs=5.0 * answer.prior_error)
    known = 2.0 * norm.cdf((0.05 / 0.6) / 0.1) - 1.0
    assert answer.posterior == pytest.approx(known, abs=5.0 * answer.posterior_error)
    assert 0.0 < answer.prior_error < 0.02
    assert 0.0 < answer.posterior_error < 0.05


def test_a_bound_is_within_and_what_was_not_simulated_is_not():
    shares = np.array([[0.45, 0.55], [np.nan, 0.5], [0.4, 0.6], [0.5, 0.5]])
    even = np.full(4, 0.25)
    answer = mass_within(shares, np.array([0.5, 0.5]), 0.05, even, np.zeros(4))
    assert answer.prior == 0.5
    assert answer.posterior == 0.5
