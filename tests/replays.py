"""Histories of many firms, replayed as one block: a replay of each takes a block for itself."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from orgsim.engine import new_aggregates, new_halt
from orgsim.engine.cpu.runner import FEW_LANES, run_block
from orgsim.trace import replay


class Block:
    """Firms simulated up to each quarter once, handed out one by one.

    What stands for ``orgsim.trace.replay._until``, which lets every lane hold the same firm.
    """

    def __init__(self):
        self._kept = {}

    def until(self, inputs, firm, quarters, block):
        """Return a firm's row, and leave the firm in the first lane of the block."""
        which, lane = divmod(firm, FEW_LANES)
        asked = (id(inputs), which, quarters)
        if asked not in self._kept:
            self._kept[asked] = self._simulated(inputs, which * FEW_LANES, quarters, block)
        record, states = self._kept[asked]
        for state, kept in zip((block.staff, block.firms, block.rows), states, strict=True):
            for name in kept.dtype.names:
                state[name][..., 0] = kept[name][..., lane]
        return record[:, lane]

    @staticmethod
    def _simulated(inputs, first, quarters, block):
        record = np.empty((len(inputs.model.record), FEW_LANES))
        aggregates = new_aggregates(inputs.model, quarters)
        run_block(inputs, block, first, record, aggregates, new_halt())
        return record, [state.copy() for state in (block.staff, block.firms, block.rows)]


def replays(inputs, firms):
    """Return the histories of the first firms, each as ``replay`` would alone."""
    with pytest.MonkeyPatch.context() as patch:
        # The package gives its function the name of the module.
        patch.setattr(import_module("orgsim.trace.replay"), "_until", Block().until)
        return [replay(inputs, firm, lanes=FEW_LANES) for firm in range(firms)]
