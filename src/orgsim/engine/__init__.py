"""The engine: how firms are simulated fast, and the same everywhere."""

from orgsim.engine.runner import (
    GRAIN,
    LANES,
    Chunk,
    Plan,
    block_ranges,
    compile_kernel,
    make_plan,
    new_halt,
    simulate,
    simulate_block,
)

__all__ = [
    "GRAIN",
    "LANES",
    "Chunk",
    "Plan",
    "block_ranges",
    "compile_kernel",
    "make_plan",
    "new_halt",
    "simulate",
    "simulate_block",
]
