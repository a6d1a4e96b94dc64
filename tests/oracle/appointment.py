"""Draws of people: docs/model.md 7.1 (distributions), 7.2, 7.9 and 7.10 (who is hired)."""

from __future__ import annotations

import numpy as np

from oracle.state import (
    CEO,
    CIO,
    CMO,
    CMTO,
    INFRASTRUCTURE_CHIEF,
    MARKETING,
    Chief,
    Firm,
    Person,
)
from orgsim.draws import (
    CONTACT,
    COOPERATION,
    DISPOSITION,
    IDENTITY,
    LITERACY,
    Tables,
    draw_person,
)
from orgsim.random import unit

CONSULTANCY, AGENCY, MIDDLE_MANAGEMENT = "consultancy", "agency", "insider"


def staff_trait(tables: Tables, trait: int, department: int, mean: float, word: np.uint64) -> float:
    """Return P[trait, g](mean, w)."""
    return float(draw_person(tables.people[tables.trait[trait, department]], float(mean), word))


def chief_from(
    tables: Tables,
    words: tuple[np.uint64, ...],
    cooperation: float,
    resistance: float,
    literacy: float,
    background: float,
) -> Chief:
    """Return a chief with traits by C, C, C, B at the means given."""
    attitudes = tables.people[tables.chief]
    backgrounds = tables.people[tables.background]
    return Chief(
        cooperation=float(draw_person(attitudes, float(cooperation), words[0])),
        resistance=float(draw_person(attitudes, float(resistance), words[1])),
        literacy=float(draw_person(attitudes, float(literacy), words[2])),
        background=float(draw_person(backgrounds, float(background), words[3])),
    )


def person_from(
    tables: Tables,
    department: int,
    agent: int,
    words: tuple[np.uint64, ...],
    contact_word: np.uint64,
    cooperation: float,
    disposition: float,
    literacy: float,
    identity: float,
    contact_propensity: float,
) -> Person:
    """Return a member of staff with traits around the means given; resistance is disposition."""
    d = staff_trait(tables, DISPOSITION, department, disposition, words[1])
    return Person(
        agent=agent,
        cooperation=staff_trait(tables, COOPERATION, department, cooperation, words[0]),
        disposition=d,
        literacy=staff_trait(tables, LITERACY, department, literacy, words[2]),
        identity=staff_trait(tables, IDENTITY, department, identity, words[3]),
        contact_propensity=staff_trait(
            tables, CONTACT, department, contact_propensity, contact_word
        ),
        resistance=d,
    )


def source_of_chief(firm: Firm, word: np.uint64) -> str:
    """Return where a new chief comes from: docs/model.md 7.10."""
    p = firm.settings
    u = unit(word)
    if u < p["leadership.consultancy_share"]:
        return CONSULTANCY
    if u < p["leadership.consultancy_share"] + p["leadership.agency_share"]:
        return AGENCY
    return MIDDLE_MANAGEMENT


def is_hybrid_chief(firm: Firm, source: str, word: np.uint64) -> bool:
    """Tell whether a new chief from a source is a hybrid: docs/model.md 7.10."""
    p = firm.settings
    return unit(word) < p["leadership.hybrid_supply"] * p[f"leadership.{source}_hybrids"]


def attitudes_of_source(firm: Firm, post: int, source: str) -> tuple[float, float]:
    """Return mean cooperation and resistance of a new chief: docs/model.md 7.10, first row."""
    p = firm.settings
    if source != MIDDLE_MANAGEMENT:
        return p["leadership.market_cooperation"], p["leadership.market_resistance"]
    marketing, it = firm.means
    if post == CMO:
        return marketing.cooperation, marketing.resistance
    if post in (CIO, INFRASTRUCTURE_CHIEF):
        return it.cooperation, it.resistance
    return (
        0.5 * (marketing.cooperation + it.cooperation),
        0.5 * (marketing.resistance + it.resistance),
    )


def background_of_post(firm: Firm, post: int, hybrid: bool) -> float:
    """Return the mean background of a new chief: docs/model.md 7.10, last row."""
    p = firm.settings
    if post == CEO:
        return p["leadership.ceo_background"]
    if post == INFRASTRUCTURE_CHIEF:
        return p["leadership.infrastructure_background"]
    if hybrid:
        return p["leadership.hybrid_background"]
    if post == CMO:
        return p["leadership.cmo_background"]
    return p["leadership.cio_background"]  # of the CIO, and of a CMTO


def hired_chief(
    firm: Firm,
    post: int,
    source_word: np.uint64,
    hybrid_word: np.uint64,
    trait_words: tuple[np.uint64, ...],
) -> Chief:
    """Return a new chief, as in a succession: docs/model.md 7.10."""
    p = firm.settings
    source = source_of_chief(firm, source_word)
    hybrid = is_hybrid_chief(firm, source, hybrid_word)
    cooperation, resistance = attitudes_of_source(firm, post, source)
    literacy = p["leadership.hybrid_literacy"] if hybrid else p["leadership.market_literacy"]
    background = background_of_post(firm, post, hybrid)
    return chief_from(firm.tables, trait_words, cooperation, resistance, literacy, background)


def install(firm: Firm, post: int, chief: Chief) -> None:
    """Put a hired chief into office; a new CMO starts with the authority drawn for the firm."""
    firm.chiefs[post] = chief
    if post == CMO:
        firm.authority = firm.drawn["capability.initial_authority"][MARKETING]


def leader_background(firm: Firm) -> float:
    """Return the background s that allots effort in the structure in force: docs/model.md 7.8."""
    if firm.structure == "cemo":
        return firm.chiefs[CMO].background
    if firm.structure == "cmto":
        return firm.chiefs[CMTO].background
    return 0.5 * (firm.chiefs[CMO].background + firm.chiefs[CIO].background)
