"""Step 3: resistance, moved by colleagues, chiefs and threatened status.

Social influence follows Friedkin and Johnsen (1990, Journal of Mathematical
Sociology 15) in the gossip form of Ravazzi, Frasca, Tempo and Ishii (2015, IEEE
Transactions on Control of Network Systems 2). The threat follows one rule for
all structures: how far the chain of command is from one's own profession.
"""

from __future__ import annotations

from orgsim.elementary import clip
from orgsim.jit import compiled
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
    department_of,
)
from orgsim.random import COINS, CONTACT_AND_EXIT, draw_words, pick, unit


@compiled
def distance(department, boss, above, weight):
    """Distance of a department to its boss and the boss's boss, by technical background.

    The professions stand at 0 (marketing) and 1 (IT).
    """
    return (1.0 - weight) * abs(department - boss) + weight * abs(department - above)


@compiled
def chain_distance(firm, department, structure, p):
    """Distance of a department to its chain of command under a structure.

    The structure may be only in prospect: a CEMO proposed in a CMTO firm would
    have the CMTO as CMO and a typical CIO.
    """
    weight = p.resistance_chain_weight
    background = firm.chief_background
    if structure == CMTO_STRUCTURE:
        return distance(department, background[CMTO], background[CEO], weight)
    cmo = background[CMO]
    cio = background[CIO]
    if firm.structure == CMTO_STRUCTURE:
        cmo = background[CMTO]
        cio = p.leadership_cio_background
    if department == 0:
        return distance(0.0, cmo, background[CEO], weight)
    if structure == SEPARATE:
        return distance(1.0, cio, background[CEO], weight)
    if p.reorganisation_infrastructure_chief:
        return distance(1.0, cio, background[INFRASTRUCTURE], weight)
    return distance(1.0, cio, cmo, weight)


@compiled
def distance_gain(firm, department, structure, p):
    """How much farther than accustomed the chain of command is under a structure, at least 0."""
    if not p.mechanisms_status_threat:
        return 0.0
    return max(chain_distance(firm, department, structure, p) - firm.accustomed[department], 0.0)


@compiled
def assess_chain_of_command(firm, p):
    """Update what departments are accustomed to and what they have to fear.

    A reorganisation that is only proposed already threatens.
    """
    prospect = firm.structure if firm.target == NO_TARGET else firm.target
    for g in range(2):
        if firm.structure == SEPARATE:
            firm.accustomed[g] = chain_distance(firm, g, SEPARATE, p)
        firm.distance_gain[g] = distance_gain(firm, g, prospect, p)


@compiled
def boss_resistance(firm, department):
    """Return the resistance of a department's chief."""
    if firm.structure == CMTO_STRUCTURE:
        return firm.chief_resistance[CMTO]
    return firm.chief_resistance[CMO + department]


@compiled
def remember_resistance(staff):
    """Keep resistance as it is at the start of the quarter, for colleagues to read."""
    n, lanes = staff.resistance.shape
    for i in range(n):
        for lane in range(lanes):
            staff.resistance_before[i, lane] = staff.resistance[i, lane]


@compiled
def meet_colleagues(i, first, size, staff, rows):
    """Look up the resistance, at the start of the quarter, of one colleague of person i.

    A department of one has no colleague: the person's own value stands in.
    """
    lanes = rows.position.size
    if size == 1:
        for lane in range(lanes):
            rows.partner[lane] = staff.resistance_before[i, lane]
        return
    for lane in range(lanes):
        colleague = first + pick(rows.words[0, lane], size - 1)
        colleague = colleague + 1 if colleague >= i else colleague
        rows.position[lane] = colleague * lanes + lane
    before = staff.resistance_before.reshape(-1)
    for lane in range(lanes):
        rows.partner[lane] = before[rows.position[lane]]


@compiled
def feel_threat(i, gain, staff, rows, p):
    """Set a person's status threat, and the draw that decides later who leaves over it."""
    phi = p.resistance_status_threat
    for lane in range(gain.size):
        staff.exit_draw[i, lane] = unit(rows.words[1, lane])
        staff.threat[i, lane] = phi * staff.identity[i, lane] * gain[lane]


@compiled
def adjust_resistance(i, boss, staff, rows, p):
    """Move resistance half way to what colleague and boss think, held back by the anchor."""
    sigma = p.resistance_susceptibility
    chief_weight = p.resistance_chief_weight
    comfort = p.resistance_comfort
    social_influence = p.mechanisms_social_influence
    for lane in range(boss.size):
        own = staff.resistance[i, lane]
        ease = comfort * (staff.cooperation[i, lane] - 0.5)
        anchor = clip(staff.disposition[i, lane] + staff.threat[i, lane] - ease)
        social = (1.0 - chief_weight) * rows.partner[lane] + chief_weight * boss[lane]
        moved = sigma * (0.5 * (own + social)) + (1.0 - sigma) * anchor
        staff.resistance[i, lane] = moved if social_influence else anchor


@compiled
def change_attitudes(staff, firms, rows, key, t, p):
    """Let every person feel the threat, meet one colleague, and adjust resistance."""
    n, lanes = staff.resistance.shape
    n_marketing = p.firm_marketing_staff
    remember_resistance(staff)
    boss = rows.by_department
    gain = rows.total
    for g in range(2):
        for lane in range(lanes):
            boss[g, lane] = boss_resistance(firms[lane], g)
            gain[g, lane] = firms[lane].distance_gain[g]
    for i in range(n):
        g = department_of(i, n_marketing)
        first = g * n_marketing
        size = n_marketing if g == 0 else n - n_marketing
        agent = agent_number(i, n_marketing)
        draw_words(rows.words, key, firms, agent, t, CONTACT_AND_EXIT, COINS)
        meet_colleagues(i, first, size, staff, rows)
        feel_threat(i, gain[g], staff, rows, p)
        adjust_resistance(i, boss[g], staff, rows, p)
