"""Numbers of made-up settings, for pictures; no firm is simulated."""

from __future__ import annotations

import dataclasses

import numpy as np

from orgsim.analysis.shares import goodman
from orgsim.figures.flows import FlowCounts
from orgsim.figures.setting import SettingFirms, SettingQuarters, SettingShares
from orgsim.model import MODEL
from orgsim.model.columns import DRAWN, SCENARIOS
from splits import ARTICLE

VARYING = ("drawn_digital_exposure", "drawn_commitment", "drawn_resistance_marketing")


def split(counts=(812, 411, 598, 179), **changes) -> SettingShares:
    low, high = np.array(goodman(np.array(counts)))
    firms = sum(counts)
    shares = SettingShares(
        "A setting", np.array(counts) / firms, low, high, firms, ARTICLE, "article", 0.02, 0.05
    )
    return dataclasses.replace(shares, **changes)


def quarters(count: int = 40, **changes) -> SettingQuarters:
    """Shares that sum to one, and quantiles in order, all drifting."""
    rng = np.random.default_rng(1)
    columns = {
        c.name: rng.uniform(0.2, 0.8) + 0.1 * np.sin(np.arange(count) / 9.0 + rng.uniform(0, 6))
        for c in MODEL.quarters
    }
    columns["quarter"] = np.arange(count)
    columns["calendar"] = np.array([f"{2014 + t // 4} Q{t % 4 + 1}" for t in range(count)])
    total = sum(columns[f"share_{name}"] for name in SCENARIOS)
    for name in SCENARIOS:
        columns[f"share_{name}"] = columns[f"share_{name}"] / total
    columns["share_cmo_and_cto_at_04"] = 1.2 * columns["share_cmo_and_cto"]
    columns["share_cmo_and_cto_at_06"] = 0.8 * columns["share_cmo_and_cto"]
    for name in {c.name[:-4] for c in MODEL.quarters if c.name.endswith("_q05")}:
        five = np.sort([columns[f"{name}_q{q}"] for q in ("05", "25", "50", "75", "95")], axis=0)
        columns |= {f"{name}_q{q}": five[i] for i, q in enumerate(("05", "25", "50", "75", "95"))}
    return dataclasses.replace(SettingQuarters("A setting", columns, 2000, ARTICLE), **changes)


def firms(count: int = 300, varying=VARYING, of: int | None = None, scenario=None) -> SettingFirms:
    rng = np.random.default_rng(2)
    columns = {c.name: rng.beta(3.0, 3.0, count) for c in MODEL.firms}
    for column in DRAWN:
        if column.name not in varying:
            columns[column.name] = np.full(count, 0.5)
    if "drawn_resistance_it" not in varying:
        columns["drawn_resistance_it"] = columns["drawn_resistance_marketing"]
    first = columns["drawn_digital_exposure"] - 0.5
    utility = np.stack([2.0 * first, -first, rng.normal(size=count), np.full(count, -0.5)])
    columns["scenario"] = np.argmax(utility + rng.gumbel(size=(4, count)), axis=0)
    if scenario is not None:
        columns["scenario"] = np.full(count, scenario)
    columns["sector"] = np.zeros(count)
    columns["first_adoption"] = np.where(rng.random(count) < 0.5, np.nan, 3.0)
    return SettingFirms("A setting", columns, of or count)


def flows(counts=None, **changes) -> FlowCounts:
    table = np.array(
        counts
        if counts is not None
        else [[700, 60, 50, 2], [30, 350, 1, 30], [8, 90, 500, 0], [0, 9, 20, 150]]
    )
    return dataclasses.replace(FlowCounts("before", "after", table, int(table.sum())), **changes)
