"""Own exponential and logarithm against the C library's."""

from __future__ import annotations

import math

import numpy as np

from orgsim.numerics.elementary import clip, exp, log_unit

ULP = 2.0**-52


def test_exp_is_accurate_to_a_few_units_in_the_last_place():
    xs = np.concatenate(
        [np.linspace(-60.0, 60.0, 4001), np.random.default_rng(1).normal(size=2000)]
    )
    assert max(abs(exp(x) / math.exp(x) - 1.0) for x in xs) <= 4 * ULP


def test_exp_keeps_within_its_range():
    assert exp(0.0) == 1.0
    assert exp(1e9) == exp(700.0) < math.inf
    assert exp(-1e9) == exp(-700.0) > 0.0


def test_log_unit_is_accurate():
    xs = np.random.default_rng(2).uniform(2.0**-50, 1.0, 4000)
    assert max(abs(log_unit(x) - math.log(x)) / abs(math.log(x)) for x in xs) <= 8 * ULP
    assert log_unit(1.0) == 0.0


def test_log_unit_has_a_floor():
    assert log_unit(0.0) == log_unit(2.0**-60)
    assert math.isclose(log_unit(0.0), -60 * math.log(2.0), rel_tol=1e-15)


def test_clip():
    assert [clip(x) for x in (-0.5, 0.0, 0.25, 1.0, 3.0)] == [0.0, 0.0, 0.25, 1.0, 1.0]
