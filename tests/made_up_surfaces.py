"""Log-likelihoods over the unit cube whose posterior is known, and their calibration in waves."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import norm, truncnorm

from orgsim.analysis.calibration.fitting import fit_proposal
from orgsim.analysis.calibration.importance import mixture_weights
from orgsim.analysis.calibration.proposals import draw_wave, uniform_proposal


class Calibrated(NamedTuple):
    unit: np.ndarray
    weights: object
    proposals: list
    counts: list

    @property
    def mean(self):
        return self.weights.weight @ self.unit

    @property
    def deviation(self):
        return np.sqrt(self.weights.weight @ (self.unit - self.mean) ** 2)


def calibrated(log_likelihood, dimensions, *, waves=4, count=256, seed=1):
    """Return all points and weights after so many waves."""
    proposals, units = [uniform_proposal(dimensions)], []
    for wave in range(waves):
        units.append(draw_wave(proposals[-1], count, seed=seed, wave=wave))
        unit = np.concatenate(units)
        counts = [count] * (wave + 1)
        weights = mixture_weights(unit, log_likelihood(unit), proposals, counts)
        if wave + 1 < waves:
            fit = fit_proposal(unit, weights.log_target, weights.log_mixture)
            proposals.append(fit.proposal)
    return Calibrated(unit, weights, proposals, counts)


def normal(mean, deviation):
    """Return a surface of independent normal densities; see :func:`normal_truth`."""
    mean, deviation = np.asarray(mean), np.asarray(deviation)
    return lambda unit: norm.logpdf(unit, mean, deviation).sum(axis=1)


def normal_truth(mean, deviation):
    """Return log-evidence, means and deviations of its posterior, cut off by the cube."""
    mean, deviation = np.asarray(mean), np.asarray(deviation)
    low, high = -mean / deviation, (1.0 - mean) / deviation
    known = truncnorm(low, high, loc=mean, scale=deviation)
    evidence = np.log(norm.cdf(high) - norm.cdf(low)).sum()
    return evidence, known.mean(), known.std()


def banana(unit):
    """Return a bent ridge in the first two coordinates."""
    across = (unit[:, 0] - 0.5) / 0.15
    return -0.5 * (across**2 + ((unit[:, 1] - 0.3 - 0.15 * across**2) / 0.03) ** 2)


def two_modes(unit):
    """Return 0.7 and 0.3 of a mass, far apart in two coordinates."""
    one = norm.logpdf(unit, 0.25, 0.04).sum(axis=1)
    other = norm.logpdf(unit, 0.75, 0.04).sum(axis=1)
    return np.logaddexp(math.log(0.7) + one, math.log(0.3) + other)


def ridge(unit):
    """Return a surface that knows the sum of two coordinates to 0.02 and little else."""
    return -0.5 * ((unit.sum(axis=1) - 1.0) / 0.02) ** 2 - 0.5 * ((unit[:, 0] - 0.5) / 0.25) ** 2


def as_the_trial(unit):
    """Return a quadratic surface of four parameters with contractions .97, .98, .96 and near 0."""
    deviation = np.sqrt((1.0 - np.array([0.97, 0.98, 0.96])) / 12.0)
    shift = np.outer(unit[:, 3] - 0.5, [0.0, 0.0, 0.15])
    apart = (unit[:, :3] - [0.52, 0.44, 0.53] - shift) / deviation
    mixed = apart @ np.array([[1.0, 0.3, 0.2], [0.0, 1.0, 0.1], [0.0, 0.0, 1.0]])
    return -0.5 * (mixed**2).sum(axis=1)


def on_a_lattice(log_likelihood, dimensions, cells):
    """Return log-evidence, means and deviations by the midpoint rule."""
    axis = (np.arange(cells) + 0.5) / cells
    unit = np.stack(np.meshgrid(*[axis] * dimensions), axis=-1).reshape(-1, dimensions)
    density = np.exp(log_likelihood(unit))
    weight = density / density.sum()
    mean = weight @ unit
    return math.log(density.mean()), mean, np.sqrt(weight @ (unit - mean) ** 2)
