"""How firms are cut into blocks."""

from __future__ import annotations

import pytest

from orgsim.engine import GRAIN
from orgsim.engine.cpu.runner import TASK_WORK, block_ranges

RANGES = [(0, 1), (0, GRAIN), (GRAIN, 3 * GRAIN + 5), (0, 10_000), (4 * GRAIN, 1_000_001)]


@pytest.mark.parametrize("work", [1, 40, 1_600, 80_000, 10**9])
@pytest.mark.parametrize(("first", "stop"), RANGES)
def test_blocks_are_all_firms_once_from_multiples_of_the_grain(work, first, stop):
    blocks = list(block_ranges(work, first, stop))
    assert [blocks[0][0], *(end for _, end in blocks)] == [*(b for b, _ in blocks), stop]
    assert all(begin % GRAIN == 0 and begin < end for begin, end in blocks)
    assert all(end - begin <= max(TASK_WORK // work, GRAIN) for begin, end in blocks)


def test_the_last_blocks_are_small_so_that_threads_finish_together():
    sizes = [end - begin for begin, end in block_ranges(1_600, 0, 10**6)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 2 * GRAIN
    assert sizes[-2] == GRAIN


def test_a_point_of_few_blocks_has_no_more_of_them():
    assert list(block_ranges(1_600, 0, 4 * GRAIN)) == [(0, 2 * GRAIN), (2 * GRAIN, 4 * GRAIN)]
