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
from orgsim.model.capability import leader_background
from orgsim.model.scenario import TOGETHER, classify
from orgsim.model.state import DRAWN_ROWS, NO_TARGET, WINDOW
from orgsim.numerics.elementary import GRID
from orgsim.numerics.jit import merged, rule

BINS = 1024
"""Bins of the histograms of a series, over its whole range."""

_FIRST_BIN = np.int32(0)
_LAST_BIN = np.int32(BINS - 1)
_LOWS = np.array([SERIES_LOW[name] for name in SERIES])
_WIDTHS = 1.0 - _LOWS
_UNDER_WAY = COUNTS.index("under_way")
_SIDE_COUNTS = (COUNTS.index("cmo_and_cto_at_04"), COUNTS.index("cmo_and_cto_at_06"))
_LOW_CUT, _HIGH_CUT = SIDE_CUT_POINTS
_SERIES_IN_RECORD = RECORD.index(SERIES[0])
_AFTER_SERIES = _SERIES_IN_RECORD + len(SERIES)
_DRAWN_IN_RECORD = RECORD.index(DRAWN[0].name)


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


@merged
def list_series(firms, out):
    """Write the state variables of ``columns.SERIES``, in its order, into the rows of ``out``."""
    for lane in range(firms.number.size):
        out[0, lane] = firms.mean_cooperation[0, lane]
        out[1, lane] = firms.mean_cooperation[1, lane]
        out[2, lane] = firms.mean_resistance[0, lane]
        out[3, lane] = firms.mean_resistance[1, lane]
        out[4, lane] = firms.mean_literacy[0, lane]
        out[5, lane] = firms.mean_literacy[1, lane]
        out[6, lane] = firms.capability[lane]
        out[7, lane] = firms.authority[lane]
        out[8, lane] = firms.completion[lane]
        out[9, lane] = firms.performance[lane]
        out[10, lane] = firms.spending_share[lane]
        out[11, lane] = firms.contact[lane]
        out[12, lane] = firms.ei_index[lane]


@merged
def add_up_series(series, active, sums, bins, done):
    """Add the series of the first ``active`` firms to their sums, and note their bins."""
    for j in range(sums.size):
        total = np.int64(0)
        for lane in range(active):
            total += np.int32(np.floor(series[j, lane] * GRID + 0.5))
            place = np.int32((series[j, lane] - _LOWS[j]) / _WIDTHS[j] * BINS)
            bins[j, done + lane] = min(max(place, _FIRST_BIN), _LAST_BIN)
        sums[j] += total


@rule
def count_bins(bins, histogram):
    """Count the firms in each bin of each series and quarter.

    After the last block, not quarter by quarter: the counters of all quarters are more than the
    processor's caches hold, and each row of them is now fetched once.

    Parameters
    ----------
    bins : uint16 (quarters, series, firms)
    histogram : int64 (quarters, series, BINS)
        Added to.
    """
    for t in range(bins.shape[0]):
        for j in range(bins.shape[1]):
            for firm in range(bins.shape[2]):
                histogram[t, j, bins[t, j, firm]] += 1


@rule
def count_quarter(firms, rows, active, sums, bins, done, counts):
    """Add the first ``active`` firms of a block to the aggregates of a quarter.

    All additions are of integers, so no aggregate depends on their order:
    values are summed in units of 2**-24. ``done`` firms of the task came before.
    """
    list_series(firms, rows.series)
    add_up_series(rows.series, active, sums, bins, done)
    for lane in range(active):
        structure = firms.structure[lane]
        completion = firms.completion[lane]
        counts[classify(structure, completion, CUT_POINT)] += 1
        counts[_UNDER_WAY] += firms.target[lane] != NO_TARGET
        counts[_SIDE_COUNTS[0]] += classify(structure, completion, _LOW_CUT) == TOGETHER
        counts[_SIDE_COUNTS[1]] += classify(structure, completion, _HIGH_CUT) == TOGETHER


@rule
def record_firm(firms, rows, lane, out):
    """Write a firm's row of ``columns.RECORD``, in its order; the series are those just counted."""
    out[0] = firms.sector[lane]
    out[1] = classify(firms.structure[lane], firms.completion[lane], CUT_POINT)
    out[2] = firms.structure[lane]
    for j in range(rows.series.shape[0]):
        out[_SERIES_IN_RECORD + j] = rows.series[j, lane]
    rest = out[_AFTER_SERIES:]
    rest[0] = firms.commitment[lane]
    rest[1] = firms.misfit[lane]
    rest[2] = firms.willing[lane]
    rest[3] = leader_background(firms, lane)
    rest[4] = firms.reach[lane]
    rest[5] = firms.target[lane] != NO_TARGET
    rest[6] = firms.attempts[lane]
    rest[7] = firms.failures[lane]
    rest[8] = firms.reversals[lane]
    rest[9] = firms.first_attempt[lane]
    rest[10] = firms.first_adoption[lane]
    rest[11] = firms.quarters_of_misfit[lane]
    rest[12] = firms.exits[0, lane]
    rest[13] = firms.exits[1, lane]
    rest[14] = firms.chief_exits[lane]
    rest[15] = firms.ceo_exits[lane]
    for j in range(DRAWN_ROWS):
        out[_DRAWN_IN_RECORD + j] = firms.drawn[j, lane]
