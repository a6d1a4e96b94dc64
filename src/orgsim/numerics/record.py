"""Plain parameters as the record that kernels read them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from orgsim.spec import SIMULATION, Parameter

_TYPES = {"real": np.float64, "integer": np.int64, "switch": np.bool_}


def kernel_parameters(
    parameters: Sequence[Parameter],
    segments: Sequence[Mapping[str, Any]],
    departments: Sequence[str] = (),
) -> Any:
    """Cast the plain parameters of a model to records, as the kernels read them.

    The fields are the parameters' symbols: a misspelt name does not compile. Those of the section
    ``simulation`` are not among them.

    Parameters
    ----------
    parameters : sequence of Parameter
    segments : sequence of (mapping of path to value)
        Each must hold every plain parameter; others are ignored.
    departments : sequence of str
        As of the model.

    Returns
    -------
    numpy.recarray (segments,)
        Numbers as float64, integers as int64, switches as bool; what may differ by department as
        an array (departments,).

    Raises
    ------
    KeyError
        If a plain parameter is missing.
    """
    plain = [p for p in parameters if p.kind in _TYPES and p.section != SIMULATION]
    rows = {True: (len(departments),), False: ()}
    fields = [(p.symbol, _TYPES[p.kind], rows[p.by_department]) for p in plain]
    records = np.zeros(len(segments), np.dtype(fields, align=True)).view(np.recarray)
    for i, settings in enumerate(segments):
        for p in plain:
            value = settings[p.path]
            by_department = p.by_department and isinstance(value, Mapping)
            records[p.symbol][i] = [value[g] for g in departments] if by_department else value
    return records
