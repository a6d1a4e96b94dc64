"""What it changes that people's numbers are kept in single precision."""

import numpy as np

from oracle.small_worlds import run, settings_with
from orgsim.model.tables import build_tables

FIRMS = 40
ROUNDING = 1e-6
"""Well above what forty quarters of rounding to 2**-24 add up to in a mean (some 1e-7), and far
below what a coin that falls the other way does to a firm of twenty and twenty."""


def largest_difference(one, other):
    """Over all columns of every quarter."""
    return max(
        abs(row[name] - twin[name])
        for row, twin in zip(one.series, other.series, strict=True)
        for name in row
    )


def test_firms_live_the_same_life_in_double_precision():
    """A firm differs in earnest only if a coin or threshold falls between a value and its rounding.

    Some 11,000 coins a firm are held against three chances, each right to 2**-24 or so, which makes
    about one firm in 500. More than 2 of 40 by chance: below 1e-4.
    """
    settings = settings_with()
    tables = build_tables(settings)
    differences = [
        largest_difference(
            run(settings, firm=firm, tables=tables),
            run(settings, firm=firm, tables=tables, precision=np.float64),
        )
        for firm in range(FIRMS)
    ]
    assert sum(difference > ROUNDING for difference in differences) <= 2
    assert max(differences) > 0.0  # the comparison compares something
