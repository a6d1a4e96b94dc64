"""Step 9: what is seen of the firms, each quarter and at the horizon.

The E-I index (external less internal ties over all ties) is Krackhardt and
Stern's (1988, Social Psychology Quarterly 51).
"""

from __future__ import annotations

import numpy as np

from orgsim.columns import (
    COUNTS,
    CUT_POINT,
    DRAWN,
    RECORD,
    SERIES,
    SERIES_LOW,
    SIDE_CUT_POINTS,
)
from orgsim.elementary import GRID
from orgsim.jit import compiled
from orgsim.model.capability import leader_background
from orgsim.model.scenario import TOGETHER, classify
from orgsim.model.state import DRAWN_ROWS, NO_TARGET, WINDOW, department_of

BINS = 1024
"""Bins of the histograms of a series, over its whole range."""

_LOWS = np.array([SERIES_LOW[name] for name in SERIES])
_WIDTHS = 1.0 - _LOWS
_UNDER_WAY = COUNTS.index("under_way")
_SIDE_COUNTS = (COUNTS.index("cmo_and_cto_at_04"), COUNTS.index("cmo_and_cto_at_06"))
_LOW_CUT, _HIGH_CUT = SIDE_CUT_POINTS
_SERIES_IN_RECORD = RECORD.index(SERIES[0])
_AFTER_SERIES = _SERIES_IN_RECORD + len(SERIES)
_DRAWN_IN_RECORD = RECORD.index(DRAWN[0].name)


@compiled
def average(values, rows, n_marketing):
    """Return the departments' means of ``values`` (staff, lanes), as rows (2, lanes)."""
    n, lanes = values.shape
    total = rows.total
    total[:] = 0.0
    for i in range(n):
        g = department_of(i, n_marketing)
        for lane in range(lanes):
            total[g, lane] += values[i, lane]
    for lane in range(lanes):
        total[0, lane] /= n_marketing
        total[1, lane] /= n - n_marketing
    return total


@compiled
def observe_people(staff, firms, rows, p):
    """Take the departments' means, by which the firm knows itself in the next quarter."""
    n_marketing = p.firm_marketing_staff
    mean = average(staff.cooperation, rows, n_marketing)
    for lane in range(firms.size):
        firms[lane].mean_cooperation[0] = mean[0, lane]
        firms[lane].mean_cooperation[1] = mean[1, lane]
    mean = average(staff.resistance, rows, n_marketing)
    for lane in range(firms.size):
        firms[lane].mean_resistance[0] = mean[0, lane]
        firms[lane].mean_resistance[1] = mean[1, lane]
    mean = average(staff.literacy, rows, n_marketing)
    for lane in range(firms.size):
        firms[lane].mean_literacy[0] = mean[0, lane]
        firms[lane].mean_literacy[1] = mean[1, lane]


@compiled
def observe_contact(firm, t, p):
    """Set the E-I index of this quarter's encounters; a department of one has no internal ones."""
    slot = t % WINDOW
    marketing = p.firm_marketing_staff
    it = p.firm_it_staff
    external = firm.encounters[slot, 0] + firm.encounters[slot, 1]
    internal = 0
    if marketing > 1:
        internal += p.cooperation_encounters * marketing - firm.encounters[slot, 0]
    if it > 1:
        internal += p.cooperation_encounters * it - firm.encounters[slot, 1]
    ties = external + internal
    firm.ei_index = (external - internal) / ties if ties > 0 else 0.0


@compiled
def series_row(firm, out):
    """Write the state variables of ``columns.SERIES``, in its order."""
    out[0] = firm.mean_cooperation[0]
    out[1] = firm.mean_cooperation[1]
    out[2] = firm.mean_resistance[0]
    out[3] = firm.mean_resistance[1]
    out[4] = firm.mean_literacy[0]
    out[5] = firm.mean_literacy[1]
    out[6] = firm.capability
    out[7] = firm.authority
    out[8] = firm.completion
    out[9] = firm.performance
    out[10] = firm.spending_share
    out[11] = firm.contact
    out[12] = firm.ei_index


@compiled
def count_quarter(firms, active, row, sums, histogram, counts):
    """Add the first ``active`` firms of a block to the aggregates of a quarter.

    All additions are of integers, so no aggregate depends on their order:
    values are summed in units of 2**-24.
    """
    for lane in range(active):
        firm = firms[lane]
        series_row(firm, row)
        for j in range(row.size):
            sums[j] += np.int64(np.floor(row[j] * GRID + 0.5))
            place = np.int64((row[j] - _LOWS[j]) / _WIDTHS[j] * BINS)
            histogram[j, min(max(place, 0), BINS - 1)] += 1
        structure = firm.structure
        completion = firm.completion
        counts[classify(structure, completion, CUT_POINT)] += 1
        counts[_UNDER_WAY] += firm.target != NO_TARGET
        counts[_SIDE_COUNTS[0]] += classify(structure, completion, _LOW_CUT) == TOGETHER
        counts[_SIDE_COUNTS[1]] += classify(structure, completion, _HIGH_CUT) == TOGETHER


@compiled
def record_firm(firm, out):
    """Write a firm's row of ``columns.RECORD``, in its order."""
    out[0] = firm.sector
    out[1] = classify(firm.structure, firm.completion, CUT_POINT)
    out[2] = firm.structure
    series_row(firm, out[_SERIES_IN_RECORD:_AFTER_SERIES])
    rest = out[_AFTER_SERIES:]
    rest[0] = firm.commitment
    rest[1] = firm.misfit
    rest[2] = firm.willing
    rest[3] = leader_background(firm)
    rest[4] = firm.reach
    rest[5] = firm.target != NO_TARGET
    rest[6] = firm.attempts
    rest[7] = firm.failures
    rest[8] = firm.reversals
    rest[9] = firm.first_attempt
    rest[10] = firm.first_adoption
    rest[11] = firm.quarters_of_misfit
    rest[12] = firm.exits[0]
    rest[13] = firm.exits[1]
    rest[14] = firm.chief_exits
    rest[15] = firm.ceo_exits
    for j in range(DRAWN_ROWS):
        out[_DRAWN_IN_RECORD + j] = firm.drawn[j]
