"""Step 8: docs/model.md 7.10."""

from __future__ import annotations

from oracle.appointment import hired_chief, install, person_from
from oracle.attitudes import contact_and_exit
from oracle.state import CEO, DEPARTMENTS, MARKETING, POSTS, Firm, Person, clip
from orgsim.model.draws import RECRUIT, SUCCESSION
from orgsim.model.parameters import QUANTITIES
from orgsim.numerics.inverse_cdf import draw_quantity
from orgsim.numerics.philox import unit

COMMITMENT = [quantity.path for quantity in QUANTITIES].index("leadership.commitment")


def succession(firm: Firm, post: int, quarter: int) -> None:
    """Let the holder of a post leave by chance, and replace him."""
    p = firm.settings
    w = firm.words(SUCCESSION, post, quarter, 0)
    hazard = p["leadership.ceo_turnover"] if post == CEO else p["leadership.chief_turnover"]
    if not unit(w[0]) < hazard:
        return
    traits = firm.words(SUCCESSION, post, quarter, 1)
    install(firm, post, hired_chief(firm, post, w[1], w[2], traits))
    if post == CEO:
        firm.commitment = float(
            draw_quantity(firm.tables, firm.sector, COMMITMENT, MARKETING, w[3])
        )
        firm.counts.ceo_exits += 1
    else:
        firm.counts.chief_exits += 1


def leaves(firm: Firm, department: int, index: int, quarter: int) -> bool:
    """Tell whether a member of staff leaves, by the threat felt in step 3."""
    added = firm.parameter("leadership.threat_turnover") * firm.staff[department][index].threat_felt
    chance = clip(firm.parameter("leadership.staff_turnover") + added)
    return bool(contact_and_exit(firm, department, index, quarter)[1] < chance)


def recruit(firm: Firm, department: int, agent: int, quarter: int) -> Person:
    """Return who comes in the place of a member of staff."""
    p = firm.settings
    traits = firm.words(RECRUIT, agent, quarter, 1)
    others = firm.words(RECRUIT, agent, quarter, 2)
    hybrid = unit(others[1]) < p["leadership.hybrid_supply"]
    return person_from(
        firm.tables,
        department,
        agent,
        traits,
        others[0],
        p["leadership.market_cooperation"],
        p["leadership.market_resistance"],
        p["leadership.hybrid_literacy"] if hybrid else p["leadership.market_literacy"],
        firm.drawn["resistance.identity"][department],
        firm.drawn["cooperation.contact_propensity"][department],
        firm.precision,
    )


def turnover(firm: Firm, quarter: int) -> None:
    """Step 8: chiefs in office by post, then staff, leave and are replaced."""
    if not firm.settings["mechanisms.turnover"]:
        return
    for post in POSTS:
        if post in firm.chiefs:
            succession(firm, post, quarter)
    for g in DEPARTMENTS:
        for index, person in enumerate(firm.staff[g]):
            if leaves(firm, g, index, quarter):
                firm.staff[g][index] = recruit(firm, g, person.agent, quarter)
                firm.counts.exits[g] += 1
