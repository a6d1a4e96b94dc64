"""What is to be simulated, and where to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from orgsim.analysis.precision import looks
from orgsim.config import Config, read_config
from orgsim.config.points import Points
from orgsim.engine import Plan, make_plan
from orgsim.errors import ConfigError, UsageError
from orgsim.store import CONFIG_FILE, Layout, Part, Place, layout_of
from orgsim.store.layout import is_cut
from orgsim.store.ledger import Cut
from orgsim.store.manifest import entries, read_manifest
from orgsim.store.points import points_hash

_WAY_OUT = "give the command again that began the run: it writes the points anew"


class Work(NamedTuple):
    """What is to be simulated, and where to.

    Attributes
    ----------
    config : Config
    points : Points
    layout : Layout
    place : Place
    """

    config: Config
    points: Points
    layout: Layout
    place: Place

    @classmethod
    def begun(cls, directory: Path, confirm: Callable[[], None] = lambda: None) -> Work:
        """Return the work of a run that has begun, as its directory says.

        Raises
        ------
        UsageError, ConfigError
            If there is no run, or its table of points is torn.
        """
        return cls.of(directory, read_manifest(directory), confirm)

    @classmethod
    def of(
        cls,
        directory: Path,
        manifest: Mapping[str, Any],
        confirm: Callable[[], None] = lambda: None,
    ) -> Work:
        """Return the work of a run that has begun, as its manifest says.

        Raises
        ------
        UsageError, ConfigError
            If its table of points is torn, or there are more parts than a run may have.
        """
        config = stored_config(directory, manifest)
        return cls.at(directory, config, manifest, confirm=confirm)

    @classmethod
    def at(
        cls,
        directory: Path,
        config: Config,
        manifest: Mapping[str, Any],
        points: Points | None = None,
        confirm: Callable[[], None] = lambda: None,
    ) -> Work:
        """Return the work of a run that has begun; ``confirm`` as in ``store.Place``."""
        layout = layout_of(manifest)
        points = points or Points(config)
        if len(points) != layout.points:
            raise UsageError(
                f"{directory}: its config has {len(points):,} points, and its manifest says "
                f"{layout.points:,}; {_WAY_OUT}"
            )
        if layout.firms != most_firms(config):
            raise UsageError(
                f"{directory}: its config has {most_firms(config):,} firms a point, and its "
                f"manifest says {layout.firms:,}; {_WAY_OUT}"
            )
        if not is_cut(layout.part_firms, layout.expected):
            raise UsageError(
                f"{directory}: its manifest speaks of parts of {layout.part_firms:,} firms, which "
                f"no run has; {_WAY_OUT}"
            )
        place = Place(
            directory,
            sectors=manifest["sectors"],
            provenance=manifest["provenance"],
            firms=manifest["output"]["firms"],
            quarters=manifest["output"]["quarters"],
            adaptive=config.precision is not None,
            is_split=layout.is_split,
            cut=Cut(manifest["format"], manifest["part_firms"], manifest["expected_firms"]),
            plan=f"{manifest['plan_hash']} {manifest['identity']['source']}",
            swept=points.columns,
            confirm=confirm,
        )
        return cls(config, points, layout, place)

    def owns(self, folder: str, part: Part) -> bool:
        """Whether a file of a part belongs into ``firms``, ``quarters`` or ``ledger``."""
        if folder == "quarters":
            return self.place.keeps_quarters and self.layout.is_quarters(part)
        return (folder != "firms" or self.place.keeps_firms) and part in self.layout

    def entered(self) -> list[Part]:
        """Return the parts of this run of which an entry stands in the ledger, in order."""
        return [part for part in entries(self.place.path) if part in self.layout]

    def plan(self, point: int) -> Plan:
        """Return a design point, ready for the kernel."""
        points = self.points
        return make_plan(points.settings(point), points.sectors(), point=points.key(point))

    def work(self, point: int) -> int:
        """Return the agent-quarters of a firm."""
        return agent_quarters(self.points.settings(point))


def stored_config(directory: Path, manifest: Mapping[str, Any]) -> Config:
    """Return the config that a run was begun with, or grew to.

    Raises
    ------
    UsageError
        If it takes its points from a table, which is lost or is not the run's.
    """
    try:
        config = read_config(manifest["config"], directory / CONFIG_FILE)
        if config.sweep is None or config.sweep.design.kind != "table":
            return config
        columns = Points(config).columns
    except ConfigError as error:
        raise UsageError(f"{error}\n  {_WAY_OUT}") from None
    points, typed = manifest["extent"]["points"], manifest.get("format") == 2
    if points_hash(columns, 0, points, typed=typed) != manifest["points_hash"]:
        raise UsageError(f"{directory}/points.parquet: is not this run's\n  {_WAY_OUT}")
    return config


def most_firms(config: Config) -> int:
    """Return the firms of a point, at most."""
    return config.firms if config.precision is None else looks(config.precision)[-1]


def agent_quarters(settings: Mapping[str, Any]) -> int:
    """Return people times quarters of one firm."""
    staff = settings["firm.marketing_staff"] + settings["firm.it_staff"]
    return int(staff * settings["simulation.quarters"])
