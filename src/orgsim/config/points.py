"""The design points of a config, and the settings of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orgsim.config.rules import broken, joint_paths, joint_problem
from orgsim.config.swept_value import split_path, with_value
from orgsim.design import points_of
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import SIMULATION
from orgsim.spec.schedule import (
    FROM,
    SCHEDULE,
    inner,
    is_scheduled,
    order_problem,
    scheduled,
    scheduled_path,
)
from orgsim.spec.swept_path import PRESET
from orgsim.spec.twin import own_settings, twin_settings

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
            self._check_order(config.sweep)
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
            settings = _laid(settings, self._config.sweep.presets[values.pop(PRESET)])
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

    def _groups(self, sweep: Sweep) -> Iterator[tuple[NDArray[np.bool_], dict[str, Any]]]:
        """Yield which points have the same preset, and what holds there but for swept values."""
        settings = dict(self._config.settings)
        if PRESET not in self.columns:
            yield np.ones(len(self), dtype=np.bool_), settings
            return
        for name, laid in sweep.presets.items():
            yield self.columns[PRESET] == name, _laid(settings, laid)

    def _check_joint_rules(self, sweep: Sweep) -> None:
        """Refuse a design in which some point breaks a rule that joins several parameters."""
        rules = self._config.model.joint_rules
        paths = joint_paths(rules)
        touched = {*self.columns, *(path for preset in sweep.presets.values() for path in preset)}
        if not {inner(path) for path in touched} & set(paths):
            return
        for here, settings in self._groups(sweep):
            twin = twin_settings(settings, self._config.model.departments)
            for whose, of in (("", own_settings(settings)), ("of the twin: ", twin)):
                if of is None:
                    continue
                values = {path: self.columns.get(path, of[path]) for path in paths}
                segments = [(whose, values)]
                for number, changes in scheduled(of).items():
                    changed = {
                        path: self.columns.get(scheduled_path(number, path), changes[path])
                        for path in values.keys() & changes.keys()
                    }
                    segments.append((f"{whose}{SCHEDULE}.{number}: ", segments[-1][1] | changed))
                for called, found in segments:
                    self._refuse_broken(here & broken(rules, found), found, called)

    def _refuse_broken(
        self, where: NDArray[np.bool_], values: Mapping[str, Any], called: str
    ) -> None:
        """Refuse points at which a rule is broken by some values, which messages call so."""
        if not where.any():
            return
        point = int(np.flatnonzero(where)[0])
        at = {path: value[point] if np.ndim(value) else value for path, value in values.items()}
        raise ConfigError(
            f"{self.named(point)}: {called}{joint_problem(self._config.model.joint_rules, at)}\n"
            "  narrow the ranges, or leave such points out with [sweep] constraints"
        )

    def _check_order(self, sweep: Sweep) -> None:
        """Refuse a design in which a segment does not begin after the one before at some point."""
        quarters = int(self._config.settings[f"{SIMULATION}.quarters"])
        for here, settings in self._groups(sweep):
            every = scheduled(settings)
            starts = [self.columns.get(scheduled_path(n, FROM), every[n][FROM]) for n in every]
            wrong = np.zeros(len(self), dtype=np.bool_)
            for before, after in pairwise([-1, *starts, quarters]):
                wrong |= here & (np.asarray(before) >= np.asarray(after))
            if wrong.any():
                point = int(np.flatnonzero(wrong)[0])
                raise ConfigError(f"{self.named(point)}: {order_problem(self.settings(point))}")


def _laid(settings: Mapping[str, Any], preset: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with a preset laid over them; its schedule replaces theirs whole."""
    if scheduled(preset):
        settings = {path: value for path, value in settings.items() if not is_scheduled(path)}
    return {**settings, **preset}
