"""The design points of a config, and the settings of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.config.rules import broken, joint_paths, joint_problem
from orgsim.config.swept_value import split_path, with_value
from orgsim.design import points_of
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec.swept_path import PRESET

if TYPE_CHECKING:
    from orgsim.config import Config, Sweep

Sectors = Sequence[tuple[float, Mapping[str, Any]]]
"""Share of each sector, and what it has of its own."""


class Points:
    """The design points of a config; of one without ``[sweep]``, its single one.

    Parameters
    ----------
    config : Config

    Attributes
    ----------
    columns : dict of path to array (points,)
        The swept values; empty without a sweep.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self.columns: dict[str, NDArray[Any]] = {}
        if config.sweep is None:
            return
        try:
            self.columns = points_of(config.sweep.design)
            self._check_joint_rules(config.sweep)
        except ConfigError as error:
            raise ConfigError(f"{config.origin}: sweep: {error}") from None

    def __len__(self) -> int:
        """Return the number of points."""
        return len(next(iter(self.columns.values()))) if self.columns else 1

    def values(self, point: int) -> dict[str, Any]:
        """Return the swept values of a point, by path, as plain Python values."""
        found = {}
        for path, column in self.columns.items():
            value = column[point]
            found[path] = value.item() if isinstance(value, np.generic) else value
        return found

    def settings(self, point: int) -> dict[str, Any]:
        """Return every parameter of a point, by path."""
        values = self.values(point)
        settings = dict(self._config.settings)
        if self._config.sweep is not None and PRESET in values:
            settings |= self._config.sweep.presets[values.pop(PRESET)]
        for path, value in values.items():
            whole = split_path(path, self._config.model)[0].path
            try:
                settings[whole] = with_value(path, settings[whole], value, self._config.model)
            except ValueError as error:  # a preset may have made it a pair, or another distribution
                raise ConfigError(f"{self.named(point)}: {path}: {error}") from None
        return settings

    def key(self, point: int) -> int:
        """Return the point's part of the random key: 0 where all have the same draws."""
        sweep = self._config.sweep
        return point if sweep is not None and not sweep.common_random_numbers else 0

    def sectors(self) -> Sectors:
        """Return the sectors as the engine takes them; the same at all points."""
        return self._config.sector_overrides()

    def inputs(self, point: int) -> tuple[dict[str, Any], Sectors, int]:
        """Return what the engine takes of a point: its parameters, the sectors, and its key."""
        return self.settings(point), self.sectors(), self.key(point)

    def named(self, point: int) -> str:
        """Return how to call a point in a message: its number and what is particular about it."""
        values = ", ".join(
            f"{path} = {as_name(value, 60)}" for path, value in self.values(point).items()
        )
        return f"design point {point}" + (f" ({values})" if values else "")

    def _check_joint_rules(self, sweep: Sweep) -> None:
        """Refuse a design in which some point breaks a rule that joins several parameters."""
        rules = self._config.model.joint_rules
        touched = {*self.columns, *(path for preset in sweep.presets.values() for path in preset)}
        if not touched & set(joint_paths(rules)):
            return
        of_all = {path: self._of_all(path, sweep) for path in joint_paths(rules)}
        where = np.flatnonzero(broken(rules, of_all))
        if where.size:
            point = int(where[0])
            raise ConfigError(
                f"{self.named(point)}: {joint_problem(rules, self.settings(point))}\n"
                "  narrow the ranges, or leave such points out with [sweep] constraints"
            )

    def _of_all(self, path: str, sweep: Sweep) -> Any:
        """Return a plain number of every point, or what all share: swept, of a preset, or set."""
        if path in self.columns:
            return self.columns[path]
        own = self._config.settings[path]
        if PRESET not in self.columns:
            return own
        laid = {name: settings.get(path, own) for name, settings in sweep.presets.items()}
        return np.array([laid[name] for name in self.columns[PRESET].tolist()])
