"""How a firm begins: docs/model.md 7.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from oracle import primitives
from oracle.appointment import chief_from, person_from
from oracle.attitudes import distances_in_separate
from oracle.environment import hype
from oracle.observation import department_means
from oracle.primitives import Key, Number
from oracle.reorganisation import infrastructure_chief_to_be, merged_post_holder
from oracle.state import (
    CEMO_STRUCTURE,
    CEO,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    DEPARTMENTS,
    INFRASTRUCTURE_CHIEF,
    IT,
    MARKETING,
    Chief,
    Firm,
    Person,
    agent_number,
    post_number,
)

Drawn = dict[str, tuple[float, float]]


def draw_sector(tables: Any, key: Key, number: int) -> int:
    """Return the first sector whose cumulative share exceeds the draw."""
    u = primitives.unit(primitives.words(key, number, primitives.SECTOR, 0, 0, primitives.COINS)[0])
    sector = 0
    while not tables.sector_shares[sector] > u:
        sector += 1
    return sector


def draw_quantities(tables: Any, key: Key, number: int, sector: int) -> Drawn:
    """Return the values of every firm-level quantity for marketing and IT."""
    drawn = {}
    for path, stream in primitives.STREAMS.items():
        words = primitives.words(key, number, primitives.FIRM_QUANTITY, 0, 0, stream)
        drawn[path] = primitives.draw_quantity(tables, sector, path, words)
    return drawn


def draw_staff(
    tables: Any,
    key: Key,
    number: int,
    drawn: Drawn,
    department: int,
    size: int,
    precision: type[Number],
) -> list[Person]:
    """Return the staff of a department at the start."""
    staff = []
    for index in range(size):
        agent = agent_number(department, index)
        words = {
            draw: primitives.words(key, number, primitives.STAFF_TRAITS, agent, 0, draw)
            for draw in (primitives.TRAITS, primitives.MARKET)
        }
        person = person_from(
            tables,
            department,
            agent,
            words,
            *(drawn[path][department] for path in primitives.PERSON_MEANS),
            precision,
        )
        staff.append(person)
    return staff


def draw_first_chief(
    settings: Mapping[str, Any],
    tables: Any,
    key: Key,
    number: int,
    drawn: Drawn,
    post: int,
    precision: type[Number],
) -> Chief:
    """Return the CEO, CMO or CIO at the start."""
    means = []
    for path in ("cooperation.initial", "resistance.initial", "competence.initial_literacy"):
        marketing, it = drawn[path]
        means.append({CEO: 0.5 * (marketing + it), CMO: marketing, CIO: it}[post])
    background = {CEO: "ceo_background", CMO: "cmo_background", CIO: "cio_background"}[post]
    agent = post_number(post)
    words = primitives.words(key, number, primitives.CHIEF_TRAITS, agent, 0, primitives.TRAITS)
    return chief_from(tables, words, *means, settings[f"leadership.{background}"], precision)


def force_structure(firm: Firm) -> None:
    """Let the firm start in another structure than separate: docs/model.md 7.2, last but one."""
    structure = firm.settings["firm.structure"]
    if structure == CEMO_STRUCTURE:
        if firm.settings["reorganisation.infrastructure_chief"]:
            firm.chiefs[INFRASTRUCTURE_CHIEF] = infrastructure_chief_to_be(firm, 0)
    elif structure == CMTO_STRUCTURE:
        holder = merged_post_holder(firm, 0, hype(firm.settings, 0))
        firm.chiefs = {CEO: firm.chiefs[CEO], CMTO: holder}
    else:
        return
    firm.structure = structure
    firm.willing = 1.0


def new_firm(
    settings: Mapping[str, Any],
    tables: Any,
    *,
    seed: int,
    number: int,
    point: int = 0,
    two_sided: bool = False,
    precision: type[Number] = np.float32,
) -> Firm:
    """Return a firm as it stands before its first quarter."""
    key = (np.uint64(seed), np.uint64(point))
    sector = draw_sector(tables, key, number)
    drawn = draw_quantities(tables, key, number, sector)
    sizes = (settings["firm.marketing_staff"], settings["firm.it_staff"])
    firm = Firm(
        settings=settings,
        tables=tables,
        key=key,
        number=number,
        two_sided=two_sided,
        precision=precision,
        sector=sector,
        drawn=drawn,
        staff=(
            draw_staff(tables, key, number, drawn, MARKETING, sizes[MARKETING], precision),
            draw_staff(tables, key, number, drawn, IT, sizes[IT], precision),
        ),
        chiefs={
            post: draw_first_chief(settings, tables, key, number, drawn, post, precision)
            for post in (CEO, CMO, CIO)
        },
        exposure=drawn["firm.digital_exposure"][MARKETING],
        attention=drawn["firm.attention"][MARKETING],
        commitment=drawn["leadership.commitment"][MARKETING],
        capability=drawn["capability.initial"][MARKETING],
        authority=drawn["capability.initial_authority"][MARKETING],
        clock=settings["reorganisation.initial_age"],
    )
    firm.accustomed = distances_in_separate(firm)
    force_structure(firm)
    firm.means = tuple(department_means(firm.staff[g]) for g in DEPARTMENTS)
    return firm
