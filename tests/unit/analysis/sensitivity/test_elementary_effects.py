"""Elementary effects against SALib, closed forms and scipy's bootstrap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from SALib.analyze import morris
from scipy.stats import binom, bootstrap

from known_functions import g_function
from orgsim.analysis.sensitivity.elementary_effects import effects, morris_summary
from orgsim.design.morris import morris_trajectories


def of(values, points, **settings):
    found = effects(points, values if values.ndim == 3 else values[..., None])
    return morris_summary(found, **({"seed": 1} | settings))


@pytest.mark.parametrize("levels", [4, 8])
@pytest.mark.parametrize("seed", [0, 5])
def test_salib_finds_the_same_in_our_design(levels, seed):
    points = morris_trajectories(5, 30, seed=seed, levels=levels)
    values = g_function(points)
    problem = {"num_vars": 5, "names": list("abcde"), "bounds": [[0.0, 1.0]] * 5}
    judge = morris.analyze(
        problem, points.reshape(-1, 5), values.ravel(), num_levels=levels, seed=3
    )
    found = of(values, points)
    for name in ("mu", "mu_star", "sigma"):
        expected = np.asarray(judge[name], dtype=np.float64)
        assert getattr(found, name)[:, 0] == pytest.approx(expected, rel=1e-10, abs=1e-10)
    # SALib's interval is a normal one, of the bootstrap's standard error; the same to its order.
    reach = np.asarray(judge["mu_star_conf"], dtype=np.float64)
    half = (found.mu_star_high - found.mu_star_low)[:, 0] / 2.0
    assert half == pytest.approx(reach, rel=0.25)


def test_a_line_has_its_slopes_and_no_spread():
    points = morris_trajectories(4, 10, seed=2)
    slopes = np.array([[3.0, -2.0], [0.0, 1.0], [-0.5, 0.0], [7.0, 4.0]])
    found = of(points @ slopes, points)
    assert found.mu == pytest.approx(slopes, abs=1e-12)
    for sizes in (found.mu_star, found.mu_star_low, found.mu_star_high):
        assert sizes == pytest.approx(np.abs(slopes), abs=1e-12)
    assert found.sigma == pytest.approx(0.0, abs=1e-12)
    assert (found.used == 10).all()
    assert (found.left_out == 0).all()


def test_a_parabola_about_the_middle_has_effects_of_both_signs():
    """Of four levels: a third up, a third down, whichever way the step goes."""
    points = morris_trajectories(2, 400, seed=3)
    found = of((points[..., 0] - 0.5) ** 2, points)
    assert found.mu_star[0, 0] == pytest.approx(1 / 3, rel=1e-12)
    # The mean of 400 signs; false alarm 1 in 10,000.
    assert abs(found.mu[0, 0]) < 3.9 * (1 / 3) / math.sqrt(400)
    assert found.mu_star[1, 0] == 0.0


def test_a_product_has_the_mean_and_spread_of_the_other_factor():
    """Which is at each of four levels as often; false alarm 1 in 10,000 for each of both."""
    points = morris_trajectories(2, 4_000, seed=4)
    found = of(points[..., 0] * points[..., 1], points)
    levels = np.arange(4) / 3.0
    spread = levels.std()
    kurtosis = ((levels - 0.5) ** 4).mean() / spread**4
    error_of_spread = spread * math.sqrt((kurtosis - 1.0) / 4.0 / 4_000)
    assert abs(found.mu[0, 0] - 0.5) < 3.9 * spread / math.sqrt(4_000)
    assert abs(found.sigma[0, 0] - spread) < 3.9 * error_of_spread


def test_rounded_steps_count_as_they_were_made_and_none_is_left_out():
    """A whole number from 1 to 3: of the four levels both in the middle are simulated with 2."""
    design = morris_trajectories(3, 60, seed=6)
    points = design.copy()
    points[..., 1] = np.rint(1.0 + 2.0 * design[..., 1]) / 2.0 - 0.5
    points[..., 2] = np.where(design[..., 2] < 0.9, 0.0, 1.0)  # moves from the second level only
    found = effects(points, (points @ [[5.0], [4.0], [3.0]]))
    made = np.abs(np.diff(design[..., 2], axis=1)).sum(axis=1) > 0.0
    ends = design[:, [0, -1], 2]
    still = (ends < 0.9).all(axis=1)
    assert made.all()
    assert 0 < still.sum() < 60
    assert np.isnan(found[still, 2, 0]).all()
    summary = morris_summary(found, seed=1)
    assert summary.mu[:, 0] == pytest.approx([5.0, 4.0, 3.0], rel=1e-12)
    assert summary.left_out[:, 0].tolist() == [0, 0, still.sum()]
    assert summary.used[:, 0].tolist() == [60, 60, 60 - still.sum()]


def test_a_missing_value_takes_the_effects_on_either_side_with_it():
    points = morris_trajectories(3, 5, seed=7)
    values = np.stack([points @ [1.0, 2.0, 3.0]] * 2, axis=-1)
    values[2, 1, 0] = np.nan
    found = effects(points, values)
    assert np.isnan(found[2, :, 0]).sum() == 2
    assert np.isfinite(found[..., 1]).all()
    summary = morris_summary(found, seed=1)
    assert summary.left_out.sum(axis=0).tolist() == [2, 0]
    assert summary.mu == pytest.approx(np.array([[1.0] * 2, [2.0] * 2, [3.0] * 2]), rel=1e-12)


def test_what_never_moved_has_no_numbers():
    found = morris_summary(np.full((6, 2, 1), np.nan), seed=1)
    for numbers in found[:5]:
        assert np.isnan(numbers).all()
    assert (found.used == 0).all()
    assert (found.left_out == 6).all()
    alone = np.full((6, 1, 1), np.nan)
    alone[3] = -2.0
    found = morris_summary(alone, seed=1)
    assert (found.mu[0, 0], found.mu_star[0, 0]) == (-2.0, 2.0)
    assert np.isnan([found.sigma[0, 0], found.mu_star_low[0, 0], found.mu_star_high[0, 0]]).all()


def test_resamples_that_hold_no_effect_are_left_out():
    """Two effects in eight trajectories: a tenth of the resamples hold neither."""
    found = np.full((8, 1, 1), np.nan)
    found[2], found[5] = -2.0, 3.0
    summary = morris_summary(found, seed=1)
    assert (summary.mu[0, 0], summary.mu_star[0, 0]) == (0.5, 2.5)
    assert (summary.mu_star_low[0, 0], summary.mu_star_high[0, 0]) == (2.0, 3.0)


def test_intervals_are_scipys_percentiles():
    """Both of 20,000 resamples, drawn differently: limits within 3 % of the width.

    Their standard errors are 0.5 % of it; false alarm below 1 in 10,000 for each of eight.
    """
    points = morris_trajectories(4, 25, seed=8)
    found = effects(points, (np.exp(points[..., 0]) * (1 + points @ [0, 1, 2, 3]))[..., None])
    ours = morris_summary(found, error=0.1, seed=2, resamples=20_000)
    for parameter in range(4):
        judge = bootstrap(
            (np.abs(found[:, parameter, 0]),),
            np.mean,
            n_resamples=20_000,
            confidence_level=0.9,
            method="percentile",
            rng=np.random.default_rng(1),
        ).confidence_interval
        slack = 0.03 * (judge.high - judge.low)
        assert ours.mu_star_low[parameter, 0] == pytest.approx(judge.low, abs=slack)
        assert ours.mu_star_high[parameter, 0] == pytest.approx(judge.high, abs=slack)


@pytest.mark.statistical
def test_intervals_hold_the_mean_about_as_often_as_they_say():
    """Of x y, whose mean absolute effects are 1/2: 400 designs of 60 trajectories.

    A percentile interval of so many covers in 94 % or so; false alarm 1 in 10,000 at 93 %.
    """
    trajectories = morris_trajectories(2, 400 * 60, seed=9).reshape(400, 60, 3, 2)
    held = 0
    for points in trajectories:
        found = of(points[..., 0] * points[..., 1], points, resamples=400)
        held += bool(found.mu_star_low[0, 0] <= 0.5 <= found.mu_star_high[0, 0])
    assert binom.ppf(5e-5, 400, 0.93) <= held <= binom.ppf(1 - 5e-5, 400, 0.96)


def test_a_seed_is_an_interval():
    points = morris_trajectories(5, 12, seed=1)
    one, same, other = (of(g_function(points), points, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.mu_star_low, same.mu_star_low)
    assert not np.array_equal(one.mu_star_low, other.mu_star_low)


@pytest.mark.parametrize("wrong", ["two at a time", "one twice"])
def test_points_that_are_no_trajectories_are_refused(wrong):
    points = morris_trajectories(3, 4, seed=1).copy()
    if wrong == "two at a time":
        points[1, 1] += 0.01
    else:
        points[1, -1] = points[1, -3]
    with pytest.raises(ValueError, match="no trajectories"):
        effects(points, np.zeros((4, 4, 1)))
