"""Plain parameters as the record that kernels read them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from orgsim.spec import SIMULATION, Parameter

_TYPES = {"real": np.float64, "integer": np.int64, "switch": np.bool_}


def kernel_parameters(parameters: Sequence[Parameter], settings: Mapping[str, Any]) -> Any:
    """Cast the plain parameters of a model to a record, as the kernels read them.

    The fields are the parameters' symbols: a misspelt name does not compile. Those of the section
    ``simulation`` are not among them.

    Parameters
    ----------
    parameters : sequence of Parameter
    settings : mapping of path to value
        Must hold every plain parameter; others are ignored.

    Returns
    -------
    numpy.record
        Numbers as float64, integers as int64, switches as bool.

    Raises
    ------
    KeyError
        If a plain parameter is missing.
    """
    plain = [p for p in parameters if p.kind in _TYPES and p.section != SIMULATION]
    fields = np.dtype([(p.symbol, _TYPES[p.kind]) for p in plain], align=True)
    values = tuple(settings[p.path] for p in plain)
    return np.array([values], dtype=fields).view(np.recarray)[0]
