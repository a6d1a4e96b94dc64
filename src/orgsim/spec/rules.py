"""What the module of a model's rules holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

NAMES = ("inputs", "by_quarter", "allocate", "begin", "list_series", "count_firm", "record_firm")
"""All of it, but for the steps."""


class Rules(Protocol):
    """What the module of a model's rules holds, beside the steps by their names.

    All but ``inputs`` and ``allocate`` are compiled, by decorators of ``numerics.jit``. A *block*
    is a named tuple of the state of some firms in lockstep; one of its fields, ``firms``, is a
    record with a row ``number``, uint32 (lanes,). The engine sets the numbers; all else is the
    model's. *Inputs* are a named tuple that numba can take; it has ``key``.
    """

    def inputs(
        self,
        settings: Mapping[str, Any],
        sectors: Sequence[tuple[float, Mapping[str, Any]]],
        key: tuple[Any, Any],
    ) -> Any:
        """Return what the kernel reads of a design point.

        Parameters
        ----------
        settings : mapping of path to value
            Every parameter, validated.
        sectors : sequence of (share, overrides of quantities)
            Empty: one sector.
        key : (uint64, uint64)
            Of all random draws: the seed and the point.
        """

    def by_quarter(self, inputs: Any) -> Mapping[str, NDArray[Any]]:
        """Return what all firms share, float64 (quarters,), by the names of ``Model.shared``."""

    def allocate(self, inputs: Any, lanes: int) -> Any:
        """Return the zeroed state of a block of ``lanes`` firms."""

    def begin(self, block: Any, inputs: Any) -> None:
        """Found the firms whose numbers are set."""

    def list_series(self, block: Any, out: Any) -> None:
        """Write the state variables of ``Model.series`` into ``out``, float64 (series, lanes)."""

    def count_firm(self, block: Any, lane: int, counts: Any) -> None:
        """Add a firm to the counts of a quarter, int64 (counts,)."""

    def record_firm(self, block: Any, lane: int, series: Any, out: Any) -> None:
        """Write a firm's row of ``Model.record``, float64; ``series`` are those just listed."""
