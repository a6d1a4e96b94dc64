"""Shares of made-up sweeps of every shape, for pictures; no firm is simulated."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.stats import qmc

from orgsim.analysis.shares import goodman
from orgsim.figures.sweep import SweepShares
from orgsim.model.columns import SCENARIOS
from splits import ARTICLE

A, B, C, D = "cooperation.status_threat", "capability.authority", "firm.industry", "content.enabled"
LABELS = {A: "status threat (probability)", B: "initial authority of the CMO (share)"}
REFERENCE = dict(zip(SCENARIOS, ARTICLE.tolist(), strict=True))
INDUSTRIES = np.array(["consumer goods", "professional services and consulting", "retail"])
FIRMS = 2_000


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
        reference=REFERENCE,
    )


def sobol(points: int, dimensions: int):
    return qmc.Sobol(dimensions, rng=3).random(points)


def grid(side: int = 8) -> SweepShares:
    steps = np.linspace(0.0, 1.0, side)
    unit = np.array([(a, b) for a in steps for b in steps])
    return swept(unit, {A: 0.8 * unit[:, 0], B: unit[:, 1]})


def scattered() -> SweepShares:
    unit = sobol(64, 2)
    return swept(unit, {A: 0.01 * 100 ** unit[:, 0], B: unit[:, 1]}, {A: "log"})


def four() -> SweepShares:
    unit = sobol(128, 4)
    third, half = np.minimum((unit[:, 2] * 3).astype(int), 2), unit[:, 3] > 0.5
    unit[:, 2], unit[:, 3] = third / 2, half
    parameters = {A: 0.01 * 100 ** unit[:, 0], B: unit[:, 1], C: INDUSTRIES[third], D: half}
    return swept(unit, parameters, {A: "log", C: "category", D: "category"})


def one() -> SweepShares:
    unit = np.linspace(0.0, 1.0, 12)[::-1, None]
    return swept(unit, {A: 0.8 * unit[:, 0], B: np.full(12, 0.5)})


def categories() -> SweepShares:
    unit = np.array([(a, b) for a in (0.0, 0.5, 1.0) for b in (0.0, 1.0)])
    return swept(unit, {C: np.repeat(INDUSTRIES, 2), D: unit[:, 1] > 0.5})


def one_category() -> SweepShares:
    return swept(np.array([[0.0], [0.5], [1.0]]), {C: INDUSTRIES})


def category_and_number() -> SweepShares:
    unit = sobol(32, 2)
    third = np.minimum((unit[:, 0] * 3).astype(int), 2)
    return swept(unit, {C: INDUSTRIES[third], B: unit[:, 1]})


def numbers_as_categories() -> SweepShares:
    unit = np.array([(a, b) for a in (0.0, 0.5, 1.0) for b in (0.0, 0.3, 1.0)])
    return swept(unit, {A: (4 * unit[:, 0]).astype(int), B: unit[:, 1]}, {A: "category"})


def two_points() -> SweepShares:
    unit = np.array([[0.1, 0.2], [0.8, 0.9]])
    return swept(unit, {A: unit[:, 0], B: unit[:, 1]})


def twenty_collinear() -> SweepShares:
    unit = np.tile(np.linspace(0.0, 1.0, 20)[:, None], (1, 2))
    return swept(unit, {A: unit[:, 0], B: unit[:, 1]})


def all_alike() -> SweepShares:
    unit = sobol(32, 2)
    return swept(unit, {A: unit[:, 0], B: unit[:, 1]}, share=(0.4, 0.2, 0.3, 0.1))


def one_scenario() -> SweepShares:
    unit = sobol(64, 3)
    parameters = {A: unit[:, 0], B: unit[:, 1], "x.y": unit[:, 2]}
    return swept(unit, parameters, share=(0, 0, 1, 0))


def nothing_moved() -> SweepShares:
    return swept(np.full((2, 2), 0.5), {A: np.full(2, 0.5), B: np.full(2, 0.5)})


def repeated() -> SweepShares:
    unit = np.repeat(sobol(16, 2), 2, axis=0)
    return swept(unit, {A: unit[:, 0], B: unit[:, 1]})


def few_points_of_many() -> SweepShares:
    unit = sobol(8, 5)
    return swept(unit, {f"group.p{i}": unit[:, i] for i in range(5)})


def very_many() -> SweepShares:
    unit = sobol(128, 30)
    return swept(unit, {f"group.p{i}": unit[:, i] for i in range(30)})


def small_and_large() -> SweepShares:
    unit = sobol(32, 2)
    parameters = {A: 1e-6 * 1e5 ** unit[:, 0], B: (1 + 1e7 * unit[:, 1]).astype(int)}
    long = "the probability in a quarter that somebody is hired who thinks so (probability)"
    sweep = swept(unit, parameters, {A: "log"})
    return dataclasses.replace(sweep, labels={A: long, B: long}, title=f"{long}, $x_1 and $y")


def no_reference() -> SweepShares:
    return dataclasses.replace(grid(5), reference={})


DESIGNS = [
    grid,
    scattered,
    four,
    one,
    categories,
    one_category,
    category_and_number,
    numbers_as_categories,
    two_points,
    twenty_collinear,
    all_alike,
    one_scenario,
    nothing_moved,
    repeated,
    few_points_of_many,
    very_many,
    small_and_large,
    no_reference,
]
LEFT_OUT = {
    four: r"(likeliest|distance)-map-(?!cooperation.*authority)|share-map-capability",
    one_scenario: r".*-map-(?!cooperation.*authority)",
    few_points_of_many: r".*-map-(?!group-p0-group-p1)",
    very_many: r".*-map-",
    two_points: r"share-map-",
    repeated: r"distance-map-",
    numbers_as_categories: r"share-map-",
    no_reference: r"likeliest-map-",
}
"""Figures of a design that show nothing which others do not."""
