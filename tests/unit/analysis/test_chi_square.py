"""Chi-square by its formulas, against scipy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from orgsim.analysis.chi_square import chi_square_exceeds, chi_square_quantile

VALUES = [0.0, 1e-12, 0.01, 0.5, 1.0, 3.84, 10.0, 60.0, 300.0, 1_400.0]


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 8, 15, 40])
def test_tails_are_scipys(degrees):
    ours = [chi_square_exceeds(degrees, value) for value in VALUES]
    np.testing.assert_allclose(ours, special.chdtrc(degrees, VALUES), rtol=1e-12)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4])
def test_beyond_what_doubles_hold_nothing_is_left(degrees):
    assert chi_square_exceeds(degrees, 2_000.0) == chi_square_exceeds(degrees, math.inf) == 0.0


def test_quantiles_are_scipys():
    above = np.array([1.0, 0.999, 0.5, 0.05, 0.0125, 1e-3, 1e-9, 1e-15, 1e-100])
    ours = [chi_square_quantile(p) for p in above]
    np.testing.assert_allclose(ours, special.chdtri(1, above), rtol=1e-13, atol=1e-30)
    assert chi_square_quantile(0.0) == math.inf
