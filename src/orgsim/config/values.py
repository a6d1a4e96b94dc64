"""What a single setting may be: numbers, words, distributions, pairs by department.

Every checker takes what stands in the TOML and returns it, or raises a
``ValueError`` that says what is allowed; pydantic adds the field's path.
"""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Callable, Iterable, Sequence
from operator import index
from typing import Any, TypeGuard

from orgsim.errors import UsageError
from orgsim.printable import listed, printable, shortened
from orgsim.spec.parameter import Parameter, in_range

CHOICE_LIMIT = 2_000
"""Most values that a ``choice`` may list; ``orgsim.numerics.inverse_cdf`` has room for as many."""

DISTRIBUTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "beta": (("mean", "concentration"), ()),
    "uniform": (("low", "high"), ()),
    "normal": (("mean", "sd", "low", "high"), ()),
    "choice": (("values",), ("weights",)),
}
"""Keys that each distribution needs, and may have."""

Checker = Callable[[Any], Any]


LONGEST_WORD = 100
"""Letters of a word that a hint is looked for; nobody mistypes more."""

_MOST_BITS = 256
"""Of a whole number that a message writes out: Python refuses to write those of 4,300 digits."""

_MOST_LETTERS = 60


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint with the nearest known word, or an empty string."""
    if len(word) > LONGEST_WORD:
        return ""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def show(value: Any) -> str:
    """Return a value as TOML would write it, cut short, and fit for a terminal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"a whole number of some {digits(value):,} digits"
    try:
        text = f'"{value[: _MOST_LETTERS + 1]}"' if isinstance(value, str) else str(value)
    except ValueError:  # a list that holds such a number
        return f"a {type(value).__name__} of numbers without end"
    text = text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 3] + "..."
    return printable(text.replace("\n", "\\n"), kept="")


def digits(value: int) -> int:
    """Return about how many digits a whole number has, without writing it."""
    return round(abs(value).bit_length() * math.log10(2.0)) or 1


def _range(parameter: Parameter) -> str:
    low, high = (f"{bound:g}" if abs(bound) < 1e9 else f"{bound:.0f}" for bound in
                 (parameter.low, parameter.high))  # fmt: skip
    unit = "" if parameter.unit in ("-", "share", "probability") else f" {parameter.unit}"
    return f"from {low} to {high}{unit}"


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a value is a real number, of Python or of numpy, and not a bool."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def whole_number(value: object, what: str) -> int:
    """Return a number that an argument was given, as any kind of integer, of numpy too.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        whole = index(value)  # type: ignore[arg-type]  # whatever a user gave: it raises
    except TypeError:
        whole = None
    if whole is None or isinstance(value, bool) or abs(whole) >= 2**63:
        found = show(value) if isinstance(value, int) else shortened(repr(value), 60)
        raise UsageError(f"{what}: needs a whole number, not {found}")
    return whole


def number(parameter: Parameter, value: Any) -> float:
    """Check a number against the range of a parameter."""
    if not is_number(value):
        raise ValueError(f"{show(value)} is not a number; allowed: {_range(parameter)}")
    if not in_range(parameter, value):
        raise ValueError(f"{show(value)} is out of range; allowed: {_range(parameter)}")
    return value


def integer(parameter: Parameter, value: Any) -> int:
    """Check a whole number against the range of a parameter."""
    if isinstance(value, bool) or not isinstance(value, int):
        allowed = f"a whole number {_range(parameter)}"
        raise ValueError(f"{show(value)} is not a whole number; allowed: {allowed}")
    return int(number(parameter, value))


def switch(parameter: Parameter, value: Any) -> bool:
    """Check a switch."""
    if not isinstance(value, bool):
        raise ValueError(f"{show(value)} is not a switch; allowed: true or false")
    return value


def word(parameter: Parameter, value: Any) -> str:
    """Check a word against those that a parameter knows."""
    allowed = ", ".join(f'"{w}"' for w in parameter.words)
    if not isinstance(value, str) or value not in parameter.words:
        hint = nearest(str(value), parameter.words)
        raise ValueError(f"{show(value)} is not allowed; allowed: {allowed}{hint}")
    return value


def _keys(table: dict[str, Any], needed: Iterable[str], optional: Iterable[str], what: str) -> None:
    """Check the keys of a small table."""
    known = [*needed, *optional]
    for key in table:
        if key not in known:
            found = f"unknown key {shortened(key, 60)!r} in {what}"
            raise ValueError(f"{found}; known: {', '.join(known)}{nearest(key, known)}")
    for key in needed:
        if key not in table:
            raise ValueError(f"{what} needs {key!r}; it has: {listed(table) or 'nothing'}")


def is_finite(value: float) -> bool:
    """Whether a number is finite, and fits into a double."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _finite(table: dict[str, Any], key: str) -> float:
    value = table[key]
    if not is_number(value) or not is_finite(value):
        raise ValueError(f"{key} = {show(value)} is not a finite number")
    return float(value)


def _within(parameter: Parameter, name: str, value: float) -> None:
    if not in_range(parameter, value):
        raise ValueError(f"{name} = {show(value)} is out of range; allowed: {_range(parameter)}")


def _choice(parameter: Parameter, table: dict[str, Any]) -> dict[str, Any]:
    values = table["values"]
    if not isinstance(values, list) or not 1 <= len(values) <= CHOICE_LIMIT:
        raise ValueError(f"values must be a list of 1 to {CHOICE_LIMIT} numbers")
    weights = table.get("weights", [1.0] * len(values))
    if not isinstance(weights, list) or len(weights) != len(values):
        raise ValueError("weights must be a list as long as values")
    for value in values:
        number(parameter, value)
    for weight in weights:
        if not is_number(weight) or not 0.0 <= weight <= 1e12:
            raise ValueError(f"weight {show(weight)} is not a number from 0 to 1e12")
    if sum(weights) <= 0.0:
        raise ValueError("at least one weight must be above 0")
    return {
        "dist": "choice",
        "values": [float(v) for v in values],
        "weights": [float(w) for w in weights],
    }


def distribution(parameter: Parameter, table: dict[str, Any]) -> dict[str, Any]:
    """Check a distribution; all its values must lie in the range of the parameter."""
    kind = table.get("dist")
    if not isinstance(kind, str) or kind not in DISTRIBUTIONS:
        allowed = ", ".join(f'"{name}"' for name in DISTRIBUTIONS)
        found = f"dist = {show(kind)}" if "dist" in table else "a table without dist"
        raise ValueError(
            f"{found}; allowed: dist = one of {allowed}{nearest(str(kind), DISTRIBUTIONS)}"
        )
    needed, optional = DISTRIBUTIONS[kind]
    _keys(table, ("dist", *needed), optional, f'the distribution "{kind}"')
    if kind == "choice":
        return _choice(parameter, table)
    checked = {key: _finite(table, key) for key in needed}
    if kind == "beta":
        if parameter.low > 0.0 or parameter.high < 1.0:
            raise ValueError(f"a beta gives values from 0 to 1; allowed: {_range(parameter)}")
        if not 0.0 <= checked["mean"] <= 1.0:
            raise ValueError(f"mean = {show(table['mean'])} is out of range; allowed: from 0 to 1")
        if not 0.01 <= checked["concentration"] <= 1e6:
            found = show(table["concentration"])
            raise ValueError(f"concentration = {found} is out of range; allowed: from 0.01 to 1e6")
    else:
        _within(parameter, "low", checked["low"])
        _within(parameter, "high", checked["high"])
        if checked["low"] > checked["high"]:
            raise ValueError(f"low = {show(table['low'])} is above high = {show(table['high'])}")
    if kind == "normal":
        _within(parameter, "mean", checked["mean"])
        if not 1e-6 <= checked["sd"] <= 1e6:
            raise ValueError(f"sd = {show(table['sd'])} is out of range; allowed: from 1e-6 to 1e6")
        if (
            not checked["low"] - 5 * checked["sd"]
            <= checked["mean"]
            <= checked["high"] + 5 * checked["sd"]
        ):
            raise ValueError("mean lies more than 5 sd outside low ... high: nothing would be left")
    return {"dist": kind, **checked}


def quantity(parameter: Parameter, value: Any) -> Any:
    """Check a firm-level quantity: a number or a distribution."""
    if isinstance(value, dict):
        return distribution(parameter, value)
    if is_number(value):
        return float(number(parameter, value))
    raise ValueError(
        f"{show(value)} is neither a number nor a distribution; allowed: a number "
        f'{_range(parameter)}, or a table as {{ dist = "beta", mean = 0.5, concentration = 6 }}'
    )


def by_department(
    value: Any, check: Checker, departments: Sequence[str], *, partly: bool = False
) -> Any:
    """Check a value, or a table of one for each department, or ``partly`` for some."""
    if not isinstance(value, dict) or not set(value) & set(departments):
        return check(value)
    needed, optional = ((), departments) if partly else (departments, ())
    _keys(value, needed, optional, "a value by department")
    return {name: check(value[name]) for name in departments if name in value}


def checker(parameter: Parameter, departments: Sequence[str], *, partly: bool = False) -> Checker:
    """Return the checker of a parameter's values, which may differ by department.

    Parameters
    ----------
    partly : bool
        Whether a value of some departments alone is allowed, to be laid over another.
    """
    kinds: dict[str, Callable[[Parameter, Any], Any]] = {
        "real": number,
        "integer": integer,
        "switch": switch,
        "choice": word,
        "quantity": quantity,
        "spread": number,
    }

    def check(value: Any) -> Any:
        checked = kinds[parameter.kind](parameter, value)
        return float(checked) if parameter.kind in ("real", "spread") else checked

    if not parameter.by_department:
        return check
    return lambda value: by_department(value, check, departments, partly=partly)
