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

from orgsim.model.draws import ENCOUNTER
from orgsim.model.state import WINDOW, agent_number
from orgsim.numerics.elementary import HALF, ONE, ZERO, clip, single
from orgsim.numerics.jit import merged, rule
from orgsim.numerics.philox import draw_picks


@rule
def readiness(resistance, tremble, drag):
    """Return what resistance, and the tremble on both sides, leave of the will to cooperate."""
    return (ONE - (tremble + tremble)) * (ONE - drag * resistance)


@rule
def willingness(cooperation, readiness, tremble):
    """Return the probability of cooperating: inclination, spoilt by resistance, with a tremble."""
    return tremble + readiness * cooperation


@merged
def begin_joint_tasks(staff, seen, opening, p):
    """Set what partners will find when joint tasks begin, and the chance to meet one.

    ``opening``, single (lanes,), is the contact that the chiefs add.
    """
    added = single(p.cooperation_added_contact)
    tremble = single(p.cooperation_tremble)
    drag = single(p.cooperation_resistance_drag)
    for i in range(staff.size):
        person = staff[i]
        place = i * opening.size
        for lane in range(opening.size):
            ready = readiness(person.resistance[lane], tremble, drag)
            person.readiness[lane] = ready
            at_work = seen.at_work[place + lane]
            at_work.willingness = willingness(person.cooperation[lane], ready, tremble)
            at_work.literacy = person.literacy[lane]
            person.chance[lane] = clip((person.contact[lane] + opening[lane]) + added)
            person.completed[lane] = 0


@rule
def meet_partner(seen, rows, k, first):
    """Look up one partner in every firm, as the step began: pick k, counted from ``first``."""
    start = np.uint32(first)
    lanes = np.uint32(rows.number.size)
    for lane in range(rows.number.size):
        rows.place[lane] = (start + rows.picks[k, lane]) * lanes + np.uint32(lane)
    for lane in range(rows.number.size):
        partner = seen.at_work[rows.place[lane]]
        willing = partner.willingness
        literacy = partner.literacy
        rows.partner[k, lane].willingness = willing
        rows.partner[k, lane].literacy = literacy


@rule
def encounter(cooperation, literacy, readiness, coin, chance, partner, partner_literacy, learning):
    """One encounter: cooperate or not, and be reinforced.

    One coin decides whether it is across departments (with ``chance``), whether
    the person cooperates, and whether the partner does: each matters only if
    the one before came true.

    Returns
    -------
    cooperation : float
        The person's own, the only one that changes.
    across, completed : bool
        Whether the other department was met, and the task completed.
    """
    tremble, rate, loss = learning
    met_and_willing = chance * willingness(cooperation, readiness, tremble)
    across = coin < chance
    willing = coin < met_and_willing
    completed = coin < met_and_willing * partner
    understanding = HALF * (literacy + partner_literacy)
    gained = cooperation + rate * understanding * (ONE - cooperation)
    lost = cooperation - loss * cooperation
    alone = cooperation if willing else lost
    outcome = gained if completed else alone
    return outcome if across else cooperation, across, completed


@rule
def work_together(person, rows, k, only_one, p):
    """Let a person have two encounters, in rows k and k + 1, one after the other, or only one."""
    rate = single(p.cooperation_learning_rate) if p.mechanisms_cooperation_learning else ZERO
    learning = (single(p.cooperation_tremble), rate, rate * single(p.cooperation_outside_option))
    for lane in range(rows.number.size):
        cooperation = person.cooperation[lane]
        literacy = person.literacy[lane]
        ready = person.readiness[lane]
        chance = person.chance[lane]
        coin = rows.coins[k, lane]
        partner = rows.partner[k, lane].willingness
        partner_literacy = rows.partner[k, lane].literacy
        cooperation, across, completed = encounter(
            cooperation, literacy, ready, coin, chance, partner, partner_literacy, learning
        )
        coin = rows.coins[k + 1, lane]
        chance = ZERO if only_one else chance
        partner = rows.partner[k + 1, lane].willingness
        partner_literacy = rows.partner[k + 1, lane].literacy
        cooperation, across_too, completed_too = encounter(
            cooperation, literacy, ready, coin, chance, partner, partner_literacy, learning
        )
        person.cooperation[lane] = cooperation
        person.completed[lane] += np.int32(completed) + np.int32(completed_too)
        rows.count[lane] += np.int32(across) + np.int32(across_too)


@merged
def visit(staff, seen, firms, rows, key, t, g, first, stop, p):
    """Let the persons first ... stop - 1, of department g, have the quarter's encounters.

    Two encounters of two neighbours share the four words of one draw.
    """
    n_marketing = p.firm_marketing_staff
    first_other = n_marketing if g == 0 else 0
    others = staff.size - (stop - first)
    for i in range(first, stop, 2):
        pair = agent_number(first + (i - first) // 2, n_marketing)
        for done in range(0, p.cooperation_encounters, 2):
            only_one = done + 1 == p.cooperation_encounters
            draw_picks(
                rows.picks, rows.coins, key, firms.number, pair, t, ENCOUNTER, done // 2, others
            )
            for k in range(4):
                meet_partner(seen, rows, k, first_other)
            work_together(staff[i], rows, 0, only_one, p)
            if i + 1 < stop:
                work_together(staff[i + 1], rows, 2, only_one, p)


@rule
def do_joint_tasks(staff, seen, firms, rows, key, t, p):
    """Let every person have the quarter's encounters.

    Encounters across departments and completed tasks are counted by department.
    """
    n_marketing = p.firm_marketing_staff
    slot = t % WINDOW
    opening = rows.from_firm[0]
    for lane in range(opening.size):
        opening[lane] = firms.opening[lane]
    begin_joint_tasks(staff, seen, opening, p)
    for g in range(2):
        first = g * n_marketing
        stop = staff.size if g == 1 else n_marketing
        for lane in range(opening.size):
            rows.count[lane] = 0
        visit(staff, seen, firms, rows, key, t, g, first, stop, p)
        for lane in range(opening.size):
            firms.encounters[slot, g, lane] = rows.count[lane]
            rows.count[lane] = 0
        for i in range(first, stop):
            person = staff[i]
            for lane in range(opening.size):
                rows.count[lane] += person.completed[lane]
        for lane in range(opening.size):
            firms.tasks[slot, g, lane] = rows.count[lane]
