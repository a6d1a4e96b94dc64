"""Settings as one reads them aloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.text import mix_percent

DEPARTMENT_TITLES = {"marketing": "marketing", "it": "IT"}
"""What departments are called in a sentence."""


def readable(value: Any) -> str:
    """Write a setting as one reads it aloud; None: there is none.

    Examples
    --------
    >>> readable({"dist": "beta", "mean": 0.6, "concentration": 5.0})
    'beta, mean 0.6, concentration 5'
    >>> readable({"marketing": 0.25, "it": {"dist": "uniform", "low": 0, "high": 0.5}})
    'marketing: 0.25; IT: uniform from 0 to 0.5'
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, Mapping):
        return str(value)
    if "dist" in value:
        return _distribution(value)
    return "; ".join(
        f"{DEPARTMENT_TITLES[name]}: {readable(value[name])}"
        for name in DEPARTMENT_TITLES
        if name in value
    )


def _distribution(value: Mapping[str, Any]) -> str:
    told = {key: readable(v) for key, v in value.items() if not isinstance(v, list | tuple)}
    if value["dist"] == "beta":
        return f"beta, mean {told['mean']}, concentration {told['concentration']}"
    if value["dist"] == "uniform":
        return f"uniform from {told['low']} to {told['high']}"
    if value["dist"] == "normal":
        return (
            f"normal, mean {told['mean']}, standard deviation {told['sd']}, kept from "
            f"{told['low']} to {told['high']}"
        )
    values = list(value["values"])
    weights = list(value.get("weights") or [1.0] * len(values))
    whole = sum(weights)
    one_of = ", ".join(
        f"{readable(v)} ({mix_percent(weight, whole)})"
        for v, weight in zip(values, weights, strict=True)
    )
    return f"one of {one_of}"
