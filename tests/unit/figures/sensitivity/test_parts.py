"""Outputs that one sheet has no room for have further ones, all of them once."""

from __future__ import annotations

import numpy as np
import pytest

from made_up_sensitivity import of_a_sweep, paired, screened, variance
from orgsim.figures.sensitivity import figures_of
from orgsim.figures.sensitivity.parts import MOST_ROWS, in_parts, largest


@pytest.mark.parametrize("made", [variance, of_a_sweep, paired])
@pytest.mark.parametrize("parameters", [2, 8, 20, 84])
def test_parts_hold_every_output_once_and_in_order(made, parameters):
    whole = made(parameters, 25)
    parts = [given.numbers for given in in_parts(whole)]
    assert tuple(title for part in parts for title in part.outputs) == whole.outputs
    estimates = "second" if made is paired else "first"
    joined = np.concatenate([getattr(part, estimates).low for part in parts])
    np.testing.assert_array_equal(joined, getattr(whole, estimates).low)


def test_what_fits_is_one_part_without_a_name_of_its_own():
    (given,) = in_parts(variance(8, 7))
    assert given.slug == given.called == ""


def test_parts_are_called_by_their_outputs():
    found = figures_of(variance(8, 25))
    assert list(found) == ["indices-1", "indices-2", "indices-3"]
    titles = [drawing.title.partition(": ")[2] for drawing in found.values()]
    assert titles == ["outputs 1 to 9 of 25", "outputs 10 to 18 of 25", "outputs 19 to 25 of 25"]
    single = figures_of(variance(20, 4))
    assert [d.title.partition(": ")[2] for d in single.values()] == [
        "outputs 1 to 3 of 4",
        "output 4 of 4",
    ]


def test_the_screening_is_one_of_each_kind():
    assert list(figures_of(screened(8, 25))) == ["screening-map", "screening-scatter"]


def test_the_largest_on_any_output_come_first_and_a_missing_number_counts_for_nothing():
    values = np.array([[0.1, np.nan, -0.9, 0.2], [0.3, np.nan, 0.0, 0.2]])
    assert largest(values, 2).tolist() == [2, 0]
    assert largest(values).tolist() == [2, 0, 3, 1]
    assert largest(np.ones((1, 84))).tolist() == list(range(MOST_ROWS))
