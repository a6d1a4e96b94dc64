"""Step 6 and the content channel: docs/model.md 7.8 and 7.12."""

from __future__ import annotations

from oracle import primitives
from oracle.appointment import leader_background
from oracle.state import CIO, CMO, CMTO, CMTO_STRUCTURE, DEPARTMENTS, IT, MARKETING, Firm


def ratio(numerator: float, denominator: float) -> float:
    """Divide, with 0 where the denominator is 0."""
    return 0.0 if denominator == 0 else numerator / denominator


def completion(firm: Firm) -> tuple[float, float]:
    """Return completion J and marketing-led completion J_M of the last four quarters."""
    p = firm.settings
    encounters = [0, 0]
    completed = [0, 0]
    for tally in firm.tallies[-4:]:
        for g in DEPARTMENTS:
            encounters[g] += tally.joint_encounters[g]
            completed[g] += tally.completed_tasks[g]
    required = p["cooperation.required_share"] * p["cooperation.encounters"]
    need = [(required * len(firm.staff[g])) * firm.now.demand_of_four_quarters for g in DEPARTMENTS]
    both = ratio(
        completed[MARKETING] + completed[IT],
        max(encounters[MARKETING] + encounters[IT], need[MARKETING] + need[IT]),
    )
    led = ratio(completed[MARKETING], max(encounters[MARKETING], need[MARKETING]))
    return both, led


def contact(firm: Firm) -> float:
    """Return the share of this quarter's encounters that were with the other department."""
    met = firm.tallies[-1].joint_encounters
    possible = firm.settings["cooperation.encounters"] * len(firm.everyone())
    return ratio(met[MARKETING] + met[IT], possible)


def expertise(firm: Firm, department: int) -> float:
    """Return E_g, the expertise in its own field that its boss leaves to a department."""
    lost = firm.means[department].literacy
    if firm.settings["mechanisms.foreign_boss"]:
        post = CMO if department == MARKETING else CIO
        boss = firm.chiefs[CMTO if firm.structure == CMTO_STRUCTURE else post]
        lost = abs(department - boss.background)
    return 1 - firm.settings["competence.specialisation_cost"] * lost


def content_reach(firm: Firm) -> float:
    """Return the reach of the content channel, 0 without the mechanism."""
    p = firm.settings
    if not p["mechanisms.content_channel"]:
        return 0.0
    effort = firm.quantity("content.effort")
    own_expertise = expertise(firm, MARKETING)
    intensity = p["content.posting_intensity"]
    practices = (
        ("content.audience_research", effort * own_expertise),
        ("content.keyword_research", effort * firm.means[MARKETING].literacy),
        ("content.own_pictures", effort * own_expertise),
        ("content.topicality", effort * firm.now.contact),
        ("content.social_media", 4 * intensity * (1 - intensity)),
    )
    rest = 1.0
    for weight, practice in practices:
        rest = rest * (1 - p[weight] * practice)
    return 1 - rest


def weighted_log(firm: Firm, creativity: float, technology: float) -> float:
    """Return the logarithm of the Cobb-Douglas mean of creativity and technology."""
    a = firm.settings["capability.creativity_weight"]
    return a * primitives.log_unit(creativity) + (1 - a) * primitives.log_unit(technology)


def log_of_a_task(firm: Firm) -> float:
    """Return the logarithm of what a task is worth, by the effort that the leader allots."""
    s = leader_background(firm)
    return weighted_log(firm, (1 - s) * expertise(firm, MARKETING), s * expertise(firm, IT))


def learnt(firm: Firm) -> float:
    """Return y: what a task is worth against the best that it could be."""
    if not firm.settings["mechanisms.learning_from_performance"]:
        return 1.0
    a = firm.settings["capability.creativity_weight"]
    return primitives.exp(log_of_a_task(firm) - weighted_log(firm, a, 1 - a))


def technology_spending_share(firm: Firm) -> float:
    """Return marketing's share of both departments' spending on technology."""
    p = firm.settings
    appetite = p["capability.technology_appetite"] * (0.5 + firm.authority)
    pull = p["reorganisation.hype_pull"] * firm.now.hype
    b = appetite * (firm.exposure * firm.now.demand + pull)
    return b / (1 + b)


def capability(firm: Firm) -> None:
    """Step 6: what joint tasks do for the firm, and what an observer sees of it."""
    p = firm.settings
    firm.now.contact = contact(firm)
    firm.now.content_reach = content_reach(firm)
    firm.now.completion, marketing_led = completion(firm)
    value = 1.0
    if p["mechanisms.content_channel"]:
        value = 1 - p["content.share"] * (1 - firm.now.content_reach)
    growth = p["capability.growth"] * firm.now.completion * value * learnt(firm)
    loss = p["capability.obsolescence"] * firm.capability
    firm.capability = firm.capability + growth * (1 - firm.capability) - loss
    rate = p["capability.authority_rate"]
    firm.authority = firm.authority + rate * (marketing_led - firm.authority)
    firm.now.performance = firm.now.completion * primitives.exp(log_of_a_task(firm))
    firm.now.technology_spending_share = technology_spending_share(firm)
