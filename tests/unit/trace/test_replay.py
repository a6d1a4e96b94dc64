"""When it is worth compiling to replay a firm."""

from __future__ import annotations

from orgsim.engine import make_inputs
from orgsim.model import MODEL
from orgsim.trace.replay import WORTH_COMPILING, best_lanes
from populations import settings


def test_long_histories_of_large_firms_are_worth_compiling():
    usual = make_inputs(MODEL, settings())
    assert best_lanes(usual) == 128
    assert usual.agents * 40 * 41 // 2 * 128 < WORTH_COMPILING
    large = settings(simulation__quarters=1000, firm__marketing_staff=500, firm__it_staff=500)
    assert best_lanes(make_inputs(MODEL, large)) == 1
    assert WORTH_COMPILING > 40 * 40 * 41 // 2 * 128
