"""Configs: TOML in, validated settings out, or one clear error.

A config is checked once, here; everything below trusts what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orgsim.config.schema import ARTICLE_SHARES, SECTION_MODELS, Document, json_schema
from orgsim.config.sources import (
    copy_preset,
    overlay,
    preset_names,
    preset_path,
    read_toml,
    read_with_extends,
    resolve_reference,
)
from orgsim.config.values import nearest, show
from orgsim.errors import ConfigError
from orgsim.parameters import BY_PATH, PARAMETERS, SECTIONS

__all__ = [
    "ARTICLE_SHARES",
    "Config",
    "Output",
    "SectorMix",
    "Target",
    "copy_preset",
    "json_schema",
    "load_config",
    "preset_names",
    "preset_path",
]

_MOST_PROBLEMS = 8


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
    title : str
    settings : mapping of path to value
        Every parameter of ``orgsim.parameters``.
    sectors : tuple of SectorMix
        Empty: all firms are of one kind.
    output : Output
    target : Target
    """

    name: str
    title: str
    settings: Mapping[str, Any]
    sectors: tuple[SectorMix, ...]
    output: Output
    target: Target

    @property
    def firms(self) -> int:
        """Firms to simulate."""
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

        The number of firms is not part of it: more firms leave the first ones as they were.
        """
        settings = {p.path: self.settings[p.path] for p in PARAMETERS}
        del settings["simulation.firms"]
        sectors = [
            {"name": s.name, "share": s.share, "quantities": dict(s.quantities)}
            for s in self.sectors
        ]
        return {"settings": settings, "sectors": sectors}

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
        return tables

    def to_toml(self) -> str:
        """Return the resolved config as TOML; it loads back to an equal config."""
        import tomlkit

        document = tomlkit.document()
        document["title"] = self.title
        for name, table in self.document().items():
            if name == "title":
                continue
            written = tomlkit.table()
            for key, value in table.items():
                is_sector = name == "sectors"
                written[key] = _sector_table(value) if is_sector else _inline(value)
            document[name] = written
        return tomlkit.dumps(document)


def _inline(value: Any) -> Any:
    import tomlkit

    if not isinstance(value, Mapping):
        return value
    table = tomlkit.inline_table()
    table.update({key: _inline(item) for key, item in value.items()})
    return table


def _sector_table(sector: Mapping[str, Any]) -> Any:
    import tomlkit

    table = tomlkit.table()
    table["share"] = sector["share"]
    quantities = tomlkit.table()
    for path, value in sector["quantities"].items():
        quantities[path] = _inline(value)
    table["quantities"] = quantities
    return table


def _known_keys(location: Sequence[Any]) -> list[str]:
    """Names that are known where an unknown key stands."""
    if len(location) == 1:
        return [*Document.model_fields, "extends"]
    if location[0] in SECTION_MODELS:
        return list(SECTION_MODELS[location[0]].model_fields)
    fixed = {
        "sectors": ["share", "preset", "quantities"],
        "output": ["firms", "quarters"],
        "target": ["shares", "tolerance"] if len(location) == 2 else list(ARTICLE_SHARES),
    }
    return fixed.get(location[0], [])


def _elsewhere(name: str) -> str:
    """Name the section in which a misplaced key is at home."""
    homes = [p.path for p in PARAMETERS if p.name == name]
    return f"; did you mean {homes[0]!r}?" if homes else ""


def _problem(error: Any) -> str:
    """Return one line for one of pydantic's errors."""
    location = error["loc"]
    path = ".".join(str(part) for part in location) or "config"
    if error["type"] == "extra_forbidden":
        known = _known_keys(location)
        hint = nearest(str(location[-1]), known) or _elsewhere(str(location[-1]))
        return f"{path}: unknown{hint or '; known: ' + ', '.join(known)}"
    if error["type"] == "missing":
        return f"{path}: is missing"
    if error["type"] == "value_error":
        return f"{path}: {error['ctx']['error']}"
    if error["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return f"{path}: {show(error['input'])} is not a table; allowed: [{path}] with keys below"
    return f"{path}: {show(error['input'])}: {error['msg']}"


def _validate(table: Mapping[str, Any], origin: str) -> Any:
    try:
        return Document.model_validate(table)
    except ValidationError as error:
        problems = [_problem(e) for e in error.errors(include_url=False)]
    lines = problems[:_MOST_PROBLEMS]
    if len(problems) > len(lines):
        lines.append(f"and {len(problems) - len(lines)} more")
    text = lines[0] if len(lines) == 1 else "\n  ".join(["", *lines])
    raise ConfigError(f"{origin}: {text}")


def _preset_quantities(name: str, where: str, path: Path) -> dict[str, Any]:
    """Return the firm-level quantities that a sector's preset itself sets; nothing else may be.

    What the preset extends is left out: for all that a sector does not say, the
    file that mixes the sectors speaks.
    """
    table = read_toml(resolve_reference(name, path, where))
    sections = {key: value for key, value in table.items() if key in SECTIONS}
    document = _validate(sections, f"{path}: {where}: {name}")
    quantities = {}
    for section, keys in sections.items():
        for key in keys:
            parameter = BY_PATH[f"{section}.{key}"]
            if parameter.kind != "quantity":
                raise ConfigError(
                    f"{path}: {where}: {name!r} sets {parameter.path}, which is the same for all "
                    "firms; a sector may set firm-level quantities alone"
                )
            quantities[parameter.path] = getattr(getattr(document, section), key)
    return quantities


def _expand_sectors(table: dict[str, Any], path: Path) -> dict[str, Any]:
    """Replace every sector's preset by the quantities that it sets."""
    sectors = table.get("sectors")
    if not isinstance(sectors, Mapping):
        return table
    expanded = {}
    for name, sector in sectors.items():
        if isinstance(sector, Mapping) and "preset" in sector:
            where = f"sectors.{name}.preset"
            below = {"quantities": _preset_quantities(sector["preset"], where, path)}
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
    path = Path(path)
    origin = f"{path} with --set" if overrides else str(path)
    table = overlay(read_with_extends(path), overrides)
    document = _validate(_expand_sectors(table, path), origin)
    settings = {p.path: getattr(getattr(document, p.section), p.name) for p in PARAMETERS}
    return Config(
        name=path.stem,
        title=document.title or path.stem,
        settings=settings,
        sectors=tuple(
            SectorMix(name, sector.share, sector.quantities)
            for name, sector in document.sectors.items()
        ),
        output=Output(document.output.firms, document.output.quarters),
        target=Target(dict(document.target.shares), document.target.tolerance),
    )
