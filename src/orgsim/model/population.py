"""Before the first quarter: firms, their chiefs and their staff are drawn.

"How often" is a question over heterogeneous firms, so firm-level quantities are
drawn once a firm, and people around them.
"""

from __future__ import annotations

from orgsim.draws import draw_quantity
from orgsim.jit import compiled
from orgsim.model.appointment import (
    appoint,
    designate_holder,
    designate_infrastructure_chief,
    post_background,
)
from orgsim.model.attitudes import chain_distance
from orgsim.model.state import (
    AUTHORITY,
    CAPABILITY,
    CEO,
    CIO,
    CMO,
    CMTO_STRUCTURE,
    COMMITMENT,
    EXPOSURE,
    FIRST_QUARTER,
    IT,
    MARKETING,
    MEAN_CONTACT,
    MEAN_COOPERATION,
    MEAN_IDENTITY,
    MEAN_LITERACY,
    MEAN_RESISTANCE,
    QUANTITY_HAS_DEPARTMENTS,
    QUANTITY_STREAMS,
    SEPARATE,
    agent_number,
    department_of,
)
from orgsim.model.turnover import settle_in
from orgsim.random import (
    CHIEF_TRAITS,
    COINS,
    FIRM_QUANTITY,
    MARKET,
    SECTOR,
    STAFF_TRAITS,
    TRAITS,
    WHOLE_FIRM,
    unit,
    words,
)


@compiled
def choose_sector(firm, tables, key):
    """Draw the sector of a firm by the sectors' shares."""
    u = unit(words(key, firm.number, WHOLE_FIRM, FIRST_QUARTER, SECTOR, COINS)[0])
    sector = 0
    while sector < tables.sector_shares.size - 1 and u >= tables.sector_shares[sector]:
        sector += 1
    firm.sector = sector


@compiled
def draw_quantities(firm, tables, key):
    """Draw every firm-level quantity from a random stream of its own."""
    sector = firm.sector
    row = 0
    for quantity in range(len(QUANTITY_STREAMS)):
        stream = QUANTITY_STREAMS[quantity]
        draw = words(key, firm.number, WHOLE_FIRM, FIRST_QUARTER, FIRM_QUANTITY, stream)
        firm.drawn[row] = draw_quantity(tables, sector, quantity, MARKETING, draw[0])
        row += 1
        if QUANTITY_HAS_DEPARTMENTS[quantity]:
            word = draw[1] if tables.separate[sector, quantity] else draw[0]
            firm.drawn[row] = draw_quantity(tables, sector, quantity, IT, word)
            row += 1


@compiled
def found_firm(firm, p):
    """Set a firm's state from what was drawn for it."""
    firm.exposure = firm.drawn[EXPOSURE]
    firm.commitment = firm.drawn[COMMITMENT]
    firm.capability = firm.drawn[CAPABILITY]
    firm.authority = firm.drawn[AUTHORITY]
    firm.structure = SEPARATE
    firm.target = 0
    firm.elapsed = 0
    firm.below = 0
    firm.cool_down = 0
    firm.clock = p.reorganisation_initial_age
    firm.willing = 0.0
    firm.encounters[:, :] = 0
    firm.tasks[:, :] = 0
    firm.misfit = 0.0
    firm.reach = 0.0
    firm.attempts = 0
    firm.failures = 0
    firm.reversals = 0
    firm.first_attempt = -1
    firm.first_adoption = -1
    firm.quarters_of_misfit = 0
    firm.exits[:] = 0
    firm.chief_exits = 0
    firm.ceo_exits = 0


@compiled
def firm_mean(firm, row, post):
    """Return a drawn quantity for a post: its department's, or both departments' mean."""
    if post == CMO:
        return firm.drawn[row]
    if post == CIO:
        return firm.drawn[row + 1]
    return 0.5 * (firm.drawn[row] + firm.drawn[row + 1])


@compiled
def install_chiefs(firm, tables, key, p):
    """Draw CEO, CMO and CIO around their departments' means."""
    for post in (CEO, CMO, CIO):
        means = (
            firm_mean(firm, MEAN_COOPERATION, post),
            firm_mean(firm, MEAN_RESISTANCE, post),
            firm_mean(firm, MEAN_LITERACY, post),
            post_background(post, p),
        )
        traits = words(key, firm.number, post, FIRST_QUARTER, CHIEF_TRAITS, TRAITS)
        appoint(firm, post, tables, means, traits)


@compiled
def install_staff(staff, firm, lane, tables, key, p):
    """Draw every person of both departments around the firm's means."""
    for i in range(staff.cooperation.shape[0]):
        g = department_of(i, p.firm_marketing_staff)
        agent = agent_number(i, p.firm_marketing_staff)
        traits = words(key, firm.number, agent, FIRST_QUARTER, STAFF_TRAITS, TRAITS)
        more = words(key, firm.number, agent, FIRST_QUARTER, STAFF_TRAITS, MARKET)
        means = (
            firm.drawn[MEAN_COOPERATION + g],
            firm.drawn[MEAN_RESISTANCE + g],
            firm.drawn[MEAN_LITERACY + g],
            firm.drawn[MEAN_IDENTITY + g],
            firm.drawn[MEAN_CONTACT + g],
        )
        settle_in(staff, i, lane, g, tables, means, traits, more[0])


@compiled
def force_structure(firm, structure, tables, key, hype, p):
    """Start a firm under another structure, with everyone willing (paired experiments)."""
    for g in range(2):
        firm.accustomed[g] = chain_distance(firm, g, SEPARATE, p)
    if structure == SEPARATE:
        return
    if structure == CMTO_STRUCTURE:
        designate_holder(firm, tables, key, FIRST_QUARTER, hype, p)
    else:
        designate_infrastructure_chief(firm, tables, key, FIRST_QUARTER, p)
    firm.structure = structure
    firm.willing = 1.0


@compiled
def populate(staff, firms, tables, key, structure, hype, p):
    """Draw a block of firms, whose numbers are set, and put them under a structure."""
    for lane in range(firms.size):
        firm = firms[lane]
        choose_sector(firm, tables, key)
        draw_quantities(firm, tables, key)
        found_firm(firm, p)
        install_chiefs(firm, tables, key, p)
        install_staff(staff, firm, lane, tables, key, p)
        force_structure(firm, structure, tables, key, hype, p)
