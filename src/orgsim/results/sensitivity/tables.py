"""Columns of a sensitivity analysis's tables, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.spec import Column

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Columns = dict[str, Any]

PAGE, FACTS = "sensitivity.html", "sensitivity.json"
"""Files of an analysis: the page, and what was asked with what of the answer is no table."""

_OUTPUT = Column("output", "word", "-", "named output")
_PARAMETER = Column("parameter", "word", "-", "path of a parameter, or name of a group")


def _interval(of: str, unit: str) -> tuple[Column, ...]:
    return (
        Column(f"{of}_low", "float64", unit, f"lower end of the 95 % bootstrap interval of {of}"),
        Column(f"{of}_high", "float64", unit, f"upper end of the 95 % bootstrap interval of {of}"),
    )


_UNIT = "output's unit"
SHARES = ("share", "probability")
"""Units of outputs that can be compared with each other."""

SCREENING = (
    _OUTPUT,
    _PARAMETER,
    Column("mu_star", "float64", _UNIT, "mean absolute change over the plausible range"),
    *_interval("mu_star", _UNIT),
    Column("mu", "float64", _UNIT, "mean change over the plausible range, signs kept"),
    Column("sigma", "float64", _UNIT, "standard deviation of the change from place to place"),
    Column("relative", "float64", "-", "mu_star over the output's standard deviation"),
    Column("moved", "float64", "share", "part of the steps that moved any firm at all"),
    Column("effects", "int64", "steps", "that count: the output exists on both sides"),
)
"""Columns of ``screening.parquet``: a row an output and parameter."""

INDICES = (
    _OUTPUT,
    _PARAMETER,
    Column("first", "float64", "share", "part of the variance that comes from it alone"),
    *_interval("first", "share"),
    Column("total", "float64", "share", "part that comes from it and whatever it acts with"),
    *_interval("total", "share"),
)
"""Columns of ``indices.parquet``: a row an output and parameter, the dummy last."""

PAIRS = (
    _OUTPUT,
    _PARAMETER,
    Column("other", "word", "-", "the other parameter or group of a pair"),
    Column("second", "float64", "share", "part of the variance that comes from both together only"),
    *_interval("second", "share"),
)
"""Columns of ``pairs.parquet``: a row an output and pair."""

VARIATION = (
    _OUTPUT,
    Column("mean", "float64", _UNIT, "mean over the plausible ranges"),
    Column("deviation", "float64", _UNIT, "standard deviation over the ranges, noise subtracted"),
    Column("noise", "float64", _UNIT, "standard deviation of what was subtracted as noise"),
    Column("varies", "bool", "-", "whether the output varies beyond its noise"),
    Column("first_sum", "float64", "share", "sum of the first orders: 1 where nothing interacts"),
    *_interval("first_sum", "share"),
    Column("dropped", "int64", "samples", "left out, for the output does not exist at some point"),
)
"""Columns of ``variation.parquet``: a row an output."""


GIVEN = (
    _OUTPUT,
    _PARAMETER,
    Column("first", "float64", "share", "part of the variance that comes from it alone"),
    Column("first_low", "float64", "share", "lower end of the 95 % interval of first"),
    Column("first_high", "float64", "share", "upper end of the 95 % interval of first"),
    Column("first_floor", "float64", "share", "what one dummy of 20 exceeds"),
    Column("pawn", "float64", "-", "median distance of the output's distribution (PAWN)"),
    Column("pawn_floor", "float64", "-", "what one dummy of 20 exceeds"),
    Column("dropped", "int64", "points", "left out, for the output does not exist there"),
)
"""Columns of ``given.parquet``: a row an output and parameter."""

NEAR = (
    _PARAMETER,
    Column(
        "distance", "float64", "-", "between its values at points near the reference and others"
    ),
    Column("distance_floor", "float64", "-", "what one dummy of 20 exceeds"),
    Column("p_value", "float64", "-", "that both are alike (Kolmogorov and Smirnov)"),
)
"""Columns of ``near.parquet``: a row a parameter."""


def rows_of(outputs: Sequence[str], parameters: Sequence[str]) -> Columns:
    """Return the columns that say what a row is of, output by output."""
    return {
        "output": np.repeat(list(outputs), len(parameters)).tolist(),
        "parameter": list(parameters) * len(outputs),
    }


def with_interval(name: str, estimates: Sequence[Any]) -> Columns:
    """Return the columns of estimates of one output each, one after the other."""
    return {
        name: np.concatenate([each.value[:, 0] for each in estimates]),
        f"{name}_low": np.concatenate([each.low[:, 0] for each in estimates]),
        f"{name}_high": np.concatenate([each.high[:, 0] for each in estimates]),
    }


def as_frame(columns: Columns) -> pd.DataFrame:
    """Return columns as pandas has them."""
    import pandas as pd

    return pd.DataFrame(columns)
