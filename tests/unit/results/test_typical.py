"""Which firm is typical."""

from __future__ import annotations

import numpy as np

from orgsim.results.typical import distances


def test_the_typical_firm_is_nearest_to_the_medians():
    nan = np.nan
    values = np.array([[0.1, 5.0, 1.0, nan], [0.2, 5.0, 1.0, 3.0], [0.3, 5.0, 9.0, nan]])
    # Column 0: interquartile range 0.1. Column 1 is constant. Column 2: range 4. Column 3: never
    # counts as 4, median 4, range 0.5.
    assert np.allclose(distances(values), [1.0, 2.0, 1.0 + 2.0])
