"""The fast engine against the oracle: firm by firm, column by column, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from oracle.cases import CASES, SECTORS
from oracle.firm import simulate_firm
from oracle.schedule import segments_of
from orgsim.engine import make_inputs, simulate
from orgsim.model import MODEL, columns
from orgsim.model.tables import build_tables
from populations import settings

FIRMS = 12


def oracle_firms(case, sectors, first, count):
    tables = build_tables(segments_of(case)[0][1], sectors)
    return [
        simulate_firm(
            case,
            seed=case["simulation.seed"],
            firm=number,
            quarters=case["simulation.quarters"],
            sectors=sectors,
            tables=tables,
        )
        for number in range(first, first + count)
    ]


def compare(name, first, count=FIRMS):
    case = settings() | CASES[name]
    sectors = SECTORS.get(name, [])
    slow = oracle_firms(case, sectors, first, count)
    fast = simulate(make_inputs(MODEL, case, sectors), first, first + count, threads=1, lanes=64)
    wrong = {
        column: (fast.record[i, k], float(trace.record[column]))
        for i, column in enumerate(columns.RECORD)
        for k, trace in enumerate(slow)
        if fast.record[i, k] != float(trace.record[column])
    }
    assert not wrong
    return slow, fast


@pytest.mark.parametrize("name", CASES)
def test_every_column_of_every_firm_agrees_to_the_bit(name):
    compare(name, first=100)


def test_aggregates_of_every_quarter_agree():
    slow, fast = compare("turbulent", first=0)
    for t in range(fast.sums.shape[0]):
        for j, column in enumerate(columns.SERIES):
            values = [trace.series[t][column] for trace in slow]
            assert fast.sums[t, j] == sum(int(np.floor(v * 2.0**24 + 0.5)) for v in values)
            low = columns.SERIES_LOW[column]
            bins, _ = np.histogram(values, bins=1024, range=(low, 1.0))
            assert (fast.histogram[t, j] == bins).all()
        counted = [sum(trace.series[t]["scenario"] == code for trace in slow) for code in range(4)]
        assert fast.counts[t, :4].tolist() == counted
        assert fast.counts[t, 4] == sum(bool(trace.series[t]["under_way"]) for trace in slow)


def test_the_cases_cover_all_scenarios_and_every_kind_of_event():
    """Else the agreement above would say less than it seems to."""
    scenarios, events = set(), dict.fromkeys(("failures", "reversals", "attempts"), 0)
    for name in ("default", "turbulent", "turbulent, uneven", "no learning", "forced cmto"):
        case = settings() | CASES[name]
        fast = simulate(
            make_inputs(MODEL, case, SECTORS.get(name, [])), 100, 100 + FIRMS, threads=1
        )
        scenarios |= set(fast.record[columns.RECORD.index("scenario")].astype(int))
        for event in events:
            events[event] += fast.record[columns.RECORD.index(event)].sum()
    assert scenarios == {0, 1, 2, 3}
    assert all(count > 5 for count in events.values()), events
