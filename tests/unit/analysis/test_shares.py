"""Intervals against independent implementations."""

from __future__ import annotations

import numpy as np
import pytest

from orgsim.analysis.shares import goodman
from orgsim.model.tallies import moved_cut_point


@pytest.mark.parametrize(
    "counts",
    [
        [40, 20, 30, 10],
        [4000, 2000, 3000, 1000],
        [0, 5, 5, 0],
        [1, 0, 0, 0],
        [3, 3, 3, 3],
        [10_000_000, 1, 0, 5],
    ],
)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_goodman_agrees_with_statsmodels(counts, level):
    from statsmodels.stats.proportion import multinomial_proportions_confint

    theirs = multinomial_proportions_confint(counts, alpha=1 - level, method="goodman")
    low, high = goodman(counts, level)
    assert np.allclose(low, theirs[:, 0], rtol=1e-9, atol=1e-12)
    assert np.allclose(high, theirs[:, 1], rtol=1e-9, atol=1e-12)


@pytest.mark.statistical
def test_goodman_covers_the_articles_split_jointly_at_least_as_often_as_stated():
    """10,000 multinomial samples of 500 firms; coverage of .95 or more, less 4.8 standard errors.

    A right program fails with probability below 1e-6: the true coverage at this
    split is .95 to .97, by simulation with other seeds.
    """
    truth = np.array([0.4, 0.2, 0.3, 0.1])
    samples = np.random.default_rng(20140221).multinomial(500, truth, size=10_000)
    covered = 0
    for counts in samples:
        low, high = goodman(counts)
        covered += bool(((low <= truth) & (truth <= high)).all())
    assert covered / 10_000 > 0.95 - 4.8 * np.sqrt(0.95 * 0.05 / 10_000)


def test_intervals_hold_the_share_and_shrink_with_the_firms():
    small, large = goodman([4, 2, 3, 1]), goodman([4000, 2000, 3000, 1000])
    share = np.array([0.4, 0.2, 0.3, 0.1])
    for low, high in (small, large):
        assert (low < share).all()
        assert (share < high).all()
    assert (large[1] - large[0] < small[1] - small[0]).all()


def test_another_cut_point_moves_passive_firms_alone():
    assert moved_cut_point([40, 20, 30, 10], 33).tolist() == [40, 20, 33, 7]
