"""Whether a port of the model is the same model: its firms against the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmarks.peers.version_1 import OUTCOMES, SCENARIOS

FALSE_ALARM = 1e-3
"""Probability that a port which is right is called wrong, over all its outcomes together."""


class Agreement(NamedTuple):
    """How a port's firms compare with the engine's.

    Attributes
    ----------
    p_value : float
        Smallest of all outcomes, times their number (Bonferroni), at most 1.
    worst : str
        The outcome that it belongs to.
    largest_difference : float
        Of the shares of the scenarios.
    """

    p_value: float
    worst: str
    largest_difference: float

    @property
    def agrees(self) -> bool:
        """Whether what differs may be chance."""
        return self.p_value >= FALSE_ALARM


def compare(
    ours: Mapping[str, NDArray[np.float64]], theirs: Mapping[str, NDArray[np.float64]]
) -> Agreement:
    """Test the scenarios' counts (chi-square) and the mean of every outcome (t test).

    Parameters
    ----------
    ours, theirs : mapping of ``OUTCOMES`` to float64 (firms,)
        Independent samples; their sizes may differ.
    """
    codes = range(len(SCENARIOS))
    counts = np.array(
        [[np.sum(sample["scenario"] == s) for s in codes] for sample in (ours, theirs)]
    )
    seen = counts[:, counts.sum(axis=0) > 0]
    p_values = {"scenario": float(stats.chi2_contingency(seen).pvalue)}
    for name in OUTCOMES[1:]:
        a, b = np.asarray(ours[name]), np.asarray(theirs[name])
        if a.std() == 0.0 and b.std() == 0.0:
            p_values[name] = float(a[0] == b[0])
        else:
            # The same model has the same variance; few firms alone may give 0 for a rare count.
            p_values[name] = float(stats.ttest_ind(a, b, equal_var=True).pvalue)
    worst = min(p_values, key=lambda name: p_values[name])
    shares = counts / counts.sum(axis=1, keepdims=True)
    return Agreement(
        min(1.0, p_values[worst] * len(p_values)),
        worst,
        float(np.abs(shares[0] - shares[1]).max()),
    )
