"""Proposals: their density against quadrature and scipy, their draws against their density."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal, norm

from orgsim.analysis.calibration.proposals import (
    POINT_GRID,
    Proposal,
    draw_wave,
    log_density,
    uniform_proposal,
)
from orgsim.errors import ConfigError

BENT = Proposal(
    shares=np.array([0.25, 0.5, 0.25]),
    means=np.array([[0.5, -0.25], [-1.0, 1.0]]),
    factors=np.array([[[0.5, 0.0], [0.25, 0.375]], [[0.25, 0.0], [-0.5, 0.75]]]),
)


def lattice(dimensions, cells):
    axis = (np.arange(cells) + 0.5) / cells
    return np.stack(np.meshgrid(*[axis] * dimensions), axis=-1).reshape(-1, dimensions)


def test_a_density_is_that_of_its_probits():
    unit = np.random.default_rng(1).random((50, 2))
    at = norm.ppf(unit)
    known = np.full(50, 0.25)
    for share, mean, factor in zip(BENT.shares[1:], BENT.means, BENT.factors, strict=True):
        of_probits = multivariate_normal(mean, factor @ factor.T).pdf(at)
        known += share * of_probits / norm.pdf(at).prod(axis=1)
    assert log_density(BENT, unit) == pytest.approx(np.log(known), rel=1e-10)


def test_densities_integrate_to_one_over_the_cube():
    """Towards a corner this one rises without bound, where half the distance halves the error."""
    coarse, fine = (np.exp(log_density(BENT, lattice(2, c))).mean() for c in (400, 800))
    assert coarse == pytest.approx(1.0, abs=5e-4)
    assert 2.0 * fine - coarse == pytest.approx(1.0, abs=5e-5)


@pytest.mark.parametrize("dimensions", [1, 2, 5])
def test_the_first_wave_is_the_prior(dimensions):
    unit = np.random.default_rng(2).random((30, dimensions))
    assert log_density(uniform_proposal(dimensions), unit).tolist() == [0.0] * 30


@pytest.mark.statistical
def test_draws_follow_the_density():
    """100 cells by chi-square; false alarm 1 in 10,000."""
    unit = draw_wave(BENT, 40_000, seed=5, wave=3)
    fine = lattice(2, 1_000)
    cell = np.floor(fine * 10.0).astype(int) @ [10, 1]
    expected = np.bincount(cell, np.exp(log_density(BENT, fine)), 100)
    expected *= len(unit) / expected.sum()
    counts = np.bincount(np.floor(unit * 10.0).astype(int) @ [10, 1], minlength=100)
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(1e-4, 99)


@pytest.mark.statistical
def test_draws_of_the_prior_are_uniform():
    """A chi-square of 64 cells in three dimensions; false alarm 1 in 10,000."""
    unit = draw_wave(uniform_proposal(3), 64_000, seed=1, wave=0)
    counts = np.bincount(np.floor(unit * 4.0).astype(int) @ [16, 4, 1], minlength=64)
    assert ((counts - 1_000.0) ** 2 / 1_000.0).sum() < chi2.isf(1e-4, 63)


def test_more_candidates_leave_the_first_and_parts_make_the_whole():
    whole = draw_wave(BENT, 100, seed=7, wave=2)
    assert np.array_equal(draw_wave(BENT, 40, seed=7, wave=2), whole[:40])
    assert np.array_equal(draw_wave(BENT, 60, seed=7, wave=2, first=40), whole[40:])


@pytest.mark.parametrize("other", [{"seed": 8, "wave": 2}, {"seed": 7, "wave": 3}])
def test_seeds_and_waves_share_no_candidate(other):
    one, two = draw_wave(BENT, 50, seed=7, wave=2), draw_wave(BENT, 50, **other)
    assert not (one == two).any()


def test_points_lie_on_the_grid_and_within_the_cube():
    far = Proposal(np.array([0.0, 1.0]), np.array([[40.0, -40.0]]), np.eye(2)[None])
    for proposal in (BENT, far):
        unit = draw_wave(proposal, 200, seed=1, wave=0)
        cells = unit * POINT_GRID - 0.5
        assert np.array_equal(cells, np.round(cells))
        assert ((unit > 0.0) & (unit < 1.0)).all()


def test_last_digits_reach_no_point():
    """Numbers that differ as libraries do: as many as there are, none is in another cell."""
    for step in (1.0 + 4e-16, 1.0 - 4e-16):
        nearly = BENT._replace(means=BENT.means * step, factors=BENT.factors * step)
        assert not np.array_equal(nearly.means, BENT.means)
        one, two = (draw_wave(p, 2_000, seed=3, wave=1) for p in (BENT, nearly))
        assert np.array_equal(one, two)


def test_points_on_a_face_have_a_density():
    assert np.isfinite(log_density(BENT, np.array([[0.0, 1.0], [1.0, 1.0]]))).all()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ConfigError, match="1 parameter or more"):
        uniform_proposal(0)
    with pytest.raises(ConfigError, match="allowed: from 0 to 65,535"):
        draw_wave(BENT, 1, seed=1, wave=2**16)
    with pytest.raises(ConfigError, match="seed"):
        draw_wave(BENT, 1, seed=-1, wave=0)
