"""What the figures of a sensitivity analysis are drawn from; no figure is known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from orgsim.figures.entry import Drawing
from orgsim.figures.sensitivity import (
    GivenShares,
    NearPoints,
    PairShares,
    ScreenedEffects,
    VarianceShares,
    WithInterval,
    figures_of,
)
from orgsim.results.sensitivity.answer import Asked, Sensitivity
from orgsim.results.sensitivity.given import GivenData
from orgsim.results.sensitivity.indices import Indices
from orgsim.results.sensitivity.screening import Screening
from orgsim.results.sensitivity.tables import SHARES, Columns, Floats
from orgsim.text import NBSP


def sensitivity_drawings(found: Sensitivity) -> dict[str, Drawing]:
    """Return the drawings of an analysis, of the stages that it has."""
    return figures_of(*_numbers(found))


def _numbers(found: Sensitivity) -> Iterator[Any]:
    if found.screening is not None:
        yield _screened(found, found.screening)
    if found.indices is not None:
        yield _shares(found, found.indices)
        if found.indices.pairs is not None:
            yield _pairs(found, found.indices, found.indices.pairs)
    if found.given is not None:
        yield _given(found, found.given)
        yield _near(found, found.given)


def unit_words(asked: Asked) -> str:
    """Return an output's unit for an axis; none of a share."""
    return "" if asked.unit in ("-", *SHARES) else asked.unit.replace("1/", f"a{NBSP}")


def _screened(found: Sensitivity, screening: Screening) -> ScreenedEffects:
    """Return elementary effects, the parameter that moves most first."""
    names = _names(screening.columns)
    order = [names.index(path) for path in screening.ranked()]
    mu_star, sigma = (_matrix(screening.columns, key)[:, order] for key in ("mu_star", "sigma"))
    return ScreenedEffects(
        title=found.title,
        parameters=tuple(names[place] for place in order),
        outputs=_titles(found),
        units=tuple(map(unit_words, found.outputs)),
        is_share=np.array([asked.unit in SHARES for asked in found.outputs]),
        mu_star=mu_star,
        sigma=sigma,
        trajectories=screening.trajectories,
        points=screening.points,
        firms=screening.firms,
    )


def _shares(found: Sensitivity, indices: Indices) -> VarianceShares:
    return VarianceShares(
        title=found.title,
        parameters=tuple(_names(indices.columns)),
        outputs=_titles(found),
        first=_intervals(indices.columns, "first"),
        total=_intervals(indices.columns, "total"),
        varies=np.asarray(indices.variation["varies"], dtype=np.bool_),
        samples=indices.samples,
        points=indices.points,
        firms=indices.firms,
    )


def _pairs(found: Sensitivity, indices: Indices, pairs: Columns) -> PairShares:
    """Return second orders as matrices, each pair below the diagonal."""
    names = [*dict.fromkeys([*pairs["parameter"], *pairs["other"]])]
    places = {name: place for place, name in enumerate(names)}
    outputs = {asked.name: place for place, asked in enumerate(found.outputs)}
    at = (
        [outputs[name] for name in pairs["output"]],
        [places[name] for name in pairs["other"]],
        [places[name] for name in pairs["parameter"]],
    )
    whole = []
    for key in ("second", "second_low", "second_high"):
        matrix = np.full((len(outputs), len(names), len(names)), np.nan)
        matrix[at] = pairs[key]
        whole.append(matrix)
    return PairShares(
        title=found.title,
        parameters=tuple(names),
        outputs=_titles(found),
        second=WithInterval(*whole),
        samples=indices.samples,
        points=indices.points,
        firms=indices.firms,
    )


def _given(found: Sensitivity, given: GivenData) -> GivenShares:
    return GivenShares(
        title=found.title,
        parameters=tuple(_names(given.columns)),
        outputs=_titles(found),
        first=_intervals(given.columns, "first"),
        floor=_matrix(given.columns, "first_floor"),
        design=given.design,
        points=given.points,
    )


def _near(found: Sensitivity, given: GivenData) -> NearPoints:
    return NearPoints(
        title=found.title,
        parameters=tuple(given.near["parameter"]),
        distance=np.asarray(given.near["distance"], dtype=np.float64),
        floor=np.asarray(given.near["distance_floor"], dtype=np.float64),
        reference=given.reference,
        tolerance=given.tolerance,
        near=given.near_points,
        points=given.points,
    )


def _names(columns: Columns) -> list[str]:
    return list(dict.fromkeys(columns["parameter"]))


def _titles(found: Sensitivity) -> tuple[str, ...]:
    return tuple(asked.title for asked in found.outputs)


def _matrix(columns: Columns, key: str) -> Floats:
    """Return a column as a matrix: (outputs, parameters)."""
    values: Sequence[float] = columns[key]
    return np.asarray(values, dtype=np.float64).reshape(-1, len(_names(columns)))


def _intervals(columns: Columns, key: str) -> WithInterval:
    return WithInterval(*(_matrix(columns, name) for name in (key, f"{key}_low", f"{key}_high")))
