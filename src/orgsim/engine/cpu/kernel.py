"""The compiled kernel of a model: a range of firms of one design point, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from orgsim.engine.cpu.aggregates import adder_of, count_bins
from orgsim.engine.cpu.native import Kernel
from orgsim.numerics.jit import merged
from orgsim.numerics.sources import source_hash
from orgsim.spec import Model


@merged
def nothing(block, inputs, t):
    """Do nothing: a quarter of no steps."""


def in_order(steps: Iterable[Any]) -> Any:
    """Return a function that takes all of some steps, one after the other.

    They are joined two by two, for numba has to know in every call what is called.
    """
    quarter = nothing
    for step in steps:
        quarter = _joined(quarter, step)
    return quarter


def _joined(before: Any, step: Any) -> Any:
    @merged
    def joined(block, inputs, t):
        before(block, inputs, t)
        step(block, inputs, t)

    return joined


@cache
def kernel_of(model: Model) -> Kernel:
    """Return the kernel of a model, see ``simulate_firms`` in it for how it is called.

    Raises
    ------
    LookupError
        If the model's rules lack one of its steps.
    """
    quarter = in_order(model.step(name) for name in model.steps)
    rules = model.rules_module
    begin, list_series = rules.begin, rules.list_series
    count_firm, record_firm = rules.count_firm, rules.record_firm
    add_up_series = adder_of(model.series)

    def simulate_firms(
        block, inputs, first, halt, record, listed, bins, sums, histogram, counts
    ):  # fmt: skip
        """Simulate the firms ``first`` ... ``first + record.shape[1] - 1``.

        Parameters
        ----------
        block, inputs : named tuples of the model's rules
            The block is overwritten; the inputs reach as far as the horizon, or farther.
        first : int
            Number of the first firm.
        halt : uint8 (1,)
            Once it is not 0, nothing more is done, and what was filled is of no use.
        record : float64 (columns, firms)
            Filled.
        listed : float64 (series, lanes)
            Overwritten.
        bins : uint16 (quarters, series, firms)
            Filled with the bins of the histograms in which the firms fall.
        sums, histogram, counts : int64
            (quarters, series), (quarters, series, bins), (quarters, counts); added to. The horizon
            is their number of quarters.
        """
        wanted = record.shape[1]
        lanes = block.firms.number.size
        done = 0
        while done < wanted:
            active = min(lanes, wanted - done)
            for lane in range(lanes):
                # The last block is filled up with a firm that nobody looks at twice.
                block.firms.number[lane] = first + done + min(lane, active - 1)
            begin(block, inputs)
            for t in range(counts.shape[0]):
                if halt[0]:
                    return
                quarter(block, inputs, t)
                list_series(block, listed)
                add_up_series(listed, active, sums[t], bins[t], done)
                for lane in range(active):
                    count_firm(block, lane, counts[t])
            for lane in range(active):
                record_firm(block, lane, listed, record[:, done + lane])
            done += active
        count_bins(bins, histogram)

    return Kernel(simulate_firms, source_hash(model))
