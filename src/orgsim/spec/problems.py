"""What of a model's declarations does not fit together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, get_args

from orgsim.spec.parameter import JointRule, Parameter, Scale, in_range

SIMULATION = "simulation"
"""The section that every model has: ``seed``, ``firms`` and ``quarters``."""

_LOWEST = -128.0
"""Sums are of multiples of 2**-24 in 32 bits."""

_TAKEN = ("firms", "tiles", "quarters", "counts", "bytes", "seconds", "files", "cut", "seal")
"""Arrays of an entry of the ledger."""


def problems_of(model: Any) -> Iterator[str]:
    """Yield what of a model's declarations does not fit together.

    Parameters
    ----------
    model : Model
        Its file imports this one, which cannot import its type.
    """
    for key in ("seed", "firms", "quarters"):
        if f"{SIMULATION}.{key}" not in model.by_path:
            yield f"parameters: lack {SIMULATION}.{key}"
    for text in (model.name, model.version):
        if not text.strip() or not text.isprintable():
            yield f"name and version: {text!r} is no text of one line"
    given: object = model.steps
    if not isinstance(given, tuple) or not all(isinstance(step, str) for step in given):
        yield "steps: needed is a tuple of names"
    paths = [p.path for p in model.parameters]
    yield from (f"parameters: {path} stands there twice" for path in _doubles(paths))
    for section in {p.section for p in model.parameters} ^ set(model.sections):
        yield f"sections: {section} has no parameter, or no entry"
    for one in model.earlier:
        if one.version == model.version:
            yield f"earlier: {one.version} is the version that it has"
        for path in one.settings:
            if path not in model.by_path:
                yield f"earlier: {one.version}: {path} is no parameter"
    for path in (*model.agents, *(path for rule in model.joint_rules for path in rule.paths)):
        if path not in model.by_path:
            yield f"agents and joint rules: {path} is no parameter"
    for parameter in model.parameters:
        for problem in _of_range(parameter):
            yield f"parameters: {parameter.path}: plausible: {problem}"
    for rule in model.joint_rules:
        if all(path in model.by_path for path in rule.paths):
            yield from _of_corners(rule, [model.by_path[path] for path in rule.paths])
    for path in model.agents:
        if path in model.by_path and model.by_path[path].kind != "integer":
            yield f"agents: {path} is no whole number"
    if len(model.outcomes) < 2:
        yield "outcomes: needed are two at least"
    if model.is_square and len(model.outcomes) != 4:
        yield "outcomes: a 2 x 2 has four"
    total = math.fsum(outcome.share for outcome in model.outcomes)
    if abs(total - 1.0) > 1e-9:
        yield f"outcomes: their shares sum to {total:.10g}, not 1"
    if model.counts[: len(model.outcomes)] != model.scenarios:
        yield "counts: the outcomes come first, in their order"
    for share in model.counted_shares:
        for name in share.counts:
            if name not in model.counts:
                yield f"counted_shares: {share.column.name}: {name} is no count"
    known = {"sector", "scenario", *model.words}
    for series in model.series:
        if not _LOWEST < series.low < 1.0:
            yield f"series: {series.column.name}: low = {series.low:g}; allowed: -128 to 1"
    for tally in model.tallies:
        if tally.name in _TAKEN or tally.name.startswith("sums_"):
            yield f"tallies: {tally.name} is a name that the ledger has for something else"
    names = [column.name for column in model.record]
    for name in known - set(names):
        yield f"record: lacks {name}"
    for column in model.record:
        if column.type == "word" and column.name not in known:
            yield f"words: lack those of {column.name}"
    for table in (model.firms, model.quarters, model.shares):
        doubles = _doubles([column.name for column in table])
        yield from (f"columns: {name} stands there twice" for name in doubles)


def _of_range(parameter: Parameter) -> Iterator[str]:
    """Yield what is wrong with a parameter's plausible range."""
    given = parameter.plausible
    if given is None:
        return
    if parameter.kind in ("switch", "choice"):
        yield f"a {parameter.kind} has no range"
        return
    if parameter.section == SIMULATION:
        yield f"[{SIMULATION}] is of the run, of which nothing is uncertain"
    if not given.reason.strip():
        yield "lacks its reason"
    if given.scale not in get_args(Scale):
        yield f"scale = {given.scale!r}; allowed: {', '.join(get_args(Scale))}"
    ends = f"from {given.low:g} to {given.high:g}"
    if not given.low < given.high:
        yield f"{ends}; needed: low below high"
    if not all(in_range(parameter, end) for end in (given.low, given.high)):
        yield f"{ends}; allowed: within {parameter.low:g} to {parameter.high:g}"
    if given.scale == "log" and given.low <= 0.0:
        yield f"{ends}; allowed on a log scale: above 0"
    if parameter.kind == "integer" and not all(
        isinstance(end, int) for end in (given.low, given.high)
    ):
        yield f"{ends}; needed: whole numbers as ends, written without a point"
    default = parameter.default
    is_beta = isinstance(default, dict) and default.get("dist") == "beta"
    if is_beta and (given.low <= 0.0 or given.high >= 1.0):
        yield f"{ends}; allowed as the mean of a beta: above 0 and below 1"


def _of_corners(rule: JointRule, parameters: Sequence[Parameter]) -> Iterator[str]:
    """Yield where plausible ranges reach what a rule forbids; what has none is at its default."""
    if all(p.plausible is None for p in parameters):
        return
    for corner in product(*map(_ends, parameters)):
        if rule.is_broken(*corner):
            problem = rule.problem(*corner)
            yield f"parameters: plausible ranges of {', '.join(rule.paths)}: {problem}"
            return


def _ends(parameter: Parameter) -> tuple[Any, ...]:
    given = parameter.plausible
    return (parameter.default,) if given is None else (given.low, given.high)


def _doubles(names: Sequence[str]) -> list[str]:
    return [name for i, name in enumerate(names) if name in names[:i]]
