"""What is summed over firms, exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.store.tables import digest_columns


class Sums(NamedTuple):
    """Exact aggregates over firms: int64 arrays that add up part by part.

    Attributes
    ----------
    sums, histogram, counts
        As in ``orgsim.engine.Chunk``.
    without_misfit : int64 (4,)
        Firms of each scenario that never saw a misfit.
    """

    sums: NDArray[np.int64]
    histogram: NDArray[np.int64]
    counts: NDArray[np.int64]
    without_misfit: NDArray[np.int64]

    def plus(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))

    def digest(self) -> str:
        """Return a hash of all numbers."""
        named = zip(self._fields, self, strict=True)
        return digest_columns({name: np.ascontiguousarray(v, "<i8") for name, v in named})
