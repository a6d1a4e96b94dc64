"""What is asked of a setting's firms, as it is written: ``cmo_vs_cto@80``, ``cemo - cmto``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.config.values import nearest
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.spec import Column, Model
from orgsim.spec.calendar import quarter_named
from orgsim.spec.named_output import NamedOutput, Record

DIFFERENCE = " - "
_TERM = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:\[([^\]]*)\])?\s*(?:@\s*(.*?))?\s*")


@dataclass(frozen=True)
class Term:
    """One named output, of a kind of firms, at a time.

    Attributes
    ----------
    output : NamedOutput
    sector : str or None
        Of the firms that it is of; None: of all.
    quarters : int or None
        How many have passed; None: all of the config's horizon. Of an output of two horizons it is
        the later one.
    """

    output: NamedOutput
    sector: str | None = None
    quarters: int | None = None

    def later(self, horizon: int) -> int:
        """Return the later horizon of an output of two: twice the config's, unless it is named."""
        return 2 * horizon if self.quarters is None else self.quarters

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the record that it takes."""
        return (*self.output.needs, *(() if self.sector is None else ("sector",)))


@dataclass(frozen=True)
class AskedOutput:
    """A term, or the difference of two.

    Attributes
    ----------
    name : str
        As it is written, without what may be left out.
    terms : tuple of Term
        One, or two: the first less the second.
    """

    name: str
    terms: tuple[Term, ...]

    @property
    def unit(self) -> str:
        """The first term's."""
        return self.terms[0].output.unit

    @property
    def title(self) -> str:
        """In words, for axes and tables."""
        return " less ".join(map(_title, self.terms))

    @property
    def meaning(self) -> str:
        """In a sentence's words."""
        return ", less ".join(term.output.meaning for term in self.terms)


def _title(term: Term) -> str:
    sector = "" if term.sector is None else f" in {term.sector}"
    time = "" if term.quarters is None else f" after {term.quarters} quarters"
    return f"{term.output.title}{sector}{time}"


def asked_output(text: object, model: Model, sectors: Sequence[str], where: str) -> AskedOutput:
    """Return what is asked for.

    Parameters
    ----------
    text : str
        ``NAME``, ``NAME[SECTOR]``, ``NAME@QUARTERS`` or ``NAME@2016Q4``, or the difference of two,
        ``NAME - NAME``. A name is of ``model.outputs``, or a column of numbers, of which it is the
        mean.
    sectors : sequence of str
        Names of the config's, by code.
    where : str
        How messages call it.

    Raises
    ------
    ConfigError
        If there is no such output, sector or time.
    """
    if not isinstance(text, str):
        raise ConfigError(f"{where}: {as_name(text, 60)} is not the name of an output")
    parts = text.split(DIFFERENCE)
    if len(parts) > 2:
        raise ConfigError(f"{where}: {as_name(text, 80)}: at most one difference, NAME - NAME")
    terms = tuple(_term(part, model, sectors, f"{where}: {as_name(text, 80)}") for part in parts)
    if len({term.output.unit for term in terms}) > 1:
        units = " and ".join(term.output.unit for term in terms)
        raise ConfigError(f"{where}: {as_name(text, 80)}: differ in unit ({units})")
    return AskedOutput(DIFFERENCE.join(map(_written, terms)), terms)


def at_horizon(asked: AskedOutput, quarters: int) -> AskedOutput:
    """Return an output without the time where that is the config's horizon: it is the same one."""
    terms = tuple(
        replace(term, quarters=None)
        if term.quarters == quarters and not term.output.needs_later
        else term
        for term in asked.terms
    )
    return AskedOutput(DIFFERENCE.join(map(_written, terms)), terms)


def _written(term: Term) -> str:
    sector = "" if term.sector is None else f"[{term.sector}]"
    return f"{term.output.name}{sector}{'' if term.quarters is None else f'@{term.quarters}'}"


def _term(text: str, model: Model, sectors: Sequence[str], where: str) -> Term:
    found = _TERM.fullmatch(text)
    if found is None and "-" in text:
        raise ConfigError(f"{where}: a difference has blanks around its minus: NAME - NAME")
    if found is None:
        raise ConfigError(
            f"{where}: is no output; write NAME, NAME[SECTOR], NAME@80 or NAME@2016Q4, or the "
            "difference of two, NAME - NAME"
        )
    name, sector, time = found.groups()
    output = named_outputs(model).get(name) or _mean(name, model)
    if output is None:
        known = [*named_outputs(model), *(c.name for c in model.record if c.type != "word")]
        words = {c.name for c in model.record if c.type == "word"}
        hint = "; it holds words, which have no mean" if name in words else nearest(name, known)
        raise ConfigError(f"{where}: no output {as_name(name, 60)}{hint}")
    if sector is not None and sector not in sectors:
        named = f"{nearest(sector, sectors)}; sectors: {', '.join(sectors)}"
        what = named if sectors else "; the config has no [sectors]"
        raise ConfigError(f"{where}: no sector {as_name(sector, 60)}{what}")
    return Term(output, sector, None if time is None else _quarters(time, model, where))


def _quarters(time: str, model: Model, where: str) -> int:
    """Return how many quarters have passed by a number, or at the end of a calendar's quarter."""
    named = quarter_named(time)
    quarters = int(time) if re.fullmatch("[0-9]{1,6}", time) else None
    if named is not None:
        quarters = named + 1
    if quarters is None:
        raise ConfigError(
            f"{where}: {as_name(time, 40)} is no time; write quarters passed, @12, or a quarter of "
            "the calendar, @2016Q4"
        )
    if not 1 <= quarters <= model.most_quarters:
        raise ConfigError(
            f"{where}: after {quarters} quarters; allowed: 1 to {model.most_quarters}"
        )
    return quarters


@cache
def named_outputs(model: Model) -> Mapping[str, NamedOutput]:
    """Return what a model's firms may be asked for by name; at least the shares of its outcomes."""
    declared = {output.name: output for output in model.outputs}
    return {o.name: _outcome_share(i, o.title, o.name) for i, o in enumerate(model.outcomes)} | (
        declared
    )


def _outcome_share(code: int, title: str, name: str) -> NamedOutput:
    return NamedOutput(
        name=name,
        title=title,
        meaning=f"firms that ended as {title}",
        needs=("scenario",),
        features=lambda record: (record["scenario"] == code, np.ones(record["scenario"].size)),
    )


def _mean(name: str, model: Model) -> NamedOutput | None:
    """Return the mean of a column of numbers, over the firms that have one."""
    columns: dict[str, Column] = {c.name: c for c in model.record if c.type != "word"}
    twin = name.removeprefix("twin_")
    if model.twin is not None and twin != name and twin in model.twin.columns and twin in columns:
        columns[name] = replace(columns[twin], name=name, meaning=f"{columns[twin].meaning}: twin")
    column = columns.get(name)
    if column is None:
        return None

    def features(record: Record) -> tuple[NDArray[Any], ...]:
        values = record[name]
        there = values >= 0 if column.type == "quarter" else np.ones(values.size, dtype=np.bool_)
        return np.where(there, values, 0), there

    of = " that have one" if column.type == "quarter" else ""
    return NamedOutput(
        name=name,
        title=f"mean {name.replace('_', ' ')}",
        unit="share" if column.type == "bool" else column.unit,
        meaning=f"mean over the firms{of}: {column.meaning}",
        needs=(name,),
        features=features,
    )
