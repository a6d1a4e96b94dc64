"""What the port of the model in NumPy draws from: tables of quantiles, and raw words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import common
import numpy as np
from common import Floats, pair
from numpy.typing import NDArray
from scipy import special
from version_1 import QUANTITIES

MEANS, CELLS, QUANTITY_CELLS = 32, 512, 4096
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]
single = np.float32

TRAITS = {
    "cooperation.initial": "cooperation.within_firm_concentration",
    "resistance.initial": "resistance.within_firm_concentration",
    "competence.initial_literacy": "competence.within_firm_concentration",
    "resistance.identity": "resistance.identity_concentration",
    "cooperation.contact_propensity": "cooperation.contact_concentration",
}
"""Of a person: the quantity that is the firm's mean, and the concentration around it."""


class Beta:
    """Beta distributions of one concentration, at 33 means and 512 cells of probability."""

    def __init__(self, concentration: float) -> None:
        """Tabulate the inverse distribution functions."""
        u = np.arange(CELLS + 1) / CELLS
        self.nodes = np.zeros((MEANS + 1, CELLS + 1))
        self.nodes[MEANS] = 1.0
        for i in range(1, MEANS):
            m = i / MEANS
            a, b = m * concentration, (1.0 - m) * concentration
            nodes = self.nodes[i]
            nodes[:] = special.betaincinv(a, b, u)
            # The ends are placed so that the outermost cells keep their means.
            low, high = nodes[1], nodes[-2]
            nodes[0] = np.clip(2.0 * m * special.betainc(a + 1, b, low) * CELLS - low, 0.0, low)
            above = 2.0 * m * special.betaincc(a + 1, b, high) * CELLS - high
            nodes[-1] = np.clip(above, high, 1.0)
        self.flat = self.nodes.astype(single).ravel()

    def rows(self, *means: float) -> Singles:
        """Return the table for some means."""
        z = np.asarray(means) * MEANS
        m = np.minimum(z.astype(np.int64), MEANS - 1)
        part = (z - m)[:, None]
        return ((1.0 - part) * self.nodes[m] + part * self.nodes[m + 1]).astype(single).ravel()

    def draw(self, raw: Any, mean: Floats) -> Singles:
        """Draw one person for every mean."""
        z = mean.astype(single)
        z *= single(MEANS)
        m = np.minimum(z.astype(np.int64), MEANS - 1)
        z -= m.astype(single)
        cell, part = cells(raw, m.shape)
        m *= CELLS + 1
        cell += m
        low = interpolate(self.flat, cell, part)
        cell += CELLS + 1
        high = interpolate(self.flat, cell, part)
        high -= low
        high *= z
        high += low
        return high


def words(raw: Any, shape: Any) -> NDArray[np.uint32]:
    """Return raw 32-bit words, two from each of the generator's."""
    size = math.prod(shape) if isinstance(shape, tuple) else shape
    return raw((size + 1) // 2).view(np.uint32)[:size].reshape(shape)


def cells(raw: Any, shape: Any) -> tuple[Integers, Singles]:
    """Draw positions in a table: the cell, and how far in it."""
    word = words(raw, shape)
    cell = (word >> np.uint32(23)).astype(np.int64)
    word &= np.uint32(2**23 - 1)
    part = word.view(np.int32).astype(single)
    part *= single(2.0**-23)
    return cell, part


def interpolate(table: Singles, cell: Integers, part: Singles) -> Singles:
    """Read a table between a node and the next."""
    low = table.take(cell, mode="clip")
    high = table[1:].take(cell, mode="clip")
    high -= low
    high *= part
    high += low
    return high


class Tables:
    """Every distribution of the settings; made once."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Tabulate quantities of firms, traits of founders and recruits, and chiefs."""
        made: dict[float, Beta] = {}

        def beta(concentration: float) -> Beta:
            if concentration not in made:
                made[concentration] = Beta(concentration)
            return made[concentration]

        self.quantities = {
            path: [inverse(value) for value in pair(settings[path])[: 1 + by_department]]
            for path, by_department in QUANTITIES.items()
        }
        self.shared = {path: pair(settings[path])[0] is pair(settings[path])[1] for path in TRAITS}
        self.spread = [[beta(x) for x in pair(settings[path])] for path in TRAITS.values()]
        self.constant = [[not isinstance(x, Mapping) for x in pair(settings[q])] for q in TRAITS]
        market = [
            [settings["leadership.market_cooperation"]],
            [settings["leadership.market_resistance"]],
            [settings["leadership.market_literacy"], settings["leadership.hybrid_literacy"]],
        ]
        self.recruit = [
            [
                self.spread[i][g].rows(*market[i])
                if i < 3
                else self.spread[i][g].rows(pair(settings[q])[g])
                if self.constant[i][g]
                else None
                for g in range(2)
            ]
            for i, q in enumerate(TRAITS)
        ]
        self.chief = beta(settings["leadership.chief_concentration"])
        self.background = beta(settings["leadership.background_concentration"])

    def draw(self, path: str, rng: np.random.Generator, firms: int) -> Floats:
        """Draw a quantity of firms: (firms,), or (2, firms) if departments may differ."""
        u = rng.random(firms)
        drawn = [value(u) for value in self.quantities[path][:1]]
        if QUANTITIES[path]:
            second = u if self.shared[path] else rng.random(firms)
            drawn.append(self.quantities[path][1](second))
            return np.stack(drawn)
        return drawn[0]


def inverse(distribution: Any) -> Callable[[Floats], Floats]:
    """Return the inverse distribution function of a quantity, tabulated if continuous."""
    if isinstance(distribution, Mapping) and distribution["dist"] != "choice":
        grid = np.arange(QUANTITY_CELLS + 1) / QUANTITY_CELLS
        nodes = common.quantile(distribution, grid)
        return lambda u: np.interp(u, grid, nodes)
    return lambda u: common.quantile(distribution, u)


# ------------------------------------------------------------------------ people
