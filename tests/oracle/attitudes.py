"""Step 3, resistance: docs/model.md 7.5."""

from __future__ import annotations

from collections.abc import Mapping

from oracle import primitives
from oracle.primitives import Number
from oracle.state import (
    CEO,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    DEPARTMENTS,
    INFRASTRUCTURE_CHIEF,
    MARKETING,
    SEPARATE,
    Chief,
    Firm,
    Person,
    clip,
)

Backgrounds = Mapping[int, float]
"""Technical background by post, of the posts that a structure has."""


def distance(firm: Firm, department: int, boss: float, his_boss: float, speaker: float) -> float:
    """Return dist_g(s1, s2, s_top)."""
    weight = firm.settings["resistance.chain_weight"]
    chain = (1 - weight) * abs(department - boss) + weight * abs(department - his_boss)
    lost_rank = abs(department - speaker) - abs(department - boss)
    return chain + firm.settings["resistance.rank_weight"] * lost_rank


def chain_of_command(structure: str, department: int, s: Backgrounds) -> tuple[float, float]:
    """Return the backgrounds of a department's boss and of his boss."""
    if structure == CMTO_STRUCTURE:
        return s[CMTO], s[CEO]
    if department == MARKETING:
        return s[CMO], s[CEO]
    if structure == SEPARATE:
        return s[CIO], s[CEO]
    if INFRASTRUCTURE_CHIEF in s:
        return s[CIO], s[INFRASTRUCTURE_CHIEF]
    return s[CIO], s[CMO]


def speaker(structure: str, department: int, s: Backgrounds) -> float:
    """Return the background of who speaks for a department among those who report to the CEO."""
    if structure == CMTO_STRUCTURE:
        return s[CMTO]
    if structure == SEPARATE and department != MARKETING:
        return s[CIO]
    return s[CMO]


def distances(firm: Firm, structure: str, backgrounds: Backgrounds) -> tuple[float, float]:
    """Return both departments' distances to their chains of command in a structure."""
    marketing, it = (
        distance(
            firm,
            g,
            *chain_of_command(structure, g, backgrounds),
            speaker(structure, g, backgrounds),
        )
        for g in DEPARTMENTS
    )
    return marketing, it


def backgrounds_in_force(firm: Firm) -> dict[int, float]:
    """Return the background of every chief in office."""
    return {post: chief.background for post, chief in firm.chiefs.items()}


def backgrounds_in_prospect(firm: Firm, target: str, designated: Chief) -> dict[int, float]:
    """Return the backgrounds by post as a reorganisation would leave them."""
    s = backgrounds_in_force(firm)
    if target == CMTO_STRUCTURE:
        s[CMTO] = designated.background
        return s
    if firm.structure == CMTO_STRUCTURE:
        s[CMO] = s[CMTO]
        s[CIO] = firm.settings["leadership.cio_background"]
    if firm.settings["reorganisation.infrastructure_chief"]:
        s[INFRASTRUCTURE_CHIEF] = designated.background
    return s


def distances_in_separate(firm: Firm) -> tuple[float, float]:
    """Return the distances under ``separate``, to which a separate firm is accustomed."""
    return distances(firm, SEPARATE, backgrounds_in_force(firm))


def threats_of(firm: Firm, structure: str, backgrounds: Backgrounds) -> tuple[float, float]:
    """Return threat_g of a structure for both departments; 0 without the mechanism."""
    if not firm.settings["mechanisms.status_threat"]:
        return 0.0, 0.0
    marketing, it = distances(firm, structure, backgrounds)
    return max(marketing - firm.accustomed[0], 0.0), max(it - firm.accustomed[1], 0.0)


def threats_of_target(firm: Firm, target: str, designated: Chief) -> tuple[float, float]:
    """Return threat_g of what a reorganisation aims at."""
    return threats_of(firm, target, backgrounds_in_prospect(firm, target, designated))


def threats(firm: Firm) -> tuple[float, float]:
    """Return threat_g of the structure in prospect, else of the one in force."""
    if firm.reorganisation is not None:
        return threats_of_target(firm, firm.reorganisation.target, firm.reorganisation.designated)
    return threats_of(firm, firm.structure, backgrounds_in_force(firm))


def threat_felt(firm: Firm, person: Person, threat: float) -> Number:
    """Return theta_i."""
    return firm.parameter("resistance.status_threat") * person.identity * firm.rounded(threat)


def boss_resistance(firm: Firm, department: int) -> float:
    """Return r_boss: of the CMO or CIO, or of the CMTO for both departments."""
    if firm.structure == CMTO_STRUCTURE:
        return firm.chiefs[CMTO].resistance
    return firm.chiefs[CMO if department == MARKETING else CIO].resistance


def contact_and_exit(firm: Firm, department: int, index: int, quarter: int) -> tuple[int, Number]:
    """Return how far on the colleague sits, and the coin of the exit; four share a draw."""
    staff = firm.staff[department]
    w = firm.words(primitives.CONTACT_AND_EXIT, staff[index // 4].agent, quarter, primitives.COINS)
    return primitives.split(w[index % 4], max(len(staff) - 1, 1))


def peer_resistance(
    firm: Firm, department: int, index: int, r: list[Number], quarter: int
) -> Number:
    """Return r_peer, the resistance of the colleague whom a person meets this quarter."""
    further = contact_and_exit(firm, department, index, quarter)[0]
    return r[(index + 1 + further) % len(r)]


def anchor(firm: Firm, person: Person) -> Number:
    """Return what a person's resistance would be without others."""
    ease = firm.parameter("resistance.comfort") * (person.cooperation - 0.5)
    return clip(person.disposition + person.threat_felt - ease)


def influenced(firm: Firm, person: Person, peer: Number, boss: float) -> Number:
    """Return r_i' under social influence (Friedkin and Johnsen)."""
    susceptibility = firm.parameter("resistance.susceptibility")
    chief_weight = firm.parameter("resistance.chief_weight")
    social = (1 - chief_weight) * peer + chief_weight * firm.rounded(boss)
    others = 0.5 * (person.resistance + social)
    return susceptibility * others + (1 - susceptibility) * anchor(firm, person)


def attitudes(firm: Firm, quarter: int) -> None:
    """Step 3: threat is felt and resistance moves, everyone's at once."""
    if firm.structure == SEPARATE:
        firm.accustomed = distances_in_separate(firm)
    threat = threats(firm)
    for g in DEPARTMENTS:
        before = [person.resistance for person in firm.staff[g]]
        boss = boss_resistance(firm, g)
        for index, person in enumerate(firm.staff[g]):
            person.threat_felt = threat_felt(firm, person, threat[g])
            if firm.settings["mechanisms.social_influence"]:
                peer = peer_resistance(firm, g, index, before, quarter)
                person.resistance = influenced(firm, person, peer, boss)
            else:
                person.resistance = anchor(firm, person)
