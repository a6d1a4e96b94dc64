"""The engine: how firms are simulated fast, and the same everywhere."""

from orgsim.engine.runner import (
    GRAIN,
    LANES,
    Chunk,
    PointInputs,
    block_ranges,
    compile_kernel,
    is_compiled,
    make_inputs,
    new_halt,
    simulate,
    simulate_block,
)

__all__ = [
    "GRAIN",
    "LANES",
    "Chunk",
    "PointInputs",
    "block_ranges",
    "compile_kernel",
    "is_compiled",
    "make_inputs",
    "new_halt",
    "simulate",
    "simulate_block",
]
