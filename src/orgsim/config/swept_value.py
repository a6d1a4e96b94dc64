"""What a swept value does to a parameter: numbers are replaced, distributions move their mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from orgsim.config.values import checker, show
from orgsim.spec import Model, Parameter
from orgsim.spec.departments import is_by_department
from orgsim.spec.swept_path import SweptPath
from orgsim.text import joined

_DIGITS = 12
"""Decimals to which a shifted end is rounded: 0.1 + 0.2 shall be 0.3."""


def split_path(path: str, model: Model) -> SweptPath:
    """Return what a path sweeps.

    Raises
    ------
    KeyError
        If there is no such parameter, or it does not differ by department.
    """
    found = SweptPath.of(path, model)
    if found is None:
        raise KeyError(path)
    return found


def moved(distribution: Any, mean: float) -> Any:
    """Return a number or a distribution moved to another mean, its spread kept.

    A beta keeps its concentration, a normal its standard deviation and its ends, a uniform and a
    choice are shifted as they are.
    """
    if not isinstance(distribution, Mapping):
        return mean
    d = dict(distribution)
    if d["dist"] in ("beta", "normal"):
        return d | {"mean": mean}
    if d["dist"] == "uniform":
        shift = mean - (d["low"] + d["high"]) / 2.0
        return d | {end: round(d[end] + shift, _DIGITS) for end in ("low", "high")}
    weighted = math.fsum(v * w for v, w in zip(d["values"], d["weights"], strict=True))
    shift = mean - weighted / math.fsum(d["weights"])
    return d | {"values": [round(value + shift, _DIGITS) for value in d["values"]]}


def with_value(path: str, before: Any, value: Any, model: Model) -> Any:
    """Return what a parameter is at a design point, checked.

    Parameters
    ----------
    path : str
        As in ``[sweep.parameters]``: of a parameter, or of one department's.
    before : object
        What the config says of the parameter.
    value : object
        The design's value.

    Raises
    ------
    ValueError
        If the parameter cannot be so; the message says what is allowed.
    """
    parameter, department = split_path(path, model)
    check = checker(parameter, model.departments, partly=True)
    paired = is_by_department(before, model.departments)
    if department:
        pair = dict(before) if paired else dict.fromkeys(model.departments, before)
        pair[department] = _one(parameter, pair.get(department), value)
        return check(pair)
    if paired:
        both = joined([f"{path}.{name}" for name in model.departments])
        raise ValueError(f"differs by department here; sweep {both} instead")
    return check(_one(parameter, before, value))


def _one(parameter: Parameter, before: Any, value: Any) -> Any:
    if parameter.kind != "quantity" or isinstance(value, Mapping):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{show(value)} is not a number")
    return moved(before, value)
