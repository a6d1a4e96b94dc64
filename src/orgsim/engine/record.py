"""Plain parameters as the record that kernels read them from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from orgsim.parameters import PARAMETERS

_KERNEL = tuple(
    p for p in PARAMETERS if p.kind in ("real", "integer", "switch") and p.section != "simulation"
)


def kernel_parameters(settings: Mapping[str, Any]) -> Any:
    """Cast the plain parameters to a record, as the kernels read them.

    The fields are the parameters' symbols: a misspelt name does not compile.

    Parameters
    ----------
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
    types = {"real": np.float64, "integer": np.int64, "switch": np.bool_}
    fields = np.dtype([(p.symbol, types[p.kind]) for p in _KERNEL], align=True)
    values = tuple(settings[p.path] for p in _KERNEL)
    return np.array([values], dtype=fields).view(np.recarray)[0]
