"""Step 3: resistance, moved by colleagues, chiefs and threatened status.

Social influence follows Friedkin and Johnsen (1990, Journal of Mathematical
Sociology 15) in the gossip form of Ravazzi, Frasca, Tempo and Ishii (2015, IEEE
Transactions on Control of Network Systems 2). The threat follows one rule for
all structures: how far the chain of command, and whoever speaks for the
department at the top, is from one's own profession.
"""

from __future__ import annotations

import numpy as np

from orgsim.model.draws import COINS, CONTACT_AND_EXIT
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
from orgsim.numerics.elementary import HALF, ONE, clip, single
from orgsim.numerics.jit import merged, rule
from orgsim.numerics.philox import draw_picks


@rule
def distance(department, boss, above, top, p):
    """Distance of a department to its chain of command, by technical background.

    The professions stand at 0 (marketing) and 1 (IT).

    Parameters
    ----------
    boss, above : float
        The boss, and the boss's boss.
    top : float
        Who speaks for the department among those that report to the CEO. Where that is not the
        boss, the department has lost its seat there, and feels it by rank.
    """
    weight = p.resistance_chain_weight
    chain = (1.0 - weight) * abs(department - boss) + weight * abs(department - above)
    return chain + p.resistance_rank_weight * (abs(department - top) - abs(department - boss))


@rule
def chain_distance(firms, lane, department, structure, p):
    """Distance of a department to its chain of command under a structure.

    The structure may be only in prospect: a CEMO proposed in a CMTO firm would
    have the CMTO as CMO and a typical CIO.
    """
    background = firms.chief_background
    ceo = background[CEO, lane]
    if structure == CMTO_STRUCTURE:
        both = background[CMTO, lane]
        return distance(department, both, ceo, both, p)
    cmo = background[CMO, lane]
    cio = background[CIO, lane]
    if firms.structure[lane] == CMTO_STRUCTURE:
        cmo = background[CMTO, lane]
        cio = p.leadership_cio_background
    if department == 0:
        return distance(0.0, cmo, ceo, cmo, p)
    if structure == SEPARATE:
        return distance(1.0, cio, ceo, cio, p)
    if p.reorganisation_infrastructure_chief:
        return distance(1.0, cio, background[INFRASTRUCTURE, lane], cmo, p)
    return distance(1.0, cio, cmo, cmo, p)


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
def remember_resistance(staff, seen):
    """Keep resistance as it is at the start of the quarter, for colleagues to see."""
    for i in range(staff.size):
        person = staff[i]
        place = i * person.resistance.size
        for lane in range(person.resistance.size):
            seen.resistance[place + lane] = person.resistance[lane]


@merged
def meet_colleague(seen, rows, k, first, size, i):
    """Look up the resistance, at the start of the quarter, of one colleague of person i.

    Colleagues are counted on from person i, and round to the department's first; so the
    only member of a department meets the own value.
    """
    next_one = np.uint32(i + 1)
    beyond = np.uint32(first + size)
    around = np.uint32(size)
    lanes = np.uint32(rows.number.size)
    for lane in range(rows.number.size):
        colleague = np.uint32(next_one + rows.picks[k, lane])
        colleague = np.uint32(colleague - around) if colleague >= beyond else colleague
        rows.place[lane] = colleague * lanes + np.uint32(lane)
    for lane in range(rows.number.size):
        rows.colleague[k, lane] = seen.resistance[rows.place[lane]]


@rule
def feel_threat(person, coins, gain, p):
    """Set a person's status threat, and the coin that decides later who leaves over it."""
    phi = single(p.resistance_status_threat)
    for lane in range(gain.size):
        person.exit_coin[lane] = coins[lane]
        person.threat[lane] = phi * person.identity[lane] * gain[lane]


@rule
def adjust_resistance(person, colleague, boss, p):
    """Move resistance half way to what colleague and boss think, held back by the anchor."""
    sigma = single(p.resistance_susceptibility)
    chief_weight = single(p.resistance_chief_weight)
    comfort = single(p.resistance_comfort)
    social_influence = p.mechanisms_social_influence
    for lane in range(boss.size):
        own = person.resistance[lane]
        ease = comfort * (person.cooperation[lane] - HALF)
        anchor = clip(person.disposition[lane] + person.threat[lane] - ease)
        social = (ONE - chief_weight) * colleague[lane] + chief_weight * boss[lane]
        moved = sigma * (HALF * (own + social)) + (ONE - sigma) * anchor
        person.resistance[lane] = moved if social_influence else anchor


@rule
def change_attitudes(staff, seen, firms, rows, key, t, p):
    """Let every person feel the threat, meet one colleague, and adjust resistance.

    Four neighbours share the four words of one draw: a word picks the colleague, and what it
    leaves over is the coin of the exit.
    """
    n_marketing = p.firm_marketing_staff
    remember_resistance(staff, seen)
    boss = rows.from_firm[0]
    gain = rows.from_firm[1]
    for g in range(2):
        first = g * n_marketing
        size = n_marketing if g == 0 else staff.size - n_marketing
        for lane in range(boss.size):
            boss[lane] = boss_resistance(firms, lane, g)
            gain[lane] = firms.distance_gain[g, lane]
        for i in range(size):
            k = i % 4
            if k == 0:
                shared = agent_number(first + i // 4, n_marketing)
                colleagues = max(size - 1, 1)
                draw_picks(
                    rows.picks, rows.coins, key, firms.number, shared, t, CONTACT_AND_EXIT, COINS,
                    colleagues,
                )  # fmt: skip
            person = staff[first + i]
            meet_colleague(seen, rows, k, first, size, first + i)
            feel_threat(person, rows.coins[k], gain, p)
            adjust_resistance(person, rows.colleague[k], boss, p)
