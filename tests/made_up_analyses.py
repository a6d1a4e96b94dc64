"""Whole sensitivity analyses with made-up numbers, for tables and pages; no firm is simulated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from orgsim.results.sensitivity import (
    DUMMY,
    Asked,
    GivenData,
    Indices,
    Moved,
    Screening,
    Sensitivity,
)
from orgsim.results.sensitivity.tables import rows_of

PATHS = ("resistance.status_threat", "leadership.commitment", "content.share", "firm.attention")
OUTPUTS = (
    Asked("cemo", "CEMO", "share", "firms that ended as CEMO"),
    Asked("active", "active", "share", "firms that ended with rebuilt roles, CEMO or CMTO"),
    Asked("log_odds_ratio", "log odds ratio", "-", "natural logarithm of the odds ratio"),
    Asked(
        "performance - twin_performance",
        "mean performance less mean twin performance",
        "-",
        "mean over the firms, less that of their twins",
    ),
)


def screening(outputs: Sequence[Asked], **changes) -> Screening:
    """Effects of 0.4, 0.2, 0.1 and none, the second output's half as large and so on."""
    size = np.array([0.4, 0.2, 0.1, 0.0])
    mu_star = np.concatenate([size / (place + 1) for place in range(len(outputs))])
    columns = {
        **rows_of([asked.name for asked in outputs], PATHS),
        "mu_star": mu_star,
        "mu_star_low": 0.8 * mu_star,
        "mu_star_high": 1.2 * mu_star,
        "mu": -mu_star,
        "sigma": 0.5 * mu_star,
        "relative": 3.0 * mu_star,
        "moved": np.tile([1.0, 1.0, 0.5, 0.0], len(outputs)),
        "effects": np.full(mu_star.size, 20),
    }
    facts = {"trajectories": 20, "points": 100, "firms": 1_000, "has_shares_alone": False}
    facts["missing"] = {}
    return Screening(columns, digests={"screening-40-quarters": "a" * 64}, **(facts | changes))


def indices(outputs: Sequence[Asked], *, has_pairs: bool = True) -> Indices:
    """Indices of three parameters and a dummy; the last output does not vary."""
    names = [*PATHS[:3], DUMMY]
    count = len(outputs)
    varies = np.arange(count) < max(count - 1, 1)
    gone = np.where(np.repeat(varies, len(names)), 0.0, np.nan)
    first = np.tile([0.5, 0.2, -0.01, 0.0], count) + gone
    total = np.tile([0.7, 0.3, 0.02, 0.01], count) + gone
    asked = [output.name for output in outputs]
    columns = rows_of(asked, names)
    for name, value in (("first", first), ("total", total)):
        columns |= {name: value, f"{name}_low": value - 0.1, f"{name}_high": value + 0.1}
    variation = {
        "output": asked,
        "mean": np.full(count, 0.3),
        "deviation": np.full(count, 0.1),
        "noise": np.full(count, 0.01),
        "varies": varies,
        "first_sum": np.full(count, 0.69),
        "first_sum_low": np.full(count, 0.6),
        "first_sum_high": np.full(count, 0.8),
        "dropped": np.zeros(count, dtype=np.int64),
    }
    second = np.tile([0.12, 0.01, -0.02], count) + np.where(np.repeat(varies, 3), 0.0, np.nan)
    pairs = {
        "output": np.repeat(asked, 3).tolist(),
        "parameter": [names[0], names[0], names[1]] * count,
        "other": [names[1], names[2], names[2]] * count,
        "second": second,
        "second_low": second - 0.05,
        "second_high": second + 0.05,
    }
    return Indices(
        columns,
        variation,
        pairs if has_pairs else None,
        samples=64,
        points=384,
        firms=500,
        digests={"indices-40-quarters": "b" * 64},
    )


def given(outputs: Sequence[Asked], *, design: str = "sobol") -> GivenData:
    count = len(outputs)
    value = np.tile([0.5, 0.2, 0.01, 0.0], count)
    nothing = np.full(value.size, np.nan)
    has_interval = design == "latin_hypercube"
    columns = {
        **rows_of([asked.name for asked in outputs], PATHS),
        "first": value,
        "first_low": value - 0.1 if has_interval else nothing,
        "first_high": value + 0.1 if has_interval else nothing,
        "first_floor": np.full(value.size, 0.05),
        "pawn": value / 2.0,
        "pawn_floor": np.full(value.size, 0.04),
        "dropped": np.zeros(value.size, dtype=np.int64),
    }
    near = {
        "parameter": list(PATHS),
        "distance": np.array([0.6, 0.3, 0.1, 0.05]),
        "distance_floor": np.full(4, 0.2),
        "p_value": np.array([0.0001, 0.02, 0.5, 0.9]),
    }
    return GivenData(
        columns,
        near,
        design=design,
        points=128,
        near_points=17,
        reference="article",
        tolerance=0.05,
        has_common_draws=False,
        digests={"a-sweep": "c" * 64},
    )


def analysis(*stages: str, outputs: Sequence[Asked] = OUTPUTS, **changes) -> Sensitivity:
    """Return an analysis with some stages: screening, indices, pairs, given."""
    told = {
        "title": "A made-up analysis",
        "model": "departments 2",
        "source": "d" * 64,
        "plan": "e" * 64,
        "quarters": 40,
        "seed": 7,
        "outputs": tuple(outputs),
        "parameters": tuple(
            Moved(path, f"meaning of {path}", "-", -0.5, 2.0, "linear", f"reason for {path}")
            for path in PATHS
        ),
        "left_out": {"firm.it_staff": "is set by department"},
        "limited": {},
        "table": {},
        "screening": screening(outputs) if "screening" in stages else None,
        "indices": indices(outputs, has_pairs="pairs" in stages) if "indices" in stages else None,
        "given": given(outputs) if "given" in stages else None,
    }
    return Sensitivity(**(told | changes))
