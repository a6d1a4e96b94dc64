"""Numbers of made-up sensitivity analyses, for pictures; no firm is simulated."""

from __future__ import annotations

import numpy as np

from orgsim.figures.sensitivity import (
    GivenShares,
    NearPoints,
    PairShares,
    ScreenedEffects,
    VarianceShares,
    WithInterval,
)
from orgsim.model.parameters import PARAMETERS

DUMMY = "dummy"
LONGEST_FIRST = tuple(sorted((p.path for p in PARAMETERS), key=len, reverse=True))
OUTPUTS = (
    "CEMO",
    "mean performance less mean twin performance",
    "exits from marketing under separate departments in professional services after 80 quarters",
    "log odds ratio",
    "best among passive",
    "marketing's part of technology spending",
    "active after 12 quarters less active",
)


def titles(outputs: int) -> tuple[str, ...]:
    return tuple(OUTPUTS[place % len(OUTPUTS)] for place in range(outputs))


def screened(parameters: int = 8, outputs: int = 7, **changes) -> ScreenedEffects:
    """Effects that fall from parameter to parameter, of outputs of very different sizes."""
    rng = np.random.default_rng(parameters + outputs)
    size = np.array([0.5, 0.02, 0.0009, 9.0, 1.3, 140.0, 0.3])[np.arange(outputs) % 7, None]
    mu_star = (
        size
        * np.exp(-6.0 * np.arange(parameters) / parameters)
        * rng.uniform(0.2, 1.0, (outputs, parameters))
    )
    given = {
        "title": "Made-up effects",
        "parameters": LONGEST_FIRST[:parameters],
        "outputs": titles(outputs),
        "units": tuple(("", "", "a\xa0quarter", "", "", "", "")[o % 7] for o in range(outputs)),
        "is_share": np.array([o % 7 in (0, 4, 6) for o in range(outputs)]),
        "mu_star": mu_star,
        "sigma": mu_star * rng.uniform(0.3, 1.6, mu_star.shape),
        "trajectories": 20,
        "points": 20 * (parameters + 1),
        "firms": 1_000,
    }
    return ScreenedEffects(**(given | changes))


def with_interval(value, half) -> WithInterval:
    return WithInterval(value, value - half, value + half)


def variance(parameters: int = 8, outputs: int = 7, **changes) -> VarianceShares:
    """Indices about 0 of most parameters, so that many are negative; the dummy comes last."""
    rng = np.random.default_rng(100 * parameters + outputs)
    shape = outputs, parameters + 1
    total = rng.exponential(0.15, shape) - 0.05
    half = rng.uniform(0.01, 0.3, shape)
    given = {
        "title": "Made-up indices",
        "parameters": (*LONGEST_FIRST[:parameters], DUMMY),
        "outputs": titles(outputs),
        "first": with_interval(total - rng.uniform(0.0, 0.1, shape), half),
        "total": with_interval(total, half),
        "varies": np.ones(outputs, dtype=np.bool_),
        "samples": 1_024,
        "points": 1_024 * (parameters + 3),
        "firms": 500,
    }
    return VarianceShares(**(given | changes))


def paired(parameters: int = 8, outputs: int = 7, **changes) -> PairShares:
    rng = np.random.default_rng(10 * parameters + outputs)
    value = rng.normal(0.0, 0.12, (outputs, parameters, parameters))
    below = np.tril(np.ones((parameters, parameters), dtype=np.bool_), -1)
    value = np.where(below, value, np.nan)
    given = {
        "title": "Made-up pairs",
        "parameters": LONGEST_FIRST[:parameters],
        "outputs": titles(outputs),
        "second": with_interval(value, 0.1),
        "samples": 1_024,
        "points": 20_000,
        "firms": 500,
    }
    return PairShares(**(given | changes))


def of_a_sweep(parameters: int = 8, outputs: int = 7, **changes) -> GivenShares:
    rng = np.random.default_rng(1_000 * parameters + outputs)
    value = rng.exponential(0.1, (outputs, parameters)) - 0.05
    given = {
        "title": "Made-up points",
        "parameters": LONGEST_FIRST[:parameters],
        "outputs": titles(outputs),
        "first": with_interval(value, 0.08),
        "floor": np.full(value.shape, 0.07),
        "design": "latin_hypercube",
        "points": 512,
    }
    return GivenShares(**(given | changes))


def near_points(parameters: int = 8, **changes) -> NearPoints:
    rng = np.random.default_rng(parameters)
    given = {
        "title": "Made-up points",
        "parameters": LONGEST_FIRST[:parameters],
        "distance": rng.uniform(0.05, 0.6, parameters),
        "floor": np.full(parameters, 0.25),
        "reference": "article",
        "tolerance": 0.05,
        "near": 23,
        "points": 512,
    }
    return NearPoints(**(given | changes))
