"""Keyed draws by the array, for designs and for resampling.

They are those of :mod:`orgsim.numerics.philox`, reckoned with numpy over whole arrays. Each is a
function of the seed and of what it is for, so more of them leave the first ones as they were, and
none hangs on the version of a library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orgsim.errors import ConfigError
from orgsim.numerics import philox

# Word 2 of the counter, as purposes of a model's draws are, which are small numbers: a design with
# the seed of a simulation shares no word with its firms. A number is never reused.
TRAJECTORY, RESAMPLE, TIE, DUMMY, CANDIDATE, THINNING = range(2**16, 2**16 + 6)

_HALF = np.uint64(32)

# Compiled, it takes one number at a time; as it was written, arrays do, to the same words.
_words: Callable[..., Any] = getattr(philox.philox, "py_func", philox.philox)


def drawn_words(seed: int, number: ArrayLike, place: ArrayLike, purpose: int) -> NDArray[np.uint64]:
    """Return four words below 2**32 for each thing that is drawn.

    Parameters
    ----------
    seed : int
        From 0 below 2**64.
    number, place : array_like of int
        Below 2**32, broadcast against each other: which trajectory and parameter, say.
    purpose : int
        One of the constants of this module.

    Returns
    -------
    uint64 (4, ...)

    Raises
    ------
    ConfigError
        If the seed is outside.
    """
    if not 0 <= seed < 2**64:
        raise ConfigError(f"seed = {seed}; allowed: from 0 to {2**64 - 1}")
    one, two = np.broadcast_arrays(
        np.asarray(number, dtype=np.uint64), np.asarray(place, dtype=np.uint64)
    )
    what = np.full(one.shape, purpose, dtype=np.uint64)
    nothing = np.zeros(one.shape, dtype=np.uint64)
    key = np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)
    return np.stack(_words(one, two, what, nothing, *key))


def picks(words: NDArray[np.uint64], kinds: int) -> NDArray[np.int64]:
    """Map words onto 0 .. kinds - 1, each as often as the others to kinds / 2**32."""
    return ((words * np.uint64(kinds)) >> _HALF).astype(np.int64)


def word_table(
    seed: int, numbers: NDArray[np.int64], size: int, purpose: int
) -> NDArray[np.uint64]:
    """Return ``size`` words for each number, (numbers, size): four of every draw."""
    places = np.arange(-(-size // 4))
    words = drawn_words(seed, numbers[:, None], places[None, :], purpose)
    return np.moveaxis(words, 0, -1).reshape(numbers.size, -1)[:, :size]


def orders(seed: int, count: int, size: int, purpose: int) -> NDArray[np.int64]:
    """Return random orders of 0 .. size - 1, every order as likely: (count, size).

    Things are put in order by a word each. Two of the words are equal with a chance of about
    size**2 / 2**33, and then the first comes first, which does no harm.
    """
    words = word_table(seed, np.arange(count), size, purpose)
    return np.argsort(words, axis=1, kind="stable")
