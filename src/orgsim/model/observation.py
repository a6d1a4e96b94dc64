"""Step 9: what is seen of the firms, each quarter and at the horizon.

The E-I index (external less internal ties over all ties) is Krackhardt and
Stern's (1988, Social Psychology Quarterly 51).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

from orgsim.model.capability import leader_background, say_of_infrastructure_chief
from orgsim.model.columns import COUNTS, DRAWN, RECORD, SERIES
from orgsim.model.cut_points import CUT_POINT, SIDE_CUT_POINTS
from orgsim.model.scenario import TOGETHER, classify
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CMTO_STRUCTURE,
    DRAWN_ROWS,
    IT,
    MARKETING,
    NO_TARGET,
    SEPARATE,
    STRUCTURE_CODES,
    WINDOW,
)
from orgsim.numerics.jit import merged, rule

_LOW_CUT, _HIGH_CUT = SIDE_CUT_POINTS


def _places(names: Sequence[str]) -> Any:
    """Return where each of some columns stands, by its name, as kernels take it."""
    return namedtuple("Places", names)(*range(len(names)))


_IN_RECORD, _IN_SERIES, _IN_COUNTS = _places(RECORD), _places(SERIES), _places(COUNTS)
_FIRST_SERIES = RECORD.index(SERIES[0])
_FIRST_DRAWN = RECORD.index(DRAWN[0].name)


@rule
def add_up(staff, firms, first, stop, g):
    """Add up cooperation, resistance and literacy of the persons first ... stop - 1."""
    cooperation = firms.mean_cooperation[g]
    resistance = firms.mean_resistance[g]
    literacy = firms.mean_literacy[g]
    for lane in range(cooperation.size):
        cooperation[lane] = 0.0
        resistance[lane] = 0.0
        literacy[lane] = 0.0
    for i in range(first, stop):
        person = staff[i]
        for lane in range(cooperation.size):
            cooperation[lane] += person.cooperation[lane]
            resistance[lane] += person.resistance[lane]
            literacy[lane] += person.literacy[lane]


@rule
def observe_people(staff, firms, p):
    """Take the departments' means, by which the firm knows itself in the next quarter."""
    n_marketing = p.firm_marketing_staff
    for g in range(2):
        first = g * n_marketing
        stop = n_marketing if g == 0 else staff.size
        add_up(staff, firms, first, stop, g)
        for lane in range(firms.number.size):
            firms.mean_cooperation[g, lane] /= stop - first
            firms.mean_resistance[g, lane] /= stop - first
            firms.mean_literacy[g, lane] /= stop - first


@rule
def observe_contact(firms, t, p):
    """Set the E-I index of this quarter's encounters; a department of one has no internal ones."""
    slot = t % WINDOW
    marketing = p.firm_marketing_staff
    it = p.firm_it_staff
    for lane in range(firms.number.size):
        external = firms.encounters[slot, 0, lane] + firms.encounters[slot, 1, lane]
        internal = 0
        if marketing > 1:
            internal += p.cooperation_encounters * marketing - firms.encounters[slot, 0, lane]
        if it > 1:
            internal += p.cooperation_encounters * it - firms.encounters[slot, 1, lane]
        ties = external + internal
        firms.ei_index[lane] = (external - internal) / ties if ties > 0 else 0.0


@rule
def observe_structure(firms, p):
    """Count the quarter to the structure in force, and see who allots effort in it."""
    say = say_of_infrastructure_chief(p)
    for lane in range(firms.number.size):
        firms.leader[lane] = leader_background(firms, lane, say)
    for structure in range(STRUCTURE_CODES):
        spent = firms.quarters_under[structure]
        for lane in range(firms.number.size):
            spent[lane] += firms.structure[lane] == structure


@rule
def all_exits(firms, lane, department):
    """Return how many staff of a department left, whatever was in force."""
    exits = firms.exits
    both = exits[CEMO_STRUCTURE, department, lane] + exits[CMTO_STRUCTURE, department, lane]
    return exits[SEPARATE, department, lane] + both


@merged
def list_state(firms, out):
    """Write the state variables of ``columns.SERIES`` into the rows of ``out``."""
    for lane in range(firms.number.size):
        out[_IN_SERIES.cooperation_marketing, lane] = firms.mean_cooperation[MARKETING, lane]
        out[_IN_SERIES.cooperation_it, lane] = firms.mean_cooperation[IT, lane]
        out[_IN_SERIES.resistance_marketing, lane] = firms.mean_resistance[MARKETING, lane]
        out[_IN_SERIES.resistance_it, lane] = firms.mean_resistance[IT, lane]
        out[_IN_SERIES.literacy_marketing, lane] = firms.mean_literacy[MARKETING, lane]
        out[_IN_SERIES.literacy_it, lane] = firms.mean_literacy[IT, lane]
        out[_IN_SERIES.capability, lane] = firms.capability[lane]
        out[_IN_SERIES.authority, lane] = firms.authority[lane]
        out[_IN_SERIES.completion, lane] = firms.completion[lane]
        out[_IN_SERIES.performance, lane] = firms.performance[lane]
        out[_IN_SERIES.technology_spending_share, lane] = firms.spending_share[lane]
        out[_IN_SERIES.contact, lane] = firms.contact[lane]
        out[_IN_SERIES.ei_index, lane] = firms.ei_index[lane]


@merged
def count_outcome(firms, lane, counts):
    """Add a firm to what ``columns.COUNTS`` counts."""
    structure = firms.structure[lane]
    completion = firms.completion[lane]
    counts[classify(structure, completion, CUT_POINT)] += 1
    counts[_IN_COUNTS.under_way] += firms.target[lane] != NO_TARGET
    counts[_IN_COUNTS.cmo_and_cto_at_04] += classify(structure, completion, _LOW_CUT) == TOGETHER
    counts[_IN_COUNTS.cmo_and_cto_at_06] += classify(structure, completion, _HIGH_CUT) == TOGETHER


@rule
def write_row(firms, lane, series, out):
    """Write a firm's row of ``columns.RECORD``; ``series`` are those just listed."""
    out[_IN_RECORD.sector] = firms.sector[lane]
    out[_IN_RECORD.scenario] = classify(firms.structure[lane], firms.completion[lane], CUT_POINT)
    out[_IN_RECORD.structure] = firms.structure[lane]
    for j in range(series.shape[0]):
        out[_FIRST_SERIES + j] = series[j, lane]
    out[_IN_RECORD.commitment] = firms.commitment[lane]
    out[_IN_RECORD.misfit] = firms.misfit[lane]
    out[_IN_RECORD.willing] = firms.willing[lane]
    out[_IN_RECORD.leader_background] = firms.leader[lane]
    out[_IN_RECORD.content_reach] = firms.reach[lane]
    out[_IN_RECORD.under_way] = firms.target[lane] != NO_TARGET
    out[_IN_RECORD.attempts] = firms.attempts[lane]
    out[_IN_RECORD.failures] = firms.failures[lane]
    out[_IN_RECORD.reversals] = firms.reversals[lane]
    out[_IN_RECORD.first_attempt] = firms.first_attempt[lane]
    out[_IN_RECORD.first_adoption] = firms.first_adoption[lane]
    out[_IN_RECORD.quarters_of_misfit] = firms.quarters_of_misfit[lane]
    out[_IN_RECORD.exits_marketing] = all_exits(firms, lane, MARKETING)
    out[_IN_RECORD.exits_it] = all_exits(firms, lane, IT)
    out[_IN_RECORD.chief_exits] = firms.chief_exits[lane]
    out[_IN_RECORD.ceo_exits] = firms.ceo_exits[lane]
    for j in range(DRAWN_ROWS):
        out[_FIRST_DRAWN + j] = firms.drawn[j, lane]
    cemo, cmto = CEMO_STRUCTURE, CMTO_STRUCTURE
    out[_IN_RECORD.exits_under_cemo_marketing] = firms.exits[cemo, MARKETING, lane]
    out[_IN_RECORD.exits_under_cemo_it] = firms.exits[cemo, IT, lane]
    out[_IN_RECORD.exits_under_cmto_marketing] = firms.exits[cmto, MARKETING, lane]
    out[_IN_RECORD.exits_under_cmto_it] = firms.exits[cmto, IT, lane]
    out[_IN_RECORD.quarters_under_cemo] = firms.quarters_under[cemo, lane]
    out[_IN_RECORD.quarters_under_cmto] = firms.quarters_under[cmto, lane]
    out[_IN_RECORD.ceo_exits_under_cemo] = firms.ceo_exits_under_cemo[lane]
    out[_IN_RECORD.cemo_undone_after_ceo] = firms.cemo_undone_after_ceo[lane]
