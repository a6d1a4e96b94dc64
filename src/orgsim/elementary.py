"""Exponential and logarithm made of additions and multiplications alone.

The C library picks another ``exp`` by processor, so its last bit is not the
same everywhere. These are the same everywhere, and accurate to a few units in
the last place over the ranges that the model uses.
"""

from __future__ import annotations

import numpy as np

from orgsim.jit import compiled

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700e00
_LN2 = 0.6931471805599453

GRID = 2.0**24
"""Values that come out of library functions are rounded to multiples of 1/GRID,
which removes the last digits, the only ones in which libraries differ."""


@compiled
def exp(x):
    """Return e**x for x in [-700, 700] (clipped to it).

    Range reduction by multiples of ln 2, then the Taylor series to degree 13,
    whose remainder at |r| <= ln(2)/2 is below 1e-17.
    """
    x = min(max(x, -700.0), 700.0)
    n = np.floor(x * _INVERSE_LN2 + 0.5)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    series = 1.0
    for k in range(13, 0, -1):
        series = 1.0 + series * r / k
    scale = 1.0
    factor = 2.0 if n > 0 else 0.5
    for _ in range(int(abs(n))):
        scale *= factor
    return series * scale


@compiled
def log_unit(x):
    """Return ln x for x in (0, 1]; for x below 2**-60 the logarithm of 2**-60.

    x = m * 2**-n with m in [1/2, 1); ln m = 2 artanh((m-1)/(m+1)) by its series.
    """
    x = max(x, 2.0**-60)
    n = 0
    while x < 0.5:
        x *= 2.0
        n += 1
    z = (x - 1.0) / (x + 1.0)
    square = z * z
    series = 0.0
    for k in range(41, 0, -2):
        series = series * square + 1.0 / k
    return 2.0 * z * series - n * _LN2


@compiled
def clip(x):
    """Keep x within [0, 1]."""
    return min(max(x, 0.0), 1.0)
