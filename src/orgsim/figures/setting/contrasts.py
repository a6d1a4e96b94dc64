"""How far the firms of a scenario differ from all firms in what was drawn for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.setting.inputs import Floats, SettingFirms
from orgsim.model.columns import DRAWN
from orgsim.model.parameters import QUANTITIES

BOTH = "both departments"

FEWEST = 10
"""Firms on either side from which on an interval is given."""


@dataclass(frozen=True)
class Drawn:
    """A quantity drawn for a firm: its column, what to call it, and what it means.

    Parameters
    ----------
    whose : str
        The department that it was drawn for, ``BOTH`` where one draw serves both; empty if it is
        the firm's.
    """

    column: str
    name: str
    meaning: str
    whose: str = ""

    @property
    def label(self) -> str:
        """How a row is called."""
        return f"{self.name}, {self.whose}" if self.whose else self.name

    @property
    def in_words(self) -> str:
        """What to call it within a sentence."""
        return f"{self.name} in {self.whose}" if self.whose not in ("", BOTH) else self.name


def quantities(firms: SettingFirms) -> list[Drawn]:
    """Return what was drawn; one draw that serves both departments comes once."""
    columns = iter(DRAWN)
    found = []
    for quantity in QUANTITIES:
        first = next(columns)
        if not quantity.by_department:
            name = first.name.removeprefix("drawn_").replace("_", " ")
            found.append(Drawn(first.name, name, quantity.meaning))
            continue
        second = next(columns)
        name = first.name.removeprefix("drawn_").removesuffix("_marketing").replace("_", " ")
        if np.array_equal(firms[first.name], firms[second.name]):
            found.append(Drawn(first.name, name, quantity.meaning, BOTH))
        else:
            found.append(Drawn(first.name, name, quantity.meaning, "marketing"))
            found.append(Drawn(second.name, name, quantity.meaning, "IT"))
    return found


def differences(values: Floats, scenario: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return how far each scenario's mean lies from that of all firms, and how surely.

    Parameters
    ----------
    values : float64 (firms,)
        A quantity that varies.

    Returns
    -------
    difference, half : float64 (4,)
        In standard deviations over all firms: difference of the means, nan without
        a firm; half the width of its 95 % interval (Welch's, of the scenario
        against the other firms), nan with fewer than ``FEWEST`` of either.
    """
    from scipy.special import stdtrit

    spread = values.std()
    difference, half = np.full(4, np.nan), np.full(4, np.nan)
    for s in range(4):
        own, others = values[scenario == s], values[scenario != s]
        if own.size:
            difference[s] = (own.mean() - values.mean()) / spread
        if min(own.size, others.size) < FEWEST:
            continue
        # The scenario's firms are among all: the difference to all is that to the others, shrunk.
        shrunk = others.size / values.size
        parts = np.array([own.var(ddof=1) / own.size, others.var(ddof=1) / others.size])
        if not parts.any():
            half[s] = 0.0  # two values, one on either side
            continue
        freedom = parts.sum() ** 2 / (parts**2 / np.array([own.size - 1, others.size - 1])).sum()
        half[s] = stdtrit(freedom, 0.975) * shrunk * np.sqrt(parts.sum()) / spread
    return difference, half


def reach(difference: Floats, half: Floats) -> float:
    """Return how far apart a quantity sets the scenarios, if it can those of many firms."""
    known = np.isfinite(half) if np.isfinite(half).sum() > 1 else np.isfinite(difference)
    return float(np.ptp(difference[known]))


def farthest(firms: SettingFirms) -> dict[int, tuple[Drawn, float]]:
    """Return what sets the firms of each scenario apart most, and by how much.

    By the scenario's code, in standard deviations over all firms; scenarios without a firm are
    left out, and so are all where nothing varies.
    """
    found: dict[int, tuple[Drawn, float]] = {}
    for drawn in quantities(firms):
        values = firms[drawn.column]
        if np.ptp(values) == 0.0:
            continue
        difference, _ = differences(values, firms.scenario)
        for s in np.flatnonzero(np.isfinite(difference)).tolist():
            if s not in found or abs(difference[s]) > abs(found[s][1]):
                found[s] = drawn, float(difference[s])
    return dict(sorted(found.items()))
