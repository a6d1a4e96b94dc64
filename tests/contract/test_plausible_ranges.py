"""The plausible ranges form a box: every corner of it is a setting that loads and simulates."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import orgsim
from orgsim.config.swept_value import moved
from orgsim.model import MODEL

RANGED = {p.path: p.plausible for p in MODEL.parameters if p.plausible is not None}
BASE = orgsim.load_config("article-2014")
CORNERS = 64
SEED = 20140221


def loaded(corner):
    """Return the article's firms with parameters at values, distributions moved to them."""
    overrides = {path: moved(BASE.settings[path], value) for path, value in corner.items()}
    config = orgsim.load_config("article-2014", overrides)
    assert {path: config.settings[path] for path in overrides} == overrides
    return config


def random_corners():
    """Return corners of the whole box, each end with probability one half."""
    draws = np.random.default_rng(SEED).integers(0, 2, size=(CORNERS, len(RANGED)))
    return [
        {path: (of.low, of.high)[end] for (path, of), end in zip(RANGED.items(), row, strict=True)}
        for row in draws
    ]


def check_simulated(config):
    """Simulate few firms: all numbers finite, and all shares of a whole."""
    sample = orgsim.simulate(config, firms=16)
    firms = sample.firms().drop(columns=["first_attempt", "first_adoption"])  # NaN where none
    numbers = firms.select_dtypes("number").to_numpy(float)
    assert len(firms) == 16
    assert np.isfinite(numbers).all()
    quarters = sample.quarters().select_dtypes("number").to_numpy(float)
    assert np.isfinite(quarters).all()
    assert sample.shares()["count"].sum() == 16
    for column in ("completion", "capability", "cooperation_it", "resistance_marketing"):
        assert firms[column].between(0.0, 1.0).all(), column


@pytest.mark.parametrize("path", RANGED)
def test_each_end_alone_is_valid(path):
    for end in (RANGED[path].low, RANGED[path].high):
        loaded({path: end})


@pytest.mark.parametrize("rule", MODEL.joint_rules, ids=lambda rule: "-".join(rule.paths))
def test_every_corner_of_a_joint_rule_is_valid(rule):
    ends = [(RANGED[path].low, RANGED[path].high) for path in rule.paths]
    for corner in product(*ends):
        loaded(dict(zip(rule.paths, corner, strict=True)))


def test_random_corners_of_the_whole_box_are_valid_and_some_are_simulated():
    corners = random_corners()
    for number, corner in enumerate(corners):
        config = loaded(corner)
        if number % 16 == 0:
            check_simulated(config)


@pytest.mark.parametrize("end", ["low", "high"])
def test_the_two_outermost_corners_are_simulated(end):
    """With the content channel on, so that its parameters are read, too."""
    corner = {path: getattr(of, end) for path, of in RANGED.items()}
    config = loaded(corner)
    check_simulated(config.replace({"mechanisms.content_channel": True}))


def test_a_sweep_takes_the_whole_box(tmp_path):
    """Whoever screens the model hands the ranges on as they are."""
    swept = {
        path: {"low": of.low, "high": of.high, "scale": of.scale} for path, of in RANGED.items()
    }
    sweep = {"design": "sobol", "points": 4, "parameters": swept}
    config = orgsim.load_config("article-2014", {"sweep": sweep})
    assert {dimension.path for dimension in config.sweep.design.dimensions} == set(RANGED)
    run = orgsim.sweep(config, firms=4, out=tmp_path / "box")
    assert len(run.points()) == 4


@pytest.mark.parametrize(("end", "share"), [("low", 0.40), ("high", 0.55)])
def test_the_appetite_for_technology_spans_the_shares_that_its_reason_names(end, share):
    """Of both budgets in 2016 Q4, as docs/held-against-data.md has it; seeded, and so the same."""
    path = "capability.technology_appetite"
    overrides = {path: getattr(RANGED[path], end), "simulation.quarters": 12}
    last = orgsim.simulate("article-2014", overrides, firms=2_000).quarters().iloc[-1]
    assert last["calendar"] == "2016 Q4"
    assert last["technology_spending_share_mean"] == pytest.approx(share, abs=0.01)
