"""Who gets a post: traits of a new chief, and the choice of the holder of the merged one.

The article names consultancies, agencies and middle management as the places
where strategists are found, and calls the all-rounder scarce.
"""

from __future__ import annotations

from orgsim.model.draws import MARKET, REORGANISATION, TRAITS
from orgsim.model.state import CEO, CIO, CMO, CMTO, INFRASTRUCTURE
from orgsim.numerics.elementary import single
from orgsim.numerics.inverse_cdf import draw_person
from orgsim.numerics.jit import rule
from orgsim.numerics.philox import unit, words


@rule
def appoint(firms, lane, post, tables, means, traits):
    """Fill a post with a person drawn around mean cooperation, resistance, literacy, background."""
    people = tables.people
    firms.chief_cooperation[post, lane] = draw_person(
        people, tables.chief, single(means[0]), traits[0]
    )
    firms.chief_resistance[post, lane] = draw_person(
        people, tables.chief, single(means[1]), traits[1]
    )
    firms.chief_literacy[post, lane] = draw_person(
        people, tables.chief, single(means[2]), traits[2]
    )
    firms.chief_background[post, lane] = draw_person(
        people, tables.background, single(means[3]), traits[3]
    )


@rule
def post_background(post, p):
    """Return the mean background of a post; that of the merged one leans to technology."""
    if post == CEO:
        return p.leadership_ceo_background
    if post == CMO:
        return p.leadership_cmo_background
    if post == INFRASTRUCTURE:
        return p.leadership_infrastructure_background
    return p.leadership_cio_background


@rule
def house_mean(means, lane, post):
    """Return a trait's mean in the department that a post rises from; else in both."""
    if post == CMO:
        return means[0, lane]
    if post in (CIO, INFRASTRUCTURE):
        return means[1, lane]
    return 0.5 * (means[0, lane] + means[1, lane])


@rule
def market_mean(values, post):
    """Return the labour market's mean of a trait for a post: of its department, else of both.

    ``values`` are those of marketing and IT.
    """
    if post == CMO:
        return values[0]
    if post in (CIO, INFRASTRUCTURE):
        return values[1]
    return 0.5 * (values[0] + values[1])


@rule
def hire_chief(firms, lane, post, tables, source_word, hybrid_word, traits, p):
    """Fill a post from a consultancy, an agency, or the firm's own middle management."""
    source = unit(source_word)
    cooperation = market_mean(p.leadership_market_cooperation, post)
    resistance = market_mean(p.leadership_market_resistance, post)
    if source < p.leadership_consultancy_share:
        hybrids = p.leadership_consultancy_hybrids
    elif source < p.leadership_consultancy_share + p.leadership_agency_share:
        hybrids = p.leadership_agency_hybrids
    else:
        hybrids = p.leadership_insider_hybrids
        cooperation = house_mean(firms.mean_cooperation, lane, post)
        resistance = house_mean(firms.mean_resistance, lane, post)
    literacy = market_mean(p.leadership_market_literacy, post)
    background = post_background(post, p)
    if unit(hybrid_word) < p.leadership_hybrid_supply * hybrids:
        literacy = p.leadership_hybrid_literacy
        if post != CEO and post != INFRASTRUCTURE:
            background = p.leadership_hybrid_background
    if post == INFRASTRUCTURE and p.mechanisms_working_infrastructure_chief:
        literacy = p.leadership_hybrid_literacy
    means = (cooperation, resistance, literacy, background)
    appoint(firms, lane, post, tables, means, traits)


@rule
def designate_infrastructure_chief(firms, lane, tables, key, t, p):
    """Find a technician with a grasp of strategy."""
    means = (
        market_mean(p.leadership_market_cooperation, INFRASTRUCTURE),
        market_mean(p.leadership_market_resistance, INFRASTRUCTURE),
        p.leadership_hybrid_literacy,
        p.leadership_infrastructure_background,
    )
    traits = words(key, firms.number[lane], INFRASTRUCTURE, t, REORGANISATION, TRAITS)
    appoint(firms, lane, INFRASTRUCTURE, tables, means, traits)


@rule
def designate_holder(firms, lane, tables, key, t, hype, p):
    """Choose the holder of the merged post: CIO, CMO, or a hybrid from outside if one is to be had.

    The post asks for literacy in both fields, and while hype lasts for
    technology, so the CIO tends to win under hype and either may without.
    """
    traits = words(key, firms.number[lane], CMTO, t, REORGANISATION, TRAITS)
    market = words(key, firms.number[lane], CMTO, t, REORGANISATION, MARKET)
    means = (
        market_mean(p.leadership_market_cooperation, CMTO),
        market_mean(p.leadership_market_resistance, CMTO),
        p.leadership_hybrid_literacy,
        p.leadership_hybrid_background,
    )
    appoint(firms, lane, CMTO, tables, means, traits)
    outside = unit(market[1]) < p.leadership_hybrid_supply

    cio = firms.chief_literacy[CIO, lane] + hype * firms.chief_background[CIO, lane]
    cmo = firms.chief_literacy[CMO, lane] + hype * firms.chief_background[CMO, lane]
    best = max(cio, cmo)
    outsider = firms.chief_literacy[CMTO, lane] + hype * firms.chief_background[CMTO, lane]
    if not (outside and outsider > best):
        move(firms, lane, CIO if cio >= cmo else CMO, CMTO)


@rule
def move(firms, lane, post, to):
    """Copy a person from one post to another."""
    firms.chief_cooperation[to, lane] = firms.chief_cooperation[post, lane]
    firms.chief_resistance[to, lane] = firms.chief_resistance[post, lane]
    firms.chief_literacy[to, lane] = firms.chief_literacy[post, lane]
    firms.chief_background[to, lane] = firms.chief_background[post, lane]
