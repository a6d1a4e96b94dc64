"""What a timeline shows of a firm, and the colours it shows it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from orgsim.figures.style import SCENARIO_COLOURS, paler

Floats = NDArray[np.float64]

DEPARTMENT_COLOURS = ("#D55E00", "#332288")
"""Marketing and IT: a middling orange and a dark indigo, apart in grey and for the colour-blind."""

DEPARTMENT_DASHES: tuple[Literal["solid", "dashed"], ...] = ("solid", "dashed")

DEPARTMENT_TITLES = ("marketing", "IT")

SHADES: Mapping[int, str] = {
    1: paler(paler(SCENARIO_COLOURS[1])),
    2: paler(paler(SCENARIO_COLOURS[0])),
}
"""Background by structure code; separate departments have none."""

SHADE_TITLES: Mapping[int, str] = {1: "CMTO in force", 2: "CEMO in force"}


@dataclass(frozen=True)
class Mark:
    """Something to mark at the end of a quarter.

    Attributes
    ----------
    quarter : int
    kind : str
        ``proposal``, ``adoption``, ``failure``, ``reversal``, or the name of the post that
        somebody new takes.
    label : str
        Short words beside the mark; of a post none.
    """

    quarter: int
    kind: str
    label: str = ""


@dataclass(frozen=True)
class TimelineData:
    """A firm's T quarters.

    Attributes
    ----------
    title, caption : str
    calendar : sequence of str (T,)
        Names of the quarters, as ``2014 Q1``.
    people : mapping of trait to two arrays (T + 1, staff of a department)
        Marketing and IT, before the first quarter and after each.
    commitment, capability : float64 (T + 1,)
    willing : float64 (T,)
        NaN where nobody was asked.
    quorum : float64 (T,)
        In force in each quarter.
    misfit : float64 (T,) or None
        None where firms do not reorganise.
    completion : float64 (T,)
    exits : int (T, 2)
        Staff who left at the end of a quarter, by department.
    structure, target : int (T + 1,)
        Codes; target 0 where no reorganisation is under way.
    marks : sequence of Mark
    """

    title: str
    caption: str
    calendar: Sequence[str]
    people: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    commitment: Floats
    capability: Floats
    willing: Floats
    quorum: Floats
    misfit: Floats | None
    completion: Floats
    exits: NDArray[np.int64]
    structure: NDArray[np.int64]
    target: NDArray[np.int64]
    marks: Sequence[Mark]

    @property
    def quarters(self) -> int:
        """The horizon T."""
        return len(self.calendar)
