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
    points : int
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
        first: Sequence[RankIndices | BinnedIndices],
        distances: Sequence[Pawn],
        near: Regional,
        **facts: Any,
    ) -> GivenData:
        """Return the tables of statistics, each of one output."""
        width = len(paths)
        floors = [np.broadcast_to(each.floor, each.value.shape)[:, 0] for each in first]
        columns = {
            **rows_of([asked.name for asked in outputs], paths),
            "first": np.concatenate([each.value[:, 0] for each in first]),
            "first_low": np.concatenate([each.low[:, 0] for each in first]),
            "first_high": np.concatenate([each.high[:, 0] for each in first]),
            "first_floor": np.concatenate(floors),
            "pawn": np.concatenate([each.median[:, 0] for each in distances]),
            "pawn_floor": np.concatenate([each.median_floor[:, 0] for each in distances]),
            "dropped": np.repeat([each.dropped for each in first], width),
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
            near_points=int(near.satisfied[0]),
            **facts,
        )

    def frame(self) -> pd.DataFrame:
        """Return a row an output and parameter, see ``GIVEN``."""
        return as_frame(self.columns)

    def near_frame(self) -> pd.DataFrame:
        """Return a row a parameter, see ``NEAR``."""
        return as_frame(self.near)
