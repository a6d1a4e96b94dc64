"""A parameter's plausible range, as a prior in words."""

from __future__ import annotations

import pytest

from orgsim.spec.parameter import (
    Plausible,
    beta,
    integer,
    log_within,
    quantity,
    real,
    spread,
    within,
)


def row(kind, default, plausible):
    return kind("a.b", default, "-", "meaning", low=0.0, high=100.0, plausible=plausible)


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (row(real, 0.5, within(0.2, 0.9, "x")), "uniform from 0.2 to 0.9"),
        (row(real, 0.5, within(-8.0, 12.0, "x")), "uniform from -8 to 12"),
        (row(real, 8.0, log_within(4.0, 64.0, "x")), "log-uniform from 4 to 64"),
        (row(integer, 6, within(4, 10, "x")), "each whole number from 4 to 10 alike"),
        (row(integer, 6, log_within(5, 60, "x")), "log-uniform from 5 to 60, rounded"),
        (row(quantity, 0.5, within(0.2, 0.9, "x")), "uniform from 0.2 to 0.9"),
        (row(quantity, beta(0.5, 6), within(0.2, 0.9, "x")), "mean uniform from 0.2 to 0.9"),
        (row(real, 0.5, None), ""),
    ],
)
def test_a_prior_is_told_in_words(parameter, words):
    assert parameter.prior == words


def test_concentrations_have_ranges_too():
    parameter = spread("a.b", 8.0, "-", "alikeness", plausible=log_within(4, 64, "why"))
    assert parameter.plausible == Plausible(low=4, high=64, reason="why", scale="log")
    assert (parameter.low, parameter.high, parameter.by_department) == (0.1, 1e6, True)
