"""Which designs are refused, and that they deserve it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, qmc

from orgsim.analysis.sensitivity.binned_indices import binned_indices
from orgsim.analysis.sensitivity.given_data import (
    complete,
    dummy_orders,
    floor_of,
    intervals_of,
    refuse_design,
)
from orgsim.analysis.sensitivity.rank_indices import rank_indices

KINDS = ("sobol", "halton", "latin_hypercube", "grid", "table")
OVER_INTERVALS = ("binned", "pawn", "regional")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("statistic", OVER_INTERVALS)
def test_too_few_points_are_refused(kind, statistic):
    least = 128 if kind == "sobol" else 64
    for dimensions, fewest in ((1, least), (8, least), (33, 66), (84, 168)):
        if kind == "sobol" and dimensions > 8:
            continue
        answer = refuse_design(kind, fewest - 1, dimensions, statistic=statistic)
        parameters = f"{dimensions} swept parameter{'s' if dimensions > 1 else ''}"
        assert f"{fewest - 1} points with {parameters} are too few" in answer
        assert f"at least {fewest}" in answer
        assert refuse_design(kind, fewest, dimensions, statistic=statistic) == ""


def test_sequences_are_refused_where_they_deceive():
    answer = refuse_design("sobol", 1_024, 2, statistic="rank")
    assert answer.startswith("rank indices cannot be had of a Sobol sequence")
    assert "allowed: binned indices" in answer
    assert "of a Halton sequence" in refuse_design("halton", 1_024, 84, statistic="rank")
    for kind in KINDS[2:]:
        assert refuse_design(kind, 1_024, 84, statistic="rank") == ""
    for statistic in OVER_INTERVALS:
        answer = refuse_design("sobol", 4_096, 9, statistic=statistic)
        assert answer.startswith("9 swept parameters on a Sobol sequence are too many")
        assert refuse_design("halton", 1_024, 84, statistic=statistic) == ""


@pytest.mark.parametrize(("dimensions", "count"), [(2, 256), (8, 1_024), (84, 1_024)])
def test_a_sobol_sequence_gives_rank_indices_to_what_does_nothing(dimensions, count):
    """The largest of six scramblings: no parameter but the first has an effect."""

    def largest(sample):
        found = []
        for seed in range(6):
            x = sample(np.random.default_rng(seed))
            y = np.sin(2.0 * np.pi * x[:, [0]])
            found.append(np.abs(rank_indices(x, y, seed=1).value[1:]).max())
        return max(found)

    deceived = largest(lambda rng: qmc.Sobol(dimensions, rng=rng).random(count))
    honest = largest(lambda rng: qmc.LatinHypercube(dimensions, rng=rng).random(count))
    independent = largest(lambda rng: rng.random((count, dimensions)))
    assert deceived > 0.4
    assert max(honest, independent) < 0.25


def largest_binned(sample, dimensions, count, designs=24):
    """Return the largest index of parameters without effect, over designs and functions."""
    found = []
    for seed in range(designs):
        rng = np.random.default_rng(seed)
        x = sample(rng)(count)
        active = rng.permutation(dimensions)[: min(4, dimensions - 1)]
        y = np.sin(2.0 * np.pi * x[:, active[0]]) + 4.0 * x[:, active[1:]].prod(axis=1)
        value = binned_indices(x, y[:, None], seed=1, dummies=1).value[:, 0]
        found.append(max(abs(value[i]) for i in range(dimensions) if i not in active))
    return max(found)


@pytest.mark.parametrize(("dimensions", "count"), [(2, 128), (4, 128), (8, 256), (8, 1_024)])
def test_binned_indices_of_a_sobol_sequence_are_as_good_as_of_independent_points(dimensions, count):
    """What does nothing has an index of about -(intervals - 1) / (points - intervals) there."""
    even = largest_binned(lambda rng: qmc.Sobol(dimensions, rng=rng).random, dimensions, count)
    assert even < 1.3 * 7 / (count - 8)


def test_binned_indices_of_a_sobol_sequence_of_many_parameters_are_not():
    even = largest_binned(lambda rng: qmc.Sobol(84, rng=rng).random, 84, 256, 6)
    independent = largest_binned(lambda rng: lambda n: rng.random((n, 84)), 84, 256, 6)
    assert even > 0.4
    assert independent < 0.15


@pytest.mark.parametrize("intervals", [2, 8, 10])
def test_intervals_hold_as_many_points_as_can_be_and_equals_together(intervals):
    rng = np.random.default_rng(1)
    found = intervals_of(rng.random(400), intervals)
    assert np.bincount(found).tolist() == [400 // intervals] * intervals
    coarse = rng.integers(0, 3, 400).astype(float)
    found = intervals_of(coarse, intervals)
    assert found.min() == 0
    assert set(np.bincount(found)) - {0} == set(np.bincount(found))
    assert all(len(set(found[coarse == value])) == 1 for value in range(3))


def test_rows_that_lack_a_number_are_not_complete():
    x, y = np.ones((4, 2)), np.ones((4, 1))
    x[1, 0], y[2, 0] = np.nan, np.inf
    assert complete(x, y).tolist() == [True, False, False, True]


@pytest.mark.statistical
def test_a_floor_is_exceeded_in_one_case_of_twenty():
    """By one more of 20,000 sets of 20 and 39 dummies; false alarm 1 in 10,000 for both."""
    rng = np.random.default_rng(3)
    for dummies in (20, 39):
        statistics = rng.exponential(size=(dummies + 1, 20_000))
        exceeded = int((statistics[-1] > floor_of(statistics[:-1])).sum())
        # Between two of the dummies the quantile is put in by a line, which is not quite exact.
        assert binom.ppf(2.5e-5, 20_000, 0.045) <= exceeded
        assert exceeded <= binom.ppf(1 - 2.5e-5, 20_000, 0.055)


def test_dummies_are_orders_of_the_points():
    found = dummy_orders(1, 30, 20)
    assert (np.sort(found, axis=1) == np.arange(30)).all()
    assert len(np.unique(found, axis=0)) == 20
