"""How a run is cut into parts: every firm of every point once, in order, and names that sort."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgsim.store import TILE, Layout, Part, part_firms


def cells(parts):
    """Return (point, firm) of every row, in the order of the parts and of rows within them."""
    return [
        (point, firm)
        for part in parts
        for point in part.points
        for firm in range(part.first_firm, part.stop_firm)
    ]


@st.composite
def layouts(draw):
    """Layouts as of runs, but small: firms that are split, that share a part, that are decided."""
    points = draw(st.integers(1, 12))
    firms = draw(st.integers(1, 70))
    adaptive = draw(st.booleans())
    return Layout(
        points=points,
        firms=firms,
        part_firms=2 ** draw(st.integers(0, 7)),
        expected=draw(st.integers(1, firms)) if adaptive else firms,
        adaptive=adaptive,
    )


@given(layouts())
def test_every_firm_of_every_point_stands_in_one_part_and_in_order(layout):
    every = [(p, f) for p in range(layout.points) for f in range(layout.firms)]
    assert cells(layout.parts()) == every
    assert cells(layout.quarter_parts()) == every
    assert len(layout) == len(list(layout.parts()))


@given(layouts())
def test_the_part_of_a_firm_is_the_one_that_it_stands_in(layout):
    for part in layout.parts():
        for point, firm in cells([part]):
            assert layout.part_of(point, firm) == part
    for part in layout.quarter_parts():
        assert all(layout.quarter_part_of(point) == part for point in part.points)


@given(layouts())
def test_no_part_is_empty_or_larger_than_it_may_be(layout):
    for part in layout.parts():
        assert part.first_point < part.stop_point
        assert part.first_firm < part.stop_firm
        expected = layout.expected if layout.adaptive else part.stop_firm - part.first_firm
        assert len(part.points) == 1 or len(part.points) * expected <= layout.part_firms
        assert layout.adaptive or len(part.points) * expected <= layout.part_firms


@given(layouts())
def test_rows_by_quarter_of_a_point_stand_together_and_firms_that_a_precision_decides(layout):
    for part in layout.quarter_parts():
        assert (part.first_firm, part.stop_firm) == (0, layout.firms)
    if layout.adaptive:
        assert not layout.is_split
        assert list(layout.parts()) == list(layout.quarter_parts())


@pytest.mark.parametrize(
    ("layout", "sizes"),
    [
        (Layout(1, 100, 1024, 100, False), [(1, 100)]),
        (Layout(1, 1024, 1024, 1024, False), [(1, 1024)]),
        (Layout(1, 1025, 1024, 1025, False), [(1, 1024), (1, 1)]),
        (Layout(2, 2500, 1024, 2500, False), [(1, 1024), (1, 1024), (1, 452)] * 2),
        (Layout(7, 300, 1024, 300, False), [(3, 300), (3, 300), (1, 300)]),
        (Layout(7, 513, 1024, 513, False), [(1, 513)] * 7),
        (Layout(5, 5000, 2048, 1024, True), [(2, 5000), (2, 5000), (1, 5000)]),
        (Layout(3, 5000, 1024, 2048, True), [(1, 5000)] * 3),
    ],
)
def test_some_layouts_worked_out_by_hand(layout, sizes):
    assert [(len(p.points), p.stop_firm - p.first_firm) for p in layout.parts()] == sizes


@given(layouts())
def test_names_are_unique_and_sort_as_the_rows_do(layout):
    for parts in (list(layout.parts()), list(layout.quarter_parts())):
        names = [part.name for part in parts]
        assert names == sorted(set(names))


def test_names_of_the_largest_runs_sort_as_the_rows_do():
    """A hundred million points, and ten billion firms: the next power of ten at either end."""
    by_points = [Part(p, p + 1, 0, 9) for p in (0, 9, 10, 99_999, 100_000, 99_999_998)]
    by_firms = [Part(3, 4, f, f + 2**18) for f in (0, 9, 10, 999_999_999, 9_999_000_000)]
    for parts in (by_points, by_firms):
        assert all(a.name < b.name for a, b in pairwise(parts))
    assert by_points[2].name == "part-p00000010-00000011-f0000000000-0000000009"


SIZES = [1, 2, 100, 1_000, 16_384, 10**6, 10**8, 10**10]


@pytest.mark.parametrize("points", [1, 3, 1_000, 200_000])
@pytest.mark.parametrize("firms", SIZES)
@pytest.mark.parametrize("work", [0, 1, 4_000, 10**6, 10**9, 10**12])
def test_a_part_is_whole_tiles_some_megabytes_and_a_minutes_work(points, firms, work):
    """Tiles begin at multiples of TILE, so a part must be whole tiles: a power of two, 1,024 on."""
    size = part_firms(points, firms, work)
    assert size.bit_count() == 1
    assert size % TILE == 0
    assert TILE <= size <= 2**18
    assert size == TILE or size * work <= 4 * 10**9


@pytest.mark.parametrize(
    ("points", "firms", "size"),
    [
        (1, 100, 2**14),  # nothing is gained by less
        (1, 10**6, 2**14),  # 15,625 of a sixty-fourth, and no less than the least
        (1, 64 * 2**16, 2**16),
        (64, 2**16 + 5, 2**16),
        (1, 10**9, 2**18),
        (200_000, 10_000, 2**18),
    ],
)
def test_a_run_of_cheap_firms_has_about_64_parts_at_first_then_large_ones(points, firms, size):
    assert part_firms(points, firms, 4_000) == size


def test_layouts_of_real_sizes_are_made_at_once():
    """A hundred million firms, and a million points: what the parts are is arithmetic."""
    many = Layout(1, 10**8, 2**18, 10**8, False)
    assert len(many) == -(-(10**8) // 2**18)
    assert sum(p.stop_firm - p.first_firm for p in many.parts()) == 10**8
    wide = Layout(10**6, 1_000, 2**18, 1_000, False)
    assert sum(len(p.points) for p in wide.parts()) == 10**6
