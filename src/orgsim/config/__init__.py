"""Configs: TOML in, validated settings out, or one clear error.

A config is checked once, here; everything below trusts what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.config.problems import validated
from orgsim.config.schema import ARTICLE_SHARES, LONGEST_TITLE, json_schema
from orgsim.config.sources import (
    TLS_FILES,
    Origins,
    Source,
    overlay,
    parse_set,
    parse_toml,
    preset_names,
    preset_path,
    read_toml,
    read_with_extends,
    real,
    resolve_reference,
)
from orgsim.config.sweep import Cluster, Precision, Sweep, make_sweep
from orgsim.config.sweep_schema import ClusterTable, PrecisionTable
from orgsim.config.unquoted import with_paths
from orgsim.config.writing import as_toml, sweep_document
from orgsim.design import EXTENDABLE
from orgsim.errors import ConfigError
from orgsim.files import as_path
from orgsim.parameters import BY_PATH, PARAMETERS, SECTIONS
from orgsim.printable import as_name, printable, shortened

__all__ = [
    "ARTICLE_SHARES",
    "Cluster",
    "Config",
    "Output",
    "Precision",
    "SectorMix",
    "Sweep",
    "Target",
    "json_schema",
    "load_config",
    "preset_names",
    "preset_path",
    "read_config",
]


@dataclass(frozen=True)
class SectorMix:
    """One sector: its share of firms, and its own distributions by path of the quantity."""

    name: str
    share: float
    quantities: Mapping[str, Any]


@dataclass(frozen=True)
class Output:
    """Which tables are written beside the shares."""

    firms: bool
    quarters: bool


@dataclass(frozen=True)
class Target:
    """Shares to compare with, and the tolerance in shares."""

    shares: Mapping[str, float]
    tolerance: float


@dataclass(frozen=True)
class Config:
    """Validated settings of one experiment.

    Attributes
    ----------
    name : str
        Name of the file without its ending; names the default run directory.
    origin : str
        How messages call the file.
    title : str
    settings : mapping of path to value
        Every parameter of ``orgsim.parameters``; of a sweep, what is not swept.
    sectors : tuple of SectorMix
        Empty: all firms are of one kind.
    output : Output
    target : Target
    sweep : Sweep or None
        None: a single design point.
    precision : Precision or None
        None: as many firms as the settings say.
    cluster : Cluster
    preset : str or None
        The shipped preset that the settings are a change of; see ``sources.Source``.
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
    preset: str | None = field(default=None, compare=False)

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

    def plan(self) -> dict[str, Any]:
        """Return everything that determines what becomes of a firm, ready for JSON.

        The number of firms is not part of it, nor that of points where a design can grow: more of
        them leave the first ones as they were.
        """
        settings = {p.path: self.settings[p.path] for p in PARAMETERS}
        del settings["simulation.firms"]
        sectors = [
            {"name": s.name, "share": s.share, "quantities": dict(s.quantities)}
            for s in self.sectors
        ]
        plan: dict[str, Any] = {"settings": settings, "sectors": sectors}
        if self.sweep is not None:
            sweep = sweep_document(self.sweep)
            if self.sweep.design.kind in EXTENDABLE:
                sweep.pop("points", None)
            plan["sweep"] = sweep
        if self.precision is not None:
            plan["precision"] = asdict(self.precision)
        return plan

    def document(self) -> dict[str, Any]:
        """Return the config as nested tables, with every setting in it."""
        tables: dict[str, Any] = {"title": self.title}
        for section in SECTIONS:
            tables[section] = {
                p.name: self.settings[p.path] for p in PARAMETERS if p.section == section
            }
        if self.sectors:
            tables["sectors"] = {
                s.name: {"share": s.share, "quantities": dict(s.quantities)} for s in self.sectors
            }
        tables["output"] = {"firms": self.output.firms, "quarters": self.output.quarters}
        tables["target"] = {
            "shares": dict(self.target.shares),
            "tolerance": self.target.tolerance,
        }
        if self.sweep is not None:
            tables["sweep"] = sweep_document(self.sweep)
        if self.precision is not None:
            tables["precision"] = asdict(self.precision)
        tables["cluster"] = {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self.cluster).items()
        }
        return tables

    def to_toml(self) -> str:
        """Return the resolved config as TOML; it loads back to an equal config.

        The table of a ``table`` design stands beside it, as the run directory's own
        ``points.parquet``.
        """
        return as_toml(self.document())


def _preset_settings(name: str, where: str, path: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings, by path, that a preset itself sets, of its table.

    What the preset extends is left out: for all that it does not say, the file that
    names it speaks.
    """
    sections = {key: value for key, value in table.items() if key in SECTIONS}
    document = validated(sections, f"{as_name(path)}: {where}: {as_name(name)}")
    return {
        f"{section}.{key}": getattr(getattr(document, section), key)
        for section, keys in sections.items()
        for key in keys
    }


def _preset_quantities(name: str, where: str, path: Path) -> dict[str, Any]:
    """Return the firm-level quantities that a sector's preset sets; nothing else may be."""
    table = read_toml(resolve_reference(name, path, where))
    settings = _preset_settings(name, where, path, table)
    for parameter in map(BY_PATH.__getitem__, settings):
        if parameter.kind != "quantity":
            raise ConfigError(
                f"{as_name(path)}: {where}: {name!r} sets {parameter.path}, which is the same for "
                "all firms; a sector may set firm-level quantities alone"
            )
    return settings


def _swept_preset(name: str, where: str, path: Path) -> dict[str, Any]:
    """Return what a swept preset sets, the simulation apart, which all points share."""
    table = read_toml(resolve_reference(name, path, where))
    if "sectors" in table:
        raise ConfigError(
            f"{as_name(path)}: {where}: {name!r} mixes sectors, which are the same at all points"
        )
    settings = _preset_settings(name, where, path, table)
    return {key: value for key, value in settings.items() if BY_PATH[key].section != "simulation"}


def _expand_sectors(table: dict[str, Any], origins: Origins, path: Path) -> dict[str, Any]:
    """Replace every sector's preset by the quantities that it sets."""
    sectors = table.get("sectors")
    if not isinstance(sectors, Mapping):
        return table
    expanded = {}
    for name, sector in sectors.items():
        if isinstance(sector, Mapping) and "preset" in sector:
            where, beside = f"sectors.{as_name(name)}.preset", origins.get(("sectors", name), path)
            below = {"quantities": _preset_quantities(sector["preset"], where, beside)}
            own = {key: value for key, value in sector.items() if key != "preset"}
            quantities = own.get("quantities", {})
            if isinstance(quantities, Mapping):
                own["quantities"] = {**below["quantities"], **quantities}
            expanded[name] = own
        else:
            expanded[name] = sector
    return {**table, "sectors": expanded}


def load_config(path: str | PathLike[str], overrides: Sequence[str] = ()) -> Config:
    """Read, resolve and check a config.

    Parameters
    ----------
    path : path
        A TOML file.
    overrides : sequence of str
        ``section.key=value``, as after ``--set``; later ones win.

    Raises
    ------
    ConfigError
        With the file, the field path, what was found and what is allowed.

    Examples
    --------
    >>> config = load_config(preset_path("baseline"), ["simulation.firms=500"])
    >>> config.firms
    500
    """
    path = as_path(path, "config", refusal=ConfigError)
    origin = f"{as_name(path)} with --set" if overrides else as_name(path)
    source = overlay(read_with_extends(path), overrides, real(path))
    config = _resolved(source, path, origin, overrides)
    _refuse_odd_words(config)
    return replace(config, preset=source.compared_preset(is_changed=bool(overrides)))


def _refuse_odd_words(config: Config) -> None:
    """Refuse names of sectors and presets that would upset whatever shows them.

    Of a run that stands, they are only shown with care: they were allowed once.
    """
    words = [("sectors", sector.name) for sector in config.sectors]
    words += [("sweep.presets", name) for name in (config.sweep.presets if config.sweep else ())]
    for where, word in words:
        if printable(word, kept="") != word:
            raise ConfigError(
                f"{config.origin}: {where}.{shortened(word, 60)!r}: has a control character; "
                "allowed: text of one line"
            )


def read_config(text: str, path: Path) -> Config:
    """Return a config from its resolved text, as :meth:`Config.to_toml` gives it.

    Parameters
    ----------
    path : Path
        Where it would stand: a table of points lies beside it.

    Raises
    ------
    ConfigError
        As :func:`load_config`.
    """
    source = Source(with_paths(parse_toml(text, path), as_name(path)), {})
    return _resolved(source, path, as_name(path), ())


def _resolved(source: Source, path: Path, origin: str, overrides: Sequence[str]) -> Config:
    document = validated(_expand_sectors(source.table, source.origins, path), origin)
    settings = {p.path: getattr(getattr(document, p.section), p.name) for p in PARAMETERS}
    sectors = tuple(
        SectorMix(name, sector.share, sector.quantities)
        for name, sector in document.sectors.items()
    )
    return Config(
        name=path.stem,
        origin=origin,
        title=document.title or as_name(path.stem, LONGEST_TITLE),
        settings=settings,
        sectors=sectors,
        output=Output(document.output.firms, document.output.quarters),
        target=Target(dict(document.target.shares), document.target.tolerance),
        sweep=document.sweep
        and make_sweep(
            document.sweep,
            settings=settings,
            sectors=[(sector.name, sector.quantities) for sector in sectors],
            beside=source.origins.get(("sweep", "table"), path),
            origin=origin,
            read_preset=lambda name, where: _swept_preset(
                name, where, source.origins.get(("sweep", "preset"), path)
            ),
        ),
        precision=_precision(document.precision, overrides, origin),
        cluster=_cluster(document.cluster, source.origins, path),
    )


def _precision(given: PrecisionTable | None, overrides: Sequence[str], origin: str) -> Any:
    if given is None:
        return None
    if any("firms" in parse_set(assignment).get("simulation", {}) for assignment in overrides):
        raise ConfigError(
            f"{origin}: with [precision], firms are added until it is met; "
            "cap them with --set precision.most_firms=NUMBER"
        )
    return Precision(float(given.half_width), given.most_firms)


def _cluster(given: ClusterTable, origins: Origins, path: Path) -> Cluster:
    values = given.model_dump(exclude={"interface"})  # which older configs hold
    for key in TLS_FILES:
        if values[key]:
            origin = origins.get(("cluster", key), path)
            where, beside = f"{as_name(origin)}: cluster.{key}", real(origin).parent
            values[key] = str(as_path(values[key], where, beside=beside, refusal=ConfigError))
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Cluster(**fields)
