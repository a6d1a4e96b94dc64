"""Trajectories: what Morris's plan asks of them, and a slow twin."""

from __future__ import annotations

import numpy as np
import pytest
from randomgen import Philox
from scipy.stats import chi2

from orgsim.design import draws
from orgsim.design.morris import morris_trajectories
from orgsim.errors import ConfigError


def words(seed, number, place):
    counter = number | place << 32 | draws.TRAJECTORY << 64
    generator = Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32)
    return [int(word) for word in generator.random_raw(4)]


def slow_trajectory(dimensions, number, seed, levels):
    """Return one trajectory, a parameter at a time, with the words of another library."""
    half = levels // 2
    drawn = [words(seed, number, d) for d in range(dimensions)]
    at, moves = [], []
    for base, way, _, _ in drawn:
        low = base * half >> 32
        rises = way >= 2**31
        at.append(low if rises else low + half)
        moves.append(half if rises else -half)
    points = [list(at)]
    for d in sorted(range(dimensions), key=lambda d: drawn[d][2]):
        at[d] += moves[d]
        points.append(list(at))
    return [[level / (levels - 1) for level in point] for point in points]


@pytest.mark.parametrize(("dimensions", "levels"), [(1, 2), (3, 4), (7, 6), (84, 4)])
@pytest.mark.parametrize("seed", [0, 20140221, 2**63 - 1])
def test_trajectories_are_those_of_the_slow_twin(dimensions, levels, seed):
    found = morris_trajectories(dimensions, 5, seed=seed, levels=levels)
    assert found.shape == (5, dimensions + 1, dimensions)
    expected = [slow_trajectory(dimensions, number, seed, levels) for number in range(5)]
    assert found.tolist() == expected  # to the bit


@pytest.mark.parametrize("levels", [2, 4, 6, 10])
def test_every_parameter_moves_once_by_half_the_levels(levels):
    found = morris_trajectories(9, 50, seed=4, levels=levels)
    steps = np.diff(found, axis=1)
    assert ((steps != 0.0).sum(axis=1) == 1).all()
    assert ((steps != 0.0).sum(axis=2) == 1).all()
    sizes = np.abs(steps[steps != 0.0])
    assert sizes == pytest.approx(levels / (2 * (levels - 1)), rel=1e-12)
    assert set(found.ravel().tolist()) == {k / (levels - 1) for k in range(levels)}


def test_levels_directions_and_turns_are_as_likely():
    """20,000 trajectories of five parameters; false alarm: 11 tests of 1 in 100,000 each."""
    found = morris_trajectories(5, 20_000, seed=8)

    def is_even(counts):
        expected = counts.sum() / counts.size
        return ((counts - expected) ** 2 / expected).sum() < chi2.isf(1e-5, counts.size - 1)

    steps = np.diff(found, axis=1)
    for parameter in range(5):
        for end in (0, -1):
            levels = np.bincount(np.rint(found[:, end, parameter] * 3).astype(int), minlength=4)
            assert is_even(levels)
    firsts = np.argmax(steps[:, 0] != 0.0, axis=1)
    rises = (steps.sum(axis=1) > 0.0).ravel()
    cells = np.bincount(firsts, minlength=5), np.bincount(rises, minlength=2)
    assert all(is_even(counts) for counts in cells)


def test_more_trajectories_leave_the_first_ones_as_they_were():
    few = morris_trajectories(6, 4, seed=1)
    assert np.array_equal(few, morris_trajectories(6, 40, seed=1)[:4])
    assert not np.array_equal(few, morris_trajectories(6, 4, seed=2))


@pytest.mark.parametrize("levels", [0, 1, 3, 5, -2])
def test_odd_levels_are_refused(levels):
    with pytest.raises(ConfigError, match=f"levels = {levels}; allowed: an even number from 2"):
        morris_trajectories(3, 2, seed=1, levels=levels)


@pytest.mark.parametrize(("dimensions", "count"), [(0, 3), (3, 0)])
def test_nothing_is_refused(dimensions, count):
    with pytest.raises(ConfigError, match="allowed: at least 1 of each"):
        morris_trajectories(dimensions, count, seed=1)
