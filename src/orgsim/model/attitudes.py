"""Step 3: resistance, moved by colleagues, chiefs and threatened status.

Social influence follows Friedkin and Johnsen (1990, Journal of Mathematical
Sociology 15) in the gossip form of Ravazzi, Frasca, Tempo and Ishii (2015, IEEE
Transactions on Control of Network Systems 2). The threat follows one rule for
all structures: how far the chain of command is from one's own profession.
"""

from __future__ import annotations

import numpy as np

from orgsim.elementary import clip
from orgsim.jit import rule
from orgsim.model.state import (
    CEO,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    INFRASTRUCTURE,
    NO_TARGET,
    SEPARATE,
    agent_number,
)
from orgsim.random import COINS, CONTACT_AND_EXIT, draw_words, pick, unit


@rule
def distance(department, boss, above, weight):
    """Distance of a department to its boss and the boss's boss, by technical background.

    The professions stand at 0 (marketing) and 1 (IT).
    """
    return (1.0 - weight) * abs(department - boss) + weight * abs(department - above)


@rule
def chain_distance(firms, lane, department, structure, p):
    """Distance of a department to its chain of command under a structure.

    The structure may be only in prospect: a CEMO proposed in a CMTO firm would
    have the CMTO as CMO and a typical CIO.
    """
    weight = p.resistance_chain_weight
    background = firms.chief_background[:, lane]
    if structure == CMTO_STRUCTURE:
        return distance(department, background[CMTO], background[CEO], weight)
    cmo = background[CMO]
    cio = background[CIO]
    if firms.structure[lane] == CMTO_STRUCTURE:
        cmo = background[CMTO]
        cio = p.leadership_cio_background
    if department == 0:
        return distance(0.0, cmo, background[CEO], weight)
    if structure == SEPARATE:
        return distance(1.0, cio, background[CEO], weight)
    if p.reorganisation_infrastructure_chief:
        return distance(1.0, cio, background[INFRASTRUCTURE], weight)
    return distance(1.0, cio, cmo, weight)


@rule
def distance_gain(firms, lane, department, structure, p):
    """How much farther than accustomed the chain of command is under a structure, at least 0."""
    if not p.mechanisms_status_threat:
        return 0.0
    there = chain_distance(firms, lane, department, structure, p)
    return max(there - firms.accustomed[department, lane], 0.0)


@rule
def assess_chain_of_command(firms, p):
    """Update what departments are accustomed to and what they have to fear.

    A reorganisation that is only proposed already threatens.
    """
    for lane in range(firms.number.size):
        structure = firms.structure[lane]
        target = firms.target[lane]
        prospect = structure if target == NO_TARGET else target
        for g in range(2):
            if structure == SEPARATE:
                firms.accustomed[g, lane] = chain_distance(firms, lane, g, SEPARATE, p)
            firms.distance_gain[g, lane] = distance_gain(firms, lane, g, prospect, p)


@rule
def boss_resistance(firms, lane, department):
    """Return the resistance of a department's chief."""
    if firms.structure[lane] == CMTO_STRUCTURE:
        return firms.chief_resistance[CMTO, lane]
    return firms.chief_resistance[CMO + department, lane]


@rule
def remember_resistance(staff):
    """Keep resistance as it is at the start of the quarter, for colleagues to read."""
    for i in range(staff.size):
        person = staff[i]
        for lane in range(person.resistance.size):
            person.resistance_before[lane] = person.resistance[lane]


@rule
def meet_colleagues(staff, rows, word, first, size, i):
    """Look up the resistance, at the start of the quarter, of one colleague of person i.

    A department of one has no colleague: the person's own value stands in.
    """
    others = size - 1
    start = np.uint64(first)
    own = np.uint64(i)
    for lane in range(rows.colleague.size):
        colleague = start + pick(rows.words[word, lane], others)
        colleague += np.uint64(1 if colleague >= own and others > 0 else 0)
        rows.colleague[lane] = staff[colleague].resistance_before[lane]


@rule
def feel_threat(person, rows, word, gain, p):
    """Set a person's status threat, and the draw that decides later who leaves over it."""
    phi = p.resistance_status_threat
    for lane in range(person.threat.size):
        person.exit_draw[lane] = unit(rows.words[word, lane])
        person.threat[lane] = phi * person.identity[lane] * gain[lane]


@rule
def adjust_resistance(person, rows, boss, p):
    """Move resistance half way to what colleague and boss think, held back by the anchor."""
    sigma = p.resistance_susceptibility
    chief_weight = p.resistance_chief_weight
    comfort = p.resistance_comfort
    social_influence = p.mechanisms_social_influence
    for lane in range(boss.size):
        own = person.resistance[lane]
        ease = comfort * (person.cooperation[lane] - 0.5)
        anchor = clip(person.disposition[lane] + person.threat[lane] - ease)
        social = (1.0 - chief_weight) * rows.colleague[lane] + chief_weight * boss[lane]
        moved = sigma * (0.5 * (own + social)) + (1.0 - sigma) * anchor
        person.resistance[lane] = moved if social_influence else anchor


@rule
def change_attitudes(staff, firms, rows, key, t, p):
    """Let every person feel the threat, meet one colleague, and adjust resistance.

    Two neighbours share the four words of one draw.
    """
    n_marketing = p.firm_marketing_staff
    remember_resistance(staff)
    for g in range(2):
        first = g * n_marketing
        size = n_marketing if g == 0 else staff.size - n_marketing
        boss = rows.by_department[g]
        for lane in range(boss.size):
            boss[lane] = boss_resistance(firms, lane, g)
        for k in range(size):
            neighbour = k % 2
            if neighbour == 0:
                pair = agent_number(first + k // 2, n_marketing)
                draw_words(rows.words, key, firms.number, pair, t, CONTACT_AND_EXIT, COINS)
            person = staff[first + k]
            meet_colleagues(staff, rows, 2 * neighbour, first, size, first + k)
            feel_threat(person, rows, 2 * neighbour + 1, firms.distance_gain[g], p)
            adjust_resistance(person, rows, boss, p)
