"""What is to be simulated, and where to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from orgsim.analysis.precision import looks
from orgsim.config import Config
from orgsim.config.points import Points
from orgsim.engine import PointInputs, make_inputs
from orgsim.errors import UsageError
from orgsim.spec import SIMULATION, Model
from orgsim.store import Layout, Manifest, Part, PartStore, layout_of
from orgsim.store.layout import is_cut
from orgsim.store.ledger import Cut
from orgsim.store.manifest import entries, read_manifest
from orgsim.store.stored_config import WAY_OUT, stored_config


class RunContext(NamedTuple):
    """What is to be simulated, and where to.

    Attributes
    ----------
    config : Config
    points : Points
    layout : Layout
    parts : PartStore
    """

    config: Config
    points: Points
    layout: Layout
    parts: PartStore

    @classmethod
    def begun(
        cls, directory: Path, model: Model, confirm: Callable[[], None] = lambda: None
    ) -> RunContext:
        """Return the context of a run that has begun, as its directory says.

        Raises
        ------
        UsageError, ConfigError
            If there is no run, or its table of points is corrupt.
        """
        return cls.of(directory, read_manifest(directory), model, confirm)

    @classmethod
    def of(
        cls,
        directory: Path,
        manifest: Manifest,
        model: Model,
        confirm: Callable[[], None] = lambda: None,
    ) -> RunContext:
        """Return the context of a run that has begun, as its manifest says.

        Raises
        ------
        UsageError, ConfigError
            If its table of points is corrupt, or there are more parts than a run may have.
        """
        config = stored_config(directory, manifest, model)
        return cls.at(directory, config, manifest, confirm=confirm)

    @classmethod
    def at(
        cls,
        directory: Path,
        config: Config,
        manifest: Manifest,
        points: Points | None = None,
        confirm: Callable[[], None] = lambda: None,
    ) -> RunContext:
        """Return the context of a run that has begun; ``confirm`` as in ``store.PartStore``."""
        layout = layout_of(manifest)
        points = points or Points(config)
        _refuse_disagreement(directory, config, points, layout)
        parts = PartStore(
            directory,
            config.model,
            sectors=manifest.sectors,
            provenance=manifest.provenance,
            firms=manifest.output.firms,
            quarters=manifest.output.quarters,
            adaptive=config.precision is not None,
            is_split=layout.is_split,
            cut=Cut(manifest.format, manifest.part_firms, manifest.expected_firms),
            plan=f"{manifest.plan_hash} {manifest.identity.source}",
            swept=points.columns,
            confirm=confirm,
        )
        return cls(config, points, layout, parts)

    def owns(self, folder: str, part: Part) -> bool:
        """Whether a file of a part belongs into ``firms``, ``quarters`` or ``ledger``."""
        if folder == "quarters":
            return self.parts.keeps_quarters and self.layout.is_quarters(part)
        return (folder != "firms" or self.parts.keeps_firms) and part in self.layout

    def entered(self) -> list[Part]:
        """Return the parts of this run of which an entry stands in the ledger, in order."""
        return [part for part in entries(self.parts.path) if part in self.layout]

    def inputs(self, point: int) -> PointInputs:
        """Return a design point, ready for the kernel."""
        settings, sectors, key = self.points.inputs(point)
        return make_inputs(self.config.model, settings, sectors, point=key)

    def agent_quarters(self, point: int) -> int:
        """Return the agent-quarters of a firm."""
        return agent_quarters(self.points.settings(point), self.config.model)


def _refuse_disagreement(directory: Path, config: Config, points: Points, layout: Layout) -> None:
    """Refuse a manifest that cuts a run into parts which its config does not have.

    Raises
    ------
    UsageError
    """
    if len(points) != layout.points:
        raise UsageError(
            f"{directory}: its config has {len(points):,} points, and its manifest says "
            f"{layout.points:,}; {WAY_OUT}"
        )
    if layout.firms != most_firms(config):
        raise UsageError(
            f"{directory}: its config has {most_firms(config):,} firms a point, and its "
            f"manifest says {layout.firms:,}; {WAY_OUT}"
        )
    if not is_cut(layout.part_firms, layout.expected):
        raise UsageError(
            f"{directory}: its manifest speaks of parts of {layout.part_firms:,} firms, which "
            f"no run has; {WAY_OUT}"
        )


def most_firms(config: Config) -> int:
    """Return the firms of a point, at most."""
    return config.firms if config.precision is None else looks(config.precision)[-1]


def agent_quarters(settings: Mapping[str, Any], model: Model) -> int:
    """Return agents times quarters of one firm."""
    agents = sum(settings[path] for path in model.agents)
    return int(agents * settings[f"{SIMULATION}.quarters"])
