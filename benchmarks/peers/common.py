"""What every port of the model shares: settings, the environment, the draws of a new firm.

A port is written as users of its framework would write it; it draws from the
framework's own generator, so it agrees with orgsim within Monte Carlo error and
not firm by firm. It needs numpy and its framework, and nothing of orgsim.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SCENARIOS = ("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto")

OUTCOMES = (
    "scenario",
    "cooperation_marketing",
    "cooperation_it",
    "resistance_marketing",
    "resistance_it",
    "literacy_marketing",
    "literacy_it",
    "capability",
    "authority",
    "completion",
    "performance",
    "contact",
    "attempts",
    "failures",
    "reversals",
    "exits_marketing",
    "exits_it",
    "chief_exits",
    "ceo_exits",
)
"""What a port reports of each firm at the horizon; ``scenario`` by position in SCENARIOS."""

QUANTITIES = {
    "firm.digital_exposure": False,
    "firm.exposure_growth": False,
    "firm.attention": False,
    "cooperation.initial": True,
    "cooperation.contact_propensity": True,
    "resistance.initial": True,
    "resistance.identity": True,
    "competence.initial_literacy": True,
    "capability.initial": False,
    "capability.initial_authority": False,
    "leadership.commitment": False,
}
"""Firm-level quantities, and whether each department has its own."""

NOT_PORTED = {"mechanisms.content_channel": False, "reorganisation.cmto_to_cemo": False}
"""Options that are off by default and that the ports leave out."""


def parameters(settings: Mapping[str, Any]) -> SimpleNamespace:
    """Return the settings as attributes, ``section.name`` as ``section_name``.

    Raises
    ------
    ValueError
        For an option that is not ported, a forced structure, or a mechanism switched off.
    """
    asked = {path: settings[path] for path in NOT_PORTED}
    off = [path for path, value in settings.items() if path.startswith("mechanisms.") and not value]
    if asked != NOT_PORTED or settings["firm.structure"] != "separate":
        raise ValueError("the ports cover the default model only")
    if off != ["mechanisms.content_channel"]:
        raise ValueError(f"the ports have every mechanism on, not off: {off}")
    return SimpleNamespace(**{path.replace(".", "_"): value for path, value in settings.items()})


def environment(p: SimpleNamespace) -> tuple[Floats, Floats]:
    """Return demand and hype by quarter."""
    t = np.arange(p.simulation_quarters, dtype=np.float64)
    demand = 1.0 / (1.0 + np.exp(-(t - p.environment_demand_midpoint) / p.environment_demand_scale))
    bell = ((t - p.environment_hype_peak) / p.environment_hype_width) ** 2
    return demand, p.environment_hype_height * np.exp(-0.5 * bell)


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
