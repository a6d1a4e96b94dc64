"""A config at design points that something else has laid: what inquiries simulate."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from orgsim.config.output import Output
from orgsim.config.sweep import Sweep
from orgsim.config.twin import SET, twin_of
from orgsim.design import Design, Dimension
from orgsim.errors import ConfigError
from orgsim.spec import SIMULATION
from orgsim.spec.schedule import FROM, parts_of, scheduled
from orgsim.spec.twin import MARGIN, own_settings, twin_changes

if TYPE_CHECKING:
    from orgsim.config.loading import Config


def with_points(
    config: Config,
    columns: Mapping[str, NDArray[Any]],
    *,
    quarters: int,
    firms: int,
    seed: int,
    has_common_draws: bool,
    keeps_firms: bool,
    keeps_quarters: bool,
    has_twins: bool,
) -> Config:
    """Return a config that sweeps over a table of points, which is not on the disk yet.

    Parameters
    ----------
    config : Config
        Without a sweep.
    columns : mapping of path to array (points,)
    quarters : int
        The horizon; what a schedule changes after it is left out.
    firms : int
        Of a point.
    seed : int
        Of the design, for the record: the points are laid.
    has_common_draws : bool
        Whether all points get the same draws.
    keeps_firms, keeps_quarters : bool
        Which tables are kept.
    has_twins : bool
        Whether every firm is simulated a second time: the config's twin, or else the model's usual.

    Raises
    ------
    ConfigError
        If the model has no usual twin, and one is asked for.
    """
    settings = _until(quarters, own_settings(config.settings))
    settings |= {f"{SIMULATION}.quarters": quarters, f"{SIMULATION}.firms": firms}
    if has_twins:
        settings |= _twin(config, settings)
    table = {path: tuple(column.tolist()) for path, column in columns.items()}
    design = Design(
        kind="table",
        dimensions=tuple(Dimension(path) for path in columns),
        points=0,
        seed=seed,
        table=table,
    )
    return dataclasses.replace(
        config,
        settings=settings,
        sweep=Sweep(design, has_common_draws, {}),
        output=Output(keeps_firms, keeps_quarters),
        model=config.model.as_written(margin=settings.get(MARGIN)),
        sensitivity=None,
        calibration=None,
    )


def _until(quarters: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without what a schedule changes at a horizon or after it."""
    late = {n for n, changes in scheduled(settings).items() if int(changes[FROM]) >= quarters}
    return {
        path: value
        for path, value in settings.items()
        if (parts := parts_of(path)) is None or parts[0] not in late
    }


def _twin(config: Config, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a twin adds to the settings."""
    given = twin_changes(config.settings)
    kept = config.model.kernel.twin
    usual = {} if kept is None else kept.usual
    if not given and not usual:
        raise ConfigError(f"{config.origin}: needs a [twin], and the model has no usual one")
    table: dict[str, Any] = {SET: given or dict(usual)}
    if MARGIN in config.settings:
        table["margin"] = config.settings[MARGIN]
    sectors = [(sector.name, sector.quantities) for sector in config.sectors]
    return twin_of(table, settings, sectors, config.model.kernel, config.origin)
