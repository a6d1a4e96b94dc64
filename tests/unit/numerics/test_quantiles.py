"""Tables of distributions against scipy.stats, and the draws that read them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgsim.model.parameters import QUANTITIES, defaults
from orgsim.model.tables import build_tables
from orgsim.numerics import inverse_cdf, quantiles

EVEN_WORDS = (np.arange(2**16, dtype=np.uint64) << np.uint64(16)) + np.uint64(2**15)
CASES = {
    "beta": (
        {"dist": "beta", "mean": 0.3, "concentration": 6.0},
        stats.beta(1.8, 4.2),
    ),
    "uniform": ({"dist": "uniform", "low": 0.2, "high": 0.7}, stats.uniform(0.2, 0.5)),
    "normal": (
        {"dist": "normal", "mean": 0.4, "sd": 0.3, "low": 0.0, "high": 1.0},
        stats.truncnorm(-4 / 3, 2.0, loc=0.4, scale=0.3),
    ),
}


def drawn(distribution, words=EVEN_WORDS, department=0, path="leadership.commitment", sectors=()):
    tables = build_tables(defaults() | {path: distribution}, sectors)
    quantity = [q.path for q in QUANTITIES].index(path)
    return np.array([inverse_cdf.draw_quantity(tables, 0, quantity, department, w) for w in words])


@pytest.mark.parametrize("name", CASES)
def test_draws_follow_the_distribution(name):
    distribution, truth = CASES[name]
    values = drawn(distribution)
    probability = (np.arange(values.size) + 0.5) / values.size
    # Interpolation cannot leave its cell of probability; 2e-6 is for the grid of 2**-24.
    assert np.abs(truth.cdf(values) - probability).max() <= 1 / inverse_cdf.QUANTITY_CELLS + 2e-6
    assert np.abs(values - truth.ppf(probability))[655:-655].max() < 1e-4
    assert abs(values.mean() - truth.mean()) < 1e-5


def test_a_number_is_drawn_as_itself():
    assert set(drawn(0.375)) == {0.375}


def test_a_choice_is_drawn_with_its_weights():
    choice = {"dist": "choice", "values": [0.1, 0.5, 0.9], "weights": [1.0, 2.0, 5.0]}
    values = drawn(choice)
    shares = [np.mean(np.abs(values - v) < 1e-6) for v in choice["values"]]
    assert np.allclose(shares, [0.125, 0.25, 0.625], atol=2e-5)


def people_around(table, mean):
    """Traits of people at evenly spread words, by the function that fills rows of them."""
    words = EVEN_WORDS[::8].astype(np.uint32)
    means = np.full(words.size, mean, dtype=np.float32)
    out = np.empty_like(means)
    inverse_cdf.draw_people(out, table[None].astype(np.float32), 0, means, words, words.size)
    return out.astype(np.float64)


@pytest.mark.parametrize("concentration", [0.1, 1.0, 8.0, 35.0, 1e6])
def test_people_have_the_mean_and_spread_asked_for(concentration):
    table = quantiles.person_nodes(concentration)
    assert (np.diff(table, axis=1) >= 0.0).all()
    for mean in (0.0, 0.02, 0.28, 0.77, 1.0):
        values = people_around(table, mean)
        assert abs(values.mean() - mean) < 1e-4
    for mean in (0.25, 0.5, 0.75):  # tabulated: the whole distribution is Beta's
        values = people_around(table, mean)
        assert abs(values.var() - mean * (1 - mean) / (concentration + 1)) < 2e-4
