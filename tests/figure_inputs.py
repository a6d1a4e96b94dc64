"""Numbers of settings and of sweeps that tests draw figures from."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.stats import qmc

from orgsim.analysis.shares import goodman
from orgsim.columns import DRAWN, QUARTERS, SCENARIOS
from orgsim.columns import FIRMS as FIRM_COLUMNS
from orgsim.figures.flows import FlowCounts
from orgsim.figures.setting import SettingFirms, SettingQuarters, SettingShares
from orgsim.figures.sweep import SweepShares

ARTICLE = np.array([0.4, 0.2, 0.3, 0.1])
VARYING = ("drawn_digital_exposure", "drawn_commitment", "drawn_resistance_marketing")

ARTICLE_SHARES = dict(zip(SCENARIOS, ARTICLE.tolist(), strict=True))
A, B, C, D = "cooperation.status_threat", "capability.authority", "firm.industry", "content.enabled"
LABELS = {A: "status threat (probability)", B: "initial authority of the CMO (share)"}
INDUSTRIES = np.array(["consumer goods", "professional services and consulting", "retail"])
FIRMS = 2_000


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
        for c in QUARTERS
    }
    columns["quarter"] = np.arange(count)
    columns["calendar"] = np.array([f"{2014 + t // 4} Q{t % 4 + 1}" for t in range(count)])
    total = sum(columns[f"share_{name}"] for name in SCENARIOS)
    for name in SCENARIOS:
        columns[f"share_{name}"] = columns[f"share_{name}"] / total
    columns["share_cmo_and_cto_at_04"] = 1.2 * columns["share_cmo_and_cto"]
    columns["share_cmo_and_cto_at_06"] = 0.8 * columns["share_cmo_and_cto"]
    for name in {c.name[:-4] for c in QUARTERS if c.name.endswith("_q05")}:
        five = np.sort([columns[f"{name}_q{q}"] for q in ("05", "25", "50", "75", "95")], axis=0)
        columns |= {f"{name}_q{q}": five[i] for i, q in enumerate(("05", "25", "50", "75", "95"))}
    return dataclasses.replace(SettingQuarters("A setting", columns, 2000, ARTICLE), **changes)


def firms(count: int = 300, varying=VARYING, of: int | None = None, scenario=None) -> SettingFirms:
    rng = np.random.default_rng(2)
    columns = {c.name: rng.beta(3.0, 3.0, count) for c in FIRM_COLUMNS}
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


def swept(unit, parameters, scales=(), share=None) -> SweepShares:
    """Firms drawn from smooth shares of the unit cube's first four coordinates."""
    a, b, c, d = np.pad(unit, ((0, 0), (0, 4)), constant_values=0.5).T[:4]
    utility = [
        2.2 * a - 1.2 * b + 0.6 * c,
        0.3 + 1.2 * a * b - 0.8 * c + 0.4 * d,
        0.6 - 0.8 * a + 0.9 * np.sin(2.5 * b),
        -1.5 + 2.4 * b - 1.2 * a + 0.8 * d,
    ]
    weight = np.exp(np.stack(utility, axis=1))
    counts = np.random.default_rng(1).multinomial(FIRMS, weight / weight.sum(1, keepdims=True))
    if share is not None:
        counts = np.tile(np.round(FIRMS * np.array(share)), (len(unit), 1))
    low, high = np.stack([goodman(row) for row in counts], axis=1)
    return SweepShares(
        title="Status threat and the CMO’s authority",
        parameters=parameters,
        scales=dict(scales),
        labels=LABELS,
        share=counts / FIRMS,
        low=low,
        high=high,
        firms=np.full(len(unit), FIRMS),
        reference=ARTICLE_SHARES,
    )


def sobol(points: int, dimensions: int):
    return qmc.Sobol(dimensions, rng=3).random(points)


def grid(side: int = 8) -> SweepShares:
    steps = np.linspace(0.0, 1.0, side)
    unit = np.array([(a, b) for a in steps for b in steps])
    return swept(unit, {A: 0.8 * unit[:, 0], B: unit[:, 1]})
