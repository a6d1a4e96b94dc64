"""Nodes of inverse distribution functions, made once a distribution, and kept.

scipy's inverse Beta function takes microseconds a call, which would rival the
simulation itself. Every node is rounded to a grid of 2**-24, so that the last
digits, in which libraries and processors differ, never reach a result.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from orgsim.numerics.elementary import GRID
from orgsim.numerics.inverse_cdf import CHOICE_LIMIT, MEAN_CELLS, PERSON_CELLS, QUANTITY_CELLS


def on_grid(values: Any) -> NDArray[np.float64]:
    """Round to multiples of 2**-24."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64) * GRID) / GRID)


def beta_quantiles(
    mean: float, concentration: float, probabilities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles of the Beta distribution with a mean and a concentration (a + b).

    ``probabilities`` run evenly from 0 to 1. The two outermost nodes are moved
    inwards so that interpolation within the first and the last cell keeps the
    mean of the distribution there (the true ends, 0 and 1, would fatten the tails).
    """
    if mean <= 0.0 or mean >= 1.0:
        return np.full_like(probabilities, float(mean >= 1.0))
    a, b = mean * concentration, (1.0 - mean) * concentration
    nodes = np.asarray(special.betaincinv(a, b, probabilities))
    lower, upper = nodes[1], nodes[-2]
    width = probabilities[1]
    mean_below = mean * special.betainc(a + 1.0, b, lower) / width
    mean_above = mean * special.betaincc(a + 1.0, b, upper) / width
    nodes[0] = np.clip(2.0 * mean_below - lower, 0.0, lower)
    nodes[-1] = np.clip(2.0 * mean_above - upper, upper, 1.0)
    return nodes


def quantiles(distribution: Any, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of a number or of a continuous distribution as it stands in a config.

    ``{dist = "beta", mean, concentration}``, ``{dist = "uniform", low, high}`` or
    ``{dist = "normal", mean, sd, low, high}``, the last truncated to [low, high].
    """
    if not isinstance(distribution, Mapping):
        return np.full_like(probabilities, float(distribution))
    d = distribution
    if d["dist"] == "beta":
        return beta_quantiles(d["mean"], d["concentration"], probabilities)
    if d["dist"] == "uniform":
        return np.asarray(d["low"] + probabilities * (d["high"] - d["low"]))
    below = special.ndtr((d["low"] - d["mean"]) / d["sd"])
    above = special.ndtr((d["high"] - d["mean"]) / d["sd"])
    values = d["mean"] + d["sd"] * special.ndtri(below + probabilities * (above - below))
    return np.clip(values, d["low"], d["high"])


@lru_cache(maxsize=256)
def quantity_nodes(name: Hashable) -> tuple[NDArray[np.float64], int]:
    """Return one row of ``Tables.nodes`` and its entry in ``Tables.choices``.

    Parameters
    ----------
    name : hashable
        As of :func:`frozen`.
    """
    distribution: Any = _thawed(name)
    if isinstance(distribution, Mapping) and distribution["dist"] == "choice":
        values = np.asarray(distribution["values"], dtype=np.float64)
        weights = np.asarray(distribution["weights"], dtype=np.float64)
        nodes = np.zeros(QUANTITY_CELLS + 1)
        nodes[: len(values)] = on_grid(values)
        nodes[CHOICE_LIMIT : CHOICE_LIMIT + len(values)] = on_grid(weights.cumsum() / weights.sum())
        return nodes, len(values)
    probabilities = np.arange(QUANTITY_CELLS + 1) / QUANTITY_CELLS
    return on_grid(quantiles(distribution, probabilities)), 0


@lru_cache(maxsize=64)
def person_nodes(concentration: float) -> NDArray[np.float64]:
    """Return one row of ``Tables.people``: (MEAN_CELLS + 1, PERSON_CELLS + 1)."""
    probabilities = np.arange(PERSON_CELLS + 1) / PERSON_CELLS
    rows = [
        beta_quantiles(i / MEAN_CELLS, concentration, probabilities) for i in range(MEAN_CELLS + 1)
    ]
    return on_grid(rows)


def frozen(distribution: Any) -> Hashable:
    """Return a hashable form of a number or distribution, to make each table once."""
    if isinstance(distribution, Mapping):
        return _Frozen(sorted((key, frozen(value)) for key, value in distribution.items()))
    if isinstance(distribution, Sequence) and not isinstance(distribution, str):
        return tuple(distribution)
    return distribution


class _Frozen(tuple[Any, ...]):
    """A distribution in its hashable form."""


def _thawed(name: Hashable) -> Any:
    return dict(name) if isinstance(name, _Frozen) else name
