"""Values of named outputs and their sampling variance, against formulas and repetitions."""

import numpy as np
import pytest

from orgsim.analysis.named_outputs import features_of, known, moments_of
from orgsim.config.asked_output import asked_output
from orgsim.model import MODEL

CEMO, CMTO, TOGETHER, APART = range(4)


def value_of(text, record, points, count, kept=None):
    outputs = [t.output for t in asked_output(text, MODEL, (), "x").terms]
    size = points.size
    everyone = [np.ones(size, dtype=np.bool_)] * len(outputs) if kept is None else kept
    features = features_of(outputs, [record] * len(outputs), everyone)
    return known(outputs, moments_of(features, points, count))


def made_firms(seed=1, points=3, firms=500):
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(points), firms)
    record = {
        "scenario": rng.choice(4, of.size, p=[0.4, 0.2, 0.3, 0.1]),
        "performance": rng.beta(2.0, 3.0, of.size),
        "attempts": rng.poisson(1.5, of.size),
        "under_way": np.zeros(of.size, dtype=np.bool_),
    }
    record["failures"] = rng.binomial(record["attempts"], 0.4)
    record["reversals"] = np.zeros(of.size, dtype=np.int64)
    return record, of


def test_a_share_has_the_variance_of_a_share():
    record, of = made_firms()
    found = value_of("cemo", record, of, 3)
    share = np.array([(record["scenario"][of == p] == CEMO).mean() for p in range(3)])
    np.testing.assert_allclose(found.value, share, rtol=1e-12)
    np.testing.assert_allclose(found.variance, share * (1 - share) / 499, rtol=1e-9)


def test_a_mean_has_the_variance_of_a_mean():
    record, of = made_firms()
    found = value_of("performance", record, of, 3)
    columns = [record["performance"][of == p] for p in range(3)]
    np.testing.assert_allclose(found.value, [c.mean() for c in columns], rtol=1e-12)
    expected = [c.var(ddof=1) / c.size for c in columns]
    np.testing.assert_allclose(found.variance, expected, rtol=1e-9)


@pytest.mark.parametrize("text", ["best_among_active", "unsuccessful", "log_odds_ratio"])
def test_other_forms_have_the_variance_that_repetitions_show(text):
    """The delta method is exact to order 1/n: within 15 % of the variance of 4,000 repetitions.

    That variance has a standard error of 2.2 %, so a false alarm by chance is beyond 4 of them.
    """
    record, of = made_firms(seed=2, points=4_000, firms=400)
    found = value_of(text, record, of, 4_000)
    spread = found.value.var(ddof=1)
    assert found.variance.mean() == pytest.approx(spread, rel=0.15)


def test_a_difference_knows_that_both_are_of_the_same_firms():
    record, of = made_firms()
    found = value_of("cemo - cmto", record, of, 3)
    for p in range(3):
        scenario = record["scenario"][of == p]
        paired = (scenario == CEMO).astype(float) - (scenario == CMTO)
        assert found.value[p] == pytest.approx(paired.mean(), rel=1e-12)
        assert found.variance[p] == pytest.approx(paired.var(ddof=1) / paired.size, rel=1e-9)


def test_the_log_odds_ratio_is_finite_where_a_cell_is_empty_and_woolfs_where_none_is():
    scenario = np.repeat([CEMO, CMTO, TOGETHER, APART], [400, 200, 300, 100])
    found = value_of("log_odds_ratio", {"scenario": scenario}, np.zeros(1000, dtype=np.int64), 1)
    cells = np.array([400.5, 200.5, 300.5, 100.5])
    assert found.value[0] == pytest.approx(np.log(cells[0] * cells[3] / (cells[1] * cells[2])))
    assert found.variance[0] == pytest.approx((1 / cells).sum(), rel=0.01)  # Woolf 1955
    empty = np.repeat([CEMO, TOGETHER], [5, 5])
    found = value_of("log_odds_ratio", {"scenario": empty}, np.zeros(10, dtype=np.int64), 1)
    assert np.isfinite(found.value).all()
    assert np.isfinite(found.variance).all()


@pytest.mark.parametrize("active", [0.03, 0.05, 0.2])
def test_of_few_firms_of_a_kind_the_variance_has_no_bias(active):
    """20,000 points of 500 firms, of which some 15, 25 and 100 are active, 60 % of them CEMO.

    Given how many are active the estimate is unbiased; over points its mean has a standard error
    of 1 % at most of the true mean variance, which is known: p (1 - p) E(1 / k).
    """
    rng = np.random.default_rng(4)
    count = np.maximum(rng.binomial(500, active, 20_000), 8)
    best = rng.binomial(count, 0.6)
    cells = np.stack([best, count - best, 500 - count, np.zeros_like(count)], axis=1)
    rows = {"scenario": np.tile(np.arange(4), 20_000)}
    outputs = [asked_output("best_among_active", MODEL, (), "x").terms[0].output]
    features = features_of(outputs, [rows], [np.ones(80_000, dtype=np.bool_)])
    points = np.repeat(np.arange(20_000), 4)
    found = known(outputs, moments_of(features, points, 20_000, cells.ravel().astype(float)))
    assert found.variance.mean() == pytest.approx((0.24 / count).mean(), rel=0.04)


def test_what_too_few_firms_are_of_does_not_exist():
    record = {"scenario": np.repeat([CEMO, CMTO, TOGETHER, CEMO, CMTO], [4, 3, 20, 4, 4])}
    of = np.repeat([0, 1], [27, 8])
    found = value_of("best_among_active", record, of, 2)
    assert np.isnan(found.value[0])
    assert np.isnan(found.variance[0])
    assert found.value[1] == 0.5


def test_of_a_sector_only_its_firms_count():
    record, of = made_firms()
    inside = np.arange(of.size) % 3 == 0
    found = value_of("cemo", record, of, 3, [inside])
    for p in range(3):
        own = record["scenario"][inside & (of == p)] == CEMO
        assert found.value[p] == pytest.approx(own.mean(), rel=1e-12)
        plain = own.mean() * (1 - own.mean()) / (own.size - 1)
        assert found.variance[p] == pytest.approx(plain, rel=1e-9)


def test_counts_stand_for_the_firms_that_they_count():
    record, of = made_firms()
    counts = np.stack([np.bincount(record["scenario"][of == p], minlength=4) for p in range(3)])
    outputs = [asked_output("best_among_passive", MODEL, (), "x").terms[0].output]
    rows = {"scenario": np.tile(np.arange(4), 3)}
    features = features_of(outputs, [rows], [np.ones(12, dtype=np.bool_)])
    short = known(outputs, moments_of(features, np.repeat(np.arange(3), 4), 3, counts.ravel()))
    long = value_of("best_among_passive", record, of, 3)
    np.testing.assert_allclose(short.value, long.value, rtol=1e-12)
    np.testing.assert_allclose(short.variance, long.variance, rtol=1e-9)
