"""Tables of inverse distribution functions, made once per design point, or kept from the last.

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
from orgsim.numerics.inverse_cdf import (
    CHOICE_LIMIT,
    MEAN_CELLS,
    PERSON_CELLS,
    QUANTITY_CELLS,
    Tables,
)
from orgsim.parameters import DEPARTMENTS, QUANTITIES

TRAIT_SPREADS = (
    "cooperation.within_firm_concentration",
    "resistance.within_firm_concentration",
    "competence.within_firm_concentration",
    "resistance.identity_concentration",
    "cooperation.contact_concentration",
)
"""Paths of the concentrations, in the order of the traits in :mod:`orgsim.numerics.inverse_cdf`."""


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
def _quantity_nodes(frozen: Hashable) -> tuple[NDArray[np.float64], int]:
    """Return one row of ``Tables.nodes`` and its entry in ``Tables.choices``."""
    distribution: Any = _thawed(frozen)
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


def _frozen(distribution: Any) -> Hashable:
    """Return a hashable form of a number or distribution, to make each table once."""
    if isinstance(distribution, Mapping):
        return _Frozen(sorted((key, _frozen(value)) for key, value in distribution.items()))
    if isinstance(distribution, Sequence) and not isinstance(distribution, str):
        return tuple(distribution)
    return distribution


class _Frozen(tuple[Any, ...]):
    """A distribution in its hashable form."""


def _thawed(frozen: Hashable) -> Any:
    return dict(frozen) if isinstance(frozen, _Frozen) else frozen


def is_by_department(value: Any) -> bool:
    """Whether a value is a pair ``{ marketing = ..., it = ... }``."""
    return isinstance(value, Mapping) and "marketing" in value


def by_department(value: Any) -> tuple[Any, Any]:
    """Return what a value means for marketing and for IT."""
    if is_by_department(value):
        return value["marketing"], value["it"]
    return value, value


def build_tables(
    settings: Mapping[str, Any], sectors: Sequence[tuple[float, Mapping[str, Any]]] = ()
) -> Tables:
    """Tabulate every distribution of one design point.

    Parameters
    ----------
    settings : mapping of path to value
        Holds at least every quantity and every spread.
    sectors : sequence of (share, overrides)
        Overrides map paths of quantities to what they are in that sector.
        Empty: one sector, the settings themselves.
    """
    sectors = sectors or ((1.0, {}),)
    shares = on_grid(np.cumsum([share for share, _ in sectors]))
    shares[-1] = 1.0

    row = np.zeros((len(sectors), len(QUANTITIES), 2), dtype=np.int64)
    separate = np.zeros((len(sectors), len(QUANTITIES)), dtype=np.bool_)
    rows: dict[Hashable, int] = {}
    made: list[tuple[NDArray[np.float64], int]] = []
    for s, (_, overrides) in enumerate(sectors):
        for q, quantity in enumerate(QUANTITIES):
            value = overrides.get(quantity.path, settings[quantity.path])
            separate[s, q] = is_by_department(value)
            for g, distribution in enumerate(by_department(value)):
                name = _frozen(distribution)
                if name not in rows:
                    rows[name] = len(made)
                    made.append(_quantity_nodes(name))
                row[s, q, g] = rows[name]

    concentrations: dict[float, int] = {}
    trait = np.zeros((len(TRAIT_SPREADS), len(DEPARTMENTS)), dtype=np.int64)
    for i, path in enumerate(TRAIT_SPREADS):
        for g, concentration in enumerate(by_department(settings[path])):
            trait[i, g] = concentrations.setdefault(float(concentration), len(concentrations))
    chief, background = (
        concentrations.setdefault(float(settings[path]), len(concentrations))
        for path in ("leadership.chief_concentration", "leadership.background_concentration")
    )
    return Tables(
        sector_shares=shares,
        row=row,
        separate=separate,
        nodes=np.array([nodes for nodes, _ in made]),
        choices=np.array([n for _, n in made], dtype=np.int64),
        people=np.array([person_nodes(c) for c in concentrations], dtype=np.float32),
        trait=trait,
        chief=chief,
        background=background,
    )
