"""Keyed random numbers: every draw is a pure function of what it is for.

Philox4x32-10 turns a key (seed, design point) and a counter (firm, agent and
quarter, purpose, draw) into four 32-bit words. Nothing is drawn "next", so no
result depends on threads, blocks or order, and more firms or quarters leave
every existing draw as it was.

Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random
numbers: as easy as 1, 2, 3", SC11 (2011), doi:10.1145/2063384.2063405.
"""

from __future__ import annotations

import numpy as np

from orgsim.numerics.jit import compiled, inlined

WHOLE_FIRM = np.int64(0)
"""Agent number of draws that concern the firm as a whole."""

LARGEST_DEPARTMENT = 32_768
LARGEST_QUARTER = 65_535

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_BELOW_SINGLE = np.uint64(8)
_QUARTER_BITS = np.uint64(16)
_TO_UNIT = 2.0**-32
_SINGLE_TO_UNIT = np.float32(2.0**-24)


@inlined
def philox(c0, c1, c2, c3, k0, k1):
    """Return the four 32-bit words of Philox4x32-10 for a counter and a key.

    Arguments are ``uint64`` below 2**32: numba has no 32-bit arithmetic. What
    overflows 32 bits on the way is cut off only where it would matter, before
    multiplying, which processors then do for free.
    """
    for _ in range(10):
        p0 = _MULTIPLIER_0 * (c0 & _MASK)
        p1 = _MULTIPLIER_1 * (c2 & _MASK)
        c0 = (p1 >> _HALF) ^ c1 ^ k0
        c1 = p1
        c2 = (p0 >> _HALF) ^ c3 ^ k1
        c3 = p0
        k0 += _WEYL_0
        k1 += _WEYL_1
    return c0 & _MASK, c1 & _MASK, c2 & _MASK, c3 & _MASK


@compiled
def words(key, firm, agent, quarter, purpose, draw):
    """Return the four words of one keyed draw, as uint32.

    Parameters
    ----------
    key : tuple of two uint64
        Seed and design point (0 under common random numbers).
    firm, agent, quarter, purpose, draw : int
        What the draw is for: below 2**32, 2**16, 2**16, 2**32, 2**32.
    """
    who_and_when = (np.uint64(agent) << _QUARTER_BITS) | np.uint64(quarter)
    w0, w1, w2, w3 = philox(
        np.uint64(firm), who_and_when, np.uint64(purpose), np.uint64(draw), key[0], key[1]
    )
    return np.uint32(w0), np.uint32(w1), np.uint32(w2), np.uint32(w3)


@compiled
def unit(word):
    """Map a 32-bit word onto [0, 1), evenly, never reaching 1."""
    return np.float64(word) * _TO_UNIT


@inlined
def split(word, n):
    """Make of one word a pick from 0..n-1 and, of what that leaves over, a coin in [0, 1).

    word / 2**32 * n is a point on [0, n): its whole part is the pick (Lemire's multiply-shift),
    its fraction the coin, cut to the 24 bits of a single. A pick and an interval of coins, however
    chosen, have the joint probability that they should have to 2**-32 and the coin's last bit; a
    coin by itself, in the worst case, to n * 2**-32 (of the largest department 2**-17). The pick is
    unsigned, so that an array read there need not ask whether to count from its end.
    """
    point = (np.uint64(word) & _MASK) * (np.uint64(n) & _MASK)  # of 32 bits, so a fast product
    coin = np.float32(np.int32((point & _MASK) >> _BELOW_SINGLE)) * _SINGLE_TO_UNIT
    return point >> _HALF, coin


@compiled
def draw_words(out, key, number, agent, quarter, purpose, draw):
    """Fill ``out`` (4, lanes) with one keyed draw for each firm of a block.

    ``number``, uint32 (lanes,), holds the firms' numbers; the rest is as in ``words``.
    """
    who_and_when = (np.uint64(agent) << _QUARTER_BITS) | np.uint64(quarter)
    what = np.uint64(purpose)
    which = np.uint64(draw)
    for lane in range(number.size):
        firm = np.uint64(number[lane])
        w0, w1, w2, w3 = philox(firm, who_and_when, what, which, key[0], key[1])
        out[0, lane] = w0
        out[1, lane] = w1
        out[2, lane] = w2
        out[3, lane] = w3


@compiled
def draw_picks(picks, coins, key, number, agent, quarter, purpose, draw, n):
    """Fill ``picks`` (uint32) and ``coins`` (float32), (4, lanes) each, with ``split`` words.

    The four words of one keyed draw for each firm; arguments as in ``draw_words``.
    """
    who_and_when = (np.uint64(agent) << _QUARTER_BITS) | np.uint64(quarter)
    what = np.uint64(purpose)
    which = np.uint64(draw)
    for lane in range(number.size):
        firm = np.uint64(number[lane])
        w0, w1, w2, w3 = philox(firm, who_and_when, what, which, key[0], key[1])
        picks[0, lane], coins[0, lane] = split(w0, n)
        picks[1, lane], coins[1, lane] = split(w1, n)
        picks[2, lane], coins[2, lane] = split(w2, n)
        picks[3, lane], coins[3, lane] = split(w3, n)


@compiled
def draw_words_of_agents(out, size, key, number, agent, quarter, purpose, draw):
    """Fill the first ``size`` columns of ``out`` with one keyed draw for each of as many agents.

    ``number`` and ``agent``, uint32, hold the firm and the agent number of each.
    """
    when = np.uint64(quarter)
    what = np.uint64(purpose)
    which = np.uint64(draw)
    for k in range(size):
        who_and_when = (np.uint64(agent[k]) << _QUARTER_BITS) | when
        firm = np.uint64(number[k])
        w0, w1, w2, w3 = philox(firm, who_and_when, what, which, key[0], key[1])
        out[0, k] = w0
        out[1, k] = w1
        out[2, k] = w2
        out[3, k] = w3
