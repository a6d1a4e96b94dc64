"""The comparison as a whole."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from orgsim.analysis.reference import reference_of_shares
from orgsim.model.columns import SCENARIOS
from splits import compared, counted


def test_standardised_differences_are_standard_errors_away():
    one = compared([430, 190, 280, 100])
    assert one.scenarios[0].standardised_difference == pytest.approx(
        0.03 / math.sqrt(0.4 * 0.6 / 1000)
    )
    assert one.scenarios[0].effect_size == pytest.approx(
        2 * math.asin(math.sqrt(0.43)) - 2 * math.asin(math.sqrt(0.40))
    )
    two = compared([430, 190, 280, 100], counted(400, 200, 300, 100))
    pooled = 830 / 2000
    assert two.scenarios[0].standardised_difference == pytest.approx(
        0.03 / math.sqrt(pooled * (1 - pooled) * 2 / 1000)
    )


def test_an_empty_scenario_leaves_the_comparison_whole():
    comparison = compared([600, 0, 400, 0])
    told = json.loads(json.dumps(comparison.as_dict(), allow_nan=False))
    assert told["aitchison"] is None
    assert 0 < told["two_by_two"]["odds_ratio"]["low"] < told["two_by_two"]["odds_ratio"]["high"]


def test_the_object_for_scripts_has_what_is_promised():
    told = compared([4000, 2000, 3000, 1000]).as_dict()
    for key in ("shares", "low", "high", "reference", "total_variation", "verdict"):
        assert key in told
    assert told["verdict"] == "match"
    assert told["difference"]["cmto"] == 0.0
    assert told["low"]["cemo"] < 0.4 < told["high"]["cemo"]


@pytest.mark.parametrize("seed", range(40))
def test_splits_that_are_equal_have_a_p_value(seed):
    """Rounding leaves G a little less than nothing, of which chi-squared knows no probability."""
    counts = np.random.default_rng(seed).multinomial(1_000, [0.4, 0.2, 0.3, 0.1])
    shares = dict(zip(SCENARIOS, (counts / 1_000).tolist(), strict=True))
    same = compared(counts.tolist(), reference_of_shares(shares, "same", "test", SCENARIOS))
    json.dumps(same.as_dict(), allow_nan=False)
    assert same.g_test.p_asymptotic == pytest.approx(1.0)


def test_notebooks_show_the_verdict_and_the_table():
    shown = compared([4000, 2000, 3000, 1000])._repr_html_()
    assert "<table" in shown
    assert "Match with the article" in shown
    assert "40.0%" in shown
