"""Simulated populations for tests: settings in, named columns out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.engine import Chunk, make_inputs, simulate
from orgsim.model import MODEL, columns
from orgsim.model.parameters import defaults


class Population(NamedTuple):
    """What the engine returned, with columns by name."""

    chunk: Chunk

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """Values of a column of ``columns.RECORD``, a firm each."""
        return self.chunk.record[columns.RECORD.index(column)]

    def ended_as(self, scenario: str) -> NDArray[np.bool_]:
        """Which firms ended in a scenario."""
        return self["scenario"] == columns.SCENARIOS.index(scenario)

    def active(self) -> NDArray[np.bool_]:
        """Which firms rebuilt their roles."""
        return self.ended_as("cemo") | self.ended_as("cmto")

    def mean(self, series: str) -> NDArray[np.float64]:
        """Mean of a state variable over firms, by quarter."""
        firms = self.chunk.record.shape[1]
        return self.chunk.sums[:, columns.SERIES.index(series)] / firms / 2.0**24


def settings(**overrides: Any) -> dict[str, Any]:
    """Return defaults with overrides, written ``section__name=value``."""
    changed = {path.replace("__", ".", 1): value for path, value in overrides.items()}
    unknown = set(changed) - set(defaults())
    assert not unknown, unknown
    return defaults() | changed


def population(
    firms: int, given: Mapping[str, Any] | None = None, *, first: int = 0, **overrides: Any
) -> Population:
    """Simulate firms under defaults, a mapping of paths, and keyword overrides."""
    chosen = settings(**overrides) | dict(given or {})
    return Population(simulate(make_inputs(MODEL, chosen), first, first + firms, threads=2))


QUIET = {
    "mechanisms.reorganisation": False,
    "mechanisms.turnover": False,
    "mechanisms.status_threat": False,
}
"""Switches that leave people and their encounters alone."""


def digest_of_chunk(chunk: Chunk) -> str:
    """Return a hash of every bit that the engine returned."""
    parts = (chunk.record, chunk.sums, chunk.histogram, chunk.counts)
    return hashlib.sha256(b"".join(np.ascontiguousarray(p).tobytes() for p in parts)).hexdigest()
