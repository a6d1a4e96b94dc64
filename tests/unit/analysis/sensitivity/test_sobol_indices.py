"""Sobol indices against SALib, scipy, closed forms, and what noise does to them in theory."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from SALib.analyze import sobol
from scipy import stats

from known_functions import (
    G_FIRST,
    G_TOTAL,
    ISHIGAMI_FIRST,
    ISHIGAMI_SECOND,
    ISHIGAMI_TOTAL,
    ISHIGAMI_VARIANCE,
    g_function,
    ishigami,
)
from orgsim.analysis.sensitivity import resampling
from orgsim.analysis.sensitivity.blocks import Blocks, split_blocks
from orgsim.analysis.sensitivity.sobol_indices import sobol_indices
from orgsim.design.saltelli import saltelli_blocks


def blocks_of(function, dimensions, count, *, seed=1, groups=None, second_order=False, dummy=False):
    what = {"second_order": second_order, "dummy": dummy}
    points = saltelli_blocks(dimensions, count, seed=seed, groups=groups, **what)
    values = function(points)
    values = values if values.ndim == 3 else values[..., None]
    return split_blocks(values, len(groups) if groups else dimensions, **what)


def of(blocks, **settings):
    return sobol_indices(blocks, **({"seed": 1, "resamples": 200} | settings))


def in_salibs_order(blocks):
    """Return one output's values as SALib wants them: A, AB, BA, B of each sample."""
    parts = [blocks.a[:, None], blocks.ab, *([] if blocks.ba is None else [blocks.ba])]
    return np.concatenate([*parts, blocks.b[:, None]], axis=1)[..., 0].ravel()


@pytest.mark.parametrize("count", [64, 100, 1_024])
@pytest.mark.parametrize(("function", "dimensions"), [(ishigami, 3), (g_function, 5)])
def test_salib_finds_the_same_in_our_design_but_for_its_centre(function, dimensions, count):
    """SALib centres on the mean m of all blocks; this, as scipy, on the mean c of A and B.

    A first order is then off by (c - m) mean(AB - A) / V, a pair by (c - m) mean(BA + AB - A - B)
    / V less what its two first orders are off by; a total does not depend on the centre.
    """
    blocks = blocks_of(function, dimensions, count, second_order=True)
    problem = {
        "num_vars": dimensions,
        "names": [f"x{i}" for i in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    values = in_salibs_order(blocks)
    judge = sobol.analyze(problem, values, num_resamples=2, seed=1)
    found = of(blocks)
    a, b, ab, ba = (block[..., 0] for block in blocks)
    centres_apart = np.r_[a, b].mean() - values.mean()
    variance = np.r_[a, b].var()
    assert found.variance[0] == pytest.approx(variance, rel=1e-12)
    off = centres_apart * (ab - a[:, None]).mean(axis=0) / variance
    assert abs(off).max() > 1e-9  # so that the formula is put to the test
    assert found.total.value[:, 0] == pytest.approx(judge["ST"], rel=1e-10, abs=1e-10)
    assert found.first.value[:, 0] + off == pytest.approx(judge["S1"], rel=1e-10, abs=1e-10)
    assert found.pairs == tuple(itertools.combinations(range(dimensions), 2))
    for row, (g, h) in enumerate(found.pairs):
        both = (ba[:, g] + ab[:, h] - a - b).mean() * centres_apart / variance
        expected = found.second.value[row, 0] + both - off[g] - off[h]
        assert expected == pytest.approx(judge["S2"][g, h], rel=1e-10, abs=1e-10)


@pytest.mark.parametrize(("function", "dimensions"), [(ishigami, 3), (g_function, 5)])
def test_scipy_finds_the_same_in_its_own_design(function, dimensions):
    judge = stats.sobol_indices(
        func=lambda x: function(x.T),
        n=256,
        dists=[stats.uniform()] * dimensions,
        rng=np.random.default_rng(3),
    )
    # scipy keeps (dimensions, samples), and (dimensions, dimensions, samples) of the swapped.
    a, b = function(judge._A.T), function(judge._B.T)
    ab = np.stack([function(swapped.T) for swapped in judge._AB], axis=-1)
    found = of(Blocks(a[:, None], b[:, None], ab[..., None]))
    assert found.first.value[:, 0] == pytest.approx(judge.first_order, rel=1e-10, abs=1e-10)
    assert found.total.value[:, 0] == pytest.approx(judge.total_order, rel=1e-10, abs=1e-10)
    assert found.second is None
    assert found.pairs == ()


def holds(estimate, expected, errors=4.0):
    """Whether every index is within so many standard errors of the bootstrap of what it is."""
    standard_error = (estimate.high - estimate.low)[:, 0] / (2 * 1.96)
    return (np.abs(estimate.value[:, 0] - expected) <= errors * standard_error).all()


@pytest.mark.parametrize("seed", range(3))
def test_closed_forms(seed):
    """Within four standard errors of independent samples: false alarm below 1 in 1,000 in all.

    And those are small: 0.06 at most, with 4,096 samples.
    """
    found = of(blocks_of(ishigami, 3, 4_096, seed=seed, second_order=True), resamples=1_000)
    assert holds(found.first, ISHIGAMI_FIRST)
    assert holds(found.total, ISHIGAMI_TOTAL)
    assert holds(found.second, ISHIGAMI_SECOND)
    assert found.variance[0] == pytest.approx(ISHIGAMI_VARIANCE, rel=0.02)
    widest = max(float((e.high - e.low).max()) for e in (found.first, found.total, found.second))
    assert widest / (2 * 1.96) < 0.06
    found = of(blocks_of(g_function, 5, 4_096, seed=seed), resamples=1_000)
    assert holds(found.first, G_FIRST)
    assert holds(found.total, G_TOTAL)


def test_groups_have_the_indices_of_what_they_hold_together():
    """Of Ishigami's function (x, z) and y do not interact: each total is the first order."""
    found = of(blocks_of(ishigami, 3, 4_096, groups=((0, 2), (1,)), second_order=True))
    together = np.array([1.0 - ISHIGAMI_FIRST[1], ISHIGAMI_FIRST[1]])
    assert holds(found.first, together)
    assert holds(found.total, together)
    assert holds(found.second, [0.0])
    alone = of(blocks_of(ishigami, 3, 64, groups=((2, 0, 1),)))
    assert alone.first.value[0, 0] == pytest.approx(alone.total.value[0, 0], abs=0.3)


COPIES = 2_000
"""Repetitions of noise, each an output of its own."""


def noisy_ishigami(kind):
    """Return noise-free blocks, noisy ones, and the variances of their noise, of many copies."""
    clean = blocks_of(ishigami, 3, 64, second_order=True, dummy=True)
    rng = np.random.default_rng(17)
    if kind == "normal":
        # Errors of different sizes, so that it matters which are subtracted where.
        sizes = {"a": 9.0, "b": 4.0, "ab": 16.0, "ba": 1.0}
        noisy, noise = {}, {}
        for name, block in clean._asdict().items():
            shape = (*block.shape[:-1], COPIES)
            noisy[name] = block + rng.normal(0.0, np.sqrt(sizes[name]), shape)
            noise[name] = np.full(shape, sizes[name])
        return clean, Blocks(**noisy), Blocks(**noise)
    shares = {name: 1 / (1 + np.exp(-block / 4)) for name, block in clean._asdict().items()}
    firms = 20
    drawn = {
        name: rng.binomial(firms, p, (*p.shape[:-1], COPIES)) / firms for name, p in shares.items()
    }
    noise = {name: p * (1.0 - p) / (firms - 1) for name, p in drawn.items()}
    return Blocks(**shares), Blocks(**drawn), Blocks(**noise)


def numerators(found):
    """Return the variance, and indices times the variance, which noise leaves unbiased."""
    parts = [found.first.value, found.total.value, found.second.value]
    return np.concatenate([found.variance[None], *(part * found.variance for part in parts)])


def within(found, expected, errors=4.5):
    standard_error = found.std(axis=1) / np.sqrt(COPIES)
    return np.abs(found.mean(axis=1) - expected) <= errors * standard_error


@pytest.mark.statistical
@pytest.mark.parametrize("kind", ["normal", "share"])
def test_known_noise_is_subtracted_without_bias(kind):
    """The mean over 2,000 copies is that without noise; false alarm 1 in 10,000 for both kinds."""
    clean, noisy, noise = noisy_ishigami(kind)
    expected = numerators(of(clean, resamples=2))[:, 0]
    found = numerators(of(noisy, noise=noise, resamples=2))
    assert found.shape == (1 + 4 + 4 + 3, COPIES)
    assert within(found, expected).all()


@pytest.mark.statistical
def test_noise_that_is_not_subtracted_is_where_theory_has_it():
    """Variances of A, B, AB are 9, 4, 16, samples 64; false alarm 1 in 10,000."""
    clean, noisy, _ = noisy_ishigami("normal")
    biases = np.repeat(
        [6.5 * (1 - 1 / 128), 9 / 128, (9 + 16) / 2, 13 / 128 - 2 * 9 / 128], [1, 4, 4, 3]
    )
    found = numerators(of(noisy, resamples=2))
    expected = numerators(of(clean, resamples=2))[:, 0]
    assert within(found, expected + biases).all()
    assert not within(found, expected)[[0, 5, 6, 7, 8]].any()


@pytest.mark.statistical
def test_noise_that_the_centre_has_taken_up_is_subtracted_too():
    """It is most with few samples: four, in 8,000 copies. False alarm 1 in 10,000.

    A varies, AB is A and BA is B: first orders and the pair are 0, and the variance is 200. Without
    the correction they would be off by 9/8 and by 10/8, six standard errors and more.
    """
    clean = np.array([-20.0, 20.0, -20.0, 20.0])[:, None]
    rng = np.random.default_rng(6)
    a = clean + rng.normal(0.0, 3.0, (4, 8_000))
    ab = clean[:, None] + rng.normal(0.0, 1.0, (4, 2, 8_000))
    b, ba = rng.normal(0.0, 1.0, (4, 8_000)), rng.normal(0.0, 1.0, (4, 2, 8_000))
    noise = Blocks(np.full_like(a, 9.0), np.ones_like(b), np.ones_like(ab))
    found = of(Blocks(a, b, ab, ba), noise=noise, resamples=2)
    assert found.varies.all()
    for estimate, bias in ((found.first, 9 / 8), (found.second, 10 / 8)):
        numerator = estimate.value * found.variance
        standard_error = numerator.std(axis=1) / np.sqrt(8_000)
        assert (np.abs(numerator.mean(axis=1)) < 4.5 * standard_error).all()
        assert (standard_error < bias / 6).all()


@pytest.mark.statistical
def test_what_is_subtracted_from_the_variance_is_told():
    clean, noisy, noise = noisy_ishigami("normal")
    found = of(noisy, noise=noise, resamples=2)
    assert found.noise == pytest.approx(6.5 * (1 - 1 / 128), rel=1e-12)
    assert of(clean).noise.tolist() == [0.0]
    assert (found.noise + found.variance) == pytest.approx(of(noisy, resamples=2).variance)


def test_a_dummy_with_the_same_draws_is_exactly_zero():
    found = of(blocks_of(g_function, 5, 256, dummy=True))
    for estimate in (found.first, found.total):
        assert [float(part[-1, 0]) for part in estimate] == [0.0] * 3


@pytest.mark.statistical
def test_a_dummy_with_draws_of_its_own_is_zero_within_its_interval():
    """In 300 copies of noise half as large as the variance: held as often as a 93 to 97 %
    interval would, with a false alarm of 1 in 10,000 for each of both."""
    clean = blocks_of(ishigami, 3, 256, dummy=True)
    rng, size = np.random.default_rng(3), ISHIGAMI_VARIANCE / 2.0
    noisy = Blocks(
        *(
            block + rng.normal(0.0, np.sqrt(size), (*block.shape[:-1], 300))
            for block in (clean.a, clean.b, clean.ab)
        )
    )
    noise = Blocks(*(np.full_like(block, size) for block in (noisy.a, noisy.b, noisy.ab)))
    found = of(noisy, noise=noise, resamples=400)
    for estimate in (found.first, found.total):
        held = int(((estimate.low[-1] <= 0.0) & (estimate.high[-1] >= 0.0)).sum())
        assert stats.binom.ppf(5e-5, 300, 0.93) <= held <= stats.binom.ppf(1 - 5e-5, 300, 0.97)
        assert (estimate.value[-1] < 0.0).any()  # and what is below 0 stays there


@pytest.mark.statistical
def test_intervals_hold_closed_forms_about_as_often_as_they_say():
    """Of 400 designs of 256 independent samples each, an output a design.

    Percentile intervals of 95 % cover in 93 % or so; false alarm 1 in 10,000 for each index.
    """
    rng = np.random.default_rng(5)
    a, b = rng.random((2, 256, 400, 3))
    swapped = [np.where(np.arange(3) == g, b, a) for g in range(3)]
    back = [np.where(np.arange(3) == g, a, b) for g in range(3)]
    blocks = Blocks(
        ishigami(a),
        ishigami(b),
        np.stack([ishigami(x) for x in swapped], axis=1),
        np.stack([ishigami(x) for x in back], axis=1),
    )
    found = of(blocks, resamples=400)
    low, high = stats.binom.ppf([5e-5, 1 - 5e-5], 400, [0.91, 0.97])
    for estimate, expected in (
        (found.first, ISHIGAMI_FIRST),
        (found.total, ISHIGAMI_TOTAL),
        (found.second, ISHIGAMI_SECOND),
    ):
        truth = expected[:, None]
        held = ((estimate.low <= truth) & (truth <= estimate.high)).sum(axis=1)
        assert (held >= low).all()
        assert (held <= high).all()


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 / 3])
def test_an_output_that_does_not_vary_has_no_indices(constant):
    points = saltelli_blocks(3, 32, seed=1, second_order=True, dummy=True)
    values = np.stack([np.full(points.shape[:2], constant), ishigami(points)], axis=-1)
    found = of(split_blocks(values, 3, second_order=True, dummy=True))
    assert found.varies.tolist() == [False, True]
    for estimate in (found.first, found.total, found.second):
        for part in estimate:
            assert np.isnan(part[:, 0]).all()
            assert np.isfinite(part[:, 1]).all()
    assert np.isnan(found.variance[0])


def test_an_output_that_varies_less_than_its_noise_does_not_vary():
    blocks = blocks_of(ishigami, 3, 64)
    noise = Blocks(*(np.full_like(block, 15.0) for block in blocks[:3]))
    found = of(blocks, noise=noise)
    assert ISHIGAMI_VARIANCE < 15.0
    assert found.varies.tolist() == [False]
    assert np.isnan(found.first.value).all()


@pytest.mark.parametrize("odd", [0, 3])
def test_an_index_that_some_resample_does_not_have_has_no_interval(odd):
    """One sample of 19 differs: it is missing in a third of the resamples."""
    blocks = Blocks(*(np.full(shape, 0.1) for shape in ((19, 1), (19, 1), (19, 2, 1))))
    blocks.a[odd] = 1.0 / 3.0
    found = of(blocks)
    assert found.varies.tolist() == [True]
    assert np.isfinite(found.total.value).all()
    assert np.isnan([found.total.low, found.total.high]).all()


@pytest.mark.parametrize("where", ["a", "b", "ab", "ba", "noise"])
def test_a_missing_value_drops_its_sample_whole(where):
    blocks = blocks_of(g_function, 5, 64, second_order=True)
    noise = Blocks(*(np.full_like(block, 0.01) for block in blocks[:3]))
    rest = np.arange(64) != 20
    expected = of(blocks.at(rest), noise=noise.at(rest))
    (noise.a if where == "noise" else getattr(blocks, where))[20, ..., 0] = np.nan
    found = of(blocks, noise=noise)
    assert (found.used, found.dropped) == (63, 1)
    assert (expected.used, expected.dropped) == (63, 0)
    for one, other in zip(found[:3], expected[:3], strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("left", [0, 1])
def test_too_few_samples_have_no_indices(left):
    blocks = blocks_of(ishigami, 3, 8, second_order=True)
    blocks.b[left:] = np.nan
    found = of(blocks)
    assert (found.used, found.dropped) == (left, 8 - left)
    assert not found.varies.any()
    for estimate in (found.first, found.total, found.second):
        assert np.isnan(estimate).all()


def test_where_an_output_has_its_zero_does_not_matter():
    blocks = blocks_of(g_function, 5, 256, second_order=True)
    moved = Blocks(*(block + 1e6 for block in blocks))
    for one, other in zip(of(blocks)[:3], of(moved)[:3], strict=True):
        assert np.asarray(other) == pytest.approx(np.asarray(one), abs=1e-8)


def test_outputs_do_not_know_each_other():
    points = saltelli_blocks(5, 64, seed=1, dummy=True)
    values = np.stack([g_function(points), ishigami(points), points[..., 3]], axis=-1)
    together = of(split_blocks(values, 5, second_order=False, dummy=True))
    for output in range(3):
        alone = of(split_blocks(values[..., [output]], 5, second_order=False, dummy=True))
        for one, other in zip(together[:2], alone[:2], strict=True):
            assert np.array_equal(np.asarray(one)[..., [output]], np.asarray(other))


def test_memory_is_bounded_without_changing_anything(monkeypatch):
    blocks = blocks_of(g_function, 5, 64, second_order=True)
    at_once = of(blocks)
    monkeypatch.setattr(resampling, "_LARGEST_BLOCK", 64 * 7)
    in_blocks = of(blocks)
    # Libraries of linear algebra may add up in another order for another number of rows.
    for one, other in zip(at_once[:3], in_blocks[:3], strict=True):
        assert np.asarray(one) == pytest.approx(np.asarray(other), rel=1e-9, abs=1e-12)


def test_a_seed_is_an_interval():
    blocks = blocks_of(g_function, 5, 64)
    one, same, other = (of(blocks, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.first, same.first)
    assert np.array_equal(one.first.value, other.first.value)
    assert not np.array_equal(one.first.low, other.first.low)
