"""What was weighed when a reorganisation was proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from orgsim.model.appointment import designate_holder, designate_infrastructure_chief
from orgsim.model.capability import build_capability
from orgsim.model.competence import train_chiefs
from orgsim.model.draws import COINS, REORGANISATION
from orgsim.model.reorganisation import chance_of_cemo
from orgsim.model.state import CIO, CMO, CMTO, SEPARATE
from orgsim.model.tables import tables_of
from orgsim.numerics.philox import WHOLE_FIRM, unit, words
from orgsim.trace.history import History
from orgsim.trace.interpreted import interpreted
from orgsim.trace.votes import before_joint_tasks


@dataclass(frozen=True)
class Weighed:
    """How the form was chosen.

    Attributes
    ----------
    chance_of_cemo : float or None
        With which CEMO rather than CMTO was proposed; None where there was no choice.
    coin : float
        CEMO if it is below that chance.
    """

    chance_of_cemo: float | None
    coin: float


def weigh(history: History, t: int) -> Weighed:
    """Return what the proposal of quarter t was chosen by.

    The quarter is lived through again up to step 7; only the joint tasks, which step 7 knows by
    their tallies alone, are taken from the state after the quarter.
    """
    inputs, lane = history.inputs.given, 0
    coin = float(_coin(history, t))
    if history.of_firm("structure")[t] != SEPARATE:
        return Weighed(None, coin)
    block = before_joint_tasks(history, t)
    firms, p, tables = block.firms, history.p_in(t), tables_in(inputs, t)
    after = history.firms[t + 1]
    demand, hype, window = (float(curve[t]) for curve in inputs.environment)
    with np.errstate(over="ignore"):
        firms.tasks[:], firms.encounters[:] = after.tasks, after.encounters
        interpreted(train_chiefs)(firms, p)
        interpreted(build_capability)(firms, t, demand, hype, window, p)
        interpreted(designate_infrastructure_chief)(firms, lane, tables, inputs.key, t, p)
        interpreted(designate_holder)(firms, lane, tables, inputs.key, t, hype, p)
        chance = interpreted(chance_of_cemo)(block.staff, firms, lane, demand, hype, p)
    return Weighed(float(chance), coin)


def tables_in(inputs: Any, t: int) -> Any:
    """Return the distributions in force in a quarter, of what the rules made of the settings."""
    return interpreted(tables_of)(inputs.tables, inputs.segment[t])


def _coin(history: History, t: int) -> float:
    drawn = interpreted(words)(
        history.inputs.given.key, history.firm, WHOLE_FIRM, t, REORGANISATION, COINS
    )
    return float(interpreted(unit)(drawn[1]))


def origin_of_holder(history: History, t: int) -> str:
    """Return where the holder of the merged post comes from who was designated in quarter t.

    Returns
    -------
    str
        ``the CIO``, ``the CMO`` or ``an outsider``.
    """
    holder = _person(history, t + 1, CMTO)
    # Chiefs keep what they are but for their literacy, and those before the quarter's successions
    # were asked.
    for post, title in ((CIO, "the CIO"), (CMO, "the CMO")):
        if _person(history, t, post) == holder:
            return title
    return "an outsider"


def _person(history: History, state: int, post: Any) -> tuple[float, ...]:
    traits = ("chief_cooperation", "chief_resistance", "chief_background")
    return tuple(float(history.of_firm(trait)[state, post]) for trait in traits)
