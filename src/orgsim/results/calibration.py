"""What a calibration found, as one holds it in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class KnownParameter:
    """A parameter, or several moved as one, before and after.

    Attributes
    ----------
    name : str
    paths : tuple of str
        That it moves.
    prior_low, prior_high, scale : float, float, str
        Its prior: uniform from low to high on that scale.
    mean, deviation, low, high : float
        Of the posterior: mean, standard deviation, and the central 95 %.
    contraction, contraction_error : float
        1 - variance / prior variance, on the prior's scale, and its Monte-Carlo error.
    is_informed : bool
        Whether the targets tell anything of it.
    """

    name: str
    paths: tuple[str, ...]
    prior_low: float
    prior_high: float
    scale: str
    mean: float
    deviation: float
    low: float
    high: float
    contraction: float
    contraction_error: float
    is_informed: bool


@dataclass(frozen=True)
class KnownFigure:
    """A named output beside what is known of it.

    Attributes
    ----------
    name, title, unit : str
    value, error : float
        Known from elsewhere; of the split's shares the error is that of their rounding.
    source : str
    mean, deviation, low, high : float
        Of the posterior predictive: of settings, each with the firms that were simulated.
    """

    name: str
    title: str
    unit: str
    value: float
    error: float
    source: str
    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True)
class TiedParameters:
    """Parameters that the targets do not tell apart: a ridge of the posterior.

    Attributes
    ----------
    names : tuple of str
    rise_together : bool
        Whether a larger one goes with larger others; else one makes up for another.
    length, width : float
        Standard deviations along and across it, in those of the prior.
    """

    names: tuple[str, ...]
    rise_together: bool
    length: float
    width: float


@dataclass(frozen=True)
class FurtherFigure:
    """What an output that was not fitted would tell of a parameter.

    Attributes
    ----------
    output, parameter : str
    error : float
        To which it would be known.
    removed, removed_error : float
        Share of the parameter's posterior variance that would go, and its Monte-Carlo error.
    """

    output: str
    parameter: str
    error: float
    removed: float
    removed_error: float


@dataclass(frozen=True)
class Calibrated:
    """What a calibration found: ``orgsim.calibrate``.

    Attributes
    ----------
    title, model, source, plan : str
        Of the config; name and version of the model; hashes of its source and of all settings.
    quarters, seed, firms, waves, points : int
        Firms are of a setting; settings are points.
    parameters : tuple of KnownParameter
    targets, held_out : tuple of KnownFigure
        What was fitted, the split's shares first; and what was not.
    held_out_hash : str
        Of the list of what is held out, as it was written down before anything was simulated.
    effective_size, wanted_size : float
        Of the posterior's draws, and what was asked.
    log_evidence, log_evidence_error : float
    tolerance, prior_within, posterior_within : float
        How much of prior and posterior has every share within the tolerance of the split.
    pieces : tuple of float
        Masses of the pieces of the region that holds 95 %: one if it is connected.
    tied : tuple of TiedParameters
    further : tuple of FurtherFigure
    digests : mapping of folder to str
        Of the runs.
    draws : mapping of name to values
        A row a setting: ``point``, ``wave``, the parameters, ``log_likelihood``, ``weight``, and
        the outputs that were read.
    directory : Path or None
    """

    title: str
    model: str
    source: str
    plan: str
    quarters: int
    seed: int
    firms: int
    waves: int
    points: int
    parameters: tuple[KnownParameter, ...]
    targets: tuple[KnownFigure, ...]
    held_out: tuple[KnownFigure, ...]
    held_out_hash: str
    effective_size: float
    wanted_size: float
    log_evidence: float
    log_evidence_error: float
    tolerance: float
    prior_within: float
    posterior_within: float
    pieces: tuple[float, ...]
    tied: tuple[TiedParameters, ...]
    further: tuple[FurtherFigure, ...]
    digests: Mapping[str, str]
    draws: Mapping[str, Any]
    directory: Path | None = None

    def __repr__(self) -> str:
        """Say in a line what it is of."""
        what = f"{len(self.parameters)} parameters, effective size {self.effective_size:,.0f}"
        return f"<orgsim.Calibrated {self.title!r}: {what}>"

    @property
    def is_met(self) -> bool:
        """Whether the effective size is what was asked."""
        return self.effective_size >= self.wanted_size

    def posterior(self) -> pd.DataFrame:
        """Return a row a setting, with its weight; weights add up to 1."""
        import pandas as pd

        return pd.DataFrame(dict(self.draws))

    def overrides(self, point: int) -> dict[str, float | int]:
        """Return what a setting has otherwise than the config, by path: it can be run again."""
        found: dict[str, float | int] = {}
        for parameter in self.parameters:
            value = self.draws[parameter.name][point]
            found |= {path: value.item() for path in parameter.paths}
        return found
