"""The chi-square distribution, by formulas that import nothing.

``scipy.special`` has them all, and is their judge in the tests; to import it takes a tenth of a
second, and every comparison asks for these two.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_BEYOND = 1_490.0


def chi_square_quantile(above: float) -> float:
    """Return what chi-square with one degree of freedom exceeds with a probability, from 0 to 1.

    It is the square of a standard normal variable.
    """
    if above <= 0.0:
        return math.inf
    return NormalDist().inv_cdf(above / 2.0) ** 2


def chi_square_exceeds(degrees: int, value: float) -> float:
    """Return the probability with which chi-square exceeds a value.

    Parameters
    ----------
    degrees : int
        Of freedom, from 1.
    value : float
        Not negative; beyond some 1,490 the probability is 0, as less than doubles hold.

    References
    ----------
    M. Abramowitz and I. A. Stegun (1964), Handbook of Mathematical Functions, 26.4.4 and 26.4.5.
    """
    if value > _BEYOND:
        return 0.0
    half = value / 2.0
    if degrees % 2:
        total, term, first = math.erfc(math.sqrt(half)), 2.0 * math.sqrt(half / math.pi), 3
    else:
        total, term, first = 0.0, 1.0, 2
    smaller = math.exp(-half)
    for divisor in range(first, degrees + 1, 2):
        total += term * smaller
        term *= value / divisor
    return total
