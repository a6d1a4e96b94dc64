"""A model, as the platform is handed it: what it declares, and where its rules are."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

from orgsim.errors import UsageError
from orgsim.spec.named_output import NamedOutput
from orgsim.spec.output import (
    Column,
    CountedShare,
    OtherSplit,
    Outcome,
    Series,
    Tally,
)
from orgsim.spec.parameter import Earlier, JointRule, Parameter
from orgsim.spec.problems import SIMULATION, problems_of
from orgsim.spec.rules import NAMES
from orgsim.spec.twin import Twin


def no_extra_effort(settings: Mapping[str, Any]) -> float:
    """Return 1: every agent-quarter takes as long as any."""
    return 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A model, as the platform is handed it.

    Attributes
    ----------
    name, version : str
        In manifests: a directory of another model is refused by name.
    home : str
        Where it is imported from, ``package.module:NAME``: what workers are told.
    sections : mapping of str to str
        The config's tables, ``simulation`` among them, and what they are about.
    parameters : tuple of Parameter
    departments : tuple of str
        Keys of a value that differs by department; empty where none does.
    joint_rules : tuple of JointRule
    agents : tuple of str
        Paths of the parameters that add up to the agents of a firm.
    effort : callable
        Takes the settings; how long an agent-quarter takes, against the usual, for forecasts.
    outcomes : tuple of Outcome
        Codes of the column ``scenario``, from 0.
    is_square : bool
        Whether they are the four cells of a 2 x 2, the active firms' two before the passive ones',
        the better end first; see ``analysis.square``.
    split_name : str
        How to call the split that the outcomes' shares are, after "the".
    split_rounding : float or None
        By how much each of these may be off because it was rounded.
    words : mapping of column to words
        Of other columns of type ``word`` in the record, by code; ``sector`` is the run's own.
    record : tuple of Column
        What is known of a firm at the horizon, in order; ``sector`` and ``scenario`` among them.
    series : tuple of Series
    counts : tuple of str
        What firms are counted by each quarter: the outcomes first.
    shared : tuple of Column
        What all firms share, by quarter.
    counted_shares : tuple of CountedShare
        Columns of ``quarters``.
    other_splits : tuple of OtherSplit
    tallies : tuple of Tally
    rules : str
        Name of the module of the rules, see :class:`orgsim.spec.Rules`.
    steps : tuple of str
        What happens in a quarter, in order: names of functions ``step(block, inputs, t)`` of that
        module, or ``package.module:name`` of others. The kernel is made of them.
    events : mapping of step to str
        What happens in it, in words.
    sources : tuple of str
        Names of the modules and packages whose every file determines results; they are hashed.
    declarations : tuple of str
        Modules among these that only declare: what they say to the kernel is hashed, and not their
        texts, ranges and defaults; unless a tally's or a split's function stands there. The modules
        of the rules and of steps are hashed whether or not they are named.
    earlier : tuple of Earlier
        Versions of it that its rules contain: their configs and runs still open.
    is_schedulable : bool
        Whether its rules obey :func:`orgsim.spec.segments`; else a ``[[schedule]]`` is refused.
    twin : Twin or None
        What of a firm's twin is kept; None: a ``[twin]`` is refused.
    outputs : tuple of NamedOutput
        What can be asked of its firms by name, beside the outcomes' shares and means of columns.
    usual_outputs : tuple of str
        What is asked of them unless one says otherwise; empty: the outcomes' shares.
    whole, written_as
        Of a model with other columns, see :meth:`as_written`: the model whose rules they are, and
        the version and margin. None of any other.

    Raises
    ------
    ValueError
        If what is declared does not fit together.
    """

    name: str
    version: str
    home: str
    sections: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    departments: tuple[str, ...] = ()
    joint_rules: tuple[JointRule, ...] = ()
    agents: tuple[str, ...]
    effort: Callable[[Mapping[str, Any]], float] = no_extra_effort
    outcomes: tuple[Outcome, ...]
    is_square: bool = False
    split_name: str = "usual split"
    split_rounding: float | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    record: tuple[Column, ...]
    series: tuple[Series, ...]
    counts: tuple[str, ...]
    shared: tuple[Column, ...] = ()
    counted_shares: tuple[CountedShare, ...] = ()
    other_splits: tuple[OtherSplit, ...] = ()
    tallies: tuple[Tally, ...] = ()
    rules: str
    steps: tuple[str, ...]
    events: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...]
    declarations: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    is_schedulable: bool = False
    twin: Twin | None = None
    outputs: tuple[NamedOutput, ...] = ()
    usual_outputs: tuple[str, ...] = ()
    whole: Model | None = None
    written_as: tuple[str, float | None] | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        problem = next(problems_of(self), None)
        if problem is not None:
            raise ValueError(f"model {self.label}: {problem}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Be pickled by where it is imported from, for it holds functions.

        Raises
        ------
        TypeError
            If another model is there, or none.
        """
        if self.whole is not None:
            return as_written, (self.whole, self.written_as)
        try:
            found = imported(self.home)
        except ImportError as error:
            raise TypeError(f"{self!r} cannot be pickled: {error}") from None
        if found is not self:
            raise TypeError(f"{self!r} cannot be pickled: at its home, {self.home}, is {found!r}")
        return imported, (self.home,)

    def __copy__(self) -> Model:
        """Return itself: nothing of it changes."""
        return self

    def __deepcopy__(self, memo: Any) -> Model:
        """Return itself: nothing of it changes."""
        return self

    def __repr__(self) -> str:
        """Say in a line which it is."""
        return f"<Model {self.name!r} {self.version}: {len(self.steps)} steps>"

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"

    @cached_property
    def versions(self) -> Mapping[str, Earlier]:
        """Every version whose configs and runs it reads, its own last."""
        return {one.version: one for one in (*self.earlier, Earlier(self.version))}

    def as_written(self, version: str | None = None, margin: float | None = None) -> Model:
        """Return the model with the columns that its runs have.

        Parameters
        ----------
        version : str, optional
            Which version wrote the run: an earlier one had fewer columns.
        margin : float, optional
            Of the twins that its firms have; None: they have none.
        """
        whole = self.kernel
        key = (whole.version if version is None else version, margin)
        return whole if key == (whole.version, None) else as_written(whole, key)

    @property
    def kernel(self) -> Model:
        """The model whose record the kernel writes: without columns of twins, with all others."""
        return self if self.whole is None else self.whole

    @cached_property
    def by_path(self) -> Mapping[str, Parameter]:
        """Every parameter, by its path."""
        return {p.path: p for p in self.parameters}

    @cached_property
    def quantities(self) -> tuple[Parameter, ...]:
        """What is drawn once a firm."""
        return tuple(p for p in self.parameters if p.kind == "quantity")

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """Every parameter's default, by path."""
        return {p.path: p.default for p in self.parameters}

    @cached_property
    def most_quarters(self) -> int:
        """The longest horizon."""
        return int(self.by_path[f"{SIMULATION}.quarters"].high)

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return tuple(outcome.name for outcome in self.outcomes)

    # --- tables

    @cached_property
    def firms(self) -> tuple[Column, ...]:
        """Columns of ``firms``: a row a firm."""
        keys = (
            Column("point", "int32", "-", "design point"),
            Column("firm", "int64", "-", "number of the firm, from 0"),
        )
        return (*keys, *self.record)

    @cached_property
    def quarters(self) -> tuple[Column, ...]:
        """Columns of ``quarters``: a row a quarter."""
        return (
            Column("point", "int32", "-", "design point"),
            Column("quarter", "int32", "quarters", "quarter, from 0"),
            Column("calendar", "word", "-", "calendar quarter"),
            *self.shared,
            *(share.column for share in self.counted_shares),
            *(
                Column(
                    f"{series.column.name}_{statistic}",
                    "float64",
                    series.column.unit,
                    f"{series.column.meaning}, {_statistic(statistic)}",
                )
                for series in self.series
                for statistic in ("mean", *(f"q{q:02d}" for q in QUANTILES))
            ),
        )

    @cached_property
    def shares(self) -> tuple[Column, ...]:
        """Columns of ``shares``: a row a design point and outcome."""
        simultaneous = "end of the simultaneous 95 % interval"
        return (
            Column("point", "int32", "-", "design point"),
            Column("scenario", "word", "-", "scenario"),
            Column("count", "int64", "firms", "firms that ended there"),
            Column("firms", "int64", "firms", "firms simulated"),
            Column("share", "float64", "share", "count over firms"),
            Column("low", "float64", "share", f"lower {simultaneous} (Goodman 1965)"),
            Column("high", "float64", "share", f"upper {simultaneous}"),
            *(Column(other.name, "float64", "share", other.meaning) for other in self.other_splits),
            *(Column(tally.name, "int64", "firms", tally.meaning) for tally in self.tallies),
        )

    # --- what is imported when it is needed

    def require_rules(self) -> None:
        """Import the rules and every step.

        Raises
        ------
        UsageError
            If one cannot be found, with the known ones.
        """
        try:
            for step in self.steps:
                self.step(step)
            for name in NAMES:
                self.step(name)
        except (ImportError, LookupError) as error:
            raise UsageError(f"model {self.label}: {error}") from None

    @cached_property
    def rules_module(self) -> Any:
        """The module of the rules, as :class:`Rules`."""
        return importlib.import_module(self.rules)

    def step(self, name: str) -> Any:
        """Return one of the steps, by its name.

        Raises
        ------
        LookupError
            If there is none; the message names those that there are.
        """
        module, _, function = name.rpartition(":")
        room = importlib.import_module(module) if module else self.rules_module
        try:
            return getattr(room, function)
        except AttributeError:
            known = ", ".join(step for step in self.steps if step != name)
            raise LookupError(f"{room.__name__} has no step {function!r}; steps: {known}") from None


def as_model(given: object) -> Model:
    """Return what is handed in as a model.

    Raises
    ------
    UsageError
        If it is none.
    """
    if not isinstance(given, Model):
        raise UsageError(
            f"model: a {type(given).__name__} is no model; give an orgsim.spec.Model, such as "
            "orgsim.model.MODEL"
        )
    return given


@cache
def as_written(model: Model, key: tuple[str, float | None]) -> Model:
    """Return a model with the columns of an earlier version, or of twins, see ``Model``."""
    version, margin = key
    lacks = model.versions[version].lacks
    record = tuple(column for column in model.record if column.name not in lacks)
    tallies, words = model.tallies, dict(model.words)
    if margin is not None:
        if model.twin is None:
            raise ValueError(f"model {model.label}: keeps nothing of twins")
        named = {column.name: column for column in record}
        kept = [named[name] for name in model.twin.columns]
        record += tuple(
            replace(column, name=f"twin_{column.name}", meaning=f"{column.meaning}, of the twin")
            for column in kept
        )
        of_words = {"scenario": model.scenarios, **model.words}
        words |= {f"twin_{c.name}": of_words[c.name] for c in kept if c.name in of_words}
        tallies += model.twin.tallies(margin)
    return replace(model, record=record, tallies=tallies, words=words, whole=model, written_as=key)


QUANTILES = (5, 25, 50, 75, 95)
"""Percentages at which the distribution over firms is reported each quarter."""


def _statistic(name: str) -> str:
    return name if name == "mean" else f"{name[1:]} % quantile"


def imported(home: str) -> Model:
    """Return the model of an import path, ``package.module:NAME``.

    Raises
    ------
    ImportError
        If there is none.
    """
    module, _, name = home.partition(":")
    found = getattr(importlib.import_module(module), name, None)
    if not isinstance(found, Model):
        raise ImportError(f"{home}: is no model")
    return found
