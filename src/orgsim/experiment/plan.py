"""A config, its points, and the directory that it is computed into."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orgsim.analysis.precision import expected_firms
from orgsim.config import Config
from orgsim.config.points import Points
from orgsim.errors import ConfigError, UsageError
from orgsim.jit import source_hash
from orgsim.printable import printable
from orgsim.provenance import machine, versions
from orgsim.store import FORMAT, RunDirectory, layout_of, part_firms
from orgsim.store.points import points_hash
from orgsim.work import Work
from orgsim.work.task import most_firms

ONE_SECTOR = "all"
"""Name of the sector when a config has none."""


def now() -> str:
    """Return the time, to the second, with its zone."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _plan_hash(plan: Mapping[str, Any]) -> str:
    """Return a hash that ties a lone table to its plan."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def wording(config: Config) -> dict[str, Any]:
    """Return what may change after a run, for it touches no firm."""
    target = {"shares": dict(config.target.shares), "tolerance": config.target.tolerance}
    words = {"title": config.title, "target": target, "config": config.to_toml()}
    # A resolved config extends nothing: running it again leaves what is noted of the first.
    return words if config.preset is None else {**words, "preset": config.preset}


def settled(config: Config, points: Points, *, typed: bool = False) -> dict[str, Any]:
    """Return what of a manifest follows from the config and its points alone.

    Parameters
    ----------
    typed : bool
        As of ``points_hash``: of a manifest of format 2.
    """
    seed = config.settings["simulation.seed"]
    output = {"firms": config.output.firms, "quarters": config.output.quarters}
    plan = config.plan()
    return {
        "title": config.title,
        "target": {"shares": dict(config.target.shares), "tolerance": config.target.tolerance},
        "seed": seed,
        "identity": {"plan": plan, "output": output},
        "extent": {"firms": most_firms(config), "points": len(points)},
        "plan_hash": _plan_hash(plan),
        "points_hash": points_hash(points.columns, 0, len(points), typed=typed),
        "sectors": [sector.name for sector in config.sectors] or [ONE_SECTOR],
        "output": output,
        "provenance": {"orgsim_plan": _plan_hash(plan), "orgsim_seed": str(seed)},
    }


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
        self.output: dict[str, bool] = {
            "firms": config.output.firms,
            "quarters": config.output.quarters,
        }
        self.identity: dict[str, Any] = {
            "plan": config.plan(),
            "source": source_hash(),
            "output": self.output,
        }
        self.extent = {"firms": most_firms(config), "points": len(self.points)}
        self._refuse_too_many_parts()

    def _refuse_too_many_parts(self) -> None:
        """Refuse a run that nobody could list, before anything of it is written."""
        try:
            layout_of({**self.new_cut(), "extent": self.extent, "identity": self.identity})
        except UsageError as error:
            raise ConfigError(f"{self.config.origin}: {error}") from None

    def new_cut(self) -> dict[str, int]:
        """Return how a run that begins is cut into parts."""
        expected = self.expected_firms()
        firms = part_firms(len(self.points), expected, self.most_work())
        return {"part_firms": firms, "expected_firms": expected}

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
        status = self.store.status(self.identity, self.extent, overwrite=overwrite)
        if status != "new":
            self.store.refuse_other_points(self.store.read_manifest(), self.points.columns)
        return status

    def mend_tables(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Write config and points anew where they are not what the manifest says; return it."""
        return self.store.mend_tables(manifest, self.config.settings, self.points.columns)

    def new_manifest(self) -> dict[str, Any]:
        """Return the manifest of a run that begins."""
        libraries = versions()
        follows = settled(self.config, self.points)
        return {
            "format": FORMAT,
            **wording(self.config),
            "status": "running",
            "digest": None,
            **follows,
            "identity": self.identity,
            **self.new_cut(),
            "provenance": self._provenance(libraries["orgsim"], follows),
            "versions": libraries,
            "machine": machine(),
            "command": [printable(word) for word in (Path(sys.argv[0]).name, *sys.argv[1:])],
            "started": now(),
            "ended": None,
            "seconds": {"simulating": 0.0, "writing": 0.0},
            "files": {},
            "lost": [],
        }

    def agreed(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Return a manifest that says what follows from config and points, and nothing else.

        Of a run of this very identity, which has been looked at.
        """
        follows = settled(self.config, self.points)
        provenance = self._provenance(manifest["versions"]["orgsim"], follows)
        return {**manifest, **follows, "identity": self.identity, "provenance": provenance}

    def _provenance(self, version: str, follows: Mapping[str, Any]) -> dict[str, str]:
        """Return what every file says of where it comes from; ``follows`` as of ``settled``."""
        return {
            "orgsim_title": self.config.title,
            "orgsim_version": version,
            "orgsim_source": self.identity["source"],
            **follows["provenance"],
        }

    def grown(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Return the manifest of a run that grows to this one's extent."""
        expected = manifest["expected_firms"]
        return {
            **manifest,
            "extent": self.extent,
            "points_hash": self.points_hash(),
            # With a precision it is a forecast, by which points were grouped: that stays.
            "expected_firms": self.config.firms if self.config.precision is None else expected,
            "status": "running",
            "digest": None,
            "ended": None,
        }

    def points_hash(self) -> str:
        """Return a hash of where the points lie."""
        return points_hash(self.points.columns, 0, len(self.points))

    def most_work(self) -> int:
        """Return the agent-quarters of a firm, at the points where they are most."""
        settings = self.config.settings
        staff = 0
        for path in ("firm.marketing_staff", "firm.it_staff"):
            swept = self.points.columns.get(path)
            presets = self.config.sweep.presets.values() if self.config.sweep else ()
            most = [settings[path], *(preset[path] for preset in presets if path in preset)]
            staff += int(swept.max()) if swept is not None else max(most)
        return staff * int(settings["simulation.quarters"])

    def work(self, manifest: Mapping[str, Any]) -> Work:
        """Return what is to be done."""
        return Work.at(self.store.path, self.config, manifest, self.points)
