"""Numbers by block: each where the design laid its point."""

from __future__ import annotations

import numpy as np
import pytest

from orgsim.analysis.sensitivity.blocks import Blocks, split_blocks
from orgsim.design.saltelli import block_names


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("dummy", [False, True])
def test_values_are_split_by_the_names_of_the_design(second_order, dummy):
    names = block_names(3, second_order=second_order, dummy=dummy)
    number = {name: float(place) for place, name in enumerate(names)}
    values = np.tile(np.array(list(number.values()))[None, :, None], (4, 1, 2))
    found = split_blocks(values, 3, second_order=second_order, dummy=dummy)
    swapped = [number[name] for name in ("AB_1", "AB_2", "AB_3", "dummy") if name in number]
    assert (found.a == number["A"]).all()
    assert (found.b == number["B"]).all()
    assert found.ab[2, :, 1].tolist() == swapped
    if second_order:
        assert found.ba is not None
        assert found.ba[2, :, 1].tolist() == [number[f"BA_{g}"] for g in (1, 2, 3)]
    else:
        assert found.ba is None


@pytest.mark.parametrize("missing", [np.nan, np.inf, -np.inf])
def test_a_sample_is_whole_if_no_block_lacks_a_number(missing):
    blocks = Blocks(np.ones((4, 2)), np.ones((4, 2)), np.ones((4, 3, 2)), np.ones((4, 3, 2)))
    assert blocks.whole().tolist() == [True] * 4
    blocks.b[0, 1] = blocks.ab[1, 2, 0] = missing
    assert blocks.ba is not None
    blocks.ba[3, 0, 0] = missing
    assert blocks.whole().tolist() == [False, False, True, False]
    kept = blocks.at(blocks.whole())
    assert [len(block) for block in kept if block is not None] == [1] * 4
    assert blocks._replace(ba=None).at(blocks.whole()).ba is None
