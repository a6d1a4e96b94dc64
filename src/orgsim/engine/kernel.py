"""The compiled kernel: a range of firms of one design point, block by block."""

from __future__ import annotations

from orgsim.model import begin, quarter
from orgsim.model.observation import count_bins, count_quarter, record_firm
from orgsim.numerics.jit import kernel


@kernel
def simulate_firms(
    key, first, staff, seen, firms, rows, vacancies, tables, environment, structure, p, halt,
    record, bins, sums, histogram, counts,
):  # fmt: skip
    """Simulate the firms ``first`` ... ``first + record.shape[0] - 1``.

    Parameters
    ----------
    key : tuple of two uint64
        Seed and design point.
    first : int
        Number of the first firm.
    staff, seen, firms, rows, vacancies
        State of a block, see :func:`orgsim.model.state.allocate`; overwritten.
    tables : orgsim.numerics.inverse_cdf.Tables
    environment : orgsim.model.state.Environment
        Its length is the horizon.
    structure : int
        Structure code at the start.
    p : record of parameters
    halt : uint8 (1,)
        Once it is not 0, nothing more is done, and what was filled is of no use.
    record : float64 (firms, len(columns.RECORD))
        Filled with a row for every firm.
    bins : uint16 (quarters, series, firms)
        Filled with the bins of the histograms in which the firms fall.
    sums, histogram, counts : int64
        (quarters, series), (quarters, series, bins), (quarters, counts); added to.
    """
    wanted = record.shape[0]
    lanes = firms.number.size
    done = 0
    while done < wanted:
        active = min(lanes, wanted - done)
        for lane in range(lanes):
            # The last block is filled up with a firm that nobody looks at twice.
            firms.number[lane] = first + done + min(lane, active - 1)
        begin(staff, firms, rows, tables, key, structure, environment, p)
        for t in range(environment.demand.size):
            if halt[0]:
                return
            quarter(staff, seen, firms, rows, vacancies, tables, key, t, environment, p)
            count_quarter(firms, rows, active, sums[t], bins[t], done, counts[t])
        for lane in range(active):
            record_firm(firms, rows, lane, record[done + lane])
        done += active
    count_bins(bins, histogram)
