"""What is summed over firms, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Sums(NamedTuple):
    """Exact aggregates over firms: int64 arrays that add up part by part.

    Attributes
    ----------
    sums, histogram, counts
        As in ``orgsim.engine.Chunk``.
    tallies : mapping of name to int64 (scenarios,)
        Of ``Model.tallies``.
    """

    sums: NDArray[np.int64]
    histogram: NDArray[np.int64]
    counts: NDArray[np.int64]
    tallies: Mapping[str, NDArray[np.int64]]

    def plus(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(
            self.sums + other.sums,
            self.histogram + other.histogram,
            self.counts + other.counts,
            {name: tally + other.tallies[name] for name, tally in self.tallies.items()},
        )

    def arrays(self) -> dict[str, NDArray[np.int64]]:
        """Return all of it by name, tallies by theirs."""
        plain = {"sums": self.sums, "histogram": self.histogram, "counts": self.counts}
        return plain | dict(self.tallies)
