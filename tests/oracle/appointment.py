"""Draws of people: docs/model.md 7.1 (distributions), 7.2, 7.9 and 7.10 (who is hired)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oracle import primitives
from oracle.primitives import (
    CONTACT,
    COOPERATION,
    DISPOSITION,
    IDENTITY,
    LITERACY,
    Number,
    Word,
)
from oracle.state import CEO, CIO, CMO, CMTO, INFRASTRUCTURE_CHIEF, Chief, Firm, Person

CONSULTANCY, AGENCY, MIDDLE_MANAGEMENT = "consultancy", "agency", "insider"


def staff_trait(
    tables: Any,
    trait: int,
    department: int,
    mean: float,
    word: Word,
    precision: type[Number],
) -> Number:
    """Return person[trait, g](mean, w)."""
    nodes = primitives.person_table(tables, trait, department)
    return primitives.draw_trait(nodes, mean, word, precision)


def chief_from(
    tables: Any,
    words: tuple[Word, ...],
    cooperation: float,
    resistance: float,
    literacy: float,
    background: float,
    precision: type[Number],
) -> Chief:
    """Return a chief drawn at the means given."""
    attitudes = primitives.chief_table(tables)
    backgrounds = primitives.background_table(tables)
    return Chief(
        cooperation=float(primitives.draw_trait(attitudes, cooperation, words[0], precision)),
        resistance=float(primitives.draw_trait(attitudes, resistance, words[1], precision)),
        literacy=float(primitives.draw_trait(attitudes, literacy, words[2], precision)),
        background=float(primitives.draw_trait(backgrounds, background, words[3], precision)),
    )


def person_from(
    tables: Any,
    department: int,
    agent: int,
    words: Mapping[int, tuple[Word, ...]],
    cooperation: float,
    disposition: float,
    literacy: float,
    identity: float,
    contact_propensity: float,
    precision: type[Number],
) -> Person:
    """Return a member of staff with traits around the means given, by the words of each draw."""

    def drawn(trait: int, mean: float) -> Number:
        draw, number = primitives.PERSON_WORDS[trait]
        return staff_trait(tables, trait, department, mean, words[draw][number], precision)

    d = drawn(DISPOSITION, disposition)
    return Person(
        agent=agent,
        cooperation=drawn(COOPERATION, cooperation),
        disposition=d,
        literacy=drawn(LITERACY, literacy),
        identity=drawn(IDENTITY, identity),
        contact_propensity=drawn(CONTACT, contact_propensity),
        resistance=d,
    )


def source_of_chief(firm: Firm, word: Word) -> str:
    """Return where a new chief comes from: docs/model.md 7.10."""
    p = firm.settings
    u = primitives.unit(word)
    if u < p["leadership.consultancy_share"]:
        return CONSULTANCY
    if u < p["leadership.consultancy_share"] + p["leadership.agency_share"]:
        return AGENCY
    return MIDDLE_MANAGEMENT


def is_hybrid_chief(firm: Firm, source: str, word: Word) -> bool:
    """Tell whether a new chief from a source is a hybrid: docs/model.md 7.10."""
    p = firm.settings
    return primitives.unit(word) < p["leadership.hybrid_supply"] * p[f"leadership.{source}_hybrids"]


def by_department(value: Any) -> tuple[float, float]:
    """Return what a setting is for marketing and for IT."""
    return (value["marketing"], value["it"]) if isinstance(value, Mapping) else (value, value)


def market(firm: Firm, trait: str, post: int) -> float:
    """Return the labour market's mean of a trait for a post: docs/model.md 7.10."""
    marketing, it = by_department(firm.settings[f"leadership.market_{trait}"])
    if post == CMO:
        return marketing
    if post in (CIO, INFRASTRUCTURE_CHIEF):
        return it
    return 0.5 * (marketing + it)


def attitudes_of_source(firm: Firm, post: int, source: str) -> tuple[float, float]:
    """Return mean cooperation and resistance of a new chief: docs/model.md 7.10, first row."""
    if source != MIDDLE_MANAGEMENT:
        return market(firm, "cooperation", post), market(firm, "resistance", post)
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
    source_word: Word,
    hybrid_word: Word,
    trait_words: tuple[Word, ...],
) -> Chief:
    """Return a new chief, as in a succession: docs/model.md 7.10."""
    p = firm.settings
    source = source_of_chief(firm, source_word)
    hybrid = is_hybrid_chief(firm, source, hybrid_word)
    cooperation, resistance = attitudes_of_source(firm, post, source)
    literacy = p["leadership.hybrid_literacy"] if hybrid else market(firm, "literacy", post)
    if post == INFRASTRUCTURE_CHIEF and p["mechanisms.working_infrastructure_chief"]:
        literacy = p["leadership.hybrid_literacy"]
    background = background_of_post(firm, post, hybrid)
    return chief_from(
        firm.tables, trait_words, cooperation, resistance, literacy, background, firm.precision
    )


def install(firm: Firm, post: int, chief: Chief) -> None:
    """Put a hired chief into office; a new CMO starts with the authority drawn for the firm."""
    firm.chiefs[post] = chief
    if post == CMO:
        firm.authority = firm.quantity("capability.initial_authority")


def leader_background(firm: Firm) -> float:
    """Return the background s that allots effort in the structure in force: docs/model.md 7.8."""
    if firm.structure == "cemo":
        cmo = firm.chiefs[CMO].background
        works = firm.settings["mechanisms.working_infrastructure_chief"]
        if not works or INFRASTRUCTURE_CHIEF not in firm.chiefs:
            return cmo
        weight = firm.settings["resistance.chain_weight"]
        return (1 - weight) * cmo + weight * firm.chiefs[INFRASTRUCTURE_CHIEF].background
    if firm.structure == "cmto":
        return firm.chiefs[CMTO].background
    return 0.5 * (firm.chiefs[CMO].background + firm.chiefs[CIO].background)
