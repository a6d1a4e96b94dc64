"""What weighted settings say: parameters, figures fitted and held out, what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.calibration.identifiability import (
    UNINFORMED,
    Identifiability,
    identifiability,
    value_of_information,
)
from orgsim.analysis.calibration.importance import Weights
from orgsim.analysis.calibration.region import mass_within, region
from orgsim.config.asked_output import AskedOutput
from orgsim.config.calibration import Calibration, Figure, PriorRange
from orgsim.execution.experiment import plan_hash
from orgsim.inquiry.reading import Readings
from orgsim.numerics.sources import source_hash
from orgsim.results.calibration import (
    Calibrated,
    FurtherFigure,
    KnownFigure,
    KnownParameter,
    TiedParameters,
)

if TYPE_CHECKING:
    from orgsim.config import Config

Floats = NDArray[np.float64]

_CENTRAL = (0.025, 0.975)

FEWEST_DRAWS = 10
"""Effective draws a parameter, below which nothing is said of combinations, nor of what further
figures would tell: among fewer, chance ties one of three pairs."""


class Settings(NamedTuple):
    """All settings that were simulated, and what they weigh.

    Attributes
    ----------
    unit : float64 (points, parameters)
        Where they lie in the unit cube.
    counts : sequence of int
        Of each wave.
    columns : mapping of path to array (points,)
    readings : Readings
    outputs : tuple of AskedOutput
    weights : Weights
    """

    unit: Floats
    counts: Sequence[int]
    columns: Mapping[str, NDArray[Any]]
    readings: Readings
    outputs: tuple[AskedOutput, ...]
    weights: Weights


def answer(
    config: Config,
    question: Calibration,
    settings: Settings,
    *,
    held_out_hash: str,
    digests: Mapping[str, str],
    directory: Path,
) -> Calibrated:
    """Return what the settings say so far."""
    weights = settings.weights
    known = {asked.name: settings.readings.known(asked) for asked in settings.outputs}
    values = {name: each.value for name, each in known.items()}
    told = identifiability(settings.unit, weights.weight)
    shares = np.stack([values[name] for name in config.model.scenarios], axis=1)
    reference = np.array([config.target.shares[name] for name in config.model.scenarios])
    within = mass_within(
        shares, reference, config.target.tolerance, weights.weight, weights.log_mixture
    )
    pieces = region(settings.unit, weights.weight, weights.log_target).mass
    model = config.model.kernel
    return Calibrated(
        title=config.title,
        model=model.label,
        source=source_hash(model),
        plan=plan_hash(config.identity()),
        quarters=config.quarters,
        seed=question.seed,
        firms=question.table.firms,
        waves=len(settings.counts),
        points=len(settings.unit),
        parameters=tuple(_parameters(question.priors, settings, told)),
        targets=(
            *(_split(config, settings, values) if question.table.split else ()),
            *(_figure(figure, values, weights.weight) for figure in question.targets),
        ),
        held_out=tuple(_figure(figure, values, weights.weight) for figure in question.held_out),
        held_out_hash=held_out_hash,
        effective_size=weights.effective_size,
        wanted_size=question.table.effective_size,
        log_evidence=weights.log_evidence,
        log_evidence_error=weights.log_evidence_error,
        tolerance=config.target.tolerance,
        prior_within=within.prior,
        posterior_within=within.posterior,
        pieces=tuple(float(mass) for mass in pieces),
        tied=tuple(_tied(question.priors, told)),
        further=tuple(_further(question, settings, known)),
        digests=digests,
        draws=_draws(question, settings, values),
        directory=directory,
    )


def _draws(
    question: Calibration, settings: Settings, values: Mapping[str, Floats]
) -> dict[str, NDArray[Any]]:
    """Return the columns of the posterior: a row a setting."""
    waves = np.repeat(np.arange(len(settings.counts)), settings.counts)
    return {
        "point": np.arange(len(waves)),
        "wave": waves,
        **{prior.name: settings.columns[prior.paths[0]] for prior in question.priors},
        "log_likelihood": settings.weights.log_target,
        "weight": settings.weights.weight,
        **values,
    }


def _parameters(
    priors: Sequence[PriorRange], settings: Settings, told: Identifiability
) -> Iterator[KnownParameter]:
    weight = settings.weights.weight
    for place, prior in enumerate(priors):
        column = settings.columns[prior.paths[0]].astype(np.float64)
        mean, deviation, low, high = _summary(column, weight)
        yield KnownParameter(
            name=prior.name,
            paths=prior.paths,
            prior_low=prior.dimension.low,
            prior_high=prior.dimension.high,
            scale=prior.dimension.scale,
            mean=mean,
            deviation=deviation,
            low=low,
            high=high,
            contraction=float(told.contraction[place]),
            contraction_error=float(told.contraction_error[place]),
            is_informed=_is_informed(told, place),
        )


def _is_enough(told: Identifiability) -> bool:
    """Whether there are draws enough to speak of combinations of parameters."""
    return told.effective_size >= FEWEST_DRAWS * len(told.mean)


def _is_informed(told: Identifiability, place: int) -> bool:
    """Whether a contraction is beyond a tenth by more than twice its error."""
    surely = told.contraction[place] - 2.0 * told.contraction_error[place]
    return bool(surely > UNINFORMED)


def _summary(values: Floats, weight: Floats) -> tuple[float, float, float, float]:
    """Return mean, standard deviation and the central 95 % of weighted values."""
    there = np.isfinite(values) & (weight > 0.0)
    if not there.any():
        return np.nan, np.nan, np.nan, np.nan
    kept, share = values[there], weight[there] / weight[there].sum()
    mean = float(share @ kept)
    deviation = float(np.sqrt(share @ (kept - mean) ** 2))
    order = np.argsort(kept, kind="stable")
    low, high = np.interp(_CENTRAL, np.cumsum(share[order]) - share[order] / 2.0, kept[order])
    return mean, deviation, float(low), float(high)


def _split(
    config: Config, settings: Settings, values: Mapping[str, Floats]
) -> Iterator[KnownFigure]:
    """Yield the shares of the split beside their rounding."""
    error = (config.model.split_rounding or 0.0) / np.sqrt(3.0)
    for outcome in config.model.outcomes:
        told = _summary(values[outcome.name], settings.weights.weight)
        target = config.target.shares[outcome.name]
        yield KnownFigure(
            outcome.name, outcome.title, "share", target, float(error), "target", *told
        )


def _figure(figure: Figure, values: Mapping[str, Floats], weight: Floats) -> KnownFigure:
    asked = figure.asked
    told = _summary(values[asked.name], weight)
    return KnownFigure(
        asked.name, asked.title, asked.unit, figure.value, figure.error, figure.source, *told
    )


def _tied(priors: Sequence[PriorRange], told: Identifiability) -> Iterator[TiedParameters]:
    for ridge in told.ridges if _is_enough(told) else ():
        along = ridge.along[list(ridge.parameters)]
        yield TiedParameters(
            names=tuple(priors[place].name for place in ridge.parameters),
            rise_together=bool((along > 0.0).all()),
            length=ridge.length,
            width=ridge.width,
        )


def _further(
    question: Calibration, settings: Settings, known: Mapping[str, Any]
) -> Iterator[FurtherFigure]:
    """Yield what each held-out output would tell of each parameter, were it fitted."""
    figures, size = question.held_out, settings.weights.effective_size
    if not figures:
        return
    read = [known[figure.asked.name] for figure in figures]
    told = value_of_information(
        settings.unit,
        settings.weights.weight,
        np.stack([each.value for each in read], axis=1),
        np.array([figure.error for figure in figures]),
        noise=np.stack([each.variance for each in read], axis=1),
    )
    for column, figure in enumerate(figures):
        for row, prior in enumerate(question.priors):
            removed = float(told.removed[row, column])
            surely = removed - 3.0 * float(told.removed_error[row, column])
            if surely > told.chance and size >= FEWEST_DRAWS * len(question.priors):
                yield FurtherFigure(
                    output=figure.asked.name,
                    parameter=prior.name,
                    error=figure.error,
                    removed=removed,
                    removed_error=float(told.removed_error[row, column]),
                )
