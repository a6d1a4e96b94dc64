"""The engine: how firms are simulated fast, and the same everywhere."""

from orgsim.engine.runner import LANES, Chunk, Plan, compile_kernel, make_plan, simulate

__all__ = ["LANES", "Chunk", "Plan", "compile_kernel", "make_plan", "simulate"]
