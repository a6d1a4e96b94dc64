"""Numbers and lists in words, and the examples that the two modules of text give."""

from __future__ import annotations

import doctest
from itertools import pairwise

import pytest

from orgsim import printable, text
from orgsim.text import (
    NBSP,
    bare_given,
    bare_p_value,
    bare_tenths,
    column_percent,
    confidence,
    counted,
    done_percent,
    duration,
    from_to,
    given_percent,
    interval,
    joined,
    mix_percent,
    number,
    p_value,
    people,
    percent,
    percentage_points,
    points,
    signed,
    signed_interval,
    signed_points,
    size,
    sure_points,
    tenths,
    tight_percent,
    with_minus,
)


def plain(written):
    return written.replace(NBSP, " ")


@pytest.mark.parametrize("module", [printable, text])
def test_the_examples_hold(module):
    found = doctest.testmod(module)
    assert (found.attempted > 0, found.failed) == (True, 0)


def test_every_function_has_an_example():
    finder = doctest.DocTestFinder(exclude_empty=False)
    bare = [
        example.name
        for example in finder.find(text)
        if not example.examples and not example.name.rpartition(".")[2].startswith("_")
    ]
    assert bare == ["orgsim.text"]  # the module itself


# --- shares


EDGES = (0.0, 1e-9, 0.0004, 0.004, 0.1, 0.4086, 0.5, 0.99996, 1.0)


@pytest.mark.parametrize(
    ("write", "written"),
    [
        (percent, "0 %; < 0.1 %; < 0.1 %; 0.4 %; 10 %; 40.9 %; 50 %; > 99.9 %; 100 %"),
        (tenths, "0 %; < 0.1 %; < 0.1 %; 0.4 %; 10.0 %; 40.9 %; 50.0 %; > 99.9 %; 100 %"),
        (column_percent, "0.0 %; < 0.1 %; < 0.1 %; 0.4 %; 10.0 %; 40.9 %; 50.0 %; > 99.9 %; 100 %"),
        (bare_tenths, "0.0; 0.0; 0.0; 0.4; 10.0; 40.9; 50.0; 100.0; 100.0"),
        (tight_percent, "0.0%; 0.0%; 0.0%; 0.4%; 10.0%; 40.9%; 50.0%; 100.0%; 100.0%"),
        (given_percent, "0 %; 1e-07 %; 0.04 %; 0.4 %; 10 %; 40.86 %; 50 %; 100 %; 100 %"),
        (mix_percent, "0 %; 1e-07 %; 0.04 %; 0.4 %; 10 %; 40.9 %; 50 %; 100 %; 100 %"),
        (bare_given, "0; 1e-07; 0.04; 0.4; 10; 40.86; 50; 100; 100"),
    ],
)
def test_shares_from_none_to_all(write, written):
    assert "; ".join(plain(write(share)) for share in EDGES) == written


def test_a_negative_nought_is_none():
    assert plain(column_percent(-0.0)) == "0.0 %"


def test_where_rounding_turns_to_none_and_to_all():
    assert [plain(tenths(s)) for s in (0.00049, 0.00051)] == ["< 0.1 %", "0.1 %"]
    assert [plain(tenths(s)) for s in (0.99949, 0.99951)] == ["99.9 %", "> 99.9 %"]


@pytest.mark.parametrize("write", [percent, tenths, column_percent, given_percent, mix_percent])
def test_no_line_breaks_between_a_share_and_its_unit(write):
    assert all(" " not in write(share) for share in EDGES)


def test_rounding_keeps_compared_shares_in_order():
    assert plain(percent(0.9995, 1.0)) == "99.95 %"
    assert plain(percent(1.0, 0.9995)) == "100 %"
    assert plain(percent(0.49999, 0.5)) == "49.999 %"
    assert plain(percent(0.5, 0.5)) == "50 %"


def test_an_interval_has_its_ends_in_percent():
    assert interval(0.0, 1.0) == "0.0 – 100.0"


def test_work_that_is_done():
    written = [done_percent(done, 1_000) for done in (0, 4, 6, 995, 996, 1_000)]
    assert written == ["0 %", "0 %", "1 %", "100 %", "100 %", "100 %"]


def test_confidence_is_what_an_error_leaves():
    assert [plain(confidence(e)) for e in (0.05, 0.01, 0.05 / 3)] == ["95 %", "99 %", "98.33 %"]


# --- differences


def test_points_have_their_noun():
    differences = (0.0, -0.0, 0.00012, 0.0096, 0.01, -0.01, 0.0104, 0.011, -0.2)
    assert [points(d) for d in differences] == [
        *("0 points", "0 points", "0.012 points", "1 point", "1 point", "1 point", "1 point"),
        *("1.1 points", "20 points"),
    ]
    assert [percentage_points(d) for d in (0.0, 0.01, 0.025)] == [
        *("0 percentage points", "1 percentage point", "2.5 percentage points")
    ]


def test_a_difference_has_a_sign_unless_it_rounds_to_nought():
    differences = (0.0, -0.0, 0.0004, -0.0004, 0.012, -0.3, 1.0, -1.0)
    assert [signed_points(d) for d in differences] == [
        *("0.0", "0.0", "0.0", "0.0", "+1.2", "−30.0", "+100.0", "−100.0")
    ]
    assert signed_interval(-0.012, 0.0004) == "−1.2 to 0.0"


def test_a_sure_sign_outlives_rounding():
    assert [sure_points(d) for d in (0.0004, -0.0004, 0.012, -0.3)] == [
        *("+0.0", "−0.0", "+1.2", "−30.0")
    ]


def test_a_sign_in_another_unit():
    assert [signed(v) for v in (0.0, -0.0, 0.04, 2.0, -2.06)] == [
        *("0.0", "0.0", "0.0", "+2.0", "−2.1")
    ]
    assert [signed(v, 3) for v in (-0.0, -0.0004, 0.0006, -1.0)] == [
        *("0.000", "0.000", "+0.001", "−1.000")
    ]


def test_a_minus_is_no_hyphen():
    assert with_minus("-1e-05") == "−1e−05"


# --- numbers


def test_rounding_never_makes_a_number_none_or_all():
    assert [number(v) for v in (0.0, -0.0, 1.0, 0.4, -2.346)] == [
        *("0.00", "0.00", "1.00", "0.40", "−2.35")
    ]
    assert (number(1e-5), number(0.9999), number(1.0001)) == ("0.00001", "0.9999", "1.0001")


def test_rounding_keeps_compared_numbers_in_order():
    assert (number(0.4512, 0.4498), number(0.4512, 0.4508)) == ("0.451", "0.4512")
    assert (number(0.4508, 0.4512), number(0.3, 0.3)) == ("0.4508", "0.30")
    ascending = [0.4, 0.40001, 0.4001, 0.401, 0.41]
    written = [number(value, *ascending) for value in ascending]
    assert all(float(one) < float(two) for one, two in pairwise(written))


def test_p_values():
    assert [p_value(p) for p in (0.0, 0.00099, 0.001, 0.05, 1.0)] == [
        *("p < 0.001", "p < 0.001", "p = 0.001", "p = 0.050", "p = 1.000")
    ]
    assert [bare_p_value(p) for p in (0.0, 0.00099, 0.001, 1.0)] == [
        *("< 0.001", "< 0.001", "0.001", "1.000")
    ]


# --- counts, sizes, lists


def test_one_is_told_as_one_and_nought_as_several():
    assert [counted(n, "firm") for n in (0, 1, 2, 1_000)] == [
        *("0 firms", "1 firm", "2 firms", "1,000 firms")
    ]
    assert [people(n) for n in (0, 1, 2, 1_200)] == [
        *("0 people", "1 person", "2 people", "1,200 people")
    ]
    assert (from_to(1, 1), from_to(1, 2_000)) == ("1", "1 to 2,000")


def test_sizes_change_their_unit_at_thousands():
    assert [size(n) for n in (0, 1, 999, 1_000, 1e6, 1e9, 1e12, 1e15)] == [
        *("0 bytes", "1 bytes", "999 bytes", "1 kB", "1 MB", "1 GB", "1.0 TB", "1000.0 TB")
    ]


def test_durations_are_a_second_at_least():
    assert [duration(s) for s in (0.0, 89, 90, 5_399, 5_400, 172_799, 172_800)] == [
        *("1 s", "89 s", "2 min", "90 min", "1.5 h", "48.0 h", "2.0 days")
    ]


def test_words_are_joined():
    assert [joined(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        *("a", "a and b", "a, b and c")
    ]
