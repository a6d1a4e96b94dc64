"""One firm, quarter by quarter, to the bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.engine import PointInputs
from orgsim.model.columns import RECORD
from orgsim.model.state import CMTO_STRUCTURE, NO_TARGET, SEPARATE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class History:
    """The state of one firm before the first quarter and after each of T quarters.

    State number 0 is that before the first quarter, state number t + 1 that after quarter t. All
    are in the model's own layout, with one lane, so that its rules can be applied to them.

    Attributes
    ----------
    inputs : orgsim.engine.PointInputs
        The design point that the firm belongs to.
    firm : int
        Number of the firm.
    firms : record array (T + 1,) of ``model.state.firm_dtype(1)``
        What belongs to the firm and its chiefs. Misfit and share willing are those of step 7 of
        the quarter (0 where it made a proposal: ``votes.share_willing`` has the counts);
        commitment and chiefs are those after the successions of step 8.
    staff : record array (T + 1, n) of ``model.state.person_dtype(1)``
        The places of both departments, marketing first. Where somebody left in step 8, the traits
        are the recruit's already; threat and completed tasks are still of the one who left.
    record : float64 (T, len(columns.RECORD))
        The firm's row, had the horizon been after each quarter.
    hazard : float64 (T,)
        Chance of a proposal in a quarter, where one is possible.
    left : bool (T, n)
        Whether the holder of a place left at the end of the quarter.
    chiefs_left : bool (T, posts)
        Whether the holder of a post did, by post: CEO, CMO, CIO, infrastructure chief, CMTO.
    twin : float64 (len(columns.RECORD),) or None
        The row of the firm's twin at the horizon, if it has one.
    """

    inputs: PointInputs
    firm: int
    firms: Any
    staff: Any
    record: Floats
    hazard: Floats
    left: Bools
    chiefs_left: Bools
    twin: Floats | None = None

    def __repr__(self) -> str:
        """Say in a line whose it is."""
        return f"<History: firm {self.firm:,}, {self.quarters} quarters>"

    @property
    def p(self) -> Any:
        """Parameters at the start, by their names in the kernels: of those that never change."""
        return self.inputs.given.p[0]

    def p_in(self, t: int) -> Any:
        """Return the parameters in force in a quarter."""
        given = self.inputs.given
        return given.p[given.segment[t]]

    def by_quarter(self, symbol: str) -> NDArray[Any]:
        """Return what a parameter was in every quarter, (T,)."""
        given = self.inputs.given
        return np.asarray(given.p[symbol][given.segment])

    @property
    def quarters(self) -> int:
        """The horizon T."""
        return self.inputs.quarters

    @property
    def departments(self) -> tuple[slice, slice]:
        """Where marketing and IT stand among the staff."""
        n_marketing = int(self.p.firm_marketing_staff)
        return slice(0, n_marketing), slice(n_marketing, self.inputs.agents)

    def of_firm(self, name: str) -> NDArray[Any]:
        """Return a field of the firm, (T + 1, ...), see ``model.state.firm_dtype``."""
        return np.asarray(self.firms[name])[..., 0]

    def of_staff(self, name: str) -> NDArray[Any]:
        """Return a field of the staff, (T + 1, n), see ``model.state.person_dtype``."""
        return np.asarray(self.staff[name])[..., 0]

    def column(self, name: str) -> Floats:
        """Return a column of ``columns.RECORD`` after each quarter, (T,)."""
        return self.record[:, RECORD.index(name)]

    def asked(self) -> Bools:
        """Whether the staff was asked in a quarter for its support, (T,)."""
        structure, target = self.of_firm("structure")[:-1], self.of_firm("target")[:-1]
        asked = (structure != SEPARATE) | (target != NO_TARGET)
        return np.asarray(asked & bool(self.p.mechanisms_reorganisation))

    def proposes(self) -> Bools:
        """Whether a reorganisation was proposed in a quarter, (T,)."""
        return np.asarray(np.diff(self.of_firm("attempts")) > 0)

    def ends(self) -> Bools:
        """Whether a reorganisation failed in a quarter, or a form in force was undone, (T,)."""
        return np.asarray(np.diff(self.of_firm("failures") + self.of_firm("reversals")) > 0)

    def could_propose(self) -> Bools:
        """Whether a proposal was possible in a quarter, (T,): if so, by ``hazard``."""
        structure = self.of_firm("structure")
        open_to = structure[:-1] == SEPARATE
        merged = structure == CMTO_STRUCTURE
        goes_on = self.by_quarter("reorganisation_cmto_to_cemo")
        open_to = open_to | (merged[:-1] & merged[1:] & goes_on)
        idle = self.of_firm("target")[:-1] == NO_TARGET
        rested = self.of_firm("cool_down")[1:] == 0
        return np.asarray(open_to & idle & rested & bool(self.p.mechanisms_reorganisation))
