"""Values of named outputs at many design points, and how well so many firms know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.spec.named_output import NamedOutput, Record


class Moments(NamedTuple):
    """What is kept of some firms' features.

    Attributes
    ----------
    firms : float64 (points,)
    sums : float64 (points, features)
    products : float64 (points, features, features)
        Sums of products of two features.
    """

    firms: NDArray[np.float64]
    sums: NDArray[np.float64]
    products: NDArray[np.float64]


class Known(NamedTuple):
    """Values of an output, and their sampling variance.

    Attributes
    ----------
    value, variance : float64 (points,)
        NaN where there are no firms of the kind that is asked of.
    """

    value: NDArray[np.float64]
    variance: NDArray[np.float64]


def features_of(
    outputs: Sequence[NamedOutput], records: Sequence[Record], kept: Sequence[NDArray[np.bool_]]
) -> NDArray[np.float64]:
    """Return the features of some outputs, side by side, of firms in one order.

    Parameters
    ----------
    outputs : sequence of NamedOutput
    records : sequence of Record
        Each output's.
    kept : sequence of bool (firms,)
        Of each, which firms it is of; of the others every feature is 0.

    Returns
    -------
    float64 (features, firms)
    """
    rows = []
    for output, record, of in zip(outputs, records, kept, strict=True):
        rows += [np.where(of, feature, 0).astype(np.float64) for feature in output.features(record)]
    return np.stack(rows)


def moments_of(
    features: NDArray[np.float64],
    points: NDArray[np.int64],
    count: int,
    weights: NDArray[np.float64] | None = None,
) -> Moments:
    """Add firms up by design point.

    Parameters
    ----------
    features : float64 (features, firms)
    points : int64 (firms,)
        Each firm's, from 0.
    count : int
        Design points.
    weights : float64 (firms,), optional
        How many firms a row stands for.
    """
    kinds = len(features)
    one = np.ones(points.size) if weights is None else weights

    def added(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(points, weights=values * one, minlength=count).astype(np.float64)

    products = np.empty((count, kinds, kinds))
    for i in range(kinds):
        for j in range(i, kinds):
            products[:, i, j] = products[:, j, i] = added(features[i] * features[j])
    sums = np.stack([added(feature) for feature in features], axis=1)
    return Moments(added(np.ones(points.size)), sums, products)


FEWEST_FIRMS = 8
"""Firms of the kind that an output is of, below which it is taken for not there: its sampling
variance would be known too badly to be subtracted. Of firms that count with other numbers than 1,
such as quarters, the number of equal ones that would tell as much."""


def known(
    outputs: Sequence[NamedOutput], moments: Moments, per: Sequence[NDArray[np.float64]] = ()
) -> Known:
    """Return an output's values, or the difference of two, by design point.

    The variance is that of the linear part of the function of means that an output is (the delta
    method), with the means' own covariance, and corrected for small numbers: of a share p over k
    firms of a kind it is p (1 - p) / (k - 1), without bias, and of log odds the sum of the cells'
    inverses, half a firm added to each (Gart and Zweifel 1967, Biometrika 54).

    Parameters
    ----------
    outputs : sequence of NamedOutput
        One, or two: the first less the second.
    moments : Moments
        Of their features, side by side.
    per : sequence of float64 (points,), optional
        What each is divided by.
    """
    firms = moments.firms[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = moments.sums / firms
        spread = moments.products / firms[..., None] - means[:, :, None] * means[:, None, :]
        covariance = spread / (firms[..., None] - 1.0)
        value, slopes, first = np.zeros(len(firms)), [], 0
        for number, output in enumerate(outputs):
            own = slice(first, first := first + (4 if output.form == "log odds" else 2))
            of, slope = _with_slope(output, means[:, own], firms)
            plain = np.einsum("pi,pij,pj->p", slope, covariance[:, own, own], slope)
            more = _correction(output, plain, moments, own)
            by = (1.0 if number == 0 else -1.0) / (per[number] if per else 1.0)
            value = value + by * of
            slopes.append(slope * (by * np.sqrt(more))[:, None])
        slope = np.concatenate(slopes, axis=1)
        variance = np.einsum("pi,pij,pj->p", slope, covariance, slope)
    lacking = ~(np.isfinite(value) & np.isfinite(variance))
    value[lacking] = variance[lacking] = np.nan
    return Known(value, np.maximum(variance, 0.0))


def _correction(
    output: NamedOutput, plain: NDArray[np.float64], moments: Moments, own: slice
) -> NDArray[np.float64]:
    """Return by what a term's variance is to be multiplied: (points,); NaN of too few firms."""
    if output.form == "log odds":
        known_well = (1.0 / (moments.sums[:, own] + 0.5)).sum(axis=1)
        return np.where(plain > 0.0, known_well / np.where(plain > 0.0, plain, 1.0), 1.0)
    whole, squares = moments.sums[:, own.stop - 1], moments.products[:, own.stop - 1, own.stop - 1]
    size, firms = whole**2 / squares, moments.firms
    more = size / (size - 1.0) * (firms - 1.0) / firms
    return np.where(size >= np.minimum(FEWEST_FIRMS, firms), more, np.nan)


def _with_slope(
    output: NamedOutput, means: NDArray[np.float64], firms: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an output's values (points,), and their slopes by the means of its features."""
    if output.form == "log odds":
        cells = means + 0.5 / firms
        signs = np.array([1.0, -1.0, -1.0, 1.0])
        return np.log(cells) @ signs, signs / cells
    part, whole = means.T
    value = part / whole
    return value, np.stack((1.0 / whole, -value / whole), axis=1)
