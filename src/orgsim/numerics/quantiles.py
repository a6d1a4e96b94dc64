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

from orgsim.numerics.beta import beta_nodes
from orgsim.numerics.elementary import GRID
from orgsim.numerics.inverse_cdf import CHOICE_LIMIT, MEAN_CELLS, PERSON_CELLS, QUANTITY_CELLS
from orgsim.numerics.kept_tables import kept


def on_grid(values: Any) -> NDArray[np.float64]:
    """Round to multiples of 2**-24."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64) * GRID) / GRID)


def quantiles(distribution: Any, cells: int) -> NDArray[np.float64]:
    """Quantiles of a number or of a continuous distribution at 0, 1 / cells ... 1: (cells + 1,).

    Parameters
    ----------
    distribution : number or mapping
        As it stands in a config: ``{dist = "beta", mean, concentration}``, ``{dist = "uniform",
        low, high}`` or ``{dist = "normal", mean, sd, low, high}``, truncated to [low, high].
    cells : int
    """
    d, probabilities = distribution, np.arange(cells + 1) / cells
    if not isinstance(d, Mapping):
        return np.full_like(probabilities, float(d))
    if d["dist"] == "beta":
        return beta_nodes(np.array([d["mean"]], dtype=np.float64), d["concentration"], cells)[0]
    if d["dist"] == "uniform":
        return np.asarray(d["low"] + probabilities * (d["high"] - d["low"]))
    from scipy import special

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
    if not isinstance(distribution, Mapping) or distribution["dist"] == "uniform":
        return on_grid(quantiles(distribution, QUANTITY_CELLS)), 0
    words = (f"{k} {v if isinstance(v, str) else float(v)!r}" for k, v in distribution.items())
    nodes = kept(
        f"quantity: {', '.join(words)}",
        (QUANTITY_CELLS + 1,),
        lambda: on_grid(quantiles(distribution, QUANTITY_CELLS)),
    )
    return nodes, 0


@lru_cache(maxsize=64)
def person_nodes(concentration: float) -> NDArray[np.float64]:
    """Return one row of ``Tables.people``: (MEAN_CELLS + 1, PERSON_CELLS + 1)."""
    means = np.arange(MEAN_CELLS + 1) / MEAN_CELLS
    return kept(
        f"people: concentration {float(concentration)!r}",
        (MEAN_CELLS + 1, PERSON_CELLS + 1),
        lambda: on_grid(beta_nodes(means, concentration, PERSON_CELLS)),
    )


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
