"""What the staff weighed when it was asked for its support."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.model.attitudes import assess_chain_of_command, change_attitudes
from orgsim.model.environment import grow_exposure
from orgsim.model.reorganisation import count_willing
from orgsim.model.state import allocate
from orgsim.trace.history import Floats, History
from orgsim.trace.interpreted import interpreted


class Asked(NamedTuple):
    """What a count of the willing went by.

    Attributes
    ----------
    resistance : float32 (n,)
        Of every member of staff, in step 7: a recruit of step 8 was not asked.
    word : float
        What management's word weighed: whoever resists no more is willing.
    willing : float
        Share of the staff.
    """

    resistance: NDArray[np.float32]
    word: float
    willing: float

    def resistance_at(self, quorum: float) -> float:
        """Return the highest resistance among the least resistant who make up a quorum.

        The quorum is reached if, and only if, management's word weighs as much.
        """
        n = self.resistance.size
        enough = int(np.argmax(np.arange(n + 1) / n >= quorum))
        return float(np.sort(self.resistance)[max(enough, 1) - 1])


def after_attitudes(history: History, t: int) -> tuple[Any, Any, Any]:
    """Live through steps 1 to 3 of quarter t again; return staff, firm and spare rows.

    Step 8 has replaced people since, so the state after the quarter does not tell. The rules are
    the model's own; step 4 changes nothing that step 7 reads of single people.
    """
    staff = history.staff[t].copy()
    firms = history.firms[t : t + 1].copy()[0]
    _, seen, _, rows, _ = allocate(history.inputs.staff, 1)
    rows.number[0] = history.firm
    with np.errstate(over="ignore"):
        if t > 0:
            interpreted(grow_exposure)(firms)
        interpreted(assess_chain_of_command)(firms, history.p)
        interpreted(change_attitudes)(staff, seen, firms, rows, history.inputs.key, t, history.p)
    return staff, firms, rows


def ask(history: History, t: int) -> Asked:
    """Return what the count of quarter t went by; somebody must have been asked."""
    staff, firms, rows = after_attitudes(history, t)
    interpreted(count_willing)(staff, firms, rows, history.p)
    resistance = np.array(staff.resistance[:, 0])
    return Asked(resistance, float(rows.from_firm[0, 0]), float(firms.willing[0]))


def share_willing(history: History) -> Floats:
    """Return the share of the staff found willing in each quarter, (T,); NaN: nobody was asked.

    The firm's own field is not that count where it has just proposed something: it is 0 then, for
    the next count to build on.
    """
    asked = history.asked()
    found = np.where(asked, history.of_firm("willing")[1:], np.nan)
    for t in np.flatnonzero(asked & history.proposes()):
        found[t] = ask(history, int(t)).willing
    return found
