"""Step 8: docs/model.md 7.10."""

from __future__ import annotations

from oracle import primitives
from oracle.appointment import by_department, hired_chief, install, person_from
from oracle.attitudes import contact_and_exit
from oracle.state import (
    CEMO_STRUCTURE,
    CEO,
    DEPARTMENTS,
    MARKETING,
    Firm,
    Person,
    clip,
    post_number,
)


def succession(firm: Firm, post: int, quarter: int) -> None:
    """Let the holder of a post leave by chance, and replace him."""
    p = firm.settings
    w = firm.words(primitives.SUCCESSION, post_number(post), quarter, primitives.COINS)
    hazard = p["leadership.ceo_turnover"] if post == CEO else p["leadership.chief_turnover"]
    if not primitives.unit(w[0]) < hazard:
        return
    traits = firm.words(primitives.SUCCESSION, post_number(post), quarter, primitives.TRAITS)
    install(firm, post, hired_chief(firm, post, w[1], w[2], traits))
    if post == CEO:
        new = primitives.draw_quantity(firm.tables, firm.sector, "leadership.commitment", w[3:])
        drawn = new[MARKETING]
        if p["mechanisms.carried_commitment"] and firm.structure == CEMO_STRUCTURE:
            drawn = drawn + firm.authority * (firm.commitment - drawn)
        firm.commitment = drawn
        if firm.structure == CEMO_STRUCTURE:
            firm.counts.ceo_exits_under_cemo += 1
            firm.counts.last_ceo_under_cemo = quarter
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
    words = {
        draw: firm.words(primitives.RECRUIT, agent, quarter, draw)
        for draw in (primitives.TRAITS, primitives.MARKET)
    }
    hybrid = primitives.unit(words[primitives.MARKET][1]) < p["leadership.hybrid_supply"]
    cooperation, resistance, literacy = (
        by_department(p[f"leadership.market_{trait}"])[department]
        for trait in ("cooperation", "resistance", "literacy")
    )
    attraction = p["leadership.attraction"]
    own = firm.means[department].cooperation
    return person_from(
        firm.tables,
        department,
        agent,
        words,
        (1 - attraction) * cooperation + attraction * own,
        resistance,
        p["leadership.hybrid_literacy"] if hybrid else literacy,
        firm.drawn["resistance.identity"][department],
        firm.drawn["cooperation.contact_propensity"][department],
        firm.precision,
    )


def turnover(firm: Firm, quarter: int) -> None:
    """Step 8: chiefs in office by post, then staff, leave and are replaced."""
    if not firm.settings["mechanisms.turnover"]:
        return
    for post in sorted(firm.chiefs, key=post_number):
        succession(firm, post, quarter)
    for g in DEPARTMENTS:
        for index, person in enumerate(firm.staff[g]):
            if leaves(firm, g, index, quarter):
                firm.staff[g][index] = recruit(firm, g, person.agent, quarter)
                firm.counts.exits[g] += 1
                firm.counts.exits_under[firm.structure, g] += 1
