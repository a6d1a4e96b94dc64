"""Tables of Beta quantiles against scipy's inverse, value by value on the grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from orgsim.numerics.beta import beta_nodes
from orgsim.numerics.inverse_cdf import MEAN_CELLS, PERSON_CELLS, QUANTITY_CELLS
from orgsim.numerics.quantiles import on_grid

CONCENTRATIONS = (0.01, 0.1, 0.3, 0.5, 1.0, 2.0, 8.0, 13.0, 35.0, 1e3, 1e6)
MEANS = (1e-9, 1e-4, 0.02, 0.3, 0.5, 0.7, 0.98, 1.0 - 1e-9)


def by_scipy(means, concentration, cells):
    """Return the inner nodes, each by scipy's inverse."""
    means = np.asarray(means)[:, None]
    p = np.arange(1, cells) / cells
    return special.betaincinv(means * concentration, (1.0 - means) * concentration, p)


def assert_same(means, concentration, cells):
    found = on_grid(beta_nodes(np.asarray(means), concentration, cells))[:, 1:-1]
    assert (found == on_grid(by_scipy(means, concentration, cells))).all()


@pytest.mark.parametrize("concentration", CONCENTRATIONS)
def test_quantities_round_as_scipys_inverse(concentration):
    assert_same(MEANS, concentration, QUANTITY_CELLS)


@pytest.mark.parametrize("concentration", CONCENTRATIONS)
def test_people_round_as_scipys_inverse(concentration):
    assert_same(np.arange(1, MEAN_CELLS) / MEAN_CELLS, concentration, PERSON_CELLS)


@given(st.floats(0.001, 0.999), st.floats(-2.0, 6.0).map(lambda power: 10.0**power))
def test_any_distribution_rounds_as_scipys_inverse(mean, concentration):
    assert_same([mean], concentration, QUANTITY_CELLS)


@pytest.mark.parametrize("mean", [1 / 6, 5 / 6])
def test_where_values_lie_midway_between_two_multiples_scipy_decides(mean):
    """Of Beta(1/5, 1) the quantile is the fifth power, at 128 j / 4096 an odd number of halves."""
    assert_same([mean], 1.2, QUANTITY_CELLS)


@pytest.mark.parametrize("mean", [0.02, 0.5, 0.7])
@pytest.mark.parametrize("concentration", [1.0, 6.0, 1e4])
def test_the_outermost_nodes_keep_the_mean_of_their_cells(mean, concentration):
    """As far as 0 and 1 let them."""
    a, b, cells = mean * concentration, (1.0 - mean) * concentration, 16
    nodes = beta_nodes(np.array([mean]), concentration, cells)[0]
    x = special.betaincinv(a, b, (np.arange(200_000) + 0.5) / 200_000 / cells)
    kept = max(x.mean(), nodes[1] / 2)
    assert (nodes[0] + nodes[1]) / 2 == pytest.approx(kept, rel=1e-3, abs=1e-9)
    x = 1.0 - special.betaincinv(b, a, (np.arange(200_000) + 0.5) / 200_000 / cells)
    kept = min(x.mean(), (1.0 + nodes[-2]) / 2)
    assert (nodes[-1] + nodes[-2]) / 2 == pytest.approx(kept, rel=1e-6)


def test_means_at_the_ends_are_numbers():
    nodes = beta_nodes(np.array([0.0, 0.5, 1.0]), 4.0, PERSON_CELLS)
    assert set(nodes[0]) == {0.0}
    assert set(nodes[2]) == {1.0}


def test_the_usual_tables_ask_scipy_for_few_values(monkeypatch):
    """Fewer than a tenth: 31 x 511 values stand in a table of people."""
    asked = []
    inverse = special.betaincinv

    def counted(a, b, p):
        found = inverse(a, b, p)
        asked.append(found.size)
        return found

    monkeypatch.setattr(special, "betaincinv", counted)
    beta_nodes(np.arange(1, MEAN_CELLS) / MEAN_CELLS, 8.0, PERSON_CELLS)
    assert 0 < sum(asked) < 31 * 511 / 10
    asked.clear()
    beta_nodes(np.array([0.7]), 6.0, QUANTITY_CELLS)
    assert 0 < sum(asked) < 4095 / 10
