"""Elementary effects, as one holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.analysis.sensitivity.elementary_effects import MorrisSummary
from orgsim.config.asked_output import AskedOutput
from orgsim.design import Dimension
from orgsim.results.sensitivity.tables import SHARES, Columns, Floats, as_frame, rows_of

if TYPE_CHECKING:
    import pandas as pd


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
    missing : mapping of output to int
        At how many points an output does not exist.
    """

    columns: Columns
    trajectories: int
    points: int
    firms: int
    digests: Mapping[str, str]
    has_shares_alone: bool
    missing: Mapping[str, int]

    @classmethod
    def of(
        cls,
        outputs: Sequence[AskedOutput],
        dimensions: Sequence[Dimension],
        summary: MorrisSummary,
        *,
        spread: Floats,
        moved: Floats,
        lacking: Floats,
        **facts: Any,
    ) -> Screening:
        """Return the table of a summary.

        Parameters
        ----------
        spread : float64 (outputs,)
            Standard deviation of each output over the points.
        moved : float64 (dimensions,)
        lacking : int64 (outputs,)
            Points where each does not exist.
        """
        relative = np.divide(
            summary.mu_star, spread, out=np.zeros_like(summary.mu_star), where=spread > 0.0
        )
        columns = {
            **rows_of([asked.name for asked in outputs], [d.path for d in dimensions]),
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
        missing = {asked.name: int(n) for asked, n in zip(outputs, lacking, strict=True) if n}
        return cls(columns, has_shares_alone=shares, missing=missing, **facts)

    def frame(self) -> pd.DataFrame:
        """Return a row an output and parameter, see ``SCREENING``."""
        return as_frame(self.columns)

    def ranked(self, outputs: Sequence[str] = ()) -> list[str]:
        """Return the parameters, the one that moves most first.

        Where all outputs are shares, by the largest ``mu_star`` over them, else by the largest
        ``relative``, for then their units differ. An output counts for a parameter if it exists on
        half of the trajectories at least.

        Parameters
        ----------
        outputs : sequence of str
            Those that count; empty: all.
        """
        key = self.columns["mu_star" if self.has_shares_alone else "relative"]
        names = (self.columns[name] for name in ("output", "parameter"))
        rows = zip(*names, key, self.columns["effects"], strict=True)
        values = dict.fromkeys(self.columns["parameter"], -1.0)
        for output, parameter, value, effects in rows:
            # Of few effects the mean is one corner's, where hardly any firm is of the kind.
            if (not outputs or output in outputs) and 2 * effects >= self.trajectories:
                values[parameter] = max(values[parameter], float(np.nan_to_num(value)))
        return sorted(values, key=lambda path: -values[path])

    def unmoved(self) -> list[str]:
        """Return the parameters that moved no firm at all, in the order of the model's table."""
        rows = zip(self.columns["parameter"], self.columns["moved"], strict=True)
        return list(dict.fromkeys(path for path, moved in rows if moved == 0.0))
