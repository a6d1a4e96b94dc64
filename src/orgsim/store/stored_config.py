"""The config that a run was begun with."""

from __future__ import annotations

from pathlib import Path

from orgsim.config import Config, read_config
from orgsim.config.points import Points
from orgsim.errors import ConfigError, UsageError
from orgsim.store.manifest_fields import Manifest
from orgsim.store.names import CONFIG_FILE, POINTS_FILE
from orgsim.store.points import points_hash

WAY_OUT = "give the command again that began the run: it writes the points anew"


def stored_config(directory: Path, manifest: Manifest) -> Config:
    """Return the config that a run was begun with, or grew to.

    Raises
    ------
    UsageError
        If it takes its points from a table, which is lost or is not the run's.
    """
    try:
        config = read_config(manifest.config, directory / CONFIG_FILE)
        if config.sweep is None or config.sweep.design.kind != "table":
            return config
        columns = Points(config).columns
    except ConfigError as error:
        raise UsageError(f"{error}\n  {WAY_OUT}") from None
    found = points_hash(columns, 0, manifest.extent.points, typed=manifest.is_typed)
    if found != manifest.points_hash:
        raise UsageError(f"{directory}/{POINTS_FILE}: is not this run's\n  {WAY_OUT}")
    return config
