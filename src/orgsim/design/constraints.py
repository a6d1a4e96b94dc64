"""Constraints between swept parameters, such as ``a.x + 2 * b.y <= 1.2``.

They are written in Python's grammar, of which numbers, words, arithmetic,
comparisons and ``and``, ``or``, ``not`` mean something here. Nothing is executed:
the tree is walked, with NumPy arrays in place of the names.
"""

from __future__ import annotations

import ast
import difflib
import operator
import re
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.errors import ConfigError
from orgsim.spec import Model
from orgsim.spec.swept_path import PRESET, SweptPath

LONGEST = 1_000
"""Characters of a constraint; Python's parser can be crashed with very long ones."""

ALLOWED = (
    "numbers, words in quotes, true, false, swept parameters, + - * / **, "
    "comparisons, and, or, not, parentheses"
)

# Python, whose parser reads constraints, has no names such as ``schedule.1.from``.
_OF_SEGMENT = re.compile(r"\bschedule\.([0-9]+)\.(from\b)?")
_AS_NAMES = re.compile(r"\bschedule\.n([0-9]+)\.(from_)?")

_NUMBER, _TRUTH, _WORD = "a number", "true or false", "a word"

_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_ORDER: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_EQUALITY: Mapping[type, Callable[[Any, Any], Any]] = {ast.Eq: operator.eq, ast.NotEq: operator.ne}


def _as_names(text: str) -> str:
    """Return a constraint with names that Python's parser takes in place of paths of segments."""
    return _OF_SEGMENT.sub(lambda m: f"schedule.n{m[1]}.{'from_' if m[2] else ''}", text)


def _as_paths(text: str) -> str:
    """Return such names as the paths that they stand for."""
    return _AS_NAMES.sub(lambda m: f"schedule.{m[1]}.{'from' if m[2] else ''}", text)


def satisfied(constraints: Sequence[str], columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Return which points satisfy all constraints.

    Numbers are reckoned with as float64 by the rules of IEEE 754: a division by
    zero gives infinity, and what has no value (0 / 0) is neither above, below nor
    equal to anything.

    Parameters
    ----------
    constraints : sequence of str
    columns : mapping of path to array (points,)
        The swept values; the only names that a constraint may use.

    Returns
    -------
    array of bool (points,)

    Raises
    ------
    ConfigError
        If a constraint cannot be read, or is neither true nor false.
    """
    points = len(next(iter(columns.values()), ()))
    kept = np.ones(points, dtype=np.bool_)
    for constraint in constraints:
        kept &= _Reader(constraint, columns).truth()
    return kept


def check(constraint: str, paths: Collection[str], model: Model) -> None:
    """Refuse a constraint that cannot be evaluated once the parameters at ``paths`` are swept.

    Raises
    ------
    ConfigError
        That quotes the constraint and says what is wrong in it.
    """
    columns: dict[str, NDArray[Any]] = {
        path: np.empty(0, dtype=_type_of(path, model)) for path in paths
    }
    _Reader(constraint, columns, model).truth()


def _type_of(path: str, model: Model) -> type:
    """Return the type of a swept column of which only the path is known."""
    if path == PRESET:
        return object
    found = SweptPath.of(path, model)
    kind = found.parameter.kind if found is not None else "real"
    return {"switch": np.bool_, "choice": object}.get(kind, np.float64)


def _kind(value: Any) -> str:
    return {"b": _TRUTH, "i": _NUMBER, "u": _NUMBER, "f": _NUMBER}.get(value.dtype.kind, _WORD)


class _Reader:
    """One constraint over the columns of a sweep.

    Parameters
    ----------
    model : Model, optional
        Whose parameters a message may name beside those that are swept.
    """

    def __init__(
        self, constraint: str, columns: Mapping[str, NDArray[Any]], model: Model | None = None
    ) -> None:
        self.text = constraint.strip()
        self.columns = columns
        self.model = model

    def truth(self) -> Any:
        """Return whether each point satisfies the constraint: (points,), or () without a name."""
        try:
            with np.errstate(all="ignore"):
                return self.of_kind(_TRUTH, self.parsed())
        except RecursionError:
            raise self.error("is nested too deeply; split it into several constraints") from None

    def error(self, what: str) -> ConfigError:
        return ConfigError(f"constraint {self.text!r}: {what}")

    def quoted(self, node: ast.AST) -> str:
        return repr(_as_paths(ast.get_source_segment(_as_names(self.text), node) or self.text))

    def parsed(self) -> ast.AST:
        if len(self.text) > LONGEST:
            length = f"{len(self.text):,} characters long; allowed: at most {LONGEST:,}"
            raise self.error(f"is {length}; split it into several constraints")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # the parser warns of what it takes only half, "1or"
                return ast.parse(_as_names(self.text), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, Warning) as error:
            reason = getattr(error, "msg", None) or error
            raise self.error(f"cannot be read: {reason}; allowed: {ALLOWED}") from None

    def of_kind(self, kind: str, node: ast.AST) -> Any:
        """Return the value of a part that must be of one kind."""
        value = self.value(node)
        if _kind(value) != kind:
            how = "; compare it, with <= for instance" if kind == _TRUTH else ""
            raise self.error(f"{self.quoted(node)} is {_kind(value)}; needed: {kind}{how}")
        return value

    def value(self, node: ast.AST) -> Any:
        """Return the value of a part: an array of float64, bool or object, (points,) or ()."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return self.constant(value)
            case ast.Name(id="true" | "false" as word):
                return np.bool_(word == "true")
            case ast.Name() | ast.Attribute():
                return self.column(node)
            case ast.UnaryOp(op=ast.USub()):
                return -self.of_kind(_NUMBER, node.operand)
            case ast.UnaryOp(op=ast.Not()):
                return ~self.of_kind(_TRUTH, node.operand)
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                left, right = (self.of_kind(_NUMBER, side) for side in (node.left, node.right))
                return _ARITHMETIC[type(node.op)](left, right)
            case ast.BoolOp():
                join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
                return reduce(join, [self.of_kind(_TRUTH, part) for part in node.values])
            case ast.Compare():
                return self.comparison(node)
        raise self.error(f"{self.quoted(node)} is not allowed; allowed: {ALLOWED}")

    def constant(self, value: bool | int | float | str) -> Any:
        if isinstance(value, bool):
            return np.bool_(value)
        if isinstance(value, str):
            return np.array(value, dtype=object)
        try:
            number = np.float64(value)
        except OverflowError:
            number = np.float64(np.inf)
        if not np.isfinite(number):
            raise self.error("holds a number that is too large; allowed: up to 1.7e308")
        return number

    def column(self, node: ast.AST) -> Any:
        """Return the column that a dotted name means, numbers as float64."""
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            raise self.error(f"{self.quoted(node)} is not allowed; allowed: {ALLOWED}")
        path = _as_paths(".".join([inner.id, *parts]))
        if path not in self.columns:
            raise self.error(self.not_swept(path))
        column = self.columns[path]
        return column.astype(np.float64) if _kind(column) == _NUMBER else column

    def not_swept(self, path: str) -> str:
        swept = ", ".join(self.columns)
        if self.is_parameter(path):
            return f"{path} is not swept; swept: {swept}; write its number instead, or sweep it"
        known = [*self.columns, *(self.model.by_path if self.model else ())]
        close = difflib.get_close_matches(path, known, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return f"unknown parameter {path}; swept: {swept}{hint}"

    def is_parameter(self, path: str) -> bool:
        """Whether there is such a parameter, or such a department's part of one."""
        known = self.model is not None and SweptPath.of(path, self.model) is not None
        return path == PRESET or known

    def comparison(self, node: ast.Compare) -> Any:
        """Return whether every link of ``a < b <= c`` holds."""
        sides = [node.left, *node.comparators]
        values = [self.value(side) for side in sides]
        links = []
        for i, op in enumerate(node.ops):
            compare = _ORDER.get(type(op)) or _EQUALITY.get(type(op))
            if compare is None:
                raise self.error(f"{self.quoted(node)} is not allowed; allowed: {ALLOWED}")
            left, right = _kind(values[i]), _kind(values[i + 1])
            if left != right or (type(op) in _ORDER and left != _NUMBER):
                first, second = self.quoted(sides[i]), self.quoted(sides[i + 1])
                raise self.error(
                    f"{first} is {left} and {second} is {right}; allowed: numbers with any "
                    "comparison, words and true or false with == and != among themselves"
                )
            links.append(compare(values[i], values[i + 1]))
        return reduce(operator.and_, links)
