"""Which rows are others: told by their bits, and named."""

from __future__ import annotations

import numpy as np
import pytest

from orgsim.execution.same_rows import Declared, Difference, RowsFound, part_found, rows_found
from orgsim.model import MODEL
from orgsim.store import Part
from orgsim.store.tables import NEVER
from toy_model import TOY

FIRMS = Declared.of("firms", TOY, ["shops", "banks"])
SHARES = Declared.of("shares", MODEL, ())


def firms(count=3, **changed):
    """Return made-up rows of the toy's firms; a value that is given stands in the last row."""
    columns = {
        "point": np.full(count, 4, "<i4"),
        "firm": np.arange(10, 10 + count, dtype="<i8"),
        "sector": np.zeros(count, "<i2"),
        "scenario": np.full(count, 2, "<i2"),
        "start": np.ones(count, "<i2"),
        "level": np.full(count, 0.25, "<f4"),
        "distance": np.full(count, np.nan, "<f4"),
        "is_above": np.ones(count, "u1"),
        "quarters_high": np.zeros(count, "<i2"),
        "first_high": np.full(count, NEVER, "<i2"),
        "drawn_aim": np.full(count, 0.5, "<f4"),
    }
    for name, value in changed.items():
        columns[name][-1] = value
    return columns


def another_nan():
    """Return a NaN of other bits than numpy's."""
    return np.array([0x7FC00001], "<u4").view("<f4")[0]


def test_rows_of_the_same_bits_are_the_same_be_they_null_or_nan():
    assert rows_found(FIRMS, firms(), firms()) == RowsFound(3)
    nan = another_nan()
    assert rows_found(FIRMS, firms(distance=nan), firms(distance=nan)) == RowsFound(3)


@pytest.mark.parametrize(
    ("name", "value", "was", "now"),
    [
        ("level", np.nextafter(np.float32(0.25), np.float32(1)), "0.25", "0.25000003"),
        ("distance", 0.0, "nan", "0.0"),
        ("distance", another_nan(), "nan (bits 7fc00000)", "nan (bits 7fc00001)"),
        ("first_high", 0, "null", "0"),
        ("is_above", 0, "true", "false"),
        ("scenario", 3, "good", "high"),
        ("sector", 1, "shops", "banks"),
        ("start", -1, "middle", "an unknown word"),
        ("quarters_high", 7, "0", "7"),
    ],
)
def test_a_value_of_other_bits_is_named_with_both(name, value, was, now):
    here, there = firms(), firms(**{name: value})
    found = Difference("point 4, firm 12", name, was, now)
    assert rows_found(FIRMS, here, there) == RowsFound(3, 1, found)
    back = Difference("point 4, firm 12", name, now, was)
    assert rows_found(FIRMS, there, here) == RowsFound(3, 1, back)


def test_zeros_of_two_signs_are_two():
    found = rows_found(FIRMS, firms(level=0.0), firms(level=-0.0))
    assert (found.first.old, found.first.new) == ("0.0", "-0.0")


def test_the_first_row_is_named_and_its_first_column():
    here, there = firms(), firms(drawn_aim=1.0)
    there["distance"][1] = there["level"][1] = 0.75
    assert rows_found(FIRMS, here, there) == RowsFound(
        3, 2, Difference("point 4, firm 11", "level", "0.25", "0.75")
    )


def shares(**changed):
    """Return made-up rows of shares, all numbers 0.5 or 1."""
    columns = {
        c.name: np.full(
            2,
            0.5 if c.type == "float64" else 1,
            {"float64": "<f8", "int32": "<i4", "int64": "<i8"}[c.type],
        )
        for c in SHARES.columns
        if c.type != "word"
    }
    columns["scenario"] = np.array(["cemo", "cmto"])
    for name, value in changed.items():
        columns[name][-1] = value
    return columns


@pytest.mark.parametrize("name", ["low", "high"])
def test_limits_of_intervals_may_be_off_by_rounding(name):
    assert rows_found(SHARES, shares(), shares(**{name: 0.5 * (1 + 1e-13)})).different == 0
    found = rows_found(SHARES, shares(), shares(**{name: 0.5 * (1 + 1e-11)}))
    assert (found.different, found.first.where) == (1, "point 1, scenario cmto")


@pytest.mark.parametrize("name", ["count", "share", "scenario"])
def test_nothing_else_may(name):
    value = {"count": 2, "share": np.nextafter(0.5, 1.0), "scenario": "cemo"}[name]
    found = rows_found(SHARES, shares(), shares(**{name: value}))
    assert (found.different, found.first.column) == (1, name)


class Held:
    """Rows of firms that are in memory, in pieces, as ``PointRows`` gives them."""

    name, model, sectors = "firms", TOY, ("shops", "banks")

    def __init__(self, *pieces):
        self.pieces = pieces

    def of_point(self, part, point):
        (rows,) = self.pieces
        return rows

    def between(self, point, first, stop):
        yield from self.pieces


def test_rows_are_looked_for_in_whichever_parts_they_stand_and_missed_where_they_are_not():
    part = Part(4, 5, 10, 13)
    whole = firms()
    pieces = [{k: v[a:b] for k, v in whole.items()} for a, b in ((0, 1), (1, 3), (0, 0))]
    assert part_found(Held(whole), Held(*pieces[:2]), part) == RowsFound(3)
    gone = Difference("point 4, firm 11", "firm", "11", "no such row")
    assert part_found(Held(whole), Held(pieces[0]), part) == RowsFound(3, 2, gone)
    none = Difference("point 4, firm 10", "firm", "10", "no such row")
    assert part_found(Held(whole), Held(), part) == RowsFound(3, 3, none)
