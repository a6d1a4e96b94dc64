"""Step 8: people leave, successors and recruits arrive.

How long can a specialist work under a foreign chief? The hazard of leaving
grows with the threat felt. Recruits bring the labour market's attitudes, not
the firm's own start, or turnover would peg a firm to where it began.
"""

from __future__ import annotations

from orgsim.draws import (
    CONTACT,
    COOPERATION,
    DISPOSITION,
    IDENTITY,
    LITERACY,
    draw_person,
    draw_quantity,
)
from orgsim.elementary import clip
from orgsim.jit import compiled
from orgsim.model.appointment import hire_chief
from orgsim.model.state import (
    AUTHORITY,
    CEMO_STRUCTURE,
    CEO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    COMMITMENT_QUANTITY,
    INFRASTRUCTURE,
    MARKETING,
    MEAN_CONTACT,
    MEAN_IDENTITY,
    POSTS,
    agent_number,
    department_of,
)
from orgsim.random import COINS, MARKET, RECRUIT, SUCCESSION, TRAITS, unit, words


@compiled
def occupied(post, structure, p):
    """Whether a post exists, and has a holder, under a structure."""
    if post == CEO:
        return True
    if post == CMTO:
        return structure == CMTO_STRUCTURE
    if post == INFRASTRUCTURE:
        return structure == CEMO_STRUCTURE and p.reorganisation_infrastructure_chief
    return structure != CMTO_STRUCTURE


@compiled
def succeed(firm, post, tables, key, t, p):
    """Let the holder of a post perhaps leave, and a successor take over."""
    coins = words(key, firm.number, post, t, SUCCESSION, COINS)
    hazard = p.leadership_ceo_turnover if post == CEO else p.leadership_chief_turnover
    if unit(coins[0]) >= hazard:
        return
    traits = words(key, firm.number, post, t, SUCCESSION, TRAITS)
    hire_chief(firm, post, tables, coins[1], coins[2], traits, p)
    if post == CEO:
        sector = firm.sector
        firm.commitment = draw_quantity(tables, sector, COMMITMENT_QUANTITY, MARKETING, coins[3])
        firm.ceo_exits += 1
    else:
        firm.chief_exits += 1
    if post == CMO:
        firm.authority = firm.drawn[AUTHORITY]


@compiled
def replace_chiefs(firm, tables, key, t, p):
    """Go through the occupied posts of a firm."""
    if not p.mechanisms_turnover:
        return
    for post in range(POSTS):
        if occupied(post, firm.structure, p):
            succeed(firm, post, tables, key, t, p)


@compiled
def settle_in(staff, i, lane, g, tables, means, traits, contact_word):
    """Give person i new traits, drawn around means in the order of the traits."""
    people = tables.people
    trait = tables.trait
    disposition = draw_person(people[trait[DISPOSITION, g]], means[1], traits[1])
    staff.cooperation[i, lane] = draw_person(people[trait[COOPERATION, g]], means[0], traits[0])
    staff.disposition[i, lane] = disposition
    staff.resistance[i, lane] = disposition
    staff.literacy[i, lane] = draw_person(people[trait[LITERACY, g]], means[2], traits[2])
    staff.identity[i, lane] = draw_person(people[trait[IDENTITY, g]], means[3], traits[3])
    staff.contact[i, lane] = draw_person(people[trait[CONTACT, g]], means[4], contact_word)


@compiled
def recruit(staff, i, firm, lane, tables, key, t, p):
    """Replace person i by a recruit from the labour market, perhaps a hybrid."""
    g = department_of(i, p.firm_marketing_staff)
    agent = agent_number(i, p.firm_marketing_staff)
    traits = words(key, firm.number, agent, t, RECRUIT, TRAITS)
    more = words(key, firm.number, agent, t, RECRUIT, MARKET)
    hybrid = unit(more[1]) < p.leadership_hybrid_supply
    means = (
        p.leadership_market_cooperation,
        p.leadership_market_resistance,
        p.leadership_hybrid_literacy if hybrid else p.leadership_market_literacy,
        firm.drawn[MEAN_IDENTITY + g],
        firm.drawn[MEAN_CONTACT + g],
    )
    settle_in(staff, i, lane, g, tables, means, traits, more[0])
    firm.exits[g] += 1


@compiled
def replace_staff(staff, firms, tables, key, t, p):
    """Let staff leave by their hazard and fill every place at once."""
    if not p.mechanisms_turnover:
        return
    turnover = p.leadership_staff_turnover
    sensitivity = p.leadership_threat_turnover
    n, lanes = staff.threat.shape
    for i in range(n):
        for lane in range(lanes):
            hazard = clip(turnover + sensitivity * staff.threat[i, lane])
            if staff.exit_draw[i, lane] < hazard:
                recruit(staff, i, firms[lane], lane, tables, key, t, p)
