"""What the pictures of one setting are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.text import counted

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SettingShares:
    """How the firms of a setting split at the horizon, beside a reference.

    Parameters
    ----------
    share, low, high : float64 (4,)
        Shares and simultaneous 95 % intervals, in the order of ``columns.SCENARIOS``.
    firms : int
        Firms simulated.
    reference : float64 (4,)
        The split to compare with.
    reference_name : str
        Who gives it, as figures call it: "article".
    tolerance : float
        By how much a share may differ and still count as alike; a share, not points.
    rounding : float, optional
        Half-width by which the reference's own shares may be off, None if they are exact.
    """

    title: str
    share: Floats
    low: Floats
    high: Floats
    firms: int
    reference: Floats
    reference_name: str
    tolerance: float
    rounding: float | None = None


@dataclass(frozen=True)
class SettingQuarters:
    """A setting quarter by quarter.

    Parameters
    ----------
    columns : arrays (quarters,)
        The columns of ``columns.QUARTERS`` by name; ``calendar`` in words such as "2014 Q1".
    firms : int
        Firms simulated.
    reference : float64 (4,), optional
        The split to compare with at the horizon.
    reference_name : str
        Who gives it, as figures call it.
    """

    title: str
    columns: Mapping[str, NDArray[Any]]
    firms: int
    reference: Floats | None = None
    reference_name: str = "article"

    def __getitem__(self, name: str) -> Floats:
        """Return a column of numbers."""
        return np.asarray(self.columns[name], dtype=np.float64)

    @property
    def calendar(self) -> list[str]:
        """The quarters in words."""
        return [str(word) for word in self.columns["calendar"]]

    @property
    def span(self) -> tuple[float, float]:
        """Where an axis of the quarters begins and ends; a single quarter has room about it."""
        last = len(self.calendar) - 1
        return (0.0, float(last)) if last else (-0.5, 0.5)


@dataclass(frozen=True)
class SettingFirms:
    """The firms of a setting at the horizon, or the first of them.

    Parameters
    ----------
    columns : arrays (firms,)
        The columns of ``columns.FIRMS`` by name, as numbers: ``scenario`` in codes
        0 to 3, quarters nan for never, ``sector`` (may be missing) in any codes.
    of : int
        Firms simulated; more than the rows where only the first are given.
    """

    title: str
    columns: Mapping[str, NDArray[Any]]
    of: int

    def __getitem__(self, name: str) -> Floats:
        """Return a column of numbers."""
        return np.asarray(self.columns[name], dtype=np.float64)

    @property
    def scenario(self) -> NDArray[np.int64]:
        """The code of the scenario in which each firm ended."""
        return np.asarray(self.columns["scenario"], dtype=np.int64)

    @property
    def size(self) -> str:
        """How many firms are drawn, and of how many."""
        shown, firms = self.scenario.size, counted(self.of, "firm")
        return firms if shown == self.of else f"The first {shown:,} of {firms}"
