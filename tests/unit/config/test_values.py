"""What a single setting may be."""

from __future__ import annotations

from orgsim.config.values import CHOICE_LIMIT


def test_choices_fit_into_the_engines_tables():
    from orgsim.numerics import inverse_cdf

    assert inverse_cdf.CHOICE_LIMIT == CHOICE_LIMIT
    assert 2 * CHOICE_LIMIT <= inverse_cdf.QUANTITY_CELLS + 1
