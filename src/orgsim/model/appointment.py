"""Who gets a post: traits of a new chief, and the choice of the holder of the merged one.

The article names consultancies, agencies and middle management as the places
where strategists are found, and calls the all-rounder scarce.
"""

from __future__ import annotations

from orgsim.draws import draw_person
from orgsim.jit import compiled
from orgsim.model.state import CEO, CIO, CMO, CMTO, INFRASTRUCTURE
from orgsim.random import MARKET, REORGANISATION, TRAITS, unit, words


@compiled
def appoint(firm, post, tables, means, traits):
    """Fill a post with a person drawn around mean cooperation, resistance, literacy, background."""
    attitudes = tables.people[tables.chief]
    firm.chief_cooperation[post] = draw_person(attitudes, means[0], traits[0])
    firm.chief_resistance[post] = draw_person(attitudes, means[1], traits[1])
    firm.chief_literacy[post] = draw_person(attitudes, means[2], traits[2])
    background = tables.people[tables.background]
    firm.chief_background[post] = draw_person(background, means[3], traits[3])


@compiled
def post_background(post, p):
    """Return the mean background of a post; that of the merged one leans to technology."""
    if post == CEO:
        return p.leadership_ceo_background
    if post == CMO:
        return p.leadership_cmo_background
    if post == INFRASTRUCTURE:
        return p.leadership_infrastructure_background
    return p.leadership_cio_background


@compiled
def house_mean(means, post):
    """Return a trait's mean in the department that a post rises from; else in both."""
    if post == CMO:
        return means[0]
    if post in (CIO, INFRASTRUCTURE):
        return means[1]
    return 0.5 * (means[0] + means[1])


@compiled
def hire_chief(firm, post, tables, source_word, hybrid_word, traits, p):
    """Fill a post from a consultancy, an agency, or the firm's own middle management."""
    source = unit(source_word)
    cooperation = p.leadership_market_cooperation
    resistance = p.leadership_market_resistance
    if source < p.leadership_consultancy_share:
        hybrids = p.leadership_consultancy_hybrids
    elif source < p.leadership_consultancy_share + p.leadership_agency_share:
        hybrids = p.leadership_agency_hybrids
    else:
        hybrids = p.leadership_insider_hybrids
        cooperation = house_mean(firm.mean_cooperation, post)
        resistance = house_mean(firm.mean_resistance, post)
    literacy = p.leadership_market_literacy
    background = post_background(post, p)
    if unit(hybrid_word) < p.leadership_hybrid_supply * hybrids:
        literacy = p.leadership_hybrid_literacy
        if post != CEO and post != INFRASTRUCTURE:
            background = p.leadership_hybrid_background
    means = (cooperation, resistance, literacy, background)
    appoint(firm, post, tables, means, traits)


@compiled
def designate_infrastructure_chief(firm, tables, key, t, p):
    """Find a technician with a grasp of strategy."""
    means = (
        p.leadership_market_cooperation,
        p.leadership_market_resistance,
        p.leadership_hybrid_literacy,
        p.leadership_infrastructure_background,
    )
    traits = words(key, firm.number, INFRASTRUCTURE, t, REORGANISATION, TRAITS)
    appoint(firm, INFRASTRUCTURE, tables, means, traits)


@compiled
def designate_holder(firm, tables, key, t, hype, p):
    """Choose the holder of the merged post: CIO, CMO, or a hybrid from outside if one is to be had.

    The post asks for literacy in both fields, and while hype lasts for
    technology, so the CIO tends to win under hype and either may without.
    """
    traits = words(key, firm.number, CMTO, t, REORGANISATION, TRAITS)
    market = words(key, firm.number, CMTO, t, REORGANISATION, MARKET)
    means = (
        p.leadership_market_cooperation,
        p.leadership_market_resistance,
        p.leadership_hybrid_literacy,
        p.leadership_hybrid_background,
    )
    appoint(firm, CMTO, tables, means, traits)
    outside = unit(market[1]) < p.leadership_hybrid_supply

    cio = firm.chief_literacy[CIO] + hype * firm.chief_background[CIO]
    cmo = firm.chief_literacy[CMO] + hype * firm.chief_background[CMO]
    best = max(cio, cmo)
    outsider = firm.chief_literacy[CMTO] + hype * firm.chief_background[CMTO]
    if not (outside and outsider > best):
        move(firm, CIO if cio >= cmo else CMO, CMTO)


@compiled
def move(firm, post, to):
    """Copy a person from one post to another."""
    firm.chief_cooperation[to] = firm.chief_cooperation[post]
    firm.chief_resistance[to] = firm.chief_resistance[post]
    firm.chief_literacy[to] = firm.chief_literacy[post]
    firm.chief_background[to] = firm.chief_background[post]
