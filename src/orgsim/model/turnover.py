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
from orgsim.jit import rule
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
from orgsim.random import (
    COINS,
    MARKET,
    RECRUIT,
    SUCCESSION,
    TRAITS,
    draw_words,
    draw_words_of_agents,
    unit,
    words,
)


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
def succeed(firms, lane, post, tables, coins, traits, p):
    """Let a successor take a post, by the words of coins[1] to coins[3] and traits."""
    hire_chief(firms, lane, post, tables, coins[1], coins[2], traits, p)
    if post == CEO:
        sector = firms.sector[lane]
        drawn = draw_quantity(tables, sector, COMMITMENT_QUANTITY, MARKETING, coins[3])
        firms.commitment[lane] = drawn
        firms.ceo_exits[lane] += 1
    else:
        firms.chief_exits[lane] += 1
    if post == CMO:
        firms.authority[lane] = firms.drawn[AUTHORITY, lane]


@rule
def replace_chiefs(firms, rows, tables, key, t, p):
    """Let holders of posts leave by their hazards, and successors take over."""
    if not p.mechanisms_turnover:
        return
    coins = rows.words
    for post in range(POSTS):
        draw_words(coins, key, firms.number, post, t, SUCCESSION, COINS)
        hazard = p.leadership_ceo_turnover if post == CEO else p.leadership_chief_turnover
        for lane in range(firms.number.size):
            leaves = unit(coins[0, lane]) < hazard
            if leaves and occupied(post, firms.structure[lane], p):
                traits = words(key, firms.number[lane], post, t, SUCCESSION, TRAITS)
                succeed(firms, lane, post, tables, coins[:, lane], traits, p)


@rule
def settle_in(person, lane, g, tables, means, traits, contact_word):
    """Give a person new traits, drawn around means in the order of the traits."""
    people = tables.people
    trait = tables.trait
    disposition = draw_person(people[trait[DISPOSITION, g]], means[1], traits[1])
    person.cooperation[lane] = draw_person(people[trait[COOPERATION, g]], means[0], traits[0])
    person.disposition[lane] = disposition
    person.resistance[lane] = disposition
    person.literacy[lane] = draw_person(people[trait[LITERACY, g]], means[2], traits[2])
    person.identity[lane] = draw_person(people[trait[IDENTITY, g]], means[3], traits[3])
    person.contact[lane] = draw_person(people[trait[CONTACT, g]], means[4], contact_word)


@rule
def list_vacancies(staff, rows, vacancies, p):
    """List the places whose holders leave; return how many there are."""
    turnover = p.leadership_staff_turnover
    sensitivity = p.leadership_threat_turnover
    size = 0
    for i in range(staff.size):
        person = staff[i]
        for lane in range(rows.count.size):
            hazard = clip(turnover + sensitivity * person.threat[lane])
            rows.count[lane] = 1 if person.exit_draw[lane] < hazard else 0
        for lane in range(rows.count.size):
            vacancies[size].person = i  # overwritten by the next unless this one leaves
            vacancies[size].lane = lane
            size += rows.count[lane]
    return size


@rule
def recruit(staff, firms, vacancy, tables, traits, more, p):
    """Fill a place with a recruit from the labour market, perhaps a hybrid."""
    i = vacancy.person
    lane = vacancy.lane
    g = department_of(i, p.firm_marketing_staff)
    hybrid = unit(more[1]) < p.leadership_hybrid_supply
    means = (
        p.leadership_market_cooperation,
        p.leadership_market_resistance,
        p.leadership_hybrid_literacy if hybrid else p.leadership_market_literacy,
        firms.drawn[MEAN_IDENTITY + g, lane],
        firms.drawn[MEAN_CONTACT + g, lane],
    )
    settle_in(staff[i], lane, g, tables, means, traits, more[0])
    firms.exits[g, lane] += 1


@rule
def replace_staff(staff, firms, rows, vacancies, tables, key, t, p):
    """Let staff leave by their hazard and fill every place at once.

    Vacancies are listed first, so that words are drawn for many at a time.
    """
    if not p.mechanisms_turnover:
        return
    size = list_vacancies(staff, rows, vacancies, p)
    lanes = firms.number.size
    for begin in range(0, size, lanes):
        batch = min(lanes, size - begin)
        for k in range(batch):
            vacancy = vacancies[begin + k]
            rows.number[k] = firms.number[vacancy.lane]
            rows.agent[k] = agent_number(vacancy.person, p.firm_marketing_staff)
        for draw, out in ((TRAITS, rows.words), (MARKET, rows.more_words)):
            draw_words_of_agents(out, batch, key, rows.number, rows.agent, t, RECRUIT, draw)
        for k in range(batch):
            traits = rows.words[:, k]
            more = rows.more_words[:, k]
            recruit(staff, firms, vacancies[begin + k], tables, traits, more, p)
