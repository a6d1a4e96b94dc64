"""A device that is as plain as can be: one firm after the other, in Python, without a compiler.

``ORGSIM_DEVICE=plain_device`` chooses it. It is the contract of devices in some lines, and what a
new one (a GPU, say) is held against besides the compiled kernel.
"""

from __future__ import annotations

import numpy as np

from orgsim.engine import BINS, Chunk, Halted, new_aggregates
from orgsim.trace.interpreted import interpreted

UNITS = 2.0**24


def is_compiled(inputs):
    return True


def compile_kernel(inputs):
    pass


def block_ranges(work, first, stop):
    yield first, stop


def block_bytes(agents, quarters, series, firms):
    return 64.0 * agents


def simulate_block(inputs, first, stop, halt=None):
    model, rules, given = inputs.model, inputs.model.rules_module, inputs.given
    steps = [interpreted(model.step(name)) for name in model.steps]
    begin, list_series, count_firm, record_firm = (
        interpreted(getattr(rules, name))
        for name in ("begin", "list_series", "count_firm", "record_firm")
    )
    record = np.empty((len(model.record), stop - first))
    sums, histogram, counts = new_aggregates(model, inputs.quarters)
    listed, row = np.empty((len(model.series), 1)), np.empty(len(model.record))
    with np.errstate(all="ignore"):
        for firm in range(first, stop):
            block = rules.allocate(given, 1)
            block.firms.number[0] = firm
            begin(block, given)
            for t in range(inputs.quarters):
                if halt is not None and halt[0]:
                    raise Halted
                for step in steps:
                    step(block, given, t)
                list_series(block, listed)
                count_firm(block, 0, counts[t])
                for j, series in enumerate(model.series):
                    value = listed[j, 0]
                    sums[t, j] += int(np.floor(value * UNITS + 0.5))
                    place = int((value - series.low) * (BINS / (1.0 - series.low)))
                    histogram[t, j, min(max(place, 0), BINS - 1)] += 1
            record_firm(block, 0, listed, row)
            record[:, firm - first] = row
    return Chunk(first, record, sums, histogram, counts)
