"""The stopping rule: its looks, its levels, and when it stops."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from orgsim.analysis.precision import (
    FIRST_LOOK,
    Precision,
    expected_firms,
    interval,
    is_met,
    level_at,
    looks,
    next_look,
)

USUAL = Precision(half_width=0.01, most_firms=1_048_576, scenarios=4)
SETTINGS = [
    USUAL,
    Precision(half_width=0.01, most_firms=5_000, scenarios=4),
    Precision(half_width=0.001, most_firms=1_048_576, scenarios=4),
    Precision(half_width=0.02, most_firms=1_048_576, scenarios=4),
    Precision(half_width=0.005, most_firms=FIRST_LOOK, scenarios=4),
    Precision(half_width=0.4, most_firms=1_048_576, scenarios=4),
]
SPLITS = [
    (0.4, 0.2, 0.3, 0.1),
    (0.25, 0.25, 0.25, 0.25),
    (0.97, 0.01, 0.01, 0.01),
    (0.5, 0.5, 0.0, 0.0),
    (1.0, 0.0, 0.0, 0.0),
]


def errors(precision):
    return [1 - level_at(precision, look) for look in range(len(looks(precision)))]


def counts_near(split, firms):
    """Whole counts that add up, within one firm a class of the split."""
    return np.diff(np.rint(firms * np.cumsum((0.0, *split)))).astype(np.int64)


def statsmodels_interval(counts, firms, precision):
    """Goodman's interval with the error that falls to so many firms."""
    from statsmodels.stats.proportion import multinomial_proportions_confint

    share_of_error = firms / sum(looks(precision))
    theirs = multinomial_proportions_confint(counts, 0.05 * share_of_error, method="goodman")
    return theirs[:, 0], theirs[:, 1]


@pytest.mark.parametrize("precision", SETTINGS)
def test_looks_are_doublings_up_to_the_end(precision):
    planned = looks(precision)
    assert planned[:-1] == tuple(FIRST_LOOK * 2**k for k in range(len(planned) - 1))
    assert all(a < b for a, b in pairwise(planned))
    assert planned[-1] <= min(precision.most_firms, FIRST_LOOK * 2 ** (len(planned) - 1))


def test_looks_end_at_the_cap():
    assert looks(Precision(0.001, 5_000, 4)) == (1_024, 2_048, 4_096, 5_000)
    assert looks(Precision(0.001, 4_096, 4)) == (1_024, 2_048, 4_096)
    assert looks(Precision(0.001, FIRST_LOOK, 4)) == (FIRST_LOOK,)


@pytest.mark.parametrize("half_width", [0.4, 0.1, 0.03, 0.02, 0.01, 0.005, 0.002, 0.0007])
def test_looks_end_where_the_widest_split_is_sure_to_be_narrow(half_width):
    precision = Precision(half_width, 10**9, 4)
    last = looks(precision)[-1]
    assert last % FIRST_LOOK == 0
    assert is_met([last // 2, last // 2, 0, 0], precision, last)


def test_a_larger_cap_only_appends_looks():
    for cap in (1_024, 1_500, 4_096, 5_000, 16_384, 20_000):
        smaller, larger = (looks(Precision(0.01, most, 4)) for most in (cap, 2 * cap))
        assert larger[: len(smaller) - 1] == smaller[:-1]
        assert set(smaller) - set(larger) <= {cap}
    sure = looks(USUAL)[-1]
    for cap in (sure, sure + 1, 10**9):
        other = Precision(USUAL.half_width, cap, 4)
        assert looks(other) == looks(USUAL)
        assert errors(other) == errors(USUAL)


@pytest.mark.parametrize("precision", SETTINGS)
def test_the_levels_spend_five_percent(precision):
    spent = errors(precision)
    assert sum(spent) == pytest.approx(0.05, abs=1e-15)
    assert np.allclose(np.array(spent) / looks(precision), spent[0] / looks(precision)[0])
    assert spent[-1] > 0.05 / 3


@pytest.mark.parametrize("precision", SETTINGS)
@pytest.mark.parametrize("split", SPLITS)
def test_intervals_and_decisions_agree_with_statsmodels(precision, split):
    planned = looks(precision)
    for firms, later in zip(planned, (*planned[1:], None), strict=True):
        counts = counts_near(split, firms)
        low, high = statsmodels_interval(counts, firms, precision)
        ours = interval(counts, precision, firms)
        assert np.allclose(ours[0], low, rtol=0, atol=1e-9)
        assert np.allclose(ours[1], high, rtol=0, atol=1e-9)
        met = bool((high - low).max() / 2 <= precision.half_width)
        assert is_met(counts, precision, firms) == met
        assert next_look(counts, precision, firms) == (None if met else later)


def test_a_stack_of_points_gives_the_intervals_of_each():
    stack = np.array([counts_near(split, 4_096) for split in SPLITS])
    low, high = interval(stack, USUAL, 4_096)
    for i, counts in enumerate(stack):
        alone = interval(counts, USUAL, 4_096)
        assert (low[i] == alone[0]).all()
        assert (high[i] == alone[1]).all()


def test_one_firm_decides():
    """Counts around the boundary at 4,096 firms: met from some count on, and there alone."""
    rows = [[c, 4_096 - c, 0, 0] for c in range(3_900, 4_097)]
    met = [is_met(row, USUAL, 4_096) for row in rows]
    first = met.index(True)
    assert 0 < first < len(met) - 1
    assert all(met[first:])
    low, high = statsmodels_interval(rows[first], 4_096, USUAL)
    assert (high - low).max() / 2 <= 0.01
    low, high = statsmodels_interval(rows[first - 1], 4_096, USUAL)
    assert (high - low).max() / 2 > 0.01


def test_other_numbers_of_firms_are_refused():
    with pytest.raises(ValueError, match="3000 firms is no look"):
        is_met([3_000, 0, 0, 0], USUAL, 3_000)
    with pytest.raises(ValueError, match="do not add up to 1024"):
        interval([1_024, 1, 0, 0], USUAL, 1_024)


@pytest.mark.parametrize(
    ("split", "firms"),
    [
        ((0.4, 0.2, 0.3, 0.1), 21_504),
        ((0.25, 0.25, 0.25, 0.25), 16_384),
        ((0.97, 0.01, 0.01, 0.01), 4_096),
        ((1.0, 0.0, 0.0, 0.0), 1_024),
    ],
)
def test_expected_firms(split, firms):
    assert expected_firms(split, USUAL) == firms
    assert expected_firms(split, Precision(0.01, 3_000, 4)) == min(firms, 3_000)


@pytest.mark.parametrize("precision", SETTINGS)
@pytest.mark.parametrize("split", SPLITS)
def test_a_point_with_its_expected_counts_stops_where_expected(precision, split):
    firms = looks(precision)[0]
    while (later := next_look(counts_near(split, firms), precision, firms)) is not None:
        firms = later
    assert firms == expected_firms(split, precision)


def test_the_module_imports_without_scipy():
    code = "import sys, orgsim.analysis.precision; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
