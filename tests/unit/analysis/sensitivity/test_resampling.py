"""Resamples, by what drawing with putting back must give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, chi2

from orgsim.analysis.sensitivity import resampling
from orgsim.analysis.sensitivity.resampling import percentile_limits, resampled


def counts(seed, size, resamples):
    return np.concatenate(list(resampled(seed, size, resamples)))


def test_every_resample_is_as_large_as_what_it_is_drawn_from():
    found = counts(3, 37, 200)
    assert found.shape == (200, 37)
    assert (found.sum(axis=1) == 37.0).all()
    assert not np.array_equal(found[0], found[1])


def test_blocks_change_nothing(monkeypatch):
    at_once = counts(3, 50, 101)
    monkeypatch.setattr(resampling, "_LARGEST_BLOCK", 300)
    assert len(list(resampled(3, 50, 101))) == 17
    assert np.array_equal(counts(3, 50, 101), at_once)


def test_more_resamples_leave_the_first_ones():
    assert np.array_equal(counts(1, 20, 5), counts(1, 20, 50)[:5])
    assert not np.array_equal(counts(1, 20, 5), counts(2, 20, 5))


def test_how_often_things_are_drawn_is_binomial():
    """In 4,000 resamples of 25, the first thing: false alarm 1 in 100,000 by chi-squared."""
    found = np.minimum(counts(12, 25, 4_000)[:, 0], 4).astype(int)
    chances = binom.pmf(np.arange(4), 25, 1 / 25)
    expected = 4_000 * np.append(chances, 1.0 - chances.sum())
    seen = np.bincount(found, minlength=5)
    assert ((seen - expected) ** 2 / expected).sum() < chi2.isf(1e-5, 4)


def test_limits_of_a_mean_are_those_of_normal_theory():
    """Limits from 20,000 resamples are within 2 % of a width; false alarm below 1 in 100,000."""
    sample = np.random.default_rng(4).normal(size=400)
    means = counts(6, 400, 20_000) @ sample / 400
    low, high = percentile_limits(means[:, None], 0.1)
    reach = 1.6449 * sample.std() / 20.0
    assert low[0] == pytest.approx(sample.mean() - reach, abs=0.04 * reach)
    assert high[0] == pytest.approx(sample.mean() + reach, abs=0.04 * reach)


def test_what_a_resample_does_not_have_has_no_limits():
    found = np.array([[1.0, np.nan], [2.0, 3.0], [3.0, 5.0]])
    low, high = percentile_limits(found, 0.5)
    assert (low[0], high[0]) == (1.5, 2.5)
    assert np.isnan([low[1], high[1]]).all()
