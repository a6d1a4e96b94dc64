"""Exponential and logarithm made of additions and multiplications alone.

The C library picks another ``exp`` by processor, so its last bit is not the
same everywhere. These are the same everywhere, and accurate to a few units in
the last place over the ranges that the model uses.
"""

from __future__ import annotations

import math

import numpy as np

from orgsim.numerics.jit import compiled, inlined

single = np.float32
"""People's numbers are IEEE 754 singles: half the memory and twice the firms a vector. What enters
a rule about people (parameters, what is the firm's) is rounded to one first; a plain 0.5 would
turn the whole expression into doubles."""

ZERO, HALF, ONE = single(0.0), single(0.5), single(1.0)

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700e00
_LN2 = 0.6931471805599453
_EXP_SERIES = tuple(1.0 / math.factorial(k) for k in range(13, -1, -1))
_LOG_SERIES = tuple(1.0 / k for k in range(21, 0, -2))

# Of a double: where the exponent begins, its bias, and the bits of the square root of 1/2.
_EXPONENT = np.int64(52)
_BIAS = np.int64(1023)
_ROOT_HALF = np.float64(math.sqrt(0.5)).view(np.int64)

GRID = 2.0**24
"""Values that come out of library functions are rounded to multiples of 1/GRID,
which removes the last digits, the only ones in which libraries differ."""


@inlined
def exp(x):
    """Return e**x for x in [-700, 700] (clipped to it).

    Range reduction by multiples of ln 2, then the Taylor series to degree 13,
    whose remainder at |r| <= ln(2)/2 is below 1e-17.
    """
    x = min(max(x, -700.0), 700.0)
    n = np.floor(x * _INVERSE_LN2 + 0.5)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    series = 0.0
    for coefficient in _EXP_SERIES:
        series = series * r + coefficient
    power_of_two = np.int64((np.int64(n) + _BIAS) << _EXPONENT).view(np.float64)
    return series * power_of_two


@inlined
def log_unit(x):
    """Return ln x for x in (0, 1]; for x below 2**-60 the logarithm of 2**-60.

    x = m * 2**n with m between the roots of 1/2 and 2; ln m = 2 artanh((m-1)/(m+1)),
    whose series to degree 21 leaves a remainder below 1e-18.
    """
    bits = np.float64(max(x, 2.0**-60)).view(np.int64)
    n = (bits - _ROOT_HALF) >> _EXPONENT
    m = np.int64(bits - (n << _EXPONENT)).view(np.float64)
    z = (m - 1.0) / (m + 1.0)
    square = z * z
    series = 0.0
    for coefficient in _LOG_SERIES:
        series = series * square + coefficient
    return 2.0 * z * series + n * _LN2


@compiled
def clip(x):
    """Keep a single within [0, 1]."""
    return min(max(x, ZERO), ONE)
