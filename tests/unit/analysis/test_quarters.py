"""Aggregates by quarter: quantiles from histograms against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from orgsim.analysis.quarters import histogram_quantiles, quarter_columns
from orgsim.model import MODEL, columns
from orgsim.spec.calendar import calendar

PROBABILITIES = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_quantiles_are_within_a_bin_of_the_exact_ones(low):
    values = low + (1 - low) * np.random.default_rng(3).beta(2, 5, 20_000)
    others = low + (1 - low) * np.random.default_rng(4).beta(5, 2, 20_000)
    both = [np.histogram(v, bins=1024, range=(low, 1.0))[0] for v in (others, values)]
    ours = histogram_quantiles(np.array(both), np.array([low, low]), PROBABILITIES)[1]
    exact = np.quantile(values, PROBABILITIES)
    # One bin, and the gap between neighbouring values, which is far smaller here.
    assert np.abs(ours - exact).max() <= 1.1 * (1 - low) / 1024


def test_quantiles_of_equal_values_lie_in_their_bin():
    histogram = np.zeros(1024, dtype=np.int64)
    histogram[512] = 7
    quantiles = histogram_quantiles(histogram[None], np.zeros(1), PROBABILITIES)
    assert ((quantiles >= 512 / 1024) & (quantiles <= 513 / 1024)).all()


def test_the_calendar_begins_with_the_article():
    assert [calendar(t) for t in (0, 3, 4, 39)] == ["2014 Q1", "2014 Q4", "2015 Q1", "2023 Q4"]


def test_every_declared_column_is_made():
    quarters, firms = 3, 10
    sums = np.full((quarters, len(columns.SERIES)), firms * 2**23)
    histogram = np.zeros((quarters, len(columns.SERIES), 1024), dtype=np.int64)
    histogram[:, :, 512] = firms
    counts = np.tile([4, 2, 3, 1, 5, 3, 2], (quarters, 1))
    shared = {"demand": np.zeros(quarters), "hype": np.ones(quarters)}
    made = quarter_columns(0, sums, histogram, counts, shared, MODEL)
    assert set(made) == {column.name for column in MODEL.quarters}
    assert made["share_cemo"].tolist() == [0.4] * 3
    assert made["share_separate"].tolist() == [0.4] * 3
    assert made["share_under_way"].tolist() == [0.5] * 3
    assert made["capability_mean"].tolist() == [0.5] * 3
