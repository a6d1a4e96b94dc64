"""What a config's sweep may move, and which values a parameter may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orgsim.config.sweep_schema import SweptParameter
from orgsim.config.swept_value import split_path, with_value
from orgsim.config.values import nearest
from orgsim.design import Dimension
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import SIMULATION, Model, Parameter
from orgsim.spec.schedule import SCHEDULE, inner, is_scheduled
from orgsim.spec.twin import TWIN, is_of_twin

Fixed = Sequence[tuple[str, Mapping[str, Any]]]
"""Sectors by name, with the quantities that they set themselves."""


class SweepChecks:
    """Checks of one config's sweep, with the place in the file in every message."""

    def __init__(
        self, origin: str, settings: Mapping[str, Any], sectors: Fixed, model: Model
    ) -> None:
        self.origin = origin
        self.settings = settings
        self.sectors = sectors
        self.model = model

    def error(self, where: str, what: object) -> ConfigError:
        """Return what is wrong at a place of the config."""
        return ConfigError(f"{self.origin}: {as_name(where, 200)}: {what}")

    def parameter(self, path: str) -> Parameter:
        """Return the parameter that a path sweeps, whole or one department's part."""
        return split_path(path, self.model).parameter

    def known(self, path: str, where: str) -> None:
        """Refuse a path that cannot be swept."""
        try:
            parameter = self.parameter(path)
        except KeyError:
            raise self.error(
                where, f"unknown parameter{nearest(path, _sweepable(self.model))}"
            ) from None
        if parameter.section == SIMULATION:
            raise self.error(where, f"is the same for all points: --set {path}=...")
        if is_of_twin(parameter.path):
            raise self.error(where, "is the twin's, and the same at all points")
        if f"{TWIN}.{inner(parameter.path)}" in self.settings:
            raise self.error(where, "the twin sets it itself, where a sweep would not move it")
        if is_scheduled(parameter.path) and parameter.path not in self.settings:
            raise self.error(where, f"no [[{SCHEDULE}]] sets it; write there what it is otherwise")
        self.no_sector_sets(parameter.path, where)

    def why_not(self, path: str) -> str:
        """Return why a parameter's path cannot be swept, without its place; else nothing."""
        try:
            self.known(path, "*")
        except ConfigError as error:
            return str(error).removeprefix(f"{self.origin}: *: ")
        return ""

    def no_sector_sets(self, path: str, where: str) -> None:
        """Refuse to sweep what a sector sets itself: it would not move there."""
        path = inner(path)
        for name, quantities in self.sectors:
            if path in quantities:
                raise self.error(
                    where, f"[sectors.{name}] sets it itself, where a sweep would not move it"
                )

    def value(self, path: str, value: Any, where: str) -> None:
        """Check one value that a parameter may take."""
        before = self.settings[self.parameter(path).path]
        try:
            with_value(path, before, value, self.model)
        except ValueError as error:
            raise self.error(where, error) from None

    def column(self, path: str, values: Sequence[Any], where: Callable[[int], str]) -> None:
        """Check every value of a column.

        Of numbers, the least and the greatest decide: what a parameter can be, or the mean of its
        distribution, is a range. Only where one of them is wrong, all are looked at in their order.

        Parameters
        ----------
        where : callable
            Returns how to call the value at a row, counted from 0.
        """
        is_whole = self.parameter(path).kind == "integer"
        try:
            for value in decisive(values, whole=is_whole):
                self.value(path, value, "")
        except ConfigError:
            seen = set()
            for row, value in enumerate(values):
                if value not in seen:
                    seen.add(value)
                    self.value(path, value, where(row))
            raise

    def dimension(self, path: str, given: SweptParameter, kind: str) -> Dimension:
        """Return one swept parameter, checked at its ends."""
        where = f"sweep.parameters.{path}"
        self.known(path, where)
        parameter = self.parameter(path)
        if kind == "table":
            if given != SweptParameter():
                raise self.error(where, "takes its values from the table: leave it empty, {}")
            return Dimension(path)
        if given.values is not None:
            for value in given.values:
                self.value(path, value, f"{where}.values")
            return Dimension(path, values=given.values)
        if parameter.kind in ("switch", "choice"):
            if given.low is not None:
                raise self.error(where, "has no order: give values = [...]")
            words = (True, False) if parameter.kind == "switch" else parameter.words
            return Dimension(path, values=words)
        if given.low is None:
            raise self.error(where, "needs low and high, or values")
        if kind == "grid" and given.levels is None:
            raise self.error(where, "needs levels = NUMBER in a grid, or values")
        if kind != "grid" and given.levels is not None:
            raise self.error(where, f'levels go with design = "grid", not "{kind}"')
        for end in ("low", "high"):
            self.value(path, getattr(given, end), f"{where}.{end}")
        return Dimension(
            path,
            low=float(given.low),
            high=float(given.high),  # type: ignore[arg-type]  # both ends, or neither
            scale=given.scale,
            levels=given.levels or 0,
            whole=parameter.kind == "integer",
        )


def _sweepable(model: Model) -> list[str]:
    """Return every path that a hint may name; of departments the last, which is as near as any."""
    parts = [p.path for p in model.parameters if p.by_department]
    return [
        *model.by_path,
        *(f"{path}.{name}" for path in parts for name in model.departments[-1:]),
    ]


def decisive(values: Sequence[Any], *, whole: bool) -> Sequence[Any]:
    """Return the values that decide whether all are allowed: two numbers, or all words."""
    types = set(map(type, values))
    if types == {int} or (types <= {int, float} and not whole):
        return (min(values), max(values))
    return tuple(dict.fromkeys(values))
