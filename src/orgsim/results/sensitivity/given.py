"""What a finished sweep says, as one holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.analysis.sensitivity.binned_indices import BinnedIndices
from orgsim.analysis.sensitivity.pawn import Pawn
from orgsim.analysis.sensitivity.rank_indices import RankIndices
from orgsim.analysis.sensitivity.regional import Regional
from orgsim.config.asked_output import AskedOutput
from orgsim.results.sensitivity.tables import Columns, as_frame, rows_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class GivenData:
    """What the points of a finished sweep say.

    Attributes
    ----------
    columns, near : mapping of name to values
        Of ``GIVEN`` and ``NEAR``.
    design : str
        Of the sweep, such as ``sobol``.
    points, dropped : int
        All of them, and those left out because an output does not exist there.
    near_points : int
        Points whose shares are all within the tolerance of the reference.
    reference : str
    tolerance : float
    has_common_draws : bool
    digests : mapping of folder to str
        Of the sweep.
    """

    columns: Columns
    near: Columns
    design: str
    points: int
    dropped: int
    near_points: int
    reference: str
    tolerance: float
    has_common_draws: bool
    digests: Mapping[str, str]

    @classmethod
    def of(
        cls,
        outputs: Sequence[AskedOutput],
        paths: Sequence[str],
        *,
        first: RankIndices | BinnedIndices,
        distances: Pawn,
        near: Regional,
        **facts: Any,
    ) -> GivenData:
        """Return the tables of statistics."""
        columns = {
            **rows_of([asked.name for asked in outputs], paths),
            "first": first.value.T.ravel(),
            "first_low": first.low.T.ravel(),
            "first_high": first.high.T.ravel(),
            "first_floor": np.broadcast_to(first.floor, first.value.shape).T.ravel(),
            "pawn": distances.median.T.ravel(),
            "pawn_floor": distances.median_floor.T.ravel(),
        }
        of_near = {
            "parameter": list(paths),
            "distance": near.distance[:, 0],
            "distance_floor": near.floor[:, 0],
            "p_value": near.p_value[:, 0],
        }
        return cls(
            columns,
            of_near,
            dropped=first.dropped,
            near_points=int(near.satisfied[0]),
            **facts,
        )

    def frame(self) -> pd.DataFrame:
        """Return a row an output and parameter, see ``GIVEN``."""
        return as_frame(self.columns)

    def near_frame(self) -> pd.DataFrame:
        """Return a row a parameter, see ``NEAR``."""
        return as_frame(self.near)
