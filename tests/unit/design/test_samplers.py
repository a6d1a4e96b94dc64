"""Designs of sweeps against theory and independent computations."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.stats import qmc

from orgsim.design import EXTENDABLE, MOST_POINTS, Design, Dimension, points_of
from orgsim.design import samplers as designs
from orgsim.errors import ConfigError

THREAT = Dimension("resistance.status_threat", low=0.0, high=1.0)
RATE = Dimension("cooperation.learning_rate", low=0.0, high=1.0)
LOG = Dimension("resistance.within_firm_concentration", low=0.1, high=1e6, scale="log")
STAFF = Dimension("firm.it_staff", low=3, high=9, whole=True)
STRUCTURE = Dimension("firm.structure", values=("separate", "cmto", "cemo"))
SWITCH = Dimension("mechanisms.status_threat", values=(True, False))
ALL = (THREAT, RATE, LOG, STAFF, STRUCTURE, SWITCH)
RANDOM_KINDS = ("sobol", "halton", "latin_hypercube")


def table(**columns):
    columns = {path.replace("__", "."): values for path, values in columns.items()}
    return tuple(Dimension(path) for path in columns), columns


def same(a, b):
    return a.keys() == b.keys() and all(
        a[path].dtype == b[path].dtype and np.array_equal(a[path], b[path]) for path in a
    )


def refused(design, *words):
    with pytest.raises(ConfigError) as caught:
        points_of(design)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("kind", ["sobol", "halton"])
@pytest.mark.parametrize("constraints", [(), ("resistance.status_threat < firm.it_staff / 10",)])
def test_more_points_leave_the_first_ones_as_they_were(kind, constraints):
    assert kind in EXTENDABLE
    long = points_of(Design(kind, ALL, 70_001, 1, constraints))  # more than one block
    for points in (1, 3, 64, 1000, 65_536, 65_537):
        short = points_of(Design(kind, ALL, points, 1, constraints))
        assert same(short, {path: column[:points] for path, column in long.items()})


@pytest.mark.parametrize(("kind", "engine"), [("sobol", qmc.Sobol), ("halton", qmc.Halton)])
def test_blocks_make_the_sequence_that_one_draw_makes(kind, engine, monkeypatch):
    at_once = engine(2, scramble=True, rng=np.random.default_rng(8)).random(2**12)
    monkeypatch.setattr(designs, "_BLOCK", 2**5)
    found = points_of(Design(kind, (THREAT, RATE), 2**12, 8))
    assert np.allclose(np.column_stack(list(found.values())), at_once, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", RANDOM_KINDS)
def test_a_seed_is_a_design(kind):
    first = points_of(Design(kind, ALL, 100, 1))
    assert same(first, points_of(Design(kind, ALL, 100, 1)))
    assert not same(first, points_of(Design(kind, ALL, 100, 2)))
    assert [column.dtype.kind for column in first.values()] == list("fffiOb")


@pytest.mark.parametrize("seed", [0, 20140221])
def test_every_power_of_two_of_sobol_points_has_one_per_stratum(seed):
    """Of each parameter, and of every pair of elementary intervals in the first two."""
    found = points_of(Design("sobol", (THREAT, RATE), 2**10, seed))
    x, y = found.values()
    for k in range(11):
        for column in (x, y):
            assert sorted(np.floor(column[: 2**k] * 2**k)) == list(range(2**k))
    for i in range(11):
        cells = np.floor(x * 2**i) * 2 ** (10 - i) + np.floor(y * 2 ** (10 - i))
        assert sorted(cells) == list(range(2**10))


def test_halton_has_one_point_per_stratum_in_bases_two_and_three():
    found = points_of(Design("halton", (THREAT, RATE), 2**9 * 3, 5))
    for column, base, k in zip(found.values(), (2, 3), (9, 6), strict=True):
        assert sorted(np.floor(column[: base**k] * base**k)) == list(range(base**k))


def test_a_latin_hypercube_has_one_point_per_stratum():
    assert "latin_hypercube" not in EXTENDABLE
    for column in points_of(Design("latin_hypercube", (THREAT, RATE), 1000, 7)).values():
        assert sorted(np.floor(column * 1000)) == list(range(1000))


def test_strata_of_words_switches_and_whole_numbers_are_equally_likely():
    found = points_of(Design("latin_hypercube", (STAFF, STRUCTURE, SWITCH), 7 * 6 * 10, 1))
    for column, kinds in zip(found.values(), (7, 3, 2), strict=True):
        values, counts = np.unique(column.astype(str), return_counts=True)
        assert len(values) == kinds
        assert set(counts) == {7 * 6 * 10 // kinds}
    assert (found["firm.it_staff"].min(), found["firm.it_staff"].max()) == (3, 9)


def test_a_log_scale_gives_every_decade_its_share():
    column = points_of(Design("latin_hypercube", (LOG,), 7_000, 1))[LOG.path]
    assert np.histogram(np.log10(column), bins=np.arange(-1, 7))[0].tolist() == [1000] * 7


def test_whole_numbers_on_a_log_scale_stay_inside():
    ends = Dimension("firm.it_staff", low=1, high=1000, scale="log", whole=True)
    column = points_of(Design("latin_hypercube", (ends,), 30_000, 1))[ends.path]
    assert (column.dtype, column.min(), column.max()) == (np.int64, 1, 1000)
    # 1 is what rounds to it: from 1 to 1.5 on the scale.
    assert abs((column == 1).mean() - math.log(1.5) / math.log(1000)) <= 1 / 30_000


def test_values_are_the_exact_ones_to_twelve_digits():
    """Against arithmetic in 50 digits on scipy's own Sobol points."""
    wide = Dimension("resistance.within_firm_concentration", low=1e-7, high=1e7, scale="log")
    narrow = Dimension("resistance.status_threat", low=-0.3, high=5.7)
    found = points_of(Design("sobol", (wide, narrow), 2**12, 3))
    unit = qmc.Sobol(2, rng=np.random.default_rng(3)).random(2**12)
    with localcontext(prec=50):
        low, high = Decimal(wide.low), Decimal(wide.high)
        ratio = (high / low).ln()
        exact = [low * (Decimal(float(u)) * ratio).exp() for u in unit[:, 0]]
        assert found[wide.path].tolist() == [float(f"{x:.12g}") for x in exact]
    plain = -0.3 + unit[:, 1] * (5.7 - -0.3)
    assert found[narrow.path].tolist() == [float(f"{x:.12g}") for x in plain]


def test_twelve_digits_of_awkward_numbers():
    rng = np.random.default_rng(1)
    awkward = [
        0.0,
        1.0,
        0.1,
        1e-11,
        1e-30,
        1e12,
        1e30,
        999999999999.5,
        9.999999999996,
        0.9999999999995,
    ]
    ties = rng.integers(10**11, 10**12, 2_000) / 1e12 + 5e-13
    sizes = 10.0 ** rng.uniform(-20, 20, 5_000)
    values = np.concatenate([awkward, ties, sizes, -sizes])
    rounded = designs._to_twelve_digits(values, values.__getitem__)
    assert rounded.tolist() == [float(f"{x:.12g}") for x in values]


def test_values_never_leave_their_range():
    third = Dimension("resistance.status_threat", low=1 / 3, high=1 / 3 + 1e-12)
    column = points_of(Design("sobol", (third,), 64, 1))[third.path]
    assert column.min() >= 1 / 3
    assert column.max() <= 1 / 3 + 1e-12


def test_listed_values_come_back_as_they_are():
    columns = points_of(
        Design(
            "grid",
            (
                Dimension("a.words", values=("low", "high")),
                Dimension("a.mixed", values=(1, "x", True)),
                Dimension("a.floats", values=(1, 0.12345678901234567)),
                Dimension("a.whole", values=(2, 4)),
            ),
            0,
            1,
        )
    )
    assert [column.dtype.kind for column in columns.values()] == list("OOfi")
    assert columns["a.mixed"][:9:4].tolist() == [1, "x", True]
    assert set(columns["a.floats"].tolist()) == {1.0, 0.12345678901234567}


def test_a_grid_is_the_product_and_the_last_parameter_varies_fastest():
    levels = (
        Dimension("resistance.status_threat", low=0.0, high=0.6, levels=4),
        Dimension(
            "resistance.within_firm_concentration", low=0.1, high=1000, scale="log", levels=5
        ),
        Dimension("firm.it_staff", low=1, high=10, levels=4, whole=True),
        STRUCTURE,
    )
    expected = itertools.product(
        (0.0, 0.2, 0.4, 0.6), (0.1, 1.0, 10.0, 100.0, 1000.0), (1, 4, 7, 10), STRUCTURE.values
    )
    found = points_of(Design("grid", levels, 0, 1))
    rows = list(zip(*(column.tolist() for column in found.values()), strict=True))
    assert rows == list(expected)
    assert same(points_of(Design("grid", levels, 7, 2)), {p: c[:7] for p, c in found.items()})


def test_both_ends_are_levels_whatever_their_digits():
    ends = Dimension("x.y", low=1 / 3, high=2 / 3, scale="log", levels=3)
    column = points_of(Design("grid", (ends,), 0, 1))["x.y"].tolist()
    assert column == [1 / 3, 0.471404520791, 2 / 3]


def test_a_grid_that_cannot_be_laid_says_how_it_can():
    refused(Design("grid", (THREAT,), 0, 1), "resistance.status_threat: levels = 0", "values =")
    few = Dimension("firm.it_staff", low=1, high=5, levels=9, whole=True)
    refused(Design("grid", (few,), 0, 1), "give only 5 different", "values = [1, 2, 3, 4, 5]")


def test_a_grid_is_counted_before_it_is_built():
    many = tuple(Dimension(f"a.p{i}", low=0, high=1, levels=32) for i in range(6))
    refused(Design("grid", many, 0, 1), "32 x 32 x 32", "= 1,073,741,824 points", '"sobol"')
    refused(Design("grid", many * 10, 0, 1), "x ... = ")
    one = Dimension("a.p", low=0, high=1, levels=MOST_POINTS + 1)
    refused(Design("grid", (one,), 0, 1), "10,000,001 points; allowed: at most 10,000,000")


@pytest.mark.parametrize("kind", RANDOM_KINDS)
def test_too_many_points_and_none_are_refused(kind):
    too_many = "points = 10,000,001; allowed: at most 10,000,000"
    refused(Design(kind, ALL, MOST_POINTS + 1, 1), too_many)
    refused(Design(kind, ALL, 0, 1), "needs points")


def test_an_unknown_design_is_refused():
    refused(Design("random", ALL, 8, 1), "random", "latin_hypercube")


@pytest.mark.parametrize("kind", ["sobol", "halton"])
def test_a_sequence_goes_on_past_points_that_break_a_constraint(kind):
    constraints = ("resistance.status_threat + 2 * cooperation.learning_rate <= 1.2",)
    found = points_of(Design(kind, ALL, 500, 1, constraints))
    free = points_of(Design(kind, ALL, 4_000, 1))
    x, y = free[THREAT.path], free[RATE.path]
    kept = x + 2 * y <= 1.2
    assert same(found, {path: column[kept][:500] for path, column in free.items()})


def test_a_sequence_gives_up_where_next_to_nothing_satisfies_the_constraints():
    never = ("resistance.status_threat > 1",)
    refused(Design("sobol", (THREAT,), 10, 1, never), "0 of the first 1,048,576", "one in 10,000")
    # Each 2**-10 of a Sobol sequence lies below 2**-10: ten million would take ten times 2**30.
    seldom = ("resistance.status_threat < 1 / 1024",)
    refused(Design("sobol", (THREAT,), MOST_POINTS, 1, seldom), "1,024 of", "(0.00098 of them)")
    assert len(points_of(Design("sobol", (THREAT,), 1024, 1, seldom))[THREAT.path]) == 1024


def test_hypercube_and_grid_lose_what_breaks_a_constraint():
    below = ("resistance.status_threat < 0.25",)
    hypercube = points_of(Design("latin_hypercube", (THREAT, RATE), 100, 1, below))
    assert len(hypercube[RATE.path]) == 25
    levels = (Dimension(THREAT.path, low=0, high=1, levels=5), STRUCTURE)
    constraint = f"{THREAT.path} >= 0.5 and {STRUCTURE.path} != 'cmto'"
    grid = points_of(Design("grid", levels, 0, 1, (constraint,)))
    assert grid[THREAT.path].tolist() == [0.5, 0.5, 0.75, 0.75, 1.0, 1.0]
    assert grid[STRUCTURE.path].tolist() == ["separate", "cemo"] * 3
    never = (f"{THREAT.path} > 2",)
    refused(Design("grid", levels, 0, 1, never), "none of the 15 points", never[0])
    refused(Design("latin_hypercube", (THREAT,), 9, 1, never), "none of the 9 points")


def test_a_table_is_taken_as_it_is():
    dimensions, columns = table(
        a__x=(0.1, 0.12345678901234567, 3.0), a__n=(1, 2, 3), a__on=(True, False, True),
        preset=("one", "two", "three"),
    )  # fmt: skip
    found = points_of(Design("table", dimensions, 0, 1, table=columns))
    assert {path: tuple(column.tolist()) for path, column in found.items()} == columns
    assert [column.dtype.kind for column in found.values()] == list("fibO")
    two = points_of(Design("table", dimensions, 2, 1, table=columns))
    assert two["preset"].tolist() == ["one", "two"]
    some = points_of(Design("table", dimensions, 1, 1, ("a.n >= 2",), table=columns))
    assert some["preset"].tolist() == ["two"]


def test_a_table_with_too_few_rows_is_refused():
    dimensions, columns = table(a__n=(1, 2, 3))
    refused(Design("table", dimensions, 4, 1, table=columns), "points = 4", "3 rows")
    refused(Design("table", dimensions, 2, 1, ("a.n > 2",), table=columns), "1 rows that satisfy")
    refused(Design("table", dimensions, 0, 1, ("a.n > 3",), table=columns), "none of the 3 points")
