"""The two-by-two view of a split."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint

from splits import compared


def test_the_two_by_two_view_against_statsmodels_and_by_hand():
    square = compared([430, 190, 280, 100]).square
    assert (square.active.value, square.best.value) == pytest.approx((0.62, 0.71))
    assert (square.active.reference, square.best.reference) == pytest.approx((0.6, 0.7))
    low, high = proportion_confint(620, 1000, method="beta")
    assert (square.active.low, square.active.high) == pytest.approx((low, high))
    table = Table2x2(np.array([[430, 190], [280, 100]]))
    assert square.odds_ratio.value == pytest.approx(430 * 100 / (190 * 280))
    assert (square.odds_ratio.low, square.odds_ratio.high) == pytest.approx(
        table.oddsratio_confint(0.05)
    )
    assert square.odds_ratio.reference == pytest.approx(4 / 6)
    # 35, 25, 35, 5 and 45, 15, 25, 15 % both round to the article's tens.
    assert square.reference_range == pytest.approx((35 * 5 / (25 * 35), 45 * 15 / (15 * 25)))
