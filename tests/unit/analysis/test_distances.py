"""Distances of splits, by hand and by linear programming."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import optimize, spatial

from orgsim.analysis.distances import aitchison, jensen_shannon, rounding_distance, total_variation
from splits import ARTICLE


def test_distances_against_formulas_by_hand():
    a, b = [0.5, 0.2, 0.2, 0.1], [0.4, 0.2, 0.3, 0.1]
    assert total_variation(a, b) == pytest.approx(0.1)
    assert total_variation([1, 0, 0, 0], [0, 0, 0, 1]) == 1.0
    assert total_variation([a, b], b).tolist() == [0.1, 0.0]
    middle = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
    divergence = sum(
        (x * math.log2(x / m) + y * math.log2(y / m)) / 2
        for x, y, m in zip(a, b, middle, strict=True)
    )
    assert jensen_shannon(a, b) == pytest.approx(math.sqrt(divergence))
    assert jensen_shannon([1, 0, 0, 0], [0, 0, 0, 1]) == pytest.approx(1.0)
    for a, b in np.random.default_rng(5).dirichlet([1.0, 0.2, 3.0, 0.5], (200, 2)):
        judge = spatial.distance.jensenshannon(a, b, base=2.0)
        assert jensen_shannon(a, b) == pytest.approx(judge, rel=1e-12, abs=1e-15)
    pairs = [
        (math.log(a[i] / a[j]) - math.log(b[i] / b[j])) ** 2
        for i, j in itertools.combinations(range(4), 2)
    ]
    assert aitchison(a, b) == pytest.approx(math.sqrt(sum(pairs) / 4))
    assert aitchison([0.5, 0.5, 0, 0], b) is None


@pytest.mark.parametrize("seed", range(20))
def test_the_distance_after_rounding_is_the_least_over_splits_that_round_so(seed):
    """By linear programming: splits within the rounding, the nearest in total variation."""
    p = np.random.default_rng(seed).dirichlet([4, 2, 3, 1])
    q = ARTICLE
    # Variables: a split r and slacks s >= |p - r|; half the slacks' sum is the distance.
    objective = np.r_[np.zeros(4), np.full(4, 0.5)]
    eye = np.eye(4)
    least = optimize.linprog(
        objective,
        A_ub=np.block([[eye, -eye], [-eye, -eye]]),
        b_ub=np.r_[p, -p],
        A_eq=np.r_[np.ones(4), np.zeros(4)][None, :],
        b_eq=[1.0],
        bounds=[*((max(v - 0.05, 0), min(v + 0.05, 1)) for v in q), *[(0, None)] * 4],
    ).fun
    assert rounding_distance(p, q, 0.05) == pytest.approx(least, abs=1e-9)
