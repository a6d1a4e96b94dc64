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

from orgsim.elementary import clip
from orgsim.jit import compiled
from orgsim.model.state import WINDOW, agent_number
from orgsim.random import ENCOUNTER, draw_words, pick, unit


@compiled
def willingness(cooperation, resistance, tremble, drag):
    """Return the probability of cooperating: inclination, spoilt by resistance, with a tremble."""
    return tremble + (1.0 - 2.0 * tremble) * cooperation * (1.0 - drag * resistance)


@compiled
def set_willingness(staff, p):
    """Set what partners will find when joint tasks begin."""
    tremble = p.cooperation_tremble
    drag = p.cooperation_resistance_drag
    n, lanes = staff.cooperation.shape
    for i in range(n):
        for lane in range(lanes):
            cooperation = staff.cooperation[i, lane]
            resistance = staff.resistance[i, lane]
            staff.willingness[i, lane] = willingness(cooperation, resistance, tremble, drag)


@compiled
def meet_partners(first, size, staff, rows):
    """Look up one partner of the other department in every firm, as the step began."""
    lanes = rows.position.size
    for lane in range(lanes):
        rows.position[lane] = (first + pick(rows.words[1, lane], size)) * lanes + lane
    partner_willingness = staff.willingness.reshape(-1)
    partner_literacy = staff.literacy.reshape(-1)
    for lane in range(lanes):
        rows.partner[lane] = partner_willingness[rows.position[lane]]
    for lane in range(lanes):
        rows.partner_literacy[lane] = partner_literacy[rows.position[lane]]


@compiled
def work_together(i, staff, rows, p):
    """One encounter of person i: cooperate or not, and be reinforced.

    Only the person's own cooperation changes; encounters across departments and
    completed tasks are counted.
    """
    tremble = p.cooperation_tremble
    drag = p.cooperation_resistance_drag
    rate = p.cooperation_learning_rate if p.mechanisms_cooperation_learning else 0.0
    loss = rate * p.cooperation_outside_option
    words = rows.words
    for lane in range(rows.position.size):
        cooperation = staff.cooperation[i, lane]
        chance = willingness(cooperation, staff.resistance[i, lane], tremble, drag)
        across = unit(words[0, lane]) < rows.chance[lane]
        willing = unit(words[2, lane]) < chance
        answered = unit(words[3, lane]) < rows.partner[lane]
        completed = across & willing & answered
        understanding = 0.5 * (staff.literacy[i, lane] + rows.partner_literacy[lane])
        gained = cooperation + rate * understanding * (1.0 - cooperation)
        lost = cooperation - loss * cooperation
        alone = cooperation if willing else lost
        outcome = gained if completed else alone
        staff.cooperation[i, lane] = outcome if across else cooperation
        staff.completed[i, lane] += 1 if completed else 0
        rows.encounters[lane] += 1 if across else 0


@compiled
def do_joint_tasks(staff, firms, rows, key, t, p):
    """Let every person have the quarter's encounters, one after the other."""
    n, lanes = staff.cooperation.shape
    n_marketing = p.firm_marketing_staff
    staff.completed[:] = 0
    set_willingness(staff, p)
    for g in range(2):
        rows.encounters[:] = 0
        rows.tasks[:] = 0
        for i in range(g * n_marketing, n if g == 1 else n_marketing):
            for lane in range(lanes):
                rows.chance[lane] = clip(staff.contact[i, lane] + firms[lane].opening)
            agent = agent_number(i, n_marketing)
            for encounter in range(p.cooperation_encounters):
                draw_words(rows.words, key, firms, agent, t, ENCOUNTER, encounter)
                if g == 0:
                    meet_partners(n_marketing, n - n_marketing, staff, rows)
                else:
                    meet_partners(0, n_marketing, staff, rows)
                work_together(i, staff, rows, p)
            for lane in range(lanes):
                rows.tasks[lane] += staff.completed[i, lane]
        for lane in range(lanes):
            firms[lane].encounters[t % WINDOW, g] = rows.encounters[lane]
            firms[lane].tasks[t % WINDOW, g] = rows.tasks[lane]
