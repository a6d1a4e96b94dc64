"""The config that a run was begun with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from orgsim.config import Config, read_config
from orgsim.config.points import Points
from orgsim.errors import ConfigError, UsageError
from orgsim.spec import Model, as_model
from orgsim.spec.twin import MARGIN
from orgsim.store.manifest_fields import Manifest
from orgsim.store.names import CONFIG_FILE, POINTS_FILE
from orgsim.store.points import points_hash

WAY_OUT = "give the command again that began the run: it writes the points anew"


def refuse_other_model(directory: Path, manifest: Manifest, model: Model) -> None:
    """Refuse a run of another model than the one that is asked for, or an unknown version of it.

    Raises
    ------
    UsageError
        Naming both.
    """
    model = as_model(model)
    if not manifest.model.is_contained(model):
        raise UsageError(
            f"{directory}: is a run of the model {manifest.model.label}, and {model.label} is "
            "asked for; choose another directory, or, in Python, hand in that model: model="
        )


def written_model(manifest: Manifest, model: Model) -> Model:
    """Return the model with the columns of a run that an earlier version of it may have written.

    Parameters
    ----------
    model : Model
        Not refused by :func:`refuse_other_model`.
    """
    margin = manifest.identity.plan["settings"].get(MARGIN)
    return model.as_written(manifest.model.version, margin)


def stored_config(directory: Path, manifest: Manifest, model: Model) -> Config:
    """Return the config that a run was begun with, or grew to; its model has the run's columns.

    Raises
    ------
    UsageError
        If the run is of another model, or takes its points from a table, which is lost or is not
        the run's.
    """
    config = present_config(directory, manifest, model)
    return replace(config, model=written_model(manifest, model))


def present_config(directory: Path, manifest: Manifest, model: Model) -> Config:
    """Return the config of a run as one that is begun today, whose model has today's columns.

    Raises
    ------
    UsageError
        As :func:`stored_config`.
    """
    refuse_other_model(directory, manifest, model)
    try:
        config = read_config(manifest.config, directory / CONFIG_FILE, model.kernel)
        if config.sweep is None or config.sweep.design.kind != "table":
            return config
        columns = Points(config).columns
    except ConfigError as error:
        raise UsageError(f"{error}\n  {WAY_OUT}") from None
    found = points_hash(columns, 0, manifest.extent.points, model, typed=manifest.is_typed)
    if found != manifest.points_hash:
        raise UsageError(f"{directory}/{POINTS_FILE}: is not this run's\n  {WAY_OUT}")
    return config
