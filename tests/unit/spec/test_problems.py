"""Plausible ranges that do not fit their parameter, or the rules that join several."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from orgsim.model import MODEL
from orgsim.spec import Plausible
from orgsim.spec.parameter import log_within, within
from toy_model import TOY


def with_ranges(model, **ranges):
    """Return the model with other plausible ranges, by paths with two underscores for the point."""
    wanted = {path.replace("__", "."): given for path, given in ranges.items()}
    assert set(wanted) <= set(model.by_path)
    rows = [
        replace(p, plausible=wanted[p.path]) if p.path in wanted else p for p in model.parameters
    ]
    return replace(model, parameters=tuple(rows))


@pytest.mark.parametrize(
    ("path", "given", "words"),
    [
        ("walk.rate", within(0.5, 1.5, "x"), "from 0.5 to 1.5; allowed: within 0 to 1"),
        ("walk.rate", within(-0.5, 0.5, "x"), "from -0.5 to 0.5; allowed: within 0 to 1"),
        ("walk.rate", within(0.5, float("inf"), "x"), "allowed: within 0 to 1"),
        ("walk.rate", within(0.5, 0.5, "x"), "from 0.5 to 0.5; needed: low below high"),
        ("walk.rate", within(0.5, 0.2, "x"), "from 0.5 to 0.2; needed: low below high"),
        ("walk.rate", within(float("nan"), 0.2, "x"), "from nan to 0.2; needed: low below high"),
        ("walk.rate", log_within(0.0, 0.2, "x"), "from 0 to 0.2; allowed on a log scale: above 0"),
        ("walk.rate", Plausible(0.1, 0.2, "x", "root"), "scale = 'root'; allowed: linear, log"),
        ("walk.rate", within(0.1, 0.2, " "), "lacks its reason"),
        ("walk.aiming", within(0.0, 1.0, "x"), "a switch has no range"),
        ("firm.start", within(0.0, 1.0, "x"), "a choice has no range"),
        ("simulation.firms", within(10, 20, "x"), "[simulation] is of the run"),
        ("firm.size", within(10.0, 20.0, "x"), "needed: whole numbers as ends"),
        (
            "firm.aim",
            within(0.0, 0.9, "x"),
            "from 0 to 0.9; allowed as the mean of a beta: above 0",
        ),
        ("firm.aim", within(0.1, 1.0, "x"), "allowed as the mean of a beta: above 0 and below 1"),
    ],
)
def test_a_range_that_does_not_fit_is_refused(path, given, words):
    message = f"model toy 1: parameters: {path}: plausible: {words}"
    with pytest.raises(ValueError, match=f"^{re.escape(message[:40])}.*{re.escape(words)}"):
        with_ranges(TOY, **{path.replace(".", "__"): given})


def test_a_model_may_lack_ranges_wholly_or_partly():
    assert not any(p.plausible for p in TOY.parameters)
    partly = with_ranges(
        TOY,
        walk__rate=log_within(0.1, 1.0, "up to the end of what is allowed"),
        firm__size=within(10, 20, "whole numbers"),
        firm__aim=within(0.05, 0.95, "of the mean"),
    )
    assert [p.name for p in partly.parameters if p.plausible] == ["size", "aim", "rate"]


def test_a_quantity_that_is_a_number_may_reach_the_ends():
    there = with_ranges(MODEL, resistance__identity=within(0.0, 1.0, "all of it"))
    assert there.by_path["resistance.identity"].prior == "uniform from 0 to 1"


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        (
            {"resistance__rank_weight": within(0.0, 0.7, "x")},
            "resistance.chain_weight, resistance.rank_weight: chain_weight + rank_weight = 1.1",
        ),
        (
            {"reorganisation__patience": within(5, 16, "x")},
            "patience = 5 is below trial_period = 6",
        ),
        (  # without a range it is the default, 0.25, that counts
            {
                "leadership__agency_share": None,
                "leadership__consultancy_share": within(0, 0.8, "x"),
            },
            "consultancy_share + agency_share = 1.05",
        ),
    ],
)
def test_ranges_that_break_a_joint_rule_at_a_corner_are_refused(ranges, words):
    with pytest.raises(ValueError, match=f"plausible ranges of .*{re.escape(words)}"):
        with_ranges(MODEL, **ranges)
