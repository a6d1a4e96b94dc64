"""From TOML to a checked config."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from orgsim.config.cluster import Cluster
from orgsim.config.contents import Contents, SectorMix
from orgsim.config.departments import completed
from orgsim.config.inner_presets import expand_sectors, swept_preset
from orgsim.config.named import Named, find_config
from orgsim.config.output import Output, Target
from orgsim.config.overrides import OVERRIDES, SET, Change, Overrides, changes_of
from orgsim.config.problems import validated
from orgsim.config.schedule import schedule_settings
from orgsim.config.sources import (
    TLS_FILES,
    Origins,
    Source,
    merge,
    overlay,
    parse_toml,
    read_with_extends,
    real,
)
from orgsim.config.sweep import make_sweep
from orgsim.config.sweep_schema import ClusterTable, PrecisionTable
from orgsim.config.twin import twin_of
from orgsim.config.unquoted import with_paths
from orgsim.config.versions import KEY, as_key, nested, version_of
from orgsim.config.writing import as_toml, document_of, sweep_document
from orgsim.design import EXTENDABLE
from orgsim.design.precision import Precision
from orgsim.errors import ConfigError
from orgsim.printable import LONGEST_TITLE, as_name, printable, shortened
from orgsim.spec import SIMULATION, Model, as_model
from orgsim.spec.schedule import SCHEDULE
from orgsim.spec.twin import MARGIN, TWIN
from orgsim.system.files import as_path
from orgsim.text import joined


@dataclass(frozen=True)
class _Said:
    """What a config was made of: enough to make it again with more overrides.

    Attributes
    ----------
    name, origin : str
        As of the config, but for what overrides add to the origin.
    source : Source
        What its files say.
    path : Path or None
        The file beside which lies what overrides name; None of a preset asked for by its name, of
        which it lies in the current directory.
    changes : tuple of Change
        Laid over, in order.
    """

    name: str
    origin: str
    source: Source
    path: Path | None
    changes: tuple[Change, ...] = ()

    def called(self) -> str:
        """Return how messages call it, with what was laid over."""
        told = [change.told for change in self.changes]
        if not told:
            return self.origin
        return f"{self.origin} with {OVERRIDES if OVERRIDES in told else SET}"


@dataclass(frozen=True, repr=False)
class Config(Contents):
    """Validated settings of one experiment; see ``Contents`` for its fields."""

    # Not handed on by dataclasses.replace: whatever that changes, no file says.
    _said: _Said | None = field(default=None, init=False, compare=False)

    def identity(self, version: str | None = None) -> dict[str, Any]:
        """Return everything that determines what becomes of a firm, ready for JSON.

        The number of firms is not part of it, nor that of points where a design can grow: more of
        them leave the first ones as they were.

        Parameters
        ----------
        version : str, optional
            As an earlier version of the model had it, without what came since.
        """
        settings = self.settings_of(version)
        del settings[f"{SIMULATION}.firms"]
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
            plan["precision"] = self.precision.as_table()
        return plan

    def settings_of(self, version: str | None = None) -> dict[str, Any]:
        """Return the settings by path, without those that came since a version of the model."""
        added = self.model.versions[version or self.model.version].added
        return {path: value for path, value in self.settings.items() if path not in added}

    def document(self) -> dict[str, Any]:
        """Return the config as nested tables, with every setting in it."""
        return document_of(self)

    def to_toml(self) -> str:
        """Return the resolved config as TOML; it loads back to an equal config.

        The table of a ``table`` design stands beside it, as the run directory's own
        ``points.parquet``.
        """
        return as_toml(self.document())

    def replace(
        self, overrides: Overrides = (), /, *, firms: int | None = None, seed: int | None = None
    ) -> Config:
        """Return the config with some settings changed, checked as a whole.

        It is what :func:`load_config` makes of the same file with these overrides after its own;
        ``preset`` stays. The file is not read again, nor its table of points, unless they move
        these; presets that it names for sectors or sweeps are.

        Parameters
        ----------
        overrides, firms, seed
            As of :func:`load_config`.

        Raises
        ------
        ConfigError
            As :func:`load_config`.

        Examples
        --------
        >>> config = load_config("article-2014")
        >>> config.replace({"resistance.status_threat": 1.2}, firms=2000)
        <orgsim.Config 'article-2014': 2,000 firms, 40 quarters>
        """
        more = changes_of(self.model, overrides, firms=firms, seed=seed)
        if not more:
            return self
        said = self._said or _Said(self.name, self.origin, Source(self.document(), {}), None)
        said = dataclasses.replace(said, changes=(*said.changes, *more))
        moves_points = any(change.sets("sweep", "design", "table", "parameters") for change in more)
        table = None if self.sweep is None or moves_points else self.sweep.design.table
        return _checked(_resolved(said, self.model, self.preset, table))


def load_config(
    source: str | PathLike[str] | Named,
    overrides: Overrides = (),
    *,
    model: Model,
    firms: int | None = None,
    seed: int | None = None,
) -> Config:
    """Read, resolve and check a config of a model; see :func:`orgsim.load_config`.

    Parameters
    ----------
    source : str, path or Named
        May be what :func:`find_config` found.
    """
    named = source if isinstance(source, Named) else find_config(source)
    if named.note and named is not source:
        warnings.warn(named.note, stacklevel=3)  # as below
    model = as_model(model)
    read = read_with_extends(named.path, model)
    path = None if named.is_preset else real(named.path)
    changes = changes_of(model, overrides, firms=firms, seed=seed)
    said = _Said(named.path.stem, named.called, read, path, changes)
    preset = read.compared_preset(is_changed=bool(changes))
    config = _checked(_resolved(said, model, preset))
    if config.note and named is not source:
        warnings.warn(config.note, stacklevel=3)  # the caller of orgsim.load_config
    return config


def _checked(config: Config) -> Config:
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
    return config


def read_config(text: str, path: Path, model: Model) -> Config:
    """Return a config from its resolved text, as :meth:`Config.to_toml` gives it.

    Parameters
    ----------
    path : Path
        Where it would stand: a table of points lies beside it.
    model : Model
        A text that an earlier version of it wrote is of that version.

    Raises
    ------
    ConfigError
        As :func:`load_config`.
    """
    source = Source(with_paths(parse_toml(text, path), as_name(path), model), {})
    return _resolved(_Said(path.stem, as_name(path), source, path), model, None)


def _resolved(
    said: _Said,
    model: Model,
    preset: str | None,
    columns: Mapping[str, tuple[Any, ...]] | None = None,
) -> Config:
    """Return the config that was said; a table of points is read unless its columns are given."""
    origin = said.called()
    path = said.path or Path(origin)
    source = overlay(said.source, [change.table for change in said.changes], path, model)
    table, note = _of_this_version(source.table, model, origin)
    schedule, twin = table.pop(SCHEDULE, None), table.pop(TWIN, None)
    document = validated(expand_sectors(table, source.origins, path, model), model, origin)
    settings = {p.path: getattr(getattr(document, p.section), p.name) for p in model.parameters}
    sectors = tuple(
        SectorMix(name, sector.share, sector.quantities)
        for name, sector in document.sectors.items()
    )
    of_sectors = [(sector.name, sector.quantities) for sector in sectors]
    settings |= schedule_settings(schedule, settings, of_sectors, model, origin)
    settings |= twin_of(twin, settings, of_sectors, model, origin)
    config = Config(
        name=said.name,
        origin=origin,
        title=document.title or as_name(said.name, LONGEST_TITLE),
        settings=settings,
        sectors=sectors,
        output=Output(document.output.firms, document.output.quarters),
        target=Target(dict(document.target.shares), document.target.tolerance),
        sweep=document.sweep
        and make_sweep(
            document.sweep,
            model,
            settings=settings,
            sectors=of_sectors,
            beside=source.origins.get(("sweep", "table"), path),
            origin=origin,
            read_preset=lambda name, where: swept_preset(
                name, where, source.origins.get(("sweep", "preset"), path), model
            ),
            columns=columns,
        ),
        precision=_precision(document.precision, said.changes, origin, len(model.outcomes)),
        cluster=_cluster(document.cluster, source.origins, path),
        sensitivity=document.sensitivity,
        calibration=document.calibration,
        model=model.as_written(margin=settings.get(MARGIN)),
        preset=preset,
        note=note,
    )
    object.__setattr__(config, "_said", said)  # frozen for all others
    return config


def _of_this_version(
    table: Mapping[str, Any], model: Model, origin: str
) -> tuple[dict[str, Any], str]:
    """Return tables as the present version of the model has them, and what to say of that."""
    version, since = version_of(table, model, origin)
    defaults = merge(nested(model.defaults), nested(version.settings))
    said = {key: value for key, value in table.items() if key != KEY}
    whole = merge(nested(version.settings), completed(said, defaults, model))
    if since is None:
        return whole, ""
    but = f", but for {joined(since)}" if since else ""
    return whole, (
        f"{origin}: is of version {version.version} of the model, and is run by its rules{but}; "
        f"{KEY} = {as_key(version.version)} in a copy of it says so"
    )


def _precision(
    given: PrecisionTable | None, changes: Sequence[Change], origin: str, scenarios: int
) -> Any:
    if given is None:
        return None
    if any(change.sets(SIMULATION, "firms") for change in changes):
        raise ConfigError(
            f"{origin}: with [precision], firms are added until it is met; "
            "cap them with --set precision.most_firms=NUMBER"
        )
    return Precision(float(given.half_width), given.most_firms, scenarios)


def _cluster(given: ClusterTable, origins: Origins, path: Path) -> Cluster:
    values = given.model_dump(exclude={"interface"})  # which older configs hold
    for key in TLS_FILES:
        if values[key]:
            origin = origins.get(("cluster", key), path)
            where, beside = f"{as_name(origin)}: cluster.{key}", real(origin).parent
            values[key] = str(as_path(values[key], where, beside=beside, refusal=ConfigError))
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Cluster(**fields)
