"""Sets of small numbers as bits, against sets."""

from __future__ import annotations

import numpy as np
import pytest

from orgsim.numerics.bits import NO_BITS, WORD, bit, lowest_bit, without_lowest_bit
from orgsim.trace.interpreted import interpreted


def filled(chosen):
    word = NO_BITS
    for place in range(WORD):
        word |= bit(place, place in chosen)
    return word


def emptied(word):
    found = []
    while word != NO_BITS:
        found.append(int(lowest_bit(word)))
        word = np.uint64(without_lowest_bit(word))
    return found


@pytest.mark.parametrize("place", range(WORD))
def test_every_place_is_found_alone(place):
    assert emptied(filled({place})) == [place]
    assert int(interpreted(lowest_bit)(np.uint64(2**place))) == place


def test_sets_come_out_as_they_went_in_in_order():
    generator = np.random.default_rng(20261130)
    for size in (0, 1, 2, 5, 31, 63, 64):
        chosen = set(generator.permutation(WORD)[:size].tolist())
        assert emptied(filled(chosen)) == sorted(chosen)
