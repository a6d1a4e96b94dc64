"""A config, its points, and the directory that it is computed into."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from orgsim.analysis.precision import expected_firms
from orgsim.config import Config
from orgsim.config.points import Points
from orgsim.engine import chosen_device
from orgsim.errors import ConfigError, UsageError
from orgsim.execution.context import RunContext, most_firms
from orgsim.numerics.sources import source_hash
from orgsim.printable import printable
from orgsim.spec import SIMULATION
from orgsim.store import (
    FORMAT,
    Extent,
    Identity,
    Manifest,
    ModelName,
    RunDirectory,
    Seconds,
    part_firms,
)
from orgsim.store.ledger import Cut
from orgsim.store.manifest import layout_by
from orgsim.store.names import MANIFEST_FILE
from orgsim.store.points import points_hash
from orgsim.store.stored_config import refuse_other_model
from orgsim.system.machine import machine, versions

ONE_SECTOR = "all"
"""Name of the sector when a config has none."""


def now() -> str:
    """Return the time, to the second, with its zone."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def agreed(manifest: Manifest, config: Config, points: Points) -> Manifest:
    """Return a manifest that says what follows from a config and its points, and nothing else.

    What it says of the model's version and source, and of the versions of libraries, stays.
    """
    plan = config.identity(manifest.model.version)
    seed = int(config.settings[f"{SIMULATION}.seed"])
    output = config.output
    swept, typed = points.columns, manifest.is_typed
    return replace(
        manifest,
        title=config.title,
        target=config.target,
        seed=seed,
        identity=replace(manifest.identity, plan=plan, output=output),
        extent=Extent(most_firms(config), len(points)),
        plan_hash=plan_hash(plan),
        points_hash=points_hash(swept, 0, len(points), config.model, typed=typed),
        sectors=[sector.name for sector in config.sectors] or [ONE_SECTOR],
        output=output,
        provenance={
            "orgsim_title": config.title,
            "orgsim_version": manifest.versions["orgsim"],
            "orgsim_source": manifest.identity.source,
            "orgsim_plan": plan_hash(plan),
            "orgsim_seed": str(seed),
        },
    )


def reworded(manifest: Manifest, config: Config) -> Manifest:
    """Return a manifest with what may change after a run, for it touches no firm.

    A resolved config extends nothing: running it again leaves what is noted of the first.
    """
    return replace(
        manifest,
        title=config.title,
        target=config.target,
        config=config.to_toml(),
        preset=manifest.preset if config.preset is None else config.preset,
    )


def plan_hash(plan: Mapping[str, Any]) -> str:
    """Return a hash that ties a lone table to its plan."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


class Experiment:
    """A config, its points, and the directory that it is computed into.

    Parameters
    ----------
    config : Config
    directory : path

    Raises
    ------
    ConfigError
        If some design point cannot be simulated.
    """

    def __init__(self, config: Config, directory: Path) -> None:
        self.config = config
        self.points = Points(config)
        self.store = RunDirectory(directory)
        self.extent = Extent(most_firms(config), len(self.points))
        self._refuse_too_many_parts()

    @cached_property
    def identity(self) -> Identity:
        """What a run of it is of, here and now."""
        return Identity(self.config.identity(), self._source(), self.config.output)

    def _source(self) -> str:
        """Return the hash of the model's source.

        Raises
        ------
        UsageError
            If some of it is not there.
        """
        model = self.config.model
        try:
            return source_hash(model)
        except ImportError as error:
            raise UsageError(f"model {model.label}: {error}") from None

    def require_model(self) -> None:
        """Refuse a model whose rules, or sources, are not there, and a device that is not.

        Raises
        ------
        UsageError
        """
        self.config.model.require_rules()
        self._source()
        chosen_device()

    def _refuse_too_many_parts(self) -> None:
        """Refuse a run that nobody could list, before anything of it is written."""
        adaptive = self.config.precision is not None
        try:
            layout_by(self.extent, self.new_cut(), adaptive=adaptive)
        except UsageError as error:
            raise ConfigError(f"{self.config.origin}: {error}") from None

    def new_cut(self) -> Cut:
        """Return how a run that begins is cut into parts."""
        expected = self.expected_firms()
        return Cut(FORMAT, part_firms(len(self.points), expected, self.most_work()), expected)

    def expected_firms(self) -> int:
        """Return the firms that a point is expected to need."""
        if self.config.precision is None:
            return self.config.firms
        return expected_firms(list(self.config.target.shares.values()), self.config.precision)

    def status(self, *, overwrite: bool) -> str:
        """Say what is in the directory; see :meth:`orgsim.store.RunDirectory.status`.

        Raises
        ------
        UsageError
            If another run is there, or one of other points.
        """
        if not overwrite:
            self._refuse_other_model()
        model = self.config.model
        status = self.store.status(self.identity, self.extent, model, overwrite=overwrite)
        if status != "new":
            manifest = self.store.read_manifest()
            self.store.refuse_other_points(manifest, self.points.columns, model)
        return status

    def _refuse_other_model(self) -> None:
        """Refuse a directory that holds a run of another model, before the two are compared."""
        if (self.store.path / MANIFEST_FILE).exists():
            refuse_other_model(self.store.path, self.store.read_manifest(), self.config.model)

    def repair_tables(self, manifest: Manifest) -> Manifest:
        """Write config and points anew where they are not what the manifest says; return it."""
        swept, model = self.points.columns, self.config.model
        return self.store.repair_tables(manifest, self.config.settings, swept, model)

    def new_manifest(self) -> Manifest:
        """Return the manifest of a run that begins."""
        cut = self.new_cut()
        begun = Manifest(
            format=FORMAT,
            title=self.config.title,
            target=self.config.target,
            config=self.config.to_toml(),
            preset=self.config.preset,
            status="running",
            digest=None,
            seed=0,
            identity=self.identity,
            extent=self.extent,
            plan_hash="",
            points_hash="",
            sectors=[],
            output=self.identity.output,
            provenance={},
            part_firms=cut.part_firms,
            expected_firms=cut.expected_firms,
            versions=versions(),
            machine=machine(),
            command=[printable(word) for word in (Path(sys.argv[0]).name, *sys.argv[1:])],
            started=now(),
            ended=None,
            seconds=Seconds(simulating=0.0, writing=0.0),
            model=ModelName(self.config.model.name, self.config.model.version),
        )
        return agreed(begun, self.config, self.points)

    def grown(self, manifest: Manifest) -> Manifest:
        """Return the manifest of a run that grows to this one's extent."""
        expected = manifest.expected_firms
        return replace(
            manifest,
            extent=self.extent,
            points_hash=points_hash(self.points.columns, 0, len(self.points), self.config.model),
            # With a precision it is a forecast, by which points were grouped: that stays.
            expected_firms=self.config.firms if self.config.precision is None else expected,
            status="running",
            digest=None,
            ended=None,
        )

    def most_work(self) -> int:
        """Return the agent-quarters of a firm, at the points where they are most."""
        settings = self.config.settings
        agents = 0
        for path in self.config.model.agents:
            swept = self.points.columns.get(path)
            presets = self.config.sweep.presets.values() if self.config.sweep else ()
            most = [settings[path], *(preset[path] for preset in presets if path in preset)]
            agents += int(swept.max()) if swept is not None else max(most)
        return agents * int(settings[f"{SIMULATION}.quarters"])

    def context(self, manifest: Manifest) -> RunContext:
        """Return what is to be done, and where to."""
        return RunContext.at(self.store.path, self.config, manifest, self.points)
