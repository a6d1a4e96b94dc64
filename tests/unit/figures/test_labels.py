"""Labels are moved apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from orgsim.figures.labels import apart


def test_labels_are_apart_in_order_and_as_near_as_can_be():
    rng = np.random.default_rng(4)
    for _ in range(20):
        wanted = rng.random(6)
        found = apart(wanted.tolist(), 0.15)
        order = np.argsort(wanted)
        steps = 0.15 * np.arange(6)
        nearest = optimize.isotonic_regression(wanted[order] - steps).x + steps
        assert found[order] == pytest.approx(nearest)
    assert apart([0.5, 0.5], 0.2, 0.45, 0.6).tolist() == pytest.approx([0.45, 0.65])
    assert apart([0.95, 0.9], 0.1, 0.0, 1.0).tolist() == pytest.approx([0.975, 0.875])
    assert apart([], 1.0).size == 0
