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
    Number,
    Person,
)
from orgsim.model.draws import CONTACT, COOPERATION, DISPOSITION, IDENTITY, LITERACY
from orgsim.model.tables import Tables
from orgsim.numerics.philox import unit

CONSULTANCY, AGENCY, MIDDLE_MANAGEMENT = "consultancy", "agency", "insider"


def trait_around(
    tables: Tables, row: int, mean: float, word: np.uint64, precision: type[Number]
) -> Number:
    """Return a draw from Beta(mean, concentration): docs/model.md 7.1."""
    table = tables.people[row].astype(precision)
    z = precision(mean) * 32
    m = min(int(z), 31)
    cell, f = int(word) >> 23, (int(word) % 2**23) * 2.0**-23
    low, high = (table[i, cell] + f * (table[i, cell + 1] - table[i, cell]) for i in (m, m + 1))
    return low + (z - m) * (high - low)


def staff_trait(
    tables: Tables,
    trait: int,
    department: int,
    mean: float,
    word: np.uint64,
    precision: type[Number],
) -> Number:
    """Return P[trait, g](mean, w)."""
    return trait_around(tables, tables.trait[trait, department], mean, word, precision)


def chief_from(
    tables: Tables,
    words: tuple[np.uint64, ...],
    cooperation: float,
    resistance: float,
    literacy: float,
    background: float,
    precision: type[Number],
) -> Chief:
    """Return a chief with traits by C, C, C, B at the means given."""
    return Chief(
        cooperation=float(trait_around(tables, tables.chief, cooperation, words[0], precision)),
        resistance=float(trait_around(tables, tables.chief, resistance, words[1], precision)),
        literacy=float(trait_around(tables, tables.chief, literacy, words[2], precision)),
        background=float(trait_around(tables, tables.background, background, words[3], precision)),
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
    precision: type[Number],
) -> Person:
    """Return a member of staff with traits around the means given; resistance is disposition."""
    d = staff_trait(tables, DISPOSITION, department, disposition, words[1], precision)
    return Person(
        agent=agent,
        cooperation=staff_trait(tables, COOPERATION, department, cooperation, words[0], precision),
        disposition=d,
        literacy=staff_trait(tables, LITERACY, department, literacy, words[2], precision),
        identity=staff_trait(tables, IDENTITY, department, identity, words[3], precision),
        contact_propensity=staff_trait(
            tables, CONTACT, department, contact_propensity, contact_word, precision
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
    return chief_from(
        firm.tables, trait_words, cooperation, resistance, literacy, background, firm.precision
    )


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
