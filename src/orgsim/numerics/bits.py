"""Sets of up to 64 small numbers as the bits of a word."""

from __future__ import annotations

import numpy as np

from orgsim.numerics.jit import inlined

WORD = 64
"""Bits of a word."""

NO_BITS = np.uint64(0)

_ONE = np.uint64(1)
_EXPONENT = np.int64(52)
_BIAS = np.int64(1023)


@inlined
def bit(place, truth):
    """Return a word with the bit of a place, from 0, set where something is true."""
    return np.uint64(truth) << np.uint64(place)


@inlined
def lowest_bit(word):
    """Return the place of the lowest bit that is set; one must be.

    A power of two is a double whose exponent is the place: no processor need count.
    """
    power = word & (~word + _ONE)
    return (np.float64(power).view(np.int64) >> _EXPONENT) - _BIAS


@inlined
def without_lowest_bit(word):
    """Return a word without its lowest bit that is set."""
    return word & (word - _ONE)
