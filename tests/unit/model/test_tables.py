"""Tables of a design point: departments, sectors, and multiples of 2**-24."""

from __future__ import annotations

import numpy as np

from orgsim.model.parameters import QUANTITIES, defaults
from orgsim.model.tables import build_tables
from orgsim.numerics import inverse_cdf


def test_nodes_lie_on_the_grid():
    tables = build_tables(defaults())
    for table in (tables.nodes, tables.people):
        assert (table * 2.0**24 == np.round(table * 2.0**24)).all()


def test_departments_share_a_draw_unless_told_apart():
    one = {"dist": "beta", "mean": 0.5, "concentration": 8.0}
    tables = build_tables(defaults() | {"cooperation.initial": one})
    quantity = [q.path for q in QUANTITIES].index("cooperation.initial")
    assert not tables.separate[0, quantity]
    both = {"marketing": one, "it": 0.25}
    tables = build_tables(defaults() | {"cooperation.initial": both})
    assert tables.separate[0, quantity]
    assert inverse_cdf.draw_quantity(tables, 0, quantity, 1, np.uint64(5)) == 0.25


def test_sectors_replace_quantities():
    sectors = [(0.25, {"firm.attention": 0.125}), (0.75, {})]
    tables = build_tables(defaults(), sectors)
    assert tables.sector_shares.tolist() == [0.25, 1.0]
    attention = [q.path for q in QUANTITIES].index("firm.attention")
    assert inverse_cdf.draw_quantity(tables, 0, attention, 0, np.uint64(9)) == 0.125
    assert inverse_cdf.draw_quantity(tables, 1, attention, 0, np.uint64(9)) != 0.125
