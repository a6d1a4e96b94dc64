"""What a manifest says, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from orgsim.config.output import Output, Target
from orgsim.printable import shortened
from orgsim.spec import Model

State = Literal["running", "finished", "interrupted", "failed"]


@dataclass(frozen=True)
class Extent:
    """How much there is; may grow.

    Attributes
    ----------
    firms : int
        Of a design point; with a precision asked for, at most.
    points : int
    """

    firms: int
    points: int


@dataclass(frozen=True)
class ModelName:
    """Which model a run is of."""

    name: str
    version: str

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"

    def is_contained(self, model: Model) -> bool:
        """Whether the rules of a model contain its rules: those of every version that it knows."""
        return self.name == model.name and self.version in model.versions


UNNAMED = ModelName("departments", "1")
"""What runs are of that were written before manifests named their model."""


@dataclass(frozen=True)
class Seconds:
    """What a run took: processor time of simulating, and time of writing."""

    simulating: float
    writing: float


@dataclass(frozen=True)
class Identity:
    """What a run is of: another one is another run.

    Attributes
    ----------
    plan : dict
        As of ``Config.identity``: what determines a firm.
    source : str
        Hash of the model's source.
    output : Output
    """

    plan: dict[str, Any]
    source: str
    output: Output


@dataclass(frozen=True, repr=False)
class Manifest:
    """What a run is, and how it came about.

    Attributes
    ----------
    format : int
        Version of the layout.
    title : str
    target : Target
    config : str
        The resolved config, as TOML: running it gives the same digest.
    preset : str or None
        Which one the config extends, if that is noted.
    status : str
        ``running``, ``finished``, ``interrupted`` or ``failed``.
    digest : str or None
        Hash of the content; None while unfinished.
    seed : int
    identity : Identity
    extent : Extent
    plan_hash, points_hash : str
        Hashes of the plan, and of where the points lie.
    sectors : list of str
    output : Output
    provenance : dict of str to str
        Goes into every file.
    part_firms, expected_firms : int
        How the run is cut into parts; see ``store.layout``.
    versions : dict of library to version
    machine : dict of str to str or int
    command : list of str
    started, ended : str or None
        Times, with their zone.
    seconds : Seconds
    files : dict of name to hash
        Of files of the whole run, by their bytes; empty in format 2.
    lost : list of str
        Fields of a manifest that was made anew, and stood nowhere else.
    model : ModelName
    more : dict
        What a later version of orgsim has added.
    """

    format: int
    title: str
    target: Target
    config: str
    status: State
    digest: str | None
    seed: int
    identity: Identity
    extent: Extent
    plan_hash: str
    points_hash: str
    sectors: Sequence[str]
    output: Output
    provenance: Mapping[str, str]
    part_firms: int
    expected_firms: int
    versions: Mapping[str, str]
    machine: Mapping[str, str | int]
    command: Sequence[str]
    started: str | None
    ended: str | None
    seconds: Seconds
    preset: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    lost: Sequence[str] = ()
    model: ModelName = UNNAMED
    more: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Say in a line what it is of."""
        extent = f"{self.extent.points:,} points of {self.extent.firms:,} firms"
        return f"<Manifest {shortened(self.title, 60)!r}: {extent}, {self.status}>"

    # --- what follows from it

    @property
    def is_finished(self) -> bool:
        """Whether it says so; ``RunDirectory.is_complete`` looks whether it is true."""
        return self.status == "finished"

    @property
    def is_sweep(self) -> bool:
        """Whether there are several design points."""
        return self.extent.points > 1

    @property
    def is_typed(self) -> bool:
        """Whether swept values are hashed as format 2 did; see ``store.points.points_hash``."""
        return self.format == 2

    @property
    def sweep(self) -> Mapping[str, Any]:
        """How the points lie: ``design``, and ``parameters`` by path; empty without a sweep."""
        found: Mapping[str, Any] = self.identity.plan.get("sweep", {})
        return found

    @property
    def swept(self) -> list[str]:
        """Paths of the swept parameters; empty without a sweep."""
        return list(self.sweep.get("parameters", {}))

    @property
    def scenarios(self) -> int:
        """How many scenarios there are."""
        return len(self.target.shares)

    @property
    def quarters(self) -> int:
        """The horizon."""
        return int(self.identity.plan["settings"]["simulation.quarters"])

    @property
    def precision(self) -> Mapping[str, Any] | None:
        """What intervals shall come to, ``half_width`` and ``most_firms``; None if nothing."""
        found: Mapping[str, Any] | None = self.identity.plan.get("precision")
        return found

    # --- as JSON has it

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Manifest:
        """Return what nested tables say, which have been looked at; see ``manifest_shape``."""
        rest = dict(told)
        known = {
            f.name: rest.pop(f.name) for f in fields(cls) if f.name in rest and f.name != "more"
        }
        # Of tables, too, what a later version has added is kept.
        more = {n: _unknown(kind, known[n]) for n, kind in _TABLES.items() if n in known}
        rest |= {name: added for name, added in more.items() if added}
        identity = known["identity"]
        known |= {
            "target": Target(**_known(Target, known["target"])),
            "identity": Identity(identity["plan"], identity["source"], _output(identity["output"])),
            "extent": Extent(**_known(Extent, known["extent"])),
            "output": _output(known["output"]),
            "seconds": Seconds(**_known(Seconds, known["seconds"])),
        }
        if "model" in known:
            known["model"] = ModelName(**_known(ModelName, known["model"]))
        return cls(**known, more=rest)

    def as_dict(self) -> dict[str, Any]:
        """Return nested tables, in the order in which they are written."""
        told = {name: _plain(getattr(self, name)) for name in _ORDER}
        if self.preset is None:
            del told["preset"]
        for name, added in self.more.items():
            told[name] = {**told[name], **added} if name in _TABLES else added
        return told


_TABLES: dict[str, type] = {
    "target": Target,
    "identity": Identity,
    "extent": Extent,
    "output": Output,
    "seconds": Seconds,
    "model": ModelName,
}


def _unknown(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a table a class has no field for."""
    known = {f.name for f in fields(kind)}
    return {name: value for name, value in told.items() if name not in known}


def _known(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a table that a class has."""
    return {f.name: told[f.name] for f in fields(kind)}


def _output(told: Mapping[str, bool]) -> Output:
    return Output(**_known(Output, told))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, (list, tuple)) else value


_ORDER = (
    *("format", "title", "target", "config", "preset", "status", "digest", "seed", "identity"),
    *("extent", "plan_hash", "points_hash", "sectors", "output", "provenance", "part_firms"),
    *("expected_firms", "versions", "machine", "command", "started", "ended", "seconds"),
    *("files", "lost", "model"),
)
