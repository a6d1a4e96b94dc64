"""What a parameter is, and short ways to write one down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["real", "integer", "switch", "choice", "quantity", "spread"]
SourceClass = Literal["literature", "article", "calibrated", "assumption"]
Scale = Literal["linear", "log"]


@dataclass(frozen=True)
class Plausible:
    """Where a parameter may lie for all that is known, and why.

    Its prior is uniform over the range on its scale, ends included: on a linear scale equal
    stretches are equally likely, on a log scale equal ratios. Of whole numbers each is as likely
    as the next on a linear scale; on a log scale they are rounded.

    Of a quantity the range is of its mean: another mean leaves a distribution its form.

    Attributes
    ----------
    low, high : float
        Closed range, within what is allowed. Whole numbers for a parameter of kind ``integer``.
    reason : str
        Why it reaches so far and no farther; begins with ``assumption`` where nobody has measured.
    scale : str
        ``linear``, or ``log`` where ratios matter.
    """

    low: float
    high: float
    reason: str
    scale: Scale = "linear"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One row of the table.

    Attributes
    ----------
    path : str
        ``section.name``, as written in a config.
    kind : str
        ``real``, ``integer``, ``switch`` (true or false), ``choice`` (a word),
        ``quantity`` (firm level: a number or a distribution) or ``spread`` (a
        concentration).
    default : object
        Number, bool, word, or a distribution as it stands in a config.
    low, high : float
        Closed range of a number, and of every value that a distribution can give.
    by_department : bool
        Whether ``{ marketing = ..., it = ... }`` is allowed.
    stream : int
        Quantities only: number of the random stream, never reused.
    fixed : str
        Why it cannot change over time; empty if a ``[[schedule]]`` may change it.
    plausible : Plausible or None
        Where it may lie for all that is known; None of switches, of words and of ``simulation``,
        and in a model that says nothing of it.
    """

    path: str
    kind: Kind
    default: Any
    unit: str
    low: float = 0.0
    high: float = 1.0
    meaning: str
    source_class: SourceClass = "assumption"
    source: str = ""
    by_department: bool = False
    stream: int = -1
    words: tuple[str, ...] = field(default=())
    fixed: str = ""
    plausible: Plausible | None = None

    @property
    def section(self) -> str:
        """The config table that the parameter stands in."""
        return self.path.split(".")[0]

    @property
    def name(self) -> str:
        """The key within its config table."""
        return self.path.rpartition(".")[2]

    @property
    def symbol(self) -> str:
        """The name of the parameter in the kernels: the path with an underscore."""
        return self.path.replace(".", "_")

    @property
    def prior(self) -> str:
        """The prior in words; empty without a plausible range."""
        if self.plausible is None:
            return ""
        ends = f"from {self.plausible.low:g} to {self.plausible.high:g}"
        is_log = self.plausible.scale == "log"
        if self.kind == "integer":
            return f"log-uniform {ends}, rounded" if is_log else f"each whole number {ends} alike"
        of_mean = "mean " if isinstance(self.default, Mapping) else ""
        return f"{of_mean}{'log-uniform' if is_log else 'uniform'} {ends}"


class JointRule(NamedTuple):
    """A rule that joins several parameters.

    Attributes
    ----------
    paths : tuple of str
        Of plain parameters of one section.
    is_broken : callable
        Takes their values in this order, numbers or arrays (points,), and returns whether, or
        where, they do not go together.
    problem : callable
        Takes the same numbers; returns what is wrong, and what is allowed.
    """

    paths: tuple[str, ...]
    is_broken: Callable[..., Any]
    problem: Callable[..., str]


class Earlier(NamedTuple):
    """An earlier version of a model, which the rules of the present one contain.

    Attributes
    ----------
    version : str
    added : mapping of path to value
        Parameters that came since, and what they have to be for its rules.
    defaults : mapping of path to value
        Parameters whose defaults have changed since, and what they were.
    lacks : tuple of str
        Columns of the record that came since.
    presets : mapping of name to name
        What its configs mean by the name of a shipped preset that has changed since.
    """

    version: str
    added: Mapping[str, Any] = {}
    defaults: Mapping[str, Any] = {}
    lacks: tuple[str, ...] = ()
    presets: Mapping[str, str] = {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """What is to stand where its configs say nothing, and the present defaults are others."""
        return {**self.added, **self.defaults}


def beta(mean: float, concentration: float) -> dict[str, Any]:
    """Return a Beta distribution as it stands in a config."""
    return {"dist": "beta", "mean": mean, "concentration": concentration}


def _row(kind: Kind) -> Callable[..., Parameter]:
    """Return a constructor of rows of one kind, short enough to keep the table readable."""

    def construct(
        path: str,
        default: Any,
        unit: str,
        meaning: str,
        source: tuple[SourceClass, str] = ("assumption", ""),
        **more: Any,
    ) -> Parameter:
        return Parameter(
            path=path,
            kind=kind,
            default=default,
            unit=unit,
            meaning=meaning,
            source_class=source[0],
            source=source[1],
            **more,
        )

    return construct


def switch(path: str, default: bool, meaning: str, *source: Any, **more: Any) -> Parameter:
    """Return the row of a switch, true or false."""
    return _row("switch")(path, default, "-", meaning, *source, **more)


def choice(path: str, default: str, meaning: str, *source: Any, **more: Any) -> Parameter:
    """Return the row of a word out of ``words``."""
    return _row("choice")(path, default, "-", meaning, *source, **more)


def spread(
    path: str,
    default: float,
    unit: str,
    meaning: str,
    by_department: bool = True,
    plausible: Plausible | None = None,
) -> Parameter:
    """Return the row of a concentration, which mostly may differ by department."""
    return _row("spread")(
        path,
        default,
        unit,
        meaning,
        low=0.1,
        high=1e6,
        by_department=by_department,
        plausible=plausible,
    )


real = _row("real")
integer = _row("integer")
quantity = _row("quantity")


def assumed(text: str) -> tuple[SourceClass, str]:
    """Return the source of an assumed value."""
    return ("assumption", text)


def article(text: str) -> tuple[SourceClass, str]:
    """Return the source of what the article says."""
    return ("article", text)


def literature(text: str) -> tuple[SourceClass, str]:
    """Return a source in the literature."""
    return ("literature", text)


def within(low: float, high: float, reason: str) -> Plausible:
    """Return a plausible range whose equal stretches are equally likely."""
    return Plausible(low, high, reason)


def log_within(low: float, high: float, reason: str) -> Plausible:
    """Return a plausible range whose equal ratios are equally likely."""
    return Plausible(low, high, reason, "log")


def in_range(parameter: Parameter, value: float) -> bool:
    """Whether a finite number lies in the closed range of a parameter."""
    return parameter.low <= value <= parameter.high  # false for NaN, too
