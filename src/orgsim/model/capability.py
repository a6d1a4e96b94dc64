"""Step 6: digital capability, the CMO's authority, performance, technology spending.

Capability grows with completed joint tasks and decays with new technology. No
structure gets a bonus by its name: performance differs only by who allots
effort. That creativity weighs more than technology is the article's claim.
"""

from __future__ import annotations

from orgsim.model.content import content_reach, content_yield
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CIO,
    CMO,
    CMTO,
    EFFORT,
    IT,
    MARKETING,
    SEPARATE,
    WINDOW,
)
from orgsim.numerics.elementary import exp, log_unit
from orgsim.numerics.jit import merged, rule


@rule
def completed_share(tasks, encounters, required):
    """Return completed tasks over encounters, or over what was required if that is more."""
    base = max(float(encounters), required)
    return tasks / base if base > 0.0 else 0.0


@merged
def count_completion(firms, lane, t, demand_window, p):
    """Set completion over the last four quarters, and contact in this one."""
    per_person = p.cooperation_required_share * p.cooperation_encounters
    required = per_person * p.firm_marketing_staff * demand_window
    required_it = per_person * p.firm_it_staff * demand_window
    tasks = 0
    encounters = 0
    tasks_it = 0
    encounters_it = 0
    for slot in range(WINDOW):
        tasks += firms.tasks[slot, 0, lane]
        encounters += firms.encounters[slot, 0, lane]
        tasks_it += firms.tasks[slot, 1, lane]
        encounters_it += firms.encounters[slot, 1, lane]
    firms.led_completion[lane] = completed_share(tasks, encounters, required)
    firms.completion[lane] = completed_share(
        tasks + tasks_it, encounters + encounters_it, required + required_it
    )
    slot = t % WINDOW
    across = firms.encounters[slot, 0, lane] + firms.encounters[slot, 1, lane]
    total = p.cooperation_encounters * (p.firm_marketing_staff + p.firm_it_staff)
    firms.contact[lane] = across / total if total > 0 else 0.0


@rule
def leader_background(firms, lane):
    """Return the technical background of who allots effort between creativity and technology."""
    structure = firms.structure[lane]
    cmo = firms.chief_background[CMO, lane]
    merged = firms.chief_background[CMTO, lane]
    both = 0.5 * (cmo + firms.chief_background[CIO, lane])
    alone = cmo if structure == CEMO_STRUCTURE else merged
    return both if structure == SEPARATE else alone


@merged
def perform(leader, expertise_marketing, expertise_it, completion, weight):
    """Return performance: a Cobb-Douglas mean of creativity and technology, times completion."""
    creativity = (1.0 - leader) * expertise_marketing
    technology = leader * expertise_it
    return completion * exp(weight * log_unit(creativity) + (1.0 - weight) * log_unit(technology))


@rule
def expertise(firms, lane, department, p):
    """Return the expertise in its own field that literacy in the other's leaves a department."""
    return 1.0 - p.competence_specialisation_cost * firms.mean_literacy[department, lane]


@merged
def reach_readers(firms, p):
    """Set the reach of every firm's content."""
    for lane in range(firms.number.size):
        effort = firms.drawn[EFFORT, lane]
        literacy = firms.mean_literacy[MARKETING, lane]
        own = expertise(firms, lane, MARKETING, p)
        firms.reach[lane] = content_reach(effort, own, literacy, firms.contact[lane], p)


@merged
def gain_capability(firms, lane, p):
    """Update capability and authority by the tasks completed."""
    used = 1.0
    if p.mechanisms_content_channel:
        used = content_yield(firms.reach[lane], p.content_share)
    capability = firms.capability[lane]
    growth = p.capability_growth * firms.completion[lane] * used * (1.0 - capability)
    firms.capability[lane] = capability + growth - p.capability_obsolescence * capability
    authority = firms.authority[lane]
    gap = firms.led_completion[lane] - authority
    firms.authority[lane] = authority + p.capability_authority_rate * gap


@merged
def observe_performance(firms, lane, demand, hype, p):
    """Observe performance, and marketing's share of technology spending."""
    firms.performance[lane] = perform(
        leader_background(firms, lane),
        expertise(firms, lane, MARKETING, p),
        expertise(firms, lane, IT, p),
        firms.completion[lane],
        p.capability_creativity_weight,
    )
    need = firms.exposure[lane] * demand + p.reorganisation_hype_pull * hype
    spending = p.capability_technology_appetite * (0.5 + firms.authority[lane]) * need
    firms.spending_share[lane] = spending / (1.0 + spending)


@rule
def build_capability(firms, t, demand, hype, demand_window, p):
    """Update capability and authority; observe reach, performance and technology spending."""
    for lane in range(firms.number.size):
        count_completion(firms, lane, t, demand_window, p)
    if p.mechanisms_content_channel:
        reach_readers(firms, p)
    for lane in range(firms.number.size):
        gain_capability(firms, lane, p)
    for lane in range(firms.number.size):
        observe_performance(firms, lane, demand, hype, p)
