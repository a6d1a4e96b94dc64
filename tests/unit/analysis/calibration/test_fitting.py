"""What a proposal is fitted to, and that last digits do not reach it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from made_up_surfaces import as_the_trial, banana, normal, two_modes
from orgsim.analysis.calibration.fitting import DEFENSIVE, fit_proposal
from orgsim.analysis.calibration.importance import effective_size, normalised
from orgsim.analysis.calibration.proposals import PROPOSAL_GRID, draw_wave, uniform_proposal

PRIOR = np.zeros(4_000)


def points(dimensions):
    return draw_wave(uniform_proposal(dimensions), len(PRIOR), seed=2, wave=0)


def test_one_region_is_one_normal_distribution_of_probits():
    """The target is normal in probits itself; its mean is off by 1 / sqrt(size) a deviation."""
    unit = points(2)
    at = norm.ppf(unit)
    target = norm.logpdf(at, [0.5, -0.25], [0.5, 0.25]).sum(axis=1) - norm.logpdf(at).sum(axis=1)
    fit = fit_proposal(unit, target, PRIOR)
    assert fit.power == 1.0
    # Each component has one beside it, twice as wide.
    assert len(fit.proposal.means) == 2
    assert (fit.proposal.means[0] == fit.proposal.means[1]).all()
    reach = 5.0 / np.sqrt(fit.effective_size)
    assert fit.proposal.means[0] == pytest.approx([0.5, -0.25], abs=0.5 * reach)
    deviations = np.sqrt((fit.proposal.factors[0] ** 2).sum(axis=1))
    assert deviations == pytest.approx([0.5, 0.25], rel=reach)
    assert fit.proposal.factors[1] == pytest.approx(2.0 * fit.proposal.factors[0], abs=2e-5)


def test_two_regions_are_two_components():
    fit = fit_proposal(points(2), two_modes(points(2)), PRIOR)
    assert len(fit.proposal.means) == 4
    narrow = np.sort(norm.cdf(fit.proposal.means[:2, 0]))
    assert narrow == pytest.approx([0.25, 0.75], abs=0.03)


def test_the_target_is_tempered_until_enough_points_count():
    unit = points(4)[:256]
    target, prior = as_the_trial(unit), np.zeros(256)
    assert effective_size(normalised(target)) < 5
    for fewest in (20.0, 60.0):
        fit = fit_proposal(unit, target, prior, fewest=fewest)
        assert 0.0 < fit.power < 1.0
        assert fit.effective_size == pytest.approx(fewest, rel=0.01)
        assert fit.effective_size == effective_size(normalised(fit.power * target))
        assert fit.effective_size >= fewest


def test_numbers_lie_on_the_grid_and_shares_add_up():
    for surface in (banana, two_modes):
        proposal = fit_proposal(points(2), surface(points(2)), PRIOR).proposal
        for numbers in proposal:
            assert np.array_equal(numbers * PROPOSAL_GRID, np.round(numbers * PROPOSAL_GRID))
        assert proposal.shares.sum() == 1.0
        assert proposal.shares[0] == pytest.approx(DEFENSIVE, abs=2.0**-16)
        assert (np.triu(proposal.factors, 1) == 0.0).all()
        assert (np.einsum("kdd->kd", proposal.factors) > 0.0).all()


@pytest.mark.parametrize("surface", [banana, two_modes, normal([0.5, 0.4], [0.1, 0.2])])
def test_last_digits_do_not_reach_a_proposal(surface):
    unit = points(2)
    target = surface(unit)
    known = fit_proposal(unit, target, PRIOR).proposal
    noise = np.random.default_rng(6).uniform(-1.0, 1.0, (5, len(unit)))
    for off in noise:
        nearly = fit_proposal(unit, target * (1.0 + 4e-16 * off), 4e-16 * off).proposal
        for one, other in zip(known, nearly, strict=True):
            assert np.array_equal(one, other)


def test_a_posterior_of_a_point_has_a_proposal_that_can_be_drawn():
    unit = points(2)
    target = np.where(np.arange(len(unit)) < 5, 0.0, -1e9)
    proposal = fit_proposal(unit, target, PRIOR, fewest=3).proposal
    assert np.isfinite(draw_wave(proposal, 50, seed=1, wave=1)).all()


def test_few_points_with_any_likelihood_leave_the_prior():
    unit = points(2)
    target = np.where(np.arange(len(unit)) < 3, 0.0, -np.inf)
    fit = fit_proposal(unit, target, PRIOR)
    assert fit.proposal.shares.tolist() == [1.0]
    assert fit.power == 0.0


def test_fewer_points_than_wanted_are_tempered_to_a_quarter_of_them():
    unit = points(2)[:40]
    fit = fit_proposal(unit, two_modes(unit), np.zeros(40), fewest=1_000)
    assert 9.9 <= fit.effective_size < 12.0
