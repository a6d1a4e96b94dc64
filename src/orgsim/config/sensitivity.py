"""What ``[sensitivity]`` means: which parameters are moved, from where to where, what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from orgsim.config.asked_output import AskedOutput, Term, asked_output, named_outputs
from orgsim.config.sensitivity_schema import PlausibleRange, SensitivityTable
from orgsim.config.sweep_checks import SweepChecks
from orgsim.design import Dimension
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import SIMULATION, Parameter
from orgsim.spec.departments import is_by_department
from orgsim.spec.schedule import FROM, SCHEDULE, scheduled
from orgsim.spec.swept_path import SweptPath

if TYPE_CHECKING:
    from orgsim.config.contents import Contents

TABLE = "sensitivity"
EVERY = "all"
"""Stands for every named output."""

DUMMY = "dummy"
"""Name of a parameter that nothing reads."""

_NUMBERS = ("real", "integer", "quantity", "spread")


@dataclass(frozen=True)
class Question:
    """What is asked of a config.

    Attributes
    ----------
    table : SensitivityTable
        Sizes, and what was given.
    outputs : tuple of AskedOutput
    dimensions : tuple of Dimension
        Parameters that are moved, each over its plausible range.
    left_out : mapping of path to str
        Parameters that would have been, and why they are not.
    limited : mapping of path to str
        Parameters that are moved, and what moves them no more after a while.
    seed : int
        Of the designs.
    """

    table: SensitivityTable
    outputs: tuple[AskedOutput, ...]
    dimensions: tuple[Dimension, ...]
    left_out: Mapping[str, str]
    limited: Mapping[str, str]
    seed: int

    def range_of(self, path: str) -> PlausibleRange | None:
        """Return the config's own range of a parameter, or of the whole that it is a part of."""
        return self.table.ranges.get(path) or self.table.ranges.get(path.rpartition(".")[0])


def question_of(config: Contents) -> Question:
    """Return what a config's ``[sensitivity]`` asks, checked; without one, what is usual.

    Raises
    ------
    ConfigError
        With the field's path: an unknown or categorical parameter, a range outside the allowed, an
        unknown output; if the config has a ``[sweep]`` or ``[precision]``.
    """
    table = config.sensitivity or SensitivityTable()
    for name, given in (("sweep", config.sweep), ("precision", config.precision)):
        if given is not None:
            raise ConfigError(
                f"{config.origin}: has a [{name}]; sensitivity lays points and firms itself: leave "
                "it out" + (", or ask the finished sweep" if name == "sweep" else "")
            )
    moved = _Moved(config, table)
    dimensions = tuple(moved.dimensions())
    moved.refuse_corners(dimensions)
    _refuse_groups(config, table, [dimension.path for dimension in dimensions])
    return Question(
        table=table,
        outputs=tuple(asked_outputs(config, table.outputs, f"{config.origin}: {TABLE}.outputs")),
        dimensions=dimensions,
        left_out=moved.left_out,
        limited=moved.limited,
        seed=int(config.settings[f"{SIMULATION}.seed"] if table.seed is None else table.seed),
    )


def asked_outputs(config: Contents, names: Sequence[str], where: str) -> Iterator[AskedOutput]:
    """Yield the outputs of some names, each once; of none, the usual ones.

    Raises
    ------
    ConfigError
        If there is no such output, or it names a time that it cannot have.
    """
    model = config.model
    sectors = [sector.name for sector in config.sectors]
    every = list(named_outputs(model))
    given = names or model.usual_outputs or model.scenarios
    seen = set()
    for text in (one for name in given for one in (every if name == EVERY else [name])):
        found = asked_output(text, model, sectors, where)
        for term in found.terms:
            _refuse_time(term, config, f"{where}: {found.name}")
        if found.name not in seen:
            seen.add(found.name)
            yield found


def _refuse_time(term: Term, config: Contents, where: str) -> None:
    """Refuse a later horizon that is not later, or beyond the longest."""
    if not term.output.needs_later:
        return
    later, most = term.later(config.quarters), config.model.most_quarters
    if not config.quarters < later <= most:
        raise ConfigError(
            f"{where}: compares with {later} quarters; allowed: more than the config's "
            f"{config.quarters}, and at most {most}"
        )


def _refuse_groups(config: Contents, table: SensitivityTable, moved: Sequence[str]) -> None:
    """Refuse groups that are no groups of the parameters that are moved."""
    taken: dict[str, str] = {}
    for name, paths in table.groups.items():
        where = f"{config.origin}: {TABLE}.groups.{as_name(name, 60)}"
        if name == DUMMY or name in config.model.by_path:
            raise ConfigError(f"{where}: is the name of something else; choose another")
        if not paths:
            raise ConfigError(f"{where}: is empty; name its parameters by their paths")
        for path in paths:
            if path in taken:
                raise ConfigError(f"{where}: {path} stands in {taken[path]}, too")
            if path not in moved:
                raise ConfigError(f"{where}: {path} is not moved; add it to {TABLE}.parameters")
            taken[path] = name


def _lacking(config: Contents) -> dict[str, str]:
    """Return the parameters that came since the version whose rules a config has, and which."""
    for earlier in config.model.kernel.earlier:
        if all(config.settings[path] == value for path, value in earlier.added.items()):
            return dict.fromkeys(earlier.added, earlier.version)
    return {}


class _Moved:
    """The parameters that a config lets move."""

    def __init__(self, config: Contents, table: SensitivityTable) -> None:
        sectors = [(sector.name, sector.quantities) for sector in config.sectors]
        self.model = config.model.kernel
        self.settings = config.settings
        self.table = table
        self.checks = SweepChecks(config.origin, config.settings, sectors, self.model)
        self.left_out: dict[str, str] = {}
        self.limited: dict[str, str] = {}
        self._lacking = _lacking(config)

    def dimensions(self) -> Iterator[Dimension]:
        """Yield a dimension a parameter that is asked for, in the order of the model's table."""
        for path in self.table.ranges:
            self._parameter(path, f"{TABLE}.ranges.{as_name(path, 100)}")
        for name, paths in self.table.groups.items():
            for path in paths:
                self._parameter(path, f"{TABLE}.groups.{as_name(name, 60)}")
        if self.table.parameters:
            for path in dict.fromkeys(self.table.parameters):
                where = f"{TABLE}.parameters"
                self._parameter(path, where)
                self.checks.known(path, f"{where}: {path}")
                yield self._dimension(path)
            return
        for parameter in self.model.parameters:
            if parameter.plausible is None and not self._given(parameter.path):
                continue
            for path in self._whole_or_parts(parameter):
                why = self.checks.why_not(path) or self._why_idle(parameter.path)
                if why:
                    self.left_out[path] = why
                else:
                    yield self._dimension(path)

    def _why_idle(self, path: str) -> str:
        """Return why a parameter that may be moved would move nothing; else nothing."""
        if path in self._lacking:
            return f"version {self._lacking[path]} of the model, of which this is, does not have it"
        for number, changes in scheduled(self.settings).items():
            if path in changes:
                if int(changes[FROM]) == 0:
                    return f"{SCHEDULE}.{number} sets it from the first quarter on"
                self.limited[path] = f"until {SCHEDULE}.{number} sets it in quarter {changes[FROM]}"
        return ""

    def refuse_corners(self, dimensions: Sequence[Dimension]) -> None:
        """Refuse ranges that do not go together at some corner."""
        ends = {d.path: (d.low, d.high) for d in dimensions}
        for rule in self.model.joint_rules:
            sides = [ends.get(path, (self.settings[path],)) for path in rule.paths]
            if not set(rule.paths) & ends.keys():
                continue
            for corner in product(*sides):
                if rule.is_broken(*corner):
                    raise self.checks.error(
                        f"{TABLE}.ranges", f"at a corner {rule.problem(*corner)}; narrow a range"
                    )

    def _whole_or_parts(self, parameter: Parameter) -> list[str]:
        """Return the path of a parameter, or of its parts where these differ."""
        value = self.settings[parameter.path]
        parts = [f"{parameter.path}.{name}" for name in self.model.departments]
        asked = [path for path in parts if path in self.table.ranges]
        differ = is_by_department(value, self.model.departments)
        return parts if differ or asked else [parameter.path]

    def _given(self, path: str) -> PlausibleRange | None:
        return self.table.ranges.get(path) or self.table.ranges.get(path.rpartition(".")[0])

    def _parameter(self, path: str, where: str) -> Parameter:
        """Return the parameter of a path, which is a number."""
        found = SweptPath.of(path, self.model)
        if found is None:
            self.checks.known(path, where)  # says which is near
            raise self.checks.error(where, f"{as_name(path, 100)}: is no parameter by itself")
        parameter = found.parameter
        if parameter.kind not in _NUMBERS:
            raise self.checks.error(
                where, f"{path}: is a {parameter.kind}, and numbers are needed; compare two runs"
            )
        return parameter

    def _dimension(self, path: str) -> Dimension:
        parameter = self._parameter(path, f"{TABLE}.parameters")
        given = self._given(path)
        where = f"{TABLE}.ranges.{path}"
        if given is None and parameter.plausible is None:
            raise self.checks.error(
                where, f"is missing, and the model has none: {where} = [low, high]"
            )
        found: Any = parameter.plausible if given is None else given
        for end in (found.low, found.high):
            self.checks.value(path, end, where)
        return Dimension(
            path,
            low=float(found.low),
            high=float(found.high),
            scale=found.scale,
            whole=parameter.kind == "integer",
        )
