"""What the staff weighed when it was asked for its support."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.model.reorganisation import count_willing
from orgsim.trace.history import Floats, History
from orgsim.trace.interpreted import interpreted, plainly


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


def before_joint_tasks(history: History, t: int) -> Any:
    """Live through what comes before the joint tasks of quarter t again; return the block.

    Step 8 has replaced people since, so the state after the quarter does not tell. The steps are
    the model's own; joint tasks change nothing that reorganisation reads of single people.
    """
    inputs = history.inputs
    steps = inputs.model.steps
    block = inputs.model.rules_module.allocate(inputs.given, 1)._replace(
        staff=history.staff[t].copy(), firms=history.firms[t : t + 1].copy()[0]
    )
    block.rows.number[0] = history.firm
    given = inputs.given._replace(p=tuple(inputs.given.p))
    state, given = plainly((block, given))
    with np.errstate(over="ignore"):
        for name in steps[: steps.index("joint_tasks")]:
            interpreted(inputs.model.step(name))(state, given, t)
    return block


def ask(history: History, t: int) -> Asked:
    """Return what the count of quarter t went by; somebody must have been asked."""
    block = before_joint_tasks(history, t)
    interpreted(count_willing)(*plainly((block.staff, block.firms, block.rows, history.p_in(t))))
    resistance = np.array(block.staff.resistance[:, 0])
    return Asked(resistance, float(block.rows.from_firm[0, 0]), float(block.firms.willing[0]))


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
