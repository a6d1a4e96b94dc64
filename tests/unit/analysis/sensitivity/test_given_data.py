"""Which designs are refused, and that they deserve it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, qmc

from orgsim.analysis.sensitivity.given_data import complete, dummy_orders, floor_of, refuse_design
from orgsim.analysis.sensitivity.rank_indices import rank_indices

KINDS = ("sobol", "halton", "latin_hypercube", "grid", "table")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("statistic", ["rank", "pawn", "regional"])
def test_too_few_points_are_refused(kind, statistic):
    for points, dimensions, fewest in ((63, 1, 64), (64, 33, 66), (167, 84, 168)):
        answer = refuse_design(kind, points, dimensions, statistic=statistic)
        assert f"{points} points with {dimensions} swept parameters are too few" in answer
        assert f"at least {fewest}" in answer
    for points, dimensions in ((64, 1), (64, 8), (10_000, 8)):
        refused = statistic == "rank" and kind in ("sobol", "halton") and dimensions > 1
        assert bool(refuse_design(kind, points, dimensions, statistic=statistic)) == refused


def test_sequences_are_refused_where_they_deceive():
    assert "rank indices cannot be had of a Sobol sequence" in refuse_design("sobol", 1_024, 2)
    assert "of a Halton sequence" in refuse_design("halton", 1_024, 84)
    assert refuse_design("latin_hypercube", 1_024, 84) == ""
    for statistic in ("pawn", "regional"):
        assert refuse_design("sobol", 1_024, 8, statistic=statistic) == ""
        answer = refuse_design("sobol", 1_024, 9, statistic=statistic)
        assert answer.startswith("9 parameters on a Sobol sequence are too many")
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
