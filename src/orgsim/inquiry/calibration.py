"""Which settings reproduce what is known: waves of settings, each drawn where the last ones fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from orgsim.analysis.calibration.fitting import fit_proposal
from orgsim.analysis.calibration.importance import Weights, mixture_weights
from orgsim.analysis.calibration.likelihood import output_log_likelihood, split_log_likelihood
from orgsim.analysis.calibration.proposals import Proposal, draw_wave, uniform_proposal
from orgsim.config.asked_output import AskedOutput, asked_output
from orgsim.config.calibration import Calibration, calibration_of
from orgsim.design.samplers import columns_at
from orgsim.errors import RunError, UsageError
from orgsim.execution.executors.base import Executor
from orgsim.execution.progress import Progress
from orgsim.inquiry.calibration_files import begin, keep
from orgsim.inquiry.posterior import Settings, answer
from orgsim.inquiry.reading import Readings
from orgsim.inquiry.simulating import Laid, simulated
from orgsim.results.calibration import Calibrated
from orgsim.store.names import MANIFEST_FILE
from orgsim.text import counted

if TYPE_CHECKING:
    from orgsim.config import Config

Floats = NDArray[np.float64]

FEWEST_WAVES = 3
"""The effective size of fewer says little: what no proposal has seen yet, it cannot tell."""


def calibrate(
    config: Config,
    directory: Path,
    executor: Executor,
    progress: Progress,
    *,
    overwrite: bool = False,
) -> Calibrated:
    """Answer a config's ``[calibration]``, see :func:`orgsim.calibrate`.

    Every wave is appended to the table of points of one run directory a horizon, so that a
    calibration that was interrupted goes on where it stopped.

    Raises
    ------
    ConfigError
        If what is asked cannot be.
    UsageError
        If another run, or another list of held-out outputs, is there.
    RunError
        If no setting has any likelihood; the message says how near the nearest came. And, as
        KeyboardInterrupt, as of :func:`orgsim.run`.
    """
    question = calibration_of(config)
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory}: is a file; name a directory with --out DIR")
    if (directory / MANIFEST_FILE).exists():
        raise UsageError(f"{directory}: is a run's; name another directory with --out DIR")
    if question.figures < len(question.priors):
        progress.say(
            f"{counted(len(question.priors), 'parameter')} and "
            f"{counted(question.figures, 'independent figure')}: some parameters cannot be told"
        )
    before = begin(config, question, directory, overwrite=overwrite)
    waves = _Waves(config, question)
    while True:
        laid = waves.next()
        readings, digests = simulated(
            config,
            laid,
            waves.outputs,
            directory,
            executor,
            progress,
            overwrite=overwrite and len(waves.units) == 1,
            may_be_longer=True,
        )
        weights = waves.weigh(readings)
        is_last = len(waves.units) >= question.table.most_waves
        if not weights.found or (is_last and _is_of_one(weights)):
            raise RunError(_far(waves, readings))
        if _is_of_one(weights):  # the next wave goes where it is
            waves.fit(weights)
            continue
        found = answer(
            config,
            question,
            Settings(waves.unit, waves.counts, laid.columns, readings, waves.outputs, weights),
            held_out_hash=before.held_out_hash,
            digests=digests,
            directory=directory,
        )
        if found.points >= before.points:
            keep(found)
        progress.say(
            f"wave {len(waves.units)}: effective size {weights.effective_size:,.0f} of "
            f"{question.table.effective_size:,}"
        )
        enough = found.is_met and len(waves.units) >= FEWEST_WAVES
        if enough or is_last:
            return found
        waves.fit(weights)


@dataclass
class _Waves:
    """The waves so far: where their settings lie in the unit cube, and what they came from."""

    config: Config
    question: Calibration
    units: list[Floats] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def unit(self) -> Floats:
        """All settings: (points, parameters)."""
        return np.concatenate(self.units)

    @property
    def counts(self) -> list[int]:
        """Settings of each wave."""
        return [len(unit) for unit in self.units]

    @property
    def outputs(self) -> tuple[AskedOutput, ...]:
        """What is read of every setting: the shares, the targets, what is held out."""
        model = self.config.model
        shares = [asked_output(name, model, (), "") for name in model.scenarios]
        figures = (*self.question.targets, *self.question.held_out)
        every = {asked.name: asked for asked in (*shares, *(f.asked for f in figures))}
        return tuple(every.values())

    def next(self) -> Laid:
        """Draw a wave, and return all settings as they are simulated, with draws of their own."""
        question, priors = self.question, self.question.priors
        if not self.proposals:
            self.proposals.append(uniform_proposal(len(priors)))
        self.units.append(
            draw_wave(
                self.proposals[-1],
                question.table.wave,
                seed=question.seed,
                wave=len(self.units),
            )
        )
        at = columns_at([prior.dimension for prior in priors], self.unit)
        return Laid(
            name="waves",
            columns={path: at[prior.name] for prior in priors for path in prior.paths},
            firms=question.table.firms,
            seed=question.seed,
            has_common_draws=False,
        )

    def weigh(self, readings: Readings) -> Weights:
        """Return what every setting weighs.

        Simulated figures scatter by the sampling of their firms, each setting's by its own. So the
        posterior has that error once, beside rounding and known errors, without its being added
        here; added, it would count twice (a share of 0.4 over 2,000 firms: 0.0293 for 0.0273).
        """
        question, model = self.question, self.config.model
        likelihood = np.zeros(readings.points)
        known = {asked.name: asked for asked in self.outputs}
        if question.table.split:
            shares = [readings.known(known[name]).value for name in model.scenarios]
            likelihood += split_log_likelihood(
                np.stack(shares, axis=1),
                np.full(readings.points, question.table.firms),
                np.array([self.config.target.shares[name] for name in model.scenarios]),
                model.split_rounding or 0.0,
                adds_sampling=not model.split_rounding,
            ).value
        if question.targets:
            found = [readings.known(figure.asked) for figure in question.targets]
            likelihood += output_log_likelihood(
                np.stack([each.value for each in found], axis=1),
                np.zeros((readings.points, len(found))),
                np.array([figure.value for figure in question.targets]),
                np.array([figure.error for figure in question.targets]),
            ).value
        return mixture_weights(self.unit, likelihood, self.proposals, self.counts)

    def fit(self, weights: Weights) -> None:
        """Make the proposal of the next wave."""
        fitted = fit_proposal(self.unit, weights.log_target, weights.log_mixture)
        self.proposals.append(fitted.proposal)


def _is_of_one(weights: Weights) -> bool:
    """Whether one setting has all the weight, which tells of no variance."""
    return not float((weights.weight**2).sum()) < 1.0 - 1e-9


def _far(waves: _Waves, readings: Readings) -> str:
    """Say how near the settings came to the targets, and where."""
    named = {asked.name: asked for asked in waves.outputs}
    question, target = waves.question, waves.config.target.shares
    wanted = {f.asked.name: f.value for f in question.targets}
    if question.table.split:
        wanted |= target
    values = {name: readings.known(named[name]).value for name in wanted}
    lacking = [name for name, found in values.items() if np.isnan(found).all()]
    if lacking:
        return (
            f"{waves.config.origin}: calibration: {', '.join(lacking)} exist at none of "
            f"{readings.points:,} settings; widen the priors, or take more firms"
        )
    off = sum(
        ((found - wanted[name]) / max(float(np.nanstd(found)), 1e-12)) ** 2
        for name, found in values.items()
    )
    best = int(np.nanargmin(off))
    came = ", ".join(f"{name} = {found[best]:.3g}" for name, found in values.items())
    at = columns_at([prior.dimension for prior in question.priors], waves.unit)
    where = ", ".join(f"{name} = {column[best]:.3g}" for name, column in at.items())
    return (
        f"{waves.config.origin}: calibration: no setting comes near the targets; the nearest of "
        f"{readings.points:,} has {came} at {where}: widen the priors, or the targets' errors"
    )
