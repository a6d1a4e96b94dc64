"""The engine itself, behind the same door as its peers: one thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from version_1 import OUTCOMES

import orgsim
from orgsim.model import MODEL
from orgsim.model.parameters import VERSION_1


def version() -> str:
    """Return the name and version of the engine."""
    from importlib.metadata import version as installed

    return f"{orgsim.__name__} {installed('orgsim')}"


def prepare(settings: Mapping[str, Any]) -> Callable[[int, int], dict[str, NDArray[np.float64]]]:
    """Compile the kernel, or load it, and return the simulation."""
    from orgsim.engine import make_inputs, simulate
    from orgsim.engine.cpu.runner import compile_kernel
    from orgsim.model.columns import RECORD

    # The engine's model contains that of the ports. Each request has a seed of its own.
    by_version_1 = {**VERSION_1.settings, **settings, "simulation.seed": 0}
    inputs = make_inputs(MODEL, by_version_1)
    compile_kernel(inputs)

    def simulate_firms(firms: int, seed: int) -> dict[str, NDArray[np.float64]]:
        key = (np.uint64(seed), np.uint64(0))
        keyed = inputs._replace(given=inputs.given._replace(key=key))
        record = simulate(keyed, 0, firms, threads=1).record
        return {name: record[RECORD.index(name)] for name in OUTCOMES}

    return simulate_firms
