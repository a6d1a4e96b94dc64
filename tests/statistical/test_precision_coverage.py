"""The intervals reported where the stopping rule stops cover the truth as often as stated.

Points are simulated as multinomial counts, 40,000 of each split with a fixed seed.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from orgsim.analysis.precision import Precision, expected_firms, interval, is_met, looks

FALSE_ALARM = 1e-6
POINTS = 40_000
SPLITS = [
    (0.4, 0.2, 0.3, 0.1),
    (0.25, 0.25, 0.25, 0.25),
    (0.97, 0.01, 0.01, 0.01),
    (0.6, 0.3, 0.1, 0.0),
]
SETTINGS = [
    Precision(0.01, 1_048_576, 4),
    Precision(0.01, 10_000, 4),
    Precision(0.025, 1_048_576, 4),
]


def run_points(truth, precision, seed):
    """Return the firms, counts and limits with which each point stopped."""
    rng = np.random.default_rng(seed)
    truth = np.array(truth)
    firms = np.zeros(POINTS, dtype=np.int64)
    counts = np.zeros((POINTS, 4), dtype=np.int64)
    low, high = np.zeros((POINTS, 4)), np.zeros((POINTS, 4))
    going = np.arange(POINTS)
    before = 0
    for look in looks(precision):
        counts[going] += rng.multinomial(look - before, truth, size=going.size)
        firms[going] = before = look
        low[going], high[going] = interval(counts[going], precision, look)
        wide = (high[going] - low[going]) / 2 > precision.half_width
        going = going[wide.any(axis=1)]
    return firms, counts, low, high


@pytest.mark.statistical
@pytest.mark.parametrize("precision", SETTINGS)
@pytest.mark.parametrize("truth", SPLITS)
def test_reported_intervals_cover_all_shares_jointly(truth, precision):
    """Binomial lower bound on 95 % at a false-alarm rate of 1e-6 each, over the seed.

    By simulation with other seeds the true coverage is .965 or more in all cases, so
    the actual rate is far less.
    """
    _, _, low, high = run_points(truth, precision, seed=19650247)
    covered = int(((low <= truth) & (truth <= high)).all(axis=1).sum())
    assert covered >= stats.binom.ppf(FALSE_ALARM, POINTS, 0.95)


@pytest.mark.parametrize("precision", SETTINGS)
@pytest.mark.parametrize("truth", SPLITS)
def test_every_point_is_narrow_or_at_the_last_look(truth, precision):
    firms, counts, low, high = run_points(truth, precision, seed=5)
    narrow = ((high - low) / 2 <= precision.half_width).all(axis=1)
    last = looks(precision)[-1]
    assert (narrow | (firms == last)).all()
    if precision.most_firms > last:  # the last look is sure to do, without the cap
        assert narrow.all()
    for i in range(50):
        assert is_met(counts[i], precision, int(firms[i])) == narrow[i]


@pytest.mark.statistical
@pytest.mark.parametrize("precision", SETTINGS)
@pytest.mark.parametrize("truth", SPLITS)
def test_points_stop_near_the_look_they_are_expected_to(truth, precision):
    """Within one look of the forecast; false alarms are below 1e-6 over the seed.

    Two looks off, the sample variance of a share would have to be off by a factor of two
    at 1,024 firms or more in 40 of 40,000 points, which other seeds never showed.
    """
    firms, *_ = run_points(truth, precision, seed=6)
    planned = np.array(looks(precision))
    stopped = np.searchsorted(planned, firms)
    forecast = np.searchsorted(planned, expected_firms(truth, precision))
    assert np.mean(abs(stopped - forecast) <= 1) > 0.999
