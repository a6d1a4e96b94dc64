"""Step 6: digital capability, the CMO's authority, performance, technology spending.

Capability grows with completed joint tasks, the more the better they were, and
decays with new technology. No structure gets a bonus by its name: it counts who
allots effort, and how foreign the boss is to the work. That creativity weighs
more than technology is the article's claim.
"""

from __future__ import annotations

from orgsim.model.content import content_reach, content_yield
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    INFRASTRUCTURE,
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
def say_of_infrastructure_chief(p):
    """Return his weight, against the CMO, in allotting a CEMO's effort; 0 where he has none.

    It is the weight of the boss's boss in the chain of command.
    """
    works = p.mechanisms_working_infrastructure_chief and p.reorganisation_infrastructure_chief
    return p.resistance_chain_weight if works else 0.0


@rule
def leader_background(firms, lane, say):
    """Return the technical background of who allots effort between creativity and technology.

    ``say`` is that of the infrastructure chief. Without a branch, as loops over firms need it.
    """
    structure = firms.structure[lane]
    cmo = firms.chief_background[CMO, lane]
    merged = firms.chief_background[CMTO, lane]
    both = 0.5 * (cmo + firms.chief_background[CIO, lane])
    shared = (1.0 - say) * cmo + say * firms.chief_background[INFRASTRUCTURE, lane]
    alone = shared if structure == CEMO_STRUCTURE else merged
    return both if structure == SEPARATE else alone


@rule
def expertise(firms, lane, department, foreign, cost):
    """Return the expertise in its own field that a department keeps.

    It loses some under a boss who is foreign to the field; or, if that does not count, by its
    literacy in the other department's.
    """
    merged = firms.chief_background[CMTO, lane]
    own = firms.chief_background[CMO + department, lane]
    boss = merged if firms.structure[lane] == CMTO_STRUCTURE else own
    distance = abs(department - boss)
    lost = distance if foreign else firms.mean_literacy[department, lane]
    return 1.0 - cost * lost


@rule
def log_quality(leader, own_marketing, own_it, weight):
    """Return the logarithm of what a completed task is worth; 0 at most.

    That of a Cobb-Douglas mean of creativity and technology, by the expertise of both departments
    and the background of who allots the effort.
    """
    creativity = (1.0 - leader) * own_marketing
    technology = leader * own_it
    return weight * log_unit(creativity) + (1.0 - weight) * log_unit(technology)


@rule
def best_log_quality(weight):
    """Return what ``log_quality`` is at best: full expertise, and the effort well allotted."""
    return weight * log_unit(weight) + (1.0 - weight) * log_unit(1.0 - weight)


@merged
def reach_readers(firms, p):
    """Set the reach of every firm's content."""
    foreign, cost = p.mechanisms_foreign_boss, p.competence_specialisation_cost
    for lane in range(firms.number.size):
        effort = firms.content_effort[lane]
        literacy = firms.mean_literacy[MARKETING, lane]
        own = expertise(firms, lane, MARKETING, foreign, cost)
        firms.reach[lane] = content_reach(effort, own, literacy, firms.contact[lane], p)


@merged
def gain_capability(firms, lane, quality, best, p):
    """Update capability and authority by the tasks completed, of this ``log_quality``."""
    learnt = exp(quality - best) if p.mechanisms_learning_from_performance else 1.0
    used = 1.0
    if p.mechanisms_content_channel:
        used = content_yield(firms.reach[lane], p.content_share)
    capability = firms.capability[lane]
    growth = p.capability_growth * firms.completion[lane] * used * learnt * (1.0 - capability)
    firms.capability[lane] = capability + growth - p.capability_obsolescence * capability
    authority = firms.authority[lane]
    gap = firms.led_completion[lane] - authority
    firms.authority[lane] = authority + p.capability_authority_rate * gap


@merged
def observe_performance(firms, lane, quality, demand, hype, p):
    """Observe performance, and marketing's share of technology spending."""
    firms.performance[lane] = firms.completion[lane] * exp(quality)
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
    say = say_of_infrastructure_chief(p)
    foreign, cost = p.mechanisms_foreign_boss, p.competence_specialisation_cost
    weight = p.capability_creativity_weight
    best = best_log_quality(weight)
    for lane in range(firms.number.size):
        leader = leader_background(firms, lane, say)
        marketing = expertise(firms, lane, MARKETING, foreign, cost)
        it = expertise(firms, lane, IT, foreign, cost)
        firms.quality[lane] = log_quality(leader, marketing, it, weight)
    for lane in range(firms.number.size):
        gain_capability(firms, lane, firms.quality[lane], best, p)
    for lane in range(firms.number.size):
        observe_performance(firms, lane, firms.quality[lane], demand, hype, p)
