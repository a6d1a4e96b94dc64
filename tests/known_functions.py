"""Functions of which Sobol indices are known in closed form.

T. Ishigami and T. Homma (1990); the g function of I. M. Sobol. Their inputs are uniform on [0, 1].
"""

from __future__ import annotations

import math

import numpy as np

_A, _B = 7.0, 0.1
_ONE = (1.0 + _B * math.pi**4 / 5.0) ** 2 / 2.0
_TWO = _A**2 / 8.0
_ONE_THREE = 8.0 * _B**2 * math.pi**8 / 225.0
ISHIGAMI_VARIANCE = _ONE + _TWO + _ONE_THREE
ISHIGAMI_FIRST = np.array([_ONE, _TWO, 0.0]) / ISHIGAMI_VARIANCE
ISHIGAMI_TOTAL = np.array([_ONE + _ONE_THREE, _TWO, _ONE_THREE]) / ISHIGAMI_VARIANCE
ISHIGAMI_SECOND = np.array([0.0, _ONE_THREE, 0.0]) / ISHIGAMI_VARIANCE
"""Of the pairs (0, 1), (0, 2), (1, 2)."""


def ishigami(u):
    """Return sin x + 7 sin^2 y + 0.1 z^4 sin x with x, y, z uniform from -pi to pi."""
    x, y, z = np.moveaxis((2.0 * u[..., :3] - 1.0) * math.pi, -1, 0)
    return np.sin(x) + _A * np.sin(y) ** 2 + _B * z**4 * np.sin(x)


G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
_PARTS = 1.0 / (3.0 * (1.0 + G_WEIGHTS) ** 2)
G_VARIANCE = np.prod(1.0 + _PARTS) - 1.0
G_FIRST = _PARTS / G_VARIANCE
G_TOTAL = _PARTS * np.prod(1.0 + _PARTS) / (1.0 + _PARTS) / G_VARIANCE


def g_function(u):
    """Return the product of (|4 u - 2| + a) / (1 + a)."""
    return np.prod((np.abs(4.0 * u - 2.0) + G_WEIGHTS) / (1.0 + G_WEIGHTS), axis=-1)
