"""What ``[calibration]`` means: priors over parameters, and what the settings have to reproduce."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orgsim.config.asked_output import AskedOutput, asked_output, at_horizon, named_outputs
from orgsim.config.calibration_schema import CalibrationTable, Prior, Wanted
from orgsim.config.sweep_checks import SweepChecks
from orgsim.config.swept_value import split_path
from orgsim.design import Dimension
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import SIMULATION

if TYPE_CHECKING:
    from orgsim.config.contents import Contents

TABLE = "calibration"
RESERVED = {"point", "wave", "log_likelihood", "weight"}
"""Columns of the posterior that no prior may be called."""

_NAME = re.compile("[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class PriorRange:
    """One number that is to be known better, and the parameters that it moves.

    Attributes
    ----------
    name : str
        A path, or a name of several moved as one.
    paths : tuple of str
    dimension : Dimension
        Its range and scale.
    """

    name: str
    paths: tuple[str, ...]
    dimension: Dimension


@dataclass(frozen=True)
class Figure:
    """A named output, and what is known of it."""

    asked: AskedOutput
    value: float
    error: float
    source: str


@dataclass(frozen=True)
class Calibration:
    """What is asked of a config.

    Attributes
    ----------
    table : CalibrationTable
        Sizes, and what was given.
    priors : tuple of PriorRange
    targets, held_out : tuple of Figure
        Beside the split: what is fitted, and what is not.
    seed : int
        Of the draws from priors and proposals.
    """

    table: CalibrationTable
    priors: tuple[PriorRange, ...]
    targets: tuple[Figure, ...]
    held_out: tuple[Figure, ...]
    seed: int

    @property
    def figures(self) -> int:
        """How many independent figures are fitted: of a split all shares but one."""
        return len(self.targets) + (3 if self.table.split else 0)


def calibration_of(config: Contents) -> Calibration:
    """Return what a config's ``[calibration]`` asks, checked.

    Raises
    ------
    ConfigError
        With the field's path: no priors or targets, an unknown or categorical parameter, a range
        outside the allowed, a parameter in two priors, an unknown output, a held-out output that
        is a target; if the config has a ``[sweep]`` or ``[precision]``.
    """
    table = config.calibration
    where = f"{config.origin}: {TABLE}"
    if table is None or not table.priors:
        raise ConfigError(
            f"{where}.priors: is missing: which parameters are to be known better, such as "
            '"leadership.commitment" = [0.2, 0.95]'
        )
    for name, given in (("sweep", config.sweep), ("precision", config.precision)):
        if given is not None:
            raise ConfigError(
                f"{config.origin}: has a [{name}]; a calibration lays points and firms itself: "
                "leave it out"
            )
    targets = tuple(_figures(config, table.targets, f"{where}.targets"))
    if not targets and not table.split:
        raise ConfigError(f"{where}.targets: nothing to reproduce: split = true, or an output")
    fitted = {figure.asked.name for figure in targets}
    held_out = tuple(_figures(config, table.held_out, f"{where}.held_out"))
    shares = set(config.model.scenarios) if table.split else set()
    for figure in targets:
        if figure.asked.name in shares:
            raise ConfigError(f"{where}.targets.{figure.asked.name}: is of the split, which is one")
    for figure in held_out:
        if figure.asked.name in fitted | shares:
            raise ConfigError(f"{where}.held_out.{figure.asked.name}: is a target, too")
    return Calibration(
        table=table,
        priors=tuple(_priors(config, table.priors, where)),
        targets=targets,
        held_out=held_out,
        seed=int(config.settings[f"{SIMULATION}.seed"] if table.seed is None else table.seed),
    )


def _figures(config: Contents, given: Mapping[str, Wanted], where: str) -> Iterator[Figure]:
    sectors = [sector.name for sector in config.sectors]
    seen = set()
    for name, wanted in given.items():
        asked = at_horizon(asked_output(name, config.model, sectors, where), config.quarters)
        if asked.name in seen:
            raise ConfigError(f"{where}.{as_name(name, 80)}: stands there twice")
        seen.add(asked.name)
        yield Figure(asked, float(wanted.value), float(wanted.error), wanted.source)


def _priors(config: Contents, given: Mapping[str, Prior], where: str) -> Iterator[PriorRange]:
    sectors = [(sector.name, sector.quantities) for sector in config.sectors]
    model = config.model.kernel
    checks = SweepChecks(config.origin, config.settings, sectors, model)
    taken: dict[str, str] = {}
    for name, prior in given.items():
        at = f"{TABLE}.priors.{as_name(name, 100)}"
        if name not in prior.paths and prior.paths and not _NAME.fullmatch(name):
            raise checks.error(at, "is no name; write small letters, digits and _")
        if name in RESERVED | set(named_outputs(model)) | {c.name for c in model.firms}:
            raise checks.error(at, "is the name of something else; choose another")
        paths = tuple(prior.paths or [name])
        for path in paths:
            checks.known(path, at)
            if split_path(path, model).parameter.kind in ("switch", "choice"):
                raise checks.error(at, f"{path}: is no number; compare two calibrations")
            whole_path = split_path(path, model).parameter.path
            for other, owner in taken.items():
                if whole_path in (path, other) and split_path(other, model)[0].path == whole_path:
                    raise checks.error(at, f"{path}: stands in {owner}, too")
                if other == path:
                    raise checks.error(at, f"{path}: stands in {owner}, too")
            taken[path] = name
        found = _range(prior, paths, checks, at)
        for path in paths:
            for end in (found.low, found.high):
                checks.value(path, end, at)
        kinds = {split_path(path, model).parameter.kind == "integer" for path in paths}
        if len(kinds) > 1:
            raise checks.error(at, "joins whole numbers to others; give each a prior of its own")
        whole = kinds == {True}
        dimension = Dimension(
            name, low=float(found.low), high=float(found.high), scale=found.scale, whole=whole
        )
        yield PriorRange(name, paths, dimension)


def _range(prior: Prior, paths: tuple[str, ...], checks: SweepChecks, at: str) -> Any:
    """Return a prior's range: its own, or the plausible one of its only parameter."""
    plausible = split_path(paths[0], checks.model).parameter.plausible
    if prior.low is None:
        if len(paths) > 1 or plausible is None:
            raise checks.error(at, "needs low and high")
        return plausible
    return Prior(low=prior.low, high=prior.high, scale=prior.scale or "linear")
