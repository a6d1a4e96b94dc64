"""A whole sensitivity analysis, as one holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orgsim.results.sensitivity.given import GivenData
from orgsim.results.sensitivity.indices import Indices
from orgsim.results.sensitivity.screening import Screening


@dataclass(frozen=True)
class Asked:
    """A named output, as tables and pictures call it."""

    name: str
    title: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Moved:
    """A parameter, and the range over which it was moved."""

    path: str
    meaning: str
    unit: str
    low: float
    high: float
    scale: str
    reason: str


@dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found: ``orgsim.sensitivity``, ``run.sensitivity()``.

    Attributes
    ----------
    title : str
        Of the config, or of the sweep.
    model, source, plan : str
        Name and version of the model, the hash of its source, and that of all settings.
    quarters : int
        The horizon of outputs that name no time.
    seed : int
        Of the designs.
    outputs : tuple of Asked
    parameters : tuple of Moved
        In the order of the model's table.
    left_out : mapping of path to str
        Parameters that could not be moved, and why.
    limited : mapping of path to str
        Parameters that were moved for a while only, and why.
    table : mapping
        ``[sensitivity]`` as it was asked: groups, own ranges, sizes.
    screening : Screening or None
    indices : Indices or None
    given : GivenData or None
        Of a finished sweep.
    directory : Path or None
        Where it lies, if it does.
    """

    title: str
    model: str
    source: str
    plan: str
    quarters: int
    seed: int
    outputs: tuple[Asked, ...]
    parameters: tuple[Moved, ...]
    left_out: Mapping[str, str]
    limited: Mapping[str, str]
    table: Mapping[str, Any]
    screening: Screening | None = None
    indices: Indices | None = None
    given: GivenData | None = None
    directory: Path | None = None

    def __repr__(self) -> str:
        """Say in a line what it is of."""
        stages = [n for n in ("screening", "indices", "given") if getattr(self, n) is not None]
        what = f"{len(self.parameters)} parameters, {len(self.outputs)} outputs"
        return f"<orgsim.Sensitivity {self.title!r}: {what}; {', '.join(stages) or 'nothing yet'}>"
