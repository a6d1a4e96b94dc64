"""What it changes that people's numbers are kept in single precision."""

import numpy as np

from oracle.small_worlds import run, settings_with
from orgsim.quantiles import build_tables

FIRMS = 40
ROUNDING = 1e-5
"""Far above what forty quarters of rounding to 2**-24 add up to in a mean; far below what a coin
that falls the other way does to a firm of twenty and twenty."""


def largest_difference(one, other):
    """Over all columns of every quarter."""
    return max(
        abs(row[name] - twin[name])
        for row, twin in zip(one.series, other.series, strict=True)
        for name in row
    )


def test_firms_live_the_same_life_in_double_precision():
    """A firm differs in earnest only if a coin falls between a chance and its rounded self.

    That happens to one of some 30,000 coins of a firm with probability 2**-24 or so each: to one
    firm in hundreds. More than 4 of 40 by chance: below 1e-6.
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
    assert sum(difference > ROUNDING for difference in differences) <= 4
    assert max(differences) > 0.0  # the comparison compares something
