"""Step 4: encounters across departments, and what people learn from them.

Cross learning (Cross 1973, Quarterly Journal of Economics 87(2); Börgers and
Sarin 1997, Journal of Economic Theory 77(1)) in the spirit of a stag hunt
(Skyrms 2004): a joint task needs both, working alone always pays a little. In
the mean field cooperation spreads where mutual understanding times cooperation
exceeds the outside option, a true threshold that literacy lowers.

Rejected: Bush-Mosteller learning against an absolute aspiration (nearly all
firms fall into one self-correcting equilibrium) and losses proportional to
cooperation (the outcome is then the initial cooperation, learning or not).
"""

from __future__ import annotations

import numpy as np

from orgsim.elementary import clip
from orgsim.jit import rule
from orgsim.model.state import WINDOW, agent_number
from orgsim.random import ENCOUNTER, draw_words, pick, unit


@rule
def readiness(resistance, tremble, drag):
    """Return what resistance, and the tremble on both sides, leave of the will to cooperate."""
    return (1.0 - 2.0 * tremble) * (1.0 - drag * resistance)


@rule
def willingness(cooperation, readiness, tremble):
    """Return the probability of cooperating: inclination, spoilt by resistance, with a tremble."""
    return tremble + readiness * cooperation


@rule
def begin_joint_tasks(staff, p):
    """Set what partners will find when joint tasks begin."""
    tremble = p.cooperation_tremble
    drag = p.cooperation_resistance_drag
    for i in range(staff.size):
        person = staff[i]
        for lane in range(person.resistance.size):
            ready = readiness(person.resistance[lane], tremble, drag)
            person.readiness[lane] = ready
            person.willingness[lane] = willingness(person.cooperation[lane], ready, tremble)
            person.completed[lane] = 0


@rule
def meet_partners(staff, rows, half, first, size):
    """Look up one partner of the other department in every firm, as the step began."""
    start = np.uint64(first)
    for lane in range(rows.chance.size):
        partner = staff[start + pick(rows.words[2 * half + 1, lane], size)]
        rows.partner[half, lane] = partner.willingness[lane]
        rows.partner_literacy[half, lane] = partner.literacy[lane]


@rule
def encounter(cooperation, literacy, readiness, coin, met, partner, partner_literacy, learning):
    """One encounter: cooperate or not, and be reinforced.

    One coin decides whether it is across departments (with chance ``met``),
    whether the person cooperates, and whether the partner does: each matters
    only if the one before came true.

    Returns
    -------
    cooperation : float
        The person's own, the only one that changes.
    across, completed : bool
        Whether the other department was met, and the task completed.
    """
    tremble, rate, loss = learning
    met_and_willing = met * willingness(cooperation, readiness, tremble)
    across = coin < met
    willing = coin < met_and_willing
    completed = coin < met_and_willing * partner
    understanding = 0.5 * (literacy + partner_literacy)
    gained = cooperation + rate * understanding * (1.0 - cooperation)
    lost = cooperation - loss * cooperation
    alone = cooperation if willing else lost
    outcome = gained if completed else alone
    return outcome if across else cooperation, across, completed


@rule
def work_together(person, rows, only_one, p):
    """Let a person have two encounters, one after the other, or only one."""
    rate = p.cooperation_learning_rate if p.mechanisms_cooperation_learning else 0.0
    learning = (p.cooperation_tremble, rate, rate * p.cooperation_outside_option)
    for lane in range(rows.chance.size):
        cooperation = person.cooperation[lane]
        literacy = person.literacy[lane]
        ready = person.readiness[lane]
        chance = rows.chance[lane]
        coin = unit(rows.words[0, lane])
        partner = rows.partner[0, lane]
        partner_literacy = rows.partner_literacy[0, lane]
        cooperation, across, completed = encounter(
            cooperation, literacy, ready, coin, chance, partner, partner_literacy, learning
        )
        coin = unit(rows.words[2, lane])
        chance = 0.0 if only_one else chance
        partner = rows.partner[1, lane]
        partner_literacy = rows.partner_literacy[1, lane]
        cooperation, across_too, completed_too = encounter(
            cooperation, literacy, ready, coin, chance, partner, partner_literacy, learning
        )
        person.cooperation[lane] = cooperation
        person.completed[lane] += np.int64(completed) + np.int64(completed_too)
        rows.count[lane] += np.int64(across) + np.int64(across_too)


@rule
def do_joint_tasks(staff, firms, rows, key, t, p):
    """Let every person have the quarter's encounters; two share the words of one draw.

    Encounters across departments and completed tasks are counted by department.
    """
    n_marketing = p.firm_marketing_staff
    n_it = staff.size - n_marketing
    slot = t % WINDOW
    begin_joint_tasks(staff, p)
    for g in range(2):
        tasks = firms.tasks[slot, g]
        for lane in range(tasks.size):
            tasks[lane] = 0
            rows.count[lane] = 0
        others = n_it if g == 0 else n_marketing
        first_other = n_marketing if g == 0 else 0
        for i in range(g * n_marketing, staff.size if g == 1 else n_marketing):
            person = staff[i]
            agent = agent_number(i, n_marketing)
            for lane in range(tasks.size):
                rows.chance[lane] = clip(person.contact[lane] + firms.opening[lane])
            for done in range(0, p.cooperation_encounters, 2):
                draw_words(rows.words, key, firms.number, agent, t, ENCOUNTER, done // 2)
                meet_partners(staff, rows, 0, first_other, others)
                meet_partners(staff, rows, 1, first_other, others)
                work_together(person, rows, done + 1 == p.cooperation_encounters, p)
            for lane in range(tasks.size):
                tasks[lane] += person.completed[lane]
        for lane in range(tasks.size):
            firms.encounters[slot, g, lane] = rows.count[lane]
