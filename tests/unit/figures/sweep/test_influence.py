"""Which parameters move the shares."""

from __future__ import annotations

import numpy as np

from made_up_sweeps import swept
from orgsim.figures.sweep.influence import influence


def test_influence_ranks_parameters_and_is_nought_on_average_for_idle_ones():
    unit = np.random.default_rng(5).random((1000, 24))
    sweep = swept(unit, {f"p.{i}": unit[:, i] for i in range(24)})
    measured = [influence(sweep, path) for path in sweep.parameters]
    assert min(measured[:2]) > 10 * max(map(abs, measured[4:]))
    assert measured[0] > measured[2] > max(measured[4:])
    assert min(measured[4:]) < 0.0 < max(measured[4:])
