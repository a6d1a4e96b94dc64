"""Step 8: people leave, successors and recruits arrive.

How long can a specialist work under a foreign chief? The hazard of leaving
grows with the threat felt. Recruits come from the labour market, and to firms
that suit them: attraction, selection, attrition (Schneider 1987, Personnel
Psychology 40). A CEMO sits at the CEO's side, and speaks to the next one.
"""

from __future__ import annotations

from orgsim.model.appointment import hire_chief
from orgsim.model.draws import (
    COINS,
    CONTACT,
    COOPERATION,
    DISPOSITION,
    IDENTITY,
    LITERACY,
    MARKET,
    RECRUIT,
    SUCCESSION,
    TRAITS,
    TRAITS_OF_A_PERSON,
)
from orgsim.model.state import (
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
)
from orgsim.numerics.bits import NO_BITS, WORD, bit, lowest_bit, without_lowest_bit
from orgsim.numerics.elementary import clip, single
from orgsim.numerics.inverse_cdf import draw_people, draw_quantity
from orgsim.numerics.jit import merged, rule
from orgsim.numerics.philox import draw_words, draw_words_of_agents, unit, words


@rule
def occupied(post, structure, p):
    """Whether a post exists, and has a holder, under a structure."""
    if post == CEO:
        return True
    if post == CMTO:
        return structure == CMTO_STRUCTURE
    if post == INFRASTRUCTURE:
        return structure == CEMO_STRUCTURE and p.reorganisation_infrastructure_chief
    return structure != CMTO_STRUCTURE


@rule
def succeed(firms, lane, post, tables, coins, traits, t, p):
    """Let a successor take a post, by the words of coins[1] to coins[3] and traits."""
    hire_chief(firms, lane, post, tables, coins[1], coins[2], traits, p)
    if post == CEO:
        sector = firms.sector[lane]
        drawn = draw_quantity(tables, sector, COMMITMENT_QUANTITY, MARKETING, coins[3])
        carried = 0.0
        if firms.structure[lane] == CEMO_STRUCTURE:
            firms.new_ceo[lane] = t
            firms.ceo_exits_under_cemo[lane] += 1
            carried = firms.authority[lane] if p.mechanisms_carried_commitment else 0.0
        firms.commitment[lane] = drawn + carried * (firms.commitment[lane] - drawn)
        firms.ceo_exits[lane] += 1
    else:
        firms.chief_exits[lane] += 1
    if post == CMO:
        firms.authority[lane] = firms.initial_authority[lane]


@rule
def replace_chiefs(firms, rows, tables, key, t, p):
    """Let holders of posts leave by their hazards, and successors take over."""
    if not p.mechanisms_turnover:
        return
    coins = rows.words
    for post in range(POSTS):
        draw_words(coins, key, firms.number, post, t, SUCCESSION, COINS)
        hazard = p.leadership_ceo_turnover if post == CEO else p.leadership_chief_turnover
        for begin in range(0, firms.number.size, WORD):
            leavers = NO_BITS
            for lane in range(begin, min(begin + WORD, firms.number.size)):
                leavers |= bit(lane - begin, unit(coins[0, lane]) < hazard)
            while leavers != NO_BITS:
                lane = begin + lowest_bit(leavers)
                leavers = without_lowest_bit(leavers)
                if occupied(post, firms.structure[lane], p):
                    traits = words(key, firms.number[lane], post, t, SUCCESSION, TRAITS)
                    succeed(firms, lane, post, tables, coins[:, lane], traits, t, p)


@rule
def draw_newcomers(rows, tables, g, size):
    """Draw the traits of as many people of a department, one in each of the first columns.

    ``rows.means`` holds the means around which they are drawn, ``rows.words`` and the first of
    ``rows.more_words`` the random words; ``rows.traits`` is filled.
    """
    for trait in range(TRAITS_OF_A_PERSON):
        drawn = rows.more_words[0] if trait == CONTACT else rows.words[trait]
        concentration = tables.trait[trait, g]
        draw_people(
            rows.traits[trait], tables.people, concentration, rows.means[trait], drawn, size
        )


@rule
def settle_in(person, lane, traits, k):
    """Give a person in a firm the traits drawn in column k."""
    person.cooperation[lane] = traits[COOPERATION, k]
    person.disposition[lane] = traits[DISPOSITION, k]
    person.resistance[lane] = traits[DISPOSITION, k]
    person.literacy[lane] = traits[LITERACY, k]
    person.identity[lane] = traits[IDENTITY, k]
    person.contact[lane] = traits[CONTACT, k]


@rule
def list_vacancies(staff, rows, vacancies, first, stop, p):
    """List the places among the persons first ... stop - 1 whose holders leave; return how many."""
    turnover = single(p.leadership_staff_turnover)
    sensitivity = single(p.leadership_threat_turnover)
    size = 0
    for i in range(first, stop):
        person = staff[i]
        for begin in range(0, rows.count.size, WORD):
            leavers = NO_BITS
            for lane in range(begin, min(begin + WORD, rows.count.size)):
                hazard = clip(turnover + sensitivity * person.threat[lane])
                leavers |= bit(lane - begin, person.exit_coin[lane] < hazard)
            while leavers != NO_BITS:
                vacancies[size].person = i
                vacancies[size].lane = begin + lowest_bit(leavers)
                leavers = without_lowest_bit(leavers)
                size += 1
    return size


@merged
def invite_recruits(firms, rows, vacancies, tables, key, t, g, p):
    """Draw recruits from the labour market, some of them hybrids, for as many vacancies."""
    attraction = p.leadership_attraction
    size = vacancies.size
    n_marketing = p.firm_marketing_staff
    for k in range(size):
        lane = vacancies[k].lane
        rows.number[k] = firms.number[lane]
        rows.agent[k] = agent_number(vacancies[k].person, n_marketing)
        rows.means[IDENTITY, k] = firms.drawn[MEAN_IDENTITY + g, lane]
        rows.means[CONTACT, k] = firms.drawn[MEAN_CONTACT + g, lane]
    draw_words_of_agents(rows.words, size, key, rows.number, rows.agent, t, RECRUIT, TRAITS)
    draw_words_of_agents(rows.more_words, size, key, rows.number, rows.agent, t, RECRUIT, MARKET)
    for k in range(size):
        hybrid = unit(rows.more_words[1, k]) < p.leadership_hybrid_supply
        literacy = p.leadership_hybrid_literacy if hybrid else p.leadership_market_literacy[g]
        own = firms.mean_cooperation[g, vacancies[k].lane]
        suiting = (1.0 - attraction) * p.leadership_market_cooperation[g] + attraction * own
        rows.means[COOPERATION, k] = suiting
        rows.means[DISPOSITION, k] = p.leadership_market_resistance[g]
        rows.means[LITERACY, k] = literacy
    draw_newcomers(rows, tables, g, size)


@merged
def fill_vacancies(staff, firms, rows, vacancies, g):
    """Let as many newcomers take the places."""
    for k in range(vacancies.size):
        lane = vacancies[k].lane
        settle_in(staff[vacancies[k].person], lane, rows.traits, k)
        firms.exits[firms.structure[lane], g, lane] += 1


@rule
def replace_staff(staff, firms, rows, vacancies, tables, key, t, p):
    """Let staff leave by their hazard and fill every place at once.

    Vacancies are listed first, so that recruits are drawn many at a time.
    """
    if not p.mechanisms_turnover:
        return
    n_marketing = p.firm_marketing_staff
    lanes = firms.number.size
    for g in range(2):
        first = g * n_marketing
        stop = staff.size if g == 1 else n_marketing
        vacant = list_vacancies(staff, rows, vacancies, first, stop, p)
        for begin in range(0, vacant, lanes):
            batch = vacancies[begin : min(begin + lanes, vacant)]
            invite_recruits(firms, rows, batch, tables, key, t, g, p)
            fill_vacancies(staff, firms, rows, batch, g)
