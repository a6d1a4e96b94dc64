"""What a config says, field by field, once it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orgsim.config.calibration_schema import CalibrationTable
from orgsim.config.cluster import Cluster
from orgsim.config.output import Output, Target
from orgsim.config.sensitivity_schema import SensitivityTable
from orgsim.config.sweep import Sweep
from orgsim.design.precision import Precision
from orgsim.printable import as_name
from orgsim.spec import Model
from orgsim.text import counted

_LONGEST_REPR = 100
"""Characters."""


@dataclass(frozen=True)
class SectorMix:
    """One sector: its share of firms, and its own distributions by path of the quantity."""

    name: str
    share: float
    quantities: Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Contents:
    """What a config says.

    Attributes
    ----------
    name : str
        Name of the file without its ending, or of the preset; names the default run directory.
    origin : str
        How messages call the file, or the preset.
    title : str
    settings : mapping of path to value
        Every parameter of the model; of a sweep, what is not swept.
    sectors : tuple of SectorMix
        Empty: all firms are of one kind.
    output : Output
    target : Target
    sweep : Sweep or None
        None: a single design point.
    precision : Precision or None
        None: as many firms as the settings say.
    cluster : Cluster
    model : Model
        Whose settings they are.
    sensitivity : SensitivityTable or None
        What ``orgsim sensitivity`` asks; no firm depends on it.
    calibration : CalibrationTable or None
        What ``orgsim calibrate`` asks; no firm depends on it.
    preset : str or None
        The shipped preset that the settings are a change of; see ``sources.Source``.
    note : str
        What to say of it once: that it shows to be of an earlier version of the model, by whose
        rules it is run; else empty.
    """

    name: str
    origin: str = field(compare=False)
    title: str
    settings: Mapping[str, Any]
    sectors: tuple[SectorMix, ...]
    output: Output
    target: Target
    sweep: Sweep | None
    precision: Precision | None
    cluster: Cluster
    model: Model
    sensitivity: SensitivityTable | None = None
    calibration: CalibrationTable | None = None
    preset: str | None = field(default=None, compare=False)
    note: str = field(default="", compare=False)

    def __repr__(self) -> str:
        """Say in a line what it is of."""
        firms = counted(self.firms, "firm")
        if self.precision is not None:
            firms = f"up to {firms}"
        if self.sweep is not None:
            design = self.sweep.design
            firms = f"{counted(design.most_points, 'point')} of {firms}"
            firms = firms if design.has_most_points else f"up to {firms}"
        what = f"': {firms}, {counted(self.quarters, 'quarter')}>"
        start = "<orgsim.Config '"
        return f"{start}{as_name(self.name, _LONGEST_REPR - len(start) - len(what))}{what}"

    @property
    def firms(self) -> int:
        """Firms of a design point; with ``precision``, the most there may be."""
        if self.precision is not None:
            return self.precision.most_firms
        return int(self.settings["simulation.firms"])

    @property
    def quarters(self) -> int:
        """The horizon."""
        return int(self.settings["simulation.quarters"])

    def sector_overrides(self) -> list[tuple[float, Mapping[str, Any]]]:
        """Return the sectors as the engine takes them."""
        return [(sector.share, sector.quantities) for sector in self.sectors]
