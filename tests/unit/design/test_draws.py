"""Keyed draws by the array, against another library's Philox and against chance."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from randomgen import Philox

from orgsim.design import draws
from orgsim.errors import ConfigError
from orgsim.model import draws as of_the_model


def philox(seed, number, place, purpose):
    counter = number | place << 32 | purpose << 64
    # randomgen advances the counter before it draws.
    generator = Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32)
    return [int(word) for word in generator.random_raw(4)]


@pytest.mark.parametrize("seed", [0, 1, 20140221, 2**63 + 12345, 2**64 - 1])
def test_words_are_those_of_another_library(seed):
    numbers, places = np.array([[0], [7], [2**32 - 1]]), np.array([[0, 1, 2, 2**31]])
    words = draws.drawn_words(seed, numbers, places, draws.TRAJECTORY)
    assert words.shape == (4, 3, 4)
    for i, j in itertools.product(range(3), range(4)):
        expected = philox(seed, int(numbers[i, 0]), int(places[0, j]), draws.TRAJECTORY)
        assert words[:, i, j].tolist() == expected


def test_a_table_is_of_the_words_of_each_number_in_turn():
    table = draws.word_table(3, np.array([5, 9]), 6, draws.TIE)
    for row, number in zip(table, (5, 9), strict=True):
        words = [w for place in range(2) for w in philox(3, number, place, draws.TIE)]
        assert row.tolist() == words[:6]


def test_purposes_differ_from_each_other_and_from_a_models():
    own = [draws.TRAJECTORY, draws.RESAMPLE, draws.TIE, draws.DUMMY]
    own += [draws.CANDIDATE, draws.THINNING]
    assert len(set(own)) == 6
    assert min(own) > max(of_the_model.FIRM_QUANTITY, of_the_model.REORGANISATION)
    assert min(own) >= 2**16


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_outside_are_refused(seed):
    with pytest.raises(ConfigError, match="allowed: from 0"):
        draws.drawn_words(seed, 0, 0, draws.TIE)


def test_picks_are_even():
    """Words at even distances fall on each pick as often, but for one at its edges."""
    words = np.arange(0, 2**32, 2**12, dtype=np.uint64)
    for kinds in (1, 2, 3, 10, 1_024):
        counts = np.bincount(draws.picks(words, kinds), minlength=kinds)
        assert len(counts) == kinds
        assert np.ptp(counts) <= 1


def test_every_order_is_as_likely():
    """Of 24,000 orders of four things; false alarm: 1 in 10,000 by chi-squared."""
    found = draws.orders(11, 24_000, 4, draws.DUMMY)
    kinds, counts = np.unique(found, axis=0, return_counts=True)
    assert sorted(map(tuple, kinds.tolist())) == list(itertools.permutations(range(4)))
    assert ((counts - 1_000.0) ** 2 / 1_000.0).sum() < 57.1  # chi-squared of 23 degrees at 0.9999


def test_more_orders_leave_the_first_ones():
    few, many = draws.orders(1, 3, 50, draws.DUMMY), draws.orders(1, 9, 50, draws.DUMMY)
    assert np.array_equal(few, many[:3])
