"""Step 6: digital capability, the CMO's authority, performance, technology spending.

Capability grows with completed joint tasks and decays with new technology. No
structure gets a bonus by its name: performance differs only by who allots
effort. That creativity weighs more than technology is the article's claim.
"""

from __future__ import annotations

from orgsim.elementary import exp, log_unit
from orgsim.jit import compiled
from orgsim.model.content import content_reach, content_yield
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    EFFORT,
    WINDOW,
)


@compiled
def completed_share(tasks, encounters, required):
    """Return completed tasks over encounters, or over what was required if that is more."""
    base = max(float(encounters), required)
    return tasks / base if base > 0.0 else 0.0


@compiled
def count_completion(firm, t, demand_window, p):
    """Set completion over the last four quarters, and contact in this one."""
    per_person = p.cooperation_required_share * p.cooperation_encounters
    required = per_person * p.firm_marketing_staff * demand_window
    required_it = per_person * p.firm_it_staff * demand_window
    tasks = 0
    encounters = 0
    tasks_it = 0
    encounters_it = 0
    for slot in range(WINDOW):
        tasks += firm.tasks[slot, 0]
        encounters += firm.encounters[slot, 0]
        tasks_it += firm.tasks[slot, 1]
        encounters_it += firm.encounters[slot, 1]
    firm.led_completion = completed_share(tasks, encounters, required)
    firm.completion = completed_share(
        tasks + tasks_it, encounters + encounters_it, required + required_it
    )
    slot = t % WINDOW
    across = firm.encounters[slot, 0] + firm.encounters[slot, 1]
    total = p.cooperation_encounters * (p.firm_marketing_staff + p.firm_it_staff)
    firm.contact = across / total if total > 0 else 0.0


@compiled
def leader_background(firm):
    """Return the technical background of who allots effort between creativity and technology."""
    if firm.structure == CEMO_STRUCTURE:
        return firm.chief_background[CMO]
    if firm.structure == CMTO_STRUCTURE:
        return firm.chief_background[CMTO]
    return 0.5 * (firm.chief_background[CMO] + firm.chief_background[CIO])


@compiled
def perform(leader, expertise_marketing, expertise_it, completion, weight):
    """Return performance: a Cobb-Douglas mean of creativity and technology, times completion."""
    creativity = (1.0 - leader) * expertise_marketing
    technology = leader * expertise_it
    return completion * exp(weight * log_unit(creativity) + (1.0 - weight) * log_unit(technology))


@compiled
def build_capability(firm, t, demand, hype, demand_window, p):
    """Update capability and authority; observe reach, performance and technology spending."""
    count_completion(firm, t, demand_window, p)
    expertise = 1.0 - p.competence_specialisation_cost * firm.mean_literacy[0]
    expertise_it = 1.0 - p.competence_specialisation_cost * firm.mean_literacy[1]
    used = 1.0
    if p.mechanisms_content_channel:
        effort = firm.drawn[EFFORT]
        firm.reach = content_reach(effort, expertise, firm.mean_literacy[0], firm.contact, p)
        used = content_yield(firm.reach, p.content_share)

    growth = p.capability_growth * firm.completion * used * (1.0 - firm.capability)
    firm.capability = firm.capability + growth - p.capability_obsolescence * firm.capability
    firm.authority += p.capability_authority_rate * (firm.led_completion - firm.authority)

    leader = leader_background(firm)
    weight = p.capability_creativity_weight
    firm.performance = perform(leader, expertise, expertise_it, firm.completion, weight)

    need = firm.exposure * demand + p.reorganisation_hype_pull * hype
    spending = p.capability_technology_appetite * (0.5 + firm.authority) * need
    firm.spending_share = spending / (1.0 + spending)
