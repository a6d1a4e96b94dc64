"""What a sensitivity analysis found, as one holds it in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.sensitivity.elementary_effects import MorrisSummary
from orgsim.analysis.sensitivity.sobol_indices import SobolIndices
from orgsim.config.asked_output import AskedOutput
from orgsim.design import Dimension
from orgsim.spec import Column

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Columns = dict[str, Any]

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
    Column("effects", "int64", "count", "steps that count"),
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
)
"""Columns of ``variation.parquet``: a row an output."""


@dataclass(frozen=True)
class Screening:
    """Elementary effects of every parameter on every output.

    Attributes
    ----------
    columns : mapping of name to values
        Of ``SCREENING``.
    trajectories, points, firms : int
    digests : mapping of folder to str
        Of the runs.
    has_shares_alone : bool
        Whether all outputs are shares, which can be compared with each other.
    """

    columns: Columns
    trajectories: int
    points: int
    firms: int
    digests: Mapping[str, str]
    has_shares_alone: bool

    @classmethod
    def of(
        cls,
        outputs: Sequence[AskedOutput],
        dimensions: Sequence[Dimension],
        summary: MorrisSummary,
        *,
        spread: Floats,
        moved: Floats,
        **facts: Any,
    ) -> Screening:
        """Return the table of a summary.

        Parameters
        ----------
        spread : float64 (outputs,)
            Standard deviation of each output over the points.
        moved : float64 (dimensions,)
        """
        relative = np.divide(
            summary.mu_star, spread, out=np.zeros_like(summary.mu_star), where=spread > 0.0
        )
        columns = {
            **_rows([asked.name for asked in outputs], [d.path for d in dimensions]),
            "mu_star": summary.mu_star.T.ravel(),
            "mu_star_low": summary.mu_star_low.T.ravel(),
            "mu_star_high": summary.mu_star_high.T.ravel(),
            "mu": summary.mu.T.ravel(),
            "sigma": summary.sigma.T.ravel(),
            "relative": relative.T.ravel(),
            "moved": np.tile(moved, len(outputs)),
            "effects": summary.used.T.ravel(),
        }
        shares = all(asked.unit in SHARES for asked in outputs)
        return cls(columns, has_shares_alone=shares, **facts)

    def frame(self) -> pd.DataFrame:
        """Return a row an output and parameter, see ``SCREENING``."""
        return _frame(self.columns)

    def ranked(self, outputs: Sequence[str] = ()) -> list[str]:
        """Return the parameters, the one that moves most first.

        Where all outputs are shares, by the largest ``mu_star`` over them, else by the largest
        ``relative``, for then their units differ.

        Parameters
        ----------
        outputs : sequence of str
            Those that count; empty: all.
        """
        values: dict[str, float] = {}
        key = self.columns["mu_star" if self.has_shares_alone else "relative"]
        rows = zip(self.columns["output"], self.columns["parameter"], key, strict=True)
        for output, parameter, value in rows:
            if not outputs or output in outputs:
                values[parameter] = max(values.get(parameter, -1.0), np.nan_to_num(float(value)))
        return sorted(values, key=lambda path: -values[path])

    def unmoved(self) -> list[str]:
        """Return the parameters that moved no firm at all, in the order of the model's table."""
        rows = zip(self.columns["parameter"], self.columns["moved"], strict=True)
        return list(dict.fromkeys(path for path, moved in rows if moved == 0.0))


@dataclass(frozen=True)
class Indices:
    """Sobol indices of parameters, or groups of them, on every output.

    Attributes
    ----------
    columns, variation : mapping of name to values
        Of ``INDICES`` and ``VARIATION``.
    pairs : mapping of name to values, or None
        Of ``PAIRS``.
    samples, points, firms : int
    dropped : int
        Samples left out because an output does not exist in one of its points.
    digests : mapping of folder to str
        Of the runs.
    """

    columns: Columns
    variation: Columns
    pairs: Columns | None
    samples: int
    points: int
    firms: int
    dropped: int
    digests: Mapping[str, str]

    @classmethod
    def of(
        cls,
        outputs: Sequence[AskedOutput],
        names: Sequence[str],
        found: SobolIndices,
        *,
        mean: Floats,
        **facts: Any,
    ) -> Indices:
        """Return the tables of indices; the last name is the dummy's."""
        asked = [output.name for output in outputs]
        columns = _rows(asked, names)
        for name, estimate in (("first", found.first), ("total", found.total)):
            columns |= _with_interval(name, estimate)
        variation = {
            "output": asked,
            "mean": mean,
            "deviation": np.sqrt(np.maximum(found.variance, 0.0)),
            "noise": np.sqrt(np.maximum(found.noise, 0.0)),
            "varies": found.varies,
            "first_sum": found.first.value[:-1].sum(axis=0),
        }
        pairs = None
        if found.second is not None:
            pairs = {
                "output": np.repeat(asked, len(found.pairs)).tolist(),
                "parameter": [names[one] for one, _ in found.pairs] * len(asked),
                "other": [names[two] for _, two in found.pairs] * len(asked),
                **_with_interval("second", found.second),
            }
        return cls(columns, variation, pairs, dropped=found.dropped, **facts)

    def frame(self) -> pd.DataFrame:
        """Return a row an output and parameter, see ``INDICES``."""
        return _frame(self.columns)

    def variation_frame(self) -> pd.DataFrame:
        """Return a row an output, see ``VARIATION``."""
        return _frame(self.variation)

    def pairs_frame(self) -> pd.DataFrame | None:
        """Return a row an output and pair, see ``PAIRS``; None if pairs were not asked for."""
        return None if self.pairs is None else _frame(self.pairs)


def _rows(outputs: Sequence[str], parameters: Sequence[str]) -> Columns:
    return {
        "output": np.repeat(list(outputs), len(parameters)).tolist(),
        "parameter": list(parameters) * len(outputs),
    }


def _with_interval(name: str, estimate: Any) -> Columns:
    return {
        name: estimate.value.T.ravel(),
        f"{name}_low": estimate.low.T.ravel(),
        f"{name}_high": estimate.high.T.ravel(),
    }


def _frame(columns: Columns) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Asked:
    """A named output, as tables and pictures call it."""

    name: str
    title: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Moved:
    """A parameter, and the range over which it was moved."""

    path: str
    meaning: str
    unit: str
    low: float
    high: float
    scale: str
    reason: str


@dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found: ``orgsim.sensitivity``, ``run.sensitivity()``.

    Attributes
    ----------
    title : str
        Of the config, or of the sweep.
    model, source : str
        Name and version of the model, and the hash of its source.
    quarters : int
        The horizon of outputs that name no time.
    seed : int
        Of the designs.
    outputs : tuple of Asked
    parameters : tuple of Moved
        In the order of the model's table.
    left_out : mapping of path to str
        Parameters that could not be moved, and why.
    screening : Screening or None
    indices : Indices or None
    given : GivenData or None
        Of a finished sweep.
    directory : Path or None
        Where it lies, if it does.
    """

    title: str
    model: str
    source: str
    quarters: int
    seed: int
    outputs: tuple[Asked, ...]
    parameters: tuple[Moved, ...]
    left_out: Mapping[str, str]
    screening: Screening | None = None
    indices: Indices | None = None
    given: GivenData | None = None
    directory: Path | None = None

    def __repr__(self) -> str:
        """Say in a line what it is of."""
        stages = [n for n in ("screening", "indices", "given") if getattr(self, n) is not None]
        what = f"{len(self.parameters)} parameters, {len(self.outputs)} outputs"
        return f"<orgsim.Sensitivity {self.title!r}: {what}; {', '.join(stages) or 'nothing yet'}>"


GIVEN = (_OUTPUT, _PARAMETER)


@dataclass(frozen=True)
class GivenData:
    columns: Columns
    digests: Mapping[str, str]
