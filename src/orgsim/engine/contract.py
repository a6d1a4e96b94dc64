"""What is asked of whatever simulates firms, and what it hands over: the same on every device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from orgsim.spec import SIMULATION, Model
from orgsim.spec.twin import own_settings, twin_settings

BINS = 1024
"""Bins of the histograms of a series, over its whole range."""

GRAIN = 1_024
"""Blocks hold a multiple of so many firms where they can: of LANES, so that none idle, and of
what the store hashes together."""


class PointInputs(NamedTuple):
    """One design point, ready for the kernel.

    Attributes
    ----------
    model : Model
    settings : mapping of path to value
    given : named tuple
        What the model's rules made of the settings: see ``spec.Rules.inputs``.
    agents : int
        Of a firm.
    quarters : int
    twin : PointInputs or None
        Of the firms' twins: the same firms and luck under other settings.
    """

    model: Model
    settings: Mapping[str, Any]
    given: Any
    agents: int
    quarters: int
    twin: PointInputs | None = None

    @property
    def shared(self) -> Mapping[str, NDArray[np.float64]]:
        """What all firms share, by quarter."""
        found: Mapping[str, NDArray[np.float64]] = self.model.rules_module.by_quarter(self.given)
        return found


class Chunk(NamedTuple):
    """What became of a range of firms.

    Attributes
    ----------
    first : int
        Number of the first firm.
    record : float64 (len(model.record), firms)
    sums : int64 (quarters, len(model.series))
        In units of 2**-24.
    histogram : int64 (quarters, len(model.series), BINS)
    counts : int64 (quarters, len(model.counts))
    """

    first: int
    record: NDArray[np.float64]
    sums: NDArray[np.int64]
    histogram: NDArray[np.int64]
    counts: NDArray[np.int64]


def make_inputs(
    model: Model,
    settings: Mapping[str, Any],
    sectors: Sequence[tuple[float, Mapping[str, Any]]] = (),
    *,
    point: int = 0,
) -> PointInputs:
    """Prepare one design point.

    Parameters
    ----------
    model : Model
    settings : mapping of path to value
        Every parameter, validated.
    sectors : sequence of (share, overrides of quantities)
        Empty: one sector.
    point : int
        Part of the random key; 0 gives all design points the same draws.
    """
    of_twin = twin_settings(settings, model.departments)
    own = own_settings(settings)
    key = (np.uint64(own[f"{SIMULATION}.seed"]), np.uint64(point))
    return PointInputs(
        model=model.kernel,
        settings=settings,
        given=model.rules_module.inputs(own, sectors, key),
        agents=sum(int(own[path]) for path in model.agents),
        quarters=int(own[f"{SIMULATION}.quarters"]),
        twin=None if of_twin is None else make_inputs(model, of_twin, sectors, point=point),
    )


def simulate_with_twins(
    device: Device, inputs: PointInputs, first: int, stop: int, halt: NDArray[np.uint8]
) -> Chunk:
    """Simulate some firms on a device, and their twins if they have any.

    Returns
    -------
    Chunk
        The twins' columns stand below the record's, as in ``Model.as_written``.

    Raises
    ------
    Halted
        If ``halt`` was set meanwhile.
    """
    chunk = device.simulate_block(inputs, first, stop, halt)
    if inputs.twin is None or inputs.model.twin is None:
        return chunk
    twins = device.simulate_block(inputs.twin, first, stop, halt)
    names = [column.name for column in inputs.model.record]
    rows = [names.index(name) for name in inputs.model.twin.columns]
    return chunk._replace(record=np.vstack((chunk.record, twins.record[rows])))


def new_aggregates(model: Model, quarters: int) -> tuple[NDArray[np.int64], ...]:
    """Return the sums, histogram and counts of no firms, see ``Chunk``."""
    series = len(model.series)
    return (
        np.zeros((quarters, series), dtype=np.int64),
        np.zeros((quarters, series, BINS), dtype=np.int64),
        np.zeros((quarters, len(model.counts)), dtype=np.int64),
    )


class Halted(Exception):  # noqa: N818 - told to, not failed
    """A task that was told to halt."""


def new_halt() -> NDArray[np.uint8]:
    """Return a flag that halts the tasks that it is given to, within a quarter, once it is set."""
    return np.zeros(1, dtype=np.uint8)


class Device(Protocol):
    """Where firms are simulated.

    Every draw is keyed by what it is for, all sums are of integers, and every step is basic
    arithmetic in the order in which the model's rules say it, without fused multiplications: so two
    devices give one digest, and a new one is held against the others by
    ``tests/contract/test_devices.py``.
    """

    def is_compiled(self, inputs: PointInputs) -> bool:
        """Whether nothing need be compiled for such a design point any more."""

    def compile_kernel(self, inputs: PointInputs) -> None:
        """Compile what simulates such a design point, or load what was compiled."""

    def block_ranges(self, work: int, first: int, stop: int) -> Iterator[tuple[int, int]]:
        """Cut a range of firms into blocks, which threads ask for.

        Parameters
        ----------
        work : int
            Agent-quarters a firm.
        first, stop : int
            ``first`` a multiple of GRAIN; so is every other block's, too.
        """

    def block_bytes(self, agents: int, quarters: int, series: int, firms: int) -> float:
        """Return about how much memory of this machine a block takes while it is simulated."""

    def simulate_block(
        self, inputs: PointInputs, first: int, stop: int, halt: NDArray[np.uint8]
    ) -> Chunk:
        """Simulate the firms first ... stop - 1, called by several threads at a time.

        Python's lock is let go meanwhile.

        Raises
        ------
        Halted
            If ``halt`` was set meanwhile.
        """
