"""Whether calibrations find the truths they are given: ranks of truths among posterior draws.

If a truth is drawn from the prior, figures from the model at the truth, and draws from the exact
posterior, the truth's rank among the draws is as likely any as any other.

References
----------
S. Talts, M. Betancourt, D. Simpson, A. Vehtari and A. Gelman (2018), Validating Bayesian inference
algorithms with simulation-based calibration, arXiv:1804.06788. T. Säilynoja, P.-C. Bürkner and A.
Vehtari (2022), Graphical test for discrete uniformity and its applications in goodness-of-fit
evaluation and multiple sample comparison, Statistics and Computing 32, 32: the bands.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.chi_square import chi_square_exceeds
from orgsim.design.draws import THINNING, TIE, drawn_words, picks
from orgsim.text import counted

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST_REPETITIONS = 100
"""With fewer, ranks that are far from even pass for even, and sentences say so."""

ERROR = 0.05
"""Chance that even ranks of any parameter leave the bands anywhere."""

_MOST_RANKS = 128
_FEWEST_RANKS = 4
_IN_A_BIN = 10
_HALVINGS = 16


def draws_to_rank(effective_size: float) -> int:
    """Return among how many resampled draws a truth is ranked: one less than a power of two.

    A power of two up to a quarter of the effective size, for draws that are put back count some
    weighted points twice: among L of them from n effective ones the first and the last rank are
    too frequent by (L + 1) / (2 n) of themselves, an eighth at most here, which 200 repetitions
    cannot see. With an effective size below 16 there are 3, and ranks say next to nothing. All
    repetitions take the same number, that of the smallest size.

    Examples
    --------
    >>> draws_to_rank(400.0), draws_to_rank(255.0), draws_to_rank(10_000.0)
    (63, 31, 127)
    """
    ranks = _FEWEST_RANKS
    while 2 * ranks <= min(effective_size / 4.0, _MOST_RANKS):
        ranks *= 2
    return ranks - 1


def resampled_draws(
    unit: Floats, weight: Floats, count: int, *, seed: int, repetition: int = 0
) -> Floats:
    """Draw independently from weighted draws, each as often as it weighs: (count, dimensions).

    Each depends on the seed, the repetition, its number and the weights alone.
    """
    total = np.cumsum(weight)
    words = drawn_words(seed, repetition, np.arange(count), THINNING)[0]
    which = np.searchsorted(total, (words + 0.5) / 2.0**32 * total[-1], side="left")
    return unit[which]


def ranks_of(truth: Floats, draws: Floats, *, seed: int, repetition: int) -> Integers:
    """Return the rank of a truth among draws, from 0 to their number: (dimensions,).

    Where draws are equal to the truth, its place among them is drawn.

    Parameters
    ----------
    truth : float64 (dimensions,)
    draws : float64 (draws, dimensions)
        Independent ones of one repetition.
    seed : int
    repetition : int
        Number of the truth.
    """
    lower, equal = (draws < truth).sum(axis=0), (draws == truth).sum(axis=0)
    words = drawn_words(seed, repetition, np.arange(truth.size), TIE)[0]
    places = [picks(word, int(ties) + 1) for word, ties in zip(words, equal, strict=True)]
    return np.asarray(lower + np.array(places), dtype=np.int64)


class Uniformity(NamedTuple):
    """Whether ranks are as frequent as each other; arrays are (dimensions,) where not said.

    Attributes
    ----------
    chi_square, p_value : float64
        Of bins of ranks, as many in each, and the chance of one as large if ranks are even.
    bins : int
    deviation : float64
        Largest difference between the distribution function of ranks and the even one.
    outside : bool
        Where the function leaves the bands, which even ranks of any parameter do with a chance of
        ``error`` at most.
    below, above : int64 (draws,)
        Bands: of ranks up to 0, 1 ... draws - 1, fewest and most that are within.
    repetitions, draws : int
    error : float
    words : str
        What may be concluded, in a sentence.
    """

    chi_square: Floats
    p_value: Floats
    bins: int
    deviation: Floats
    outside: NDArray[np.bool_]
    below: Integers
    above: Integers
    repetitions: int
    draws: int
    error: float
    words: str

    @property
    def decides(self) -> bool:
        """Whether there are enough repetitions for an answer."""
        return self.repetitions >= FEWEST_REPETITIONS


def uniformity(ranks: Integers, draws: int, *, error: float = ERROR) -> Uniformity:
    """Ask whether ranks are even, by chi-square and by bands about the distribution function.

    Chi-square sees any unevenness of bins, the function a drift over many of them, such as ranks
    that are too low. The bands hold everywhere at once, and for all parameters: each rank's is a
    binomial interval, with the error a rank for which even ranks stay in all of them with the
    chance ``1 - error / dimensions``. The sentence goes by both, and so is a false alarm in at most
    ``2 * error`` of all cases.

    Parameters
    ----------
    ranks : int64 (repetitions, dimensions)
        From 0 to ``draws``.
    draws : int
        Among which each truth was ranked.
    error : float

    Raises
    ------
    ValueError
        If there are no ranks, or ranks that cannot be.
    """
    repetitions = len(ranks)
    if ranks.size == 0 or ranks.min() < 0 or ranks.max() > draws:
        raise ValueError(f"ranks among {draws} draws are from 0 to {draws}, and at least one")
    bins = _bins(repetitions, draws)
    table = np.stack([np.bincount(column, minlength=draws + 1) for column in ranks.T])
    binned = table.reshape(len(table), bins, -1).sum(axis=2)
    expected = repetitions / bins
    chi_square = ((binned - expected) ** 2 / expected).sum(axis=1)
    p_value = np.array([chi_square_exceeds(bins - 1, float(value)) for value in chi_square])
    up_to = np.cumsum(table, axis=1)[:, :-1]
    even = np.arange(1, draws + 1) / (draws + 1.0)
    below, above = _bands(repetitions, draws, error / ranks.shape[1])
    outside = np.asarray(((up_to < below) | (up_to > above)).any(axis=1))
    deviation = np.abs(up_to / repetitions - even).max(axis=1)
    words = _in_words(repetitions, p_value, outside, error)
    return Uniformity(
        chi_square,
        p_value,
        bins,
        deviation,
        outside,
        below,
        above,
        repetitions,
        draws,
        error,
        words,
    )


def _bins(repetitions: int, draws: int) -> int:
    """Return how many bins of ranks there are: with ten repetitions each, or two of them."""
    ranks = draws + 1
    fitting = [n for n in range(2, ranks + 1) if ranks % n == 0]
    return max([n for n in fitting if repetitions >= _IN_A_BIN * n], default=fitting[0])


def _bands(repetitions: int, draws: int, error: float) -> tuple[Integers, Integers]:
    """Return bounds of counts by the largest error a rank that keeps the error of all.

    It is between an equal part of the error, which is enough however ranks hang together, and all
    of it; and no count outside the bounds of the former need be looked at.
    """
    even = np.arange(1, draws + 1) / (draws + 1.0)
    low, high = error / draws, error
    widest = _bounds(low, repetitions, even)
    steps = _steps(repetitions, draws, *widest)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        below, above = _bounds(middle, repetitions, even)
        chance = np.ones(1)
        for rank, step in enumerate(steps):
            counts = np.arange(widest[0][rank], widest[1][rank] + 1)
            chance = (chance @ step) * ((counts >= below[rank]) & (counts <= above[rank]))
        low, high = (middle, high) if chance.sum() >= 1.0 - error else (low, middle)
    return _bounds(low, repetitions, even)


def _bounds(error: float, repetitions: int, even: Floats) -> tuple[Integers, Integers]:
    from scipy.stats import binom

    below, above = binom.ppf([[error / 2.0], [1.0 - error / 2.0]], repetitions, even)
    return below.astype(np.int64), above.astype(np.int64)


def _steps(repetitions: int, draws: int, below: Integers, above: Integers) -> list[Floats]:
    """Return the chances of each count up to a rank, given the one up to the rank before.

    What is not yet ranked falls on a rank as likely as on each of those that follow.
    """
    from scipy.stats import binom

    before, steps = np.zeros(1, dtype=np.int64), []
    for rank in range(draws):
        counts = np.arange(below[rank], above[rank] + 1)
        left = (repetitions - before)[:, None]
        steps.append(binom.pmf(counts - before[:, None], left, 1.0 / (draws + 1 - rank)))
        before = counts
    return steps


def _in_words(repetitions: int, p_value: Floats, outside: NDArray[np.bool_], error: float) -> str:
    if repetitions < FEWEST_REPETITIONS:
        return (
            f"{counted(repetitions, 'repetition')} decide nothing: with fewer than "
            f"{FEWEST_REPETITIONS}, ranks far from even look even"
        )
    # Several parameters are as many chances of a false alarm.
    smallest = min(1.0, float(p_value.min()) * p_value.size)
    if smallest < error or outside.any():
        return (
            f"ranks of {counted(repetitions, 'repetition')} are not even: "
            "posteriors are too narrow, too wide, or beside the truth"
        )
    return f"ranks of {counted(repetitions, 'repetition')} are as even as chance would have them"
