"""The engine: how firms are simulated fast, and the same everywhere."""

from orgsim.engine.contract import (
    BINS,
    GRAIN,
    Chunk,
    Device,
    Halted,
    PointInputs,
    make_inputs,
    new_aggregates,
    new_halt,
    simulate_with_twins,
)
from orgsim.engine.cpu.runner import simulate
from orgsim.engine.devices import chosen_device

__all__ = [
    "BINS",
    "GRAIN",
    "Chunk",
    "Device",
    "Halted",
    "PointInputs",
    "chosen_device",
    "make_inputs",
    "new_aggregates",
    "new_halt",
    "simulate",
    "simulate_with_twins",
]
