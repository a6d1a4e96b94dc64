"""Blocks for Sobol indices, by their definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from orgsim.design.saltelli import block_names, is_balanced, saltelli_blocks
from orgsim.errors import ConfigError


def by_name(blocks, groups, **what):
    names = block_names(groups, **what)
    assert blocks.shape[1] == len(names)
    return dict(zip(names, np.moveaxis(blocks, 1, 0), strict=True))


def test_a_and_b_are_halves_of_scipys_sequence():
    found = by_name(saltelli_blocks(5, 64, seed=9), 5)
    sequence = qmc.Sobol(10, scramble=True, rng=np.random.default_rng(9)).random(64)
    assert np.array_equal(np.hstack([found["A"], found["B"]]), sequence)


@pytest.mark.parametrize("groups", [None, ((0, 3), (1,), (2,)), ((2, 1, 0, 3),)])
@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("dummy", [False, True])
def test_blocks_differ_in_the_columns_of_their_group(groups, second_order, dummy):
    what = {"second_order": second_order, "dummy": dummy}
    columns = groups or ((0,), (1,), (2,), (3,))
    found = by_name(saltelli_blocks(4, 16, seed=2, groups=groups, **what), len(columns), **what)
    assert len(found) == 2 + len(columns) * (1 + second_order) + dummy
    for number, group in enumerate(columns, 1):
        for column in range(4):
            of_one, of_other = ("B", "A") if column in group else ("A", "B")
            assert np.array_equal(found[f"AB_{number}"][:, column], found[of_one][:, column])
            if second_order:
                assert np.array_equal(found[f"BA_{number}"][:, column], found[of_other][:, column])
    if dummy:
        assert np.array_equal(found["dummy"], found["A"])


def test_more_samples_leave_the_first_ones_as_they_were():
    long = saltelli_blocks(3, 1_000, seed=4, second_order=True)
    for count in (1, 7, 64, 100, 999):  # scipy would warn of all but 1 and 64
        assert np.array_equal(saltelli_blocks(3, count, seed=4, second_order=True), long[:count])
    assert not np.array_equal(saltelli_blocks(3, 7, seed=5, second_order=True), long[:7])
    assert long.min() >= 0.0
    assert long.max() < 1.0


def test_balanced_counts_are_those_that_fill_every_stratum():
    for count in range(1, 130):
        blocks = saltelli_blocks(3, count, seed=1)[:, :2].reshape(count, 6)
        even = all(sorted(np.floor(column * count)) == list(range(count)) for column in blocks.T)
        assert is_balanced(count) == even, count
    assert not is_balanced(0)
    assert not is_balanced(-4)


@pytest.mark.parametrize(
    "groups", [((0, 1),), ((0, 1), (1, 2)), ((0, 1, 2), ()), ((0, 1, 3),), ((0, 1), (2, 3))]
)
def test_columns_that_are_not_in_exactly_one_group_are_refused(groups):
    with pytest.raises(ConfigError, match=r"allowed: every column from 0 to 2 in exactly one"):
        saltelli_blocks(3, 8, seed=1, groups=groups)


@pytest.mark.parametrize(("dimensions", "count"), [(0, 8), (3, 0), (3, 2**26)])
def test_nothing_and_too_much_are_refused(dimensions, count):
    with pytest.raises(ConfigError, match="allowed: at least 1 parameter"):
        saltelli_blocks(dimensions, count, seed=1)
