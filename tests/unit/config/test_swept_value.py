"""A swept quantity moves its mean and keeps its spread."""

from __future__ import annotations

import math

import numpy as np
import pytest

from orgsim import load_config
from orgsim.config.points import Points
from orgsim.config.swept_value import moved
from sweep_configs import sobol


def beta_moments(d):
    a, b = d["mean"] * d["concentration"], (1.0 - d["mean"]) * d["concentration"]
    return a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1.0))


def listed_moments(d):
    values, weights = np.array(d["values"]), np.array(d["weights"])
    mean = (values * weights).sum() / weights.sum()
    return mean, ((values - mean) ** 2 * weights).sum() / weights.sum()


def uniform_moments(d):
    return (d["low"] + d["high"]) / 2.0, (d["high"] - d["low"]) ** 2 / 12.0


SPREAD = {
    "beta": '{ dist = "beta", mean = 0.7, concentration = 6.0 }',
    "normal": '{ dist = "normal", mean = 0.5, sd = 0.2, low = 0.1, high = 0.8 }',
    "uniform": '{ dist = "uniform", low = 0.1, high = 0.4 }',
    "choice": '{ dist = "choice", values = [0.1, 0.2, 0.4], weights = [1.0, 2.0, 1.0] }',
}


@pytest.mark.parametrize("kind", SPREAD)
def test_a_swept_distribution_moves_its_mean_and_keeps_its_spread(kind, write):
    text = sobol('"firm.attention" = { values = [0.3, 0.45, 0.6] }')
    config = load_config(write(f"{text}[firm]\nattention = {SPREAD[kind]}\n"))
    before = config.settings["firm.attention"]
    points = Points(config)
    wanted = {points.values(i)["firm.attention"] for i in range(len(points))}
    assert wanted == {0.3, 0.45, 0.6}
    for i in range(len(points)):
        mean = points.values(i)["firm.attention"]
        after = points.settings(i)["firm.attention"]
        assert after["dist"] == kind
        if kind == "beta":
            assert beta_moments(after)[0] == pytest.approx(mean)
            assert after["concentration"] == before["concentration"]
        elif kind == "normal":
            assert after == before | {"mean": mean}
        else:
            moments = uniform_moments if kind == "uniform" else listed_moments
            assert moments(after) == pytest.approx((mean, moments(before)[1]), abs=1e-12)
        if kind == "choice":
            assert after["weights"] == before["weights"]
            gaps = np.diff(after["values"])
            assert gaps == pytest.approx(np.diff(before["values"]), abs=1e-12)


def test_a_number_is_replaced_and_a_shift_is_rounded_to_twelve_decimals():
    assert moved(0.3, 0.5) == 0.5
    shifted = moved({"dist": "uniform", "low": 0.1, "high": 0.3}, 0.3)
    assert shifted == {"dist": "uniform", "low": 0.2, "high": 0.4}
    assert math.isclose(uniform_moments(shifted)[0], 0.3)


def test_one_department_of_a_shared_value_is_swept(write):
    config = load_config(write(sobol('"resistance.identity.it" = { low = 0.6, high = 0.9 }')))
    points = Points(config)
    for i in range(len(points)):
        pair = points.settings(i)["resistance.identity"]
        assert pair["marketing"] == 0.5
        assert pair["it"] == points.values(i)["resistance.identity.it"]
