"""Before the first quarter: firms, their chiefs and their staff are drawn.

"How often" is a question over heterogeneous firms, so firm-level quantities are
drawn once a firm, and people around them.
"""

from __future__ import annotations

from orgsim.model.appointment import (
    appoint,
    designate_holder,
    designate_infrastructure_chief,
    post_background,
)
from orgsim.model.attitudes import chain_distance
from orgsim.model.draws import (
    CHIEF_TRAITS,
    COINS,
    CONTACT,
    COOPERATION,
    DISPOSITION,
    FIRM_QUANTITY,
    IDENTITY,
    LITERACY,
    MARKET,
    SECTOR,
    STAFF_TRAITS,
    TRAITS,
)
from orgsim.model.state import (
    ATTENTION,
    ATTENTION_QUANTITY,
    AUTHORITY,
    AUTHORITY_QUANTITY,
    CAPABILITY,
    CEO,
    CIO,
    CMO,
    CMTO_STRUCTURE,
    COMMITMENT,
    EFFORT,
    EFFORT_QUANTITY,
    EXPOSURE,
    FIRST_QUARTER,
    GROWTH,
    GROWTH_QUANTITY,
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
    STRUCTURE_CODES,
    WINDOW,
    agent_number,
)
from orgsim.model.turnover import draw_newcomers, settle_in
from orgsim.numerics.inverse_cdf import draw_quantity
from orgsim.numerics.jit import merged, rule
from orgsim.numerics.philox import WHOLE_FIRM, draw_words, unit


@merged
def choose_sectors(firms, rows, tables, key):
    """Draw the sector of every firm by the sectors' shares."""
    draw_words(rows.words, key, firms.number, WHOLE_FIRM, FIRST_QUARTER, SECTOR, COINS)
    for lane in range(firms.number.size):
        u = unit(rows.words[0, lane])
        sector = 0
        while sector < tables.sector_shares.size - 1 and u >= tables.sector_shares[sector]:
            sector += 1
        firms.sector[lane] = sector


@merged
def draw_quantities(firms, rows, tables, key):
    """Draw every firm-level quantity from a random stream of its own."""
    words = rows.words
    row = 0
    for quantity in range(len(QUANTITY_STREAMS)):
        stream = QUANTITY_STREAMS[quantity]
        draw_words(words, key, firms.number, WHOLE_FIRM, FIRST_QUARTER, FIRM_QUANTITY, stream)
        for lane in range(firms.number.size):
            sector = firms.sector[lane]
            firms.drawn[row, lane] = draw_quantity(
                tables, sector, quantity, MARKETING, words[0, lane]
            )
        row += 1
        if QUANTITY_HAS_DEPARTMENTS[quantity]:
            for lane in range(firms.number.size):
                sector = firms.sector[lane]
                word = words[1, lane] if tables.separate[sector, quantity] else words[0, lane]
                firms.drawn[row, lane] = draw_quantity(tables, sector, quantity, IT, word)
            row += 1


@rule
def draw_anew(row, firms, rows, tables, key, quantity):
    """Draw a firm-level quantity from its present distribution, by the word that it had."""
    words = rows.words
    stream = QUANTITY_STREAMS[quantity]
    draw_words(words, key, firms.number, WHOLE_FIRM, FIRST_QUARTER, FIRM_QUANTITY, stream)
    for lane in range(firms.number.size):
        sector = firms.sector[lane]
        row[lane] = draw_quantity(tables, sector, quantity, MARKETING, words[0, lane])


@rule
def revise_quantities(firms, rows, tables, key):
    """Let firms keep their places in distributions that a schedule has changed."""
    draw_anew(firms.attention, firms, rows, tables, key, ATTENTION_QUANTITY)
    draw_anew(firms.exposure_growth, firms, rows, tables, key, GROWTH_QUANTITY)
    draw_anew(firms.initial_authority, firms, rows, tables, key, AUTHORITY_QUANTITY)
    draw_anew(firms.content_effort, firms, rows, tables, key, EFFORT_QUANTITY)


@merged
def found_firm(firms, lane, p):
    """Set a firm's state from what was drawn for it."""
    firms.attention[lane] = firms.drawn[ATTENTION, lane]
    firms.exposure_growth[lane] = firms.drawn[GROWTH, lane]
    firms.initial_authority[lane] = firms.drawn[AUTHORITY, lane]
    firms.content_effort[lane] = firms.drawn[EFFORT, lane]
    firms.exposure[lane] = firms.drawn[EXPOSURE, lane]
    firms.commitment[lane] = firms.drawn[COMMITMENT, lane]
    firms.capability[lane] = firms.drawn[CAPABILITY, lane]
    firms.authority[lane] = firms.drawn[AUTHORITY, lane]
    firms.structure[lane] = SEPARATE
    firms.target[lane] = 0
    firms.elapsed[lane] = 0
    firms.below[lane] = 0
    firms.cool_down[lane] = 0
    firms.clock[lane] = p.reorganisation_initial_age
    firms.willing[lane] = 0.0
    firms.misfit[lane] = 0.0
    firms.reach[lane] = 0.0
    firms.attempts[lane] = 0
    firms.failures[lane] = 0
    firms.reversals[lane] = 0
    firms.first_attempt[lane] = -1
    firms.first_adoption[lane] = -1
    firms.quarters_of_misfit[lane] = 0
    firms.chief_exits[lane] = 0
    firms.ceo_exits[lane] = 0
    firms.new_ceo[lane] = -1
    firms.ceo_exits_under_cemo[lane] = 0
    firms.cemo_undone_after_ceo[lane] = 0
    for structure in range(STRUCTURE_CODES):
        firms.quarters_under[structure, lane] = 0
        for g in range(2):
            firms.exits[structure, g, lane] = 0
    for g in range(2):
        for slot in range(WINDOW):
            firms.encounters[slot, g, lane] = 0
            firms.tasks[slot, g, lane] = 0


@rule
def firm_mean(firms, lane, row, post):
    """Return a drawn quantity for a post: its department's, or both departments' mean."""
    if post == CMO:
        return firms.drawn[row, lane]
    if post == CIO:
        return firms.drawn[row + 1, lane]
    return 0.5 * (firms.drawn[row, lane] + firms.drawn[row + 1, lane])


@merged
def install_chiefs(firms, rows, tables, key, p):
    """Draw CEO, CMO and CIO around their departments' means."""
    for post in (CEO, CMO, CIO):
        draw_words(rows.words, key, firms.number, post, FIRST_QUARTER, CHIEF_TRAITS, TRAITS)
        for lane in range(firms.number.size):
            means = (
                firm_mean(firms, lane, MEAN_COOPERATION, post),
                firm_mean(firms, lane, MEAN_RESISTANCE, post),
                firm_mean(firms, lane, MEAN_LITERACY, post),
                post_background(post, p),
            )
            appoint(firms, lane, post, tables, means, rows.words[:, lane])


@rule
def install_staff(staff, firms, rows, tables, key, p):
    """Draw every person of both departments around the firm's means."""
    n_marketing = p.firm_marketing_staff
    lanes = firms.number.size
    for g in range(2):
        for lane in range(lanes):
            rows.means[COOPERATION, lane] = firms.drawn[MEAN_COOPERATION + g, lane]
            rows.means[DISPOSITION, lane] = firms.drawn[MEAN_RESISTANCE + g, lane]
            rows.means[LITERACY, lane] = firms.drawn[MEAN_LITERACY + g, lane]
            rows.means[IDENTITY, lane] = firms.drawn[MEAN_IDENTITY + g, lane]
            rows.means[CONTACT, lane] = firms.drawn[MEAN_CONTACT + g, lane]
        for i in range(g * n_marketing, staff.size if g == 1 else n_marketing):
            agent = agent_number(i, n_marketing)
            number = firms.number
            draw_words(rows.words, key, number, agent, FIRST_QUARTER, STAFF_TRAITS, TRAITS)
            draw_words(rows.more_words, key, number, agent, FIRST_QUARTER, STAFF_TRAITS, MARKET)
            draw_newcomers(rows, tables, g, lanes)
            for lane in range(lanes):
                settle_in(staff[i], lane, rows.traits, lane)


@rule
def force_structure(firms, lane, structure, tables, key, hype, p):
    """Start a firm under another structure, with everyone willing (paired experiments)."""
    for g in range(2):
        firms.accustomed[g, lane] = chain_distance(firms, lane, g, SEPARATE, p)
    if structure == SEPARATE:
        return
    if structure == CMTO_STRUCTURE:
        designate_holder(firms, lane, tables, key, FIRST_QUARTER, hype, p)
    else:
        designate_infrastructure_chief(firms, lane, tables, key, FIRST_QUARTER, p)
    firms.structure[lane] = structure
    firms.willing[lane] = 1.0


@merged
def populate(staff, firms, rows, tables, key, structure, hype, p):
    """Draw a block of firms, whose numbers are set, and put them under a structure."""
    choose_sectors(firms, rows, tables, key)
    draw_quantities(firms, rows, tables, key)
    for lane in range(firms.number.size):
        found_firm(firms, lane, p)
    install_chiefs(firms, rows, tables, key, p)
    for lane in range(firms.number.size):
        force_structure(firms, lane, structure, tables, key, hype, p)
    install_staff(staff, firms, rows, tables, key, p)
