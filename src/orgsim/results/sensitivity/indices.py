"""Sobol indices, as one holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orgsim.analysis.sensitivity.sobol_indices import SobolIndices
from orgsim.config.asked_output import AskedOutput
from orgsim.results.sensitivity.tables import Columns, Floats, as_frame, rows_of, with_interval

if TYPE_CHECKING:
    import pandas as pd


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
    digests : mapping of folder to str
        Of the runs.
    """

    columns: Columns
    variation: Columns
    pairs: Columns | None
    samples: int
    points: int
    firms: int
    digests: Mapping[str, str]

    @classmethod
    def of(
        cls,
        outputs: Sequence[AskedOutput],
        names: Sequence[str],
        found: Sequence[SobolIndices],
        *,
        mean: Floats,
        **facts: Any,
    ) -> Indices:
        """Return the tables of indices of each output; the last name is the dummy's."""
        asked = [output.name for output in outputs]
        columns = rows_of(asked, names)
        columns |= with_interval("first", [each.first for each in found])
        columns |= with_interval("total", [each.total for each in found])
        variation = {
            "output": asked,
            "mean": mean,
            "deviation": np.sqrt([max(float(each.variance[0]), 0.0) for each in found]),
            "noise": np.sqrt([max(float(each.noise[0]), 0.0) for each in found]),
            "varies": np.array([bool(each.varies[0]) for each in found]),
            "first_sum": np.array([float(each.first_sum.value[0]) for each in found]),
            "first_sum_low": np.array([float(each.first_sum.low[0]) for each in found]),
            "first_sum_high": np.array([float(each.first_sum.high[0]) for each in found]),
            "dropped": np.array([each.dropped for each in found]),
        }
        pairs = None
        second = [each.second for each in found if each.second is not None]
        if second:
            of = found[0].pairs
            pairs = {
                "output": np.repeat(asked, len(of)).tolist(),
                "parameter": [names[one] for one, _ in of] * len(asked),
                "other": [names[two] for _, two in of] * len(asked),
                **with_interval("second", second),
            }
        return cls(columns, variation, pairs, **facts)

    def frame(self) -> pd.DataFrame:
        """Return a row an output and parameter, see ``INDICES``."""
        return as_frame(self.columns)

    def variation_frame(self) -> pd.DataFrame:
        """Return a row an output, see ``VARIATION``."""
        return as_frame(self.variation)

    def pairs_frame(self) -> pd.DataFrame | None:
        """Return a row an output and pair, see ``PAIRS``; None if pairs were not asked for."""
        return None if self.pairs is None else as_frame(self.pairs)
