"""Step 9: docs/model.md 7.11, and the columns of orgsim.model.columns."""

from __future__ import annotations

from typing import Any

from oracle import primitives
from oracle.appointment import leader_background
from oracle.state import (
    CEMO_STRUCTURE,
    CMTO_STRUCTURE,
    DEPARTMENTS,
    IT,
    MARKETING,
    SEPARATE,
    Firm,
    Means,
    Person,
    total,
)


def department_means(staff: list[Person]) -> Means:
    """Return a department's means of cooperation, resistance and literacy."""
    n = len(staff)
    return Means(
        cooperation=total(float(person.cooperation) for person in staff) / n,
        resistance=total(float(person.resistance) for person in staff) / n,
        literacy=total(float(person.literacy) for person in staff) / n,
    )


def ei_index(firm: Firm) -> float:
    """Return external less internal encounters of this quarter over their sum."""
    met = firm.tallies[-1].joint_encounters
    external = met[MARKETING] + met[IT]
    internal = 0
    for g in DEPARTMENTS:
        if len(firm.staff[g]) >= 2:
            internal += firm.settings["cooperation.encounters"] * len(firm.staff[g]) - met[g]
    if external + internal == 0:
        return 0.0
    return (external - internal) / (external + internal)


def scenario(firm: Firm) -> str:
    """Return the scenario in which the firm would end now."""
    if firm.structure != SEPARATE:
        return firm.structure
    return "cmo_and_cto" if firm.now.completion >= primitives.CUT_POINT else "cmo_vs_cto"


def state_columns(firm: Firm) -> dict[str, Any]:
    """Return the columns of SERIES, and the codes that are counted by quarter."""
    marketing, it = firm.means
    return {
        "cooperation_marketing": marketing.cooperation,
        "cooperation_it": it.cooperation,
        "resistance_marketing": marketing.resistance,
        "resistance_it": it.resistance,
        "literacy_marketing": marketing.literacy,
        "literacy_it": it.literacy,
        "capability": firm.capability,
        "authority": firm.authority,
        "completion": firm.now.completion,
        "performance": firm.now.performance,
        "technology_spending_share": firm.now.technology_spending_share,
        "contact": firm.now.contact,
        "ei_index": ei_index(firm),
        "scenario": primitives.SCENARIOS.index(scenario(firm)),
        "under_way": firm.reorganisation is not None,
        "structure": primitives.STRUCTURES.index(firm.structure),
    }


def observe(firm: Firm) -> dict[str, Any]:
    """Step 9: take the means that the next quarter uses; return this quarter's columns."""
    firm.means = tuple(department_means(firm.staff[g]) for g in DEPARTMENTS)
    firm.counts.quarters_under[firm.structure] += 1
    return state_columns(firm)


def drawn_columns(firm: Firm) -> dict[str, float]:
    """Return the firm-level quantities as drawn."""
    return {
        column: value
        for path, names in primitives.DRAWN_COLUMNS.items()
        for column, value in zip(names, firm.drawn[path], strict=False)  # one name: marketing's
    }


def record(firm: Firm) -> dict[str, Any]:
    """Return the columns of RECORD at the horizon."""
    counts = firm.counts
    return {
        "sector": firm.sector,
        **state_columns(firm),
        "commitment": firm.commitment,
        "misfit": firm.now.misfit,
        "willing": firm.willing,
        "leader_background": leader_background(firm),
        "content_reach": firm.now.content_reach,
        "attempts": counts.attempts,
        "failures": counts.failures,
        "reversals": counts.reversals,
        "first_attempt": counts.first_attempt,
        "first_adoption": counts.first_adoption,
        "quarters_of_misfit": counts.quarters_of_misfit,
        "exits_marketing": counts.exits[MARKETING],
        "exits_it": counts.exits[IT],
        "chief_exits": counts.chief_exits,
        "ceo_exits": counts.ceo_exits,
        **drawn_columns(firm),
        "exits_under_cemo_marketing": counts.exits_under[CEMO_STRUCTURE, MARKETING],
        "exits_under_cemo_it": counts.exits_under[CEMO_STRUCTURE, IT],
        "exits_under_cmto_marketing": counts.exits_under[CMTO_STRUCTURE, MARKETING],
        "exits_under_cmto_it": counts.exits_under[CMTO_STRUCTURE, IT],
        "quarters_under_cemo": counts.quarters_under[CEMO_STRUCTURE],
        "quarters_under_cmto": counts.quarters_under[CMTO_STRUCTURE],
        "ceo_exits_under_cemo": counts.ceo_exits_under_cemo,
        "cemo_undone_after_ceo": counts.cemo_undone_after_ceo,
    }
