"""Colours of the scenarios."""

from __future__ import annotations

import numpy as np

from orgsim.figures import style


def test_scenarios_differ_in_lightness_too():
    from matplotlib.colors import to_rgb

    def lightness(colour):
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        return 116 * np.dot([0.2126, 0.7152, 0.0722], linear) ** (1 / 3) - 16

    found = sorted(lightness(colour) for colour in style.SCENARIO_COLOURS)
    assert np.diff(found).min() > 14
