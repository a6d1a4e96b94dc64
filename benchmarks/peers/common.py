"""What every port of the model shares: settings, the draws of a new firm, distributions.

A port is written as users of its framework would write it; it draws from the
framework's own generator, so it agrees with orgsim within Monte Carlo error and
not firm by firm. It needs numpy, scipy and its framework, and nothing of orgsim:
the version of the model that it implements is frozen in :mod:`version_1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from version_1 import MODEL_VERSION, NOT_PORTED, PARAMETERS, QUANTITIES

Floats = NDArray[np.float64]


def parameters(settings: Mapping[str, Any]) -> SimpleNamespace:
    """Return the settings as attributes, ``section.name`` as ``section_name``.

    Raises
    ------
    ValueError
        For settings of another version of the model, an option that is not ported, a forced
        structure, or a mechanism switched off.
    """
    if other := sorted(settings.keys() ^ PARAMETERS.keys()):
        raise ValueError(f"the ports cover version {MODEL_VERSION} of the model, not: {other}")
    asked = {path: settings[path] for path in NOT_PORTED}
    off = [path for path, value in settings.items() if path.startswith("mechanisms.") and not value]
    if asked != NOT_PORTED or settings["firm.structure"] != "separate":
        raise ValueError("the ports cover the default model only")
    if off != ["mechanisms.content_channel"]:
        raise ValueError(f"the ports have every mechanism on, not off: {off}")
    return SimpleNamespace(**{path.replace(".", "_"): value for path, value in settings.items()})


def quantile(distribution: Any, u: Floats) -> Floats:
    """Return what a number or a distribution of the settings is at probabilities ``u``."""
    from scipy import stats

    if not isinstance(distribution, Mapping):
        return np.full_like(u, float(distribution))
    d = distribution
    if d["dist"] == "beta":
        a, b = d["mean"] * d["concentration"], (1.0 - d["mean"]) * d["concentration"]
        return np.asarray(stats.beta.ppf(u, a, b))
    if d["dist"] == "uniform":
        return d["low"] + u * (d["high"] - d["low"])
    if d["dist"] == "normal":
        low, high = ((d[end] - d["mean"]) / d["sd"] for end in ("low", "high"))
        return np.asarray(stats.truncnorm.ppf(u, low, high, d["mean"], d["sd"]))
    cumulative = np.cumsum(d["weights"]) / np.sum(d["weights"])
    return np.asarray(d["values"])[np.searchsorted(cumulative, u, side="right")]


def pair(value: Any) -> tuple[Any, Any]:
    """Return what a value means for marketing and for IT."""
    if by_department(value):
        return value["marketing"], value["it"]
    return value, value


def by_department(value: Any) -> bool:
    """Whether a value is one for marketing and one for IT."""
    return isinstance(value, Mapping) and "marketing" in value


def beta_quantiles(mean: float, concentration: float, cells: int) -> Floats:
    """Return quantiles at even probabilities; the end nodes keep the means of their cells."""
    from scipy import special

    if mean in (0.0, 1.0):
        return np.full(cells + 1, mean)
    a, b = mean * concentration, (1.0 - mean) * concentration
    nodes = np.asarray(special.betaincinv(a, b, np.arange(cells + 1) / cells))
    lower, upper = nodes[1], nodes[-2]
    nodes[0] = np.clip(2.0 * mean * cells * special.betainc(a + 1, b, lower) - lower, 0.0, lower)
    above = 2.0 * mean * cells * special.betaincc(a + 1, b, upper) - upper
    nodes[-1] = np.clip(above, upper, 1.0)
    return nodes


def draw_quantities(
    settings: Mapping[str, Any], rng: np.random.Generator, firms: int
) -> dict[str, Floats]:
    """Draw the firm-level quantities of ``firms`` firms.

    Returns
    -------
    dict of path to float64 (firms,), or (firms, 2) for one by department. The
    departments share one position in the distribution unless the settings give
    them values of their own.
    """
    drawn = {}
    for path, by_department in QUANTITIES.items():
        value = settings[path]
        if not by_department:
            drawn[path] = quantile(value, rng.random(firms))
        elif isinstance(value, Mapping) and "marketing" in value:
            pair = [quantile(value[g], rng.random(firms)) for g in ("marketing", "it")]
            drawn[path] = np.stack(pair, axis=1)
        else:
            u = rng.random(firms)
            drawn[path] = np.stack([quantile(value, u)] * 2, axis=1)
    return drawn
