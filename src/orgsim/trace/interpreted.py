"""The model's rules as plain Python, to be asked about one firm without compiling anything."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any


def interpreted(rule: Any) -> Callable[..., Any]:
    """Return a rule as plain Python, with all the rules that it calls.

    The source is the compiled rule's own, so that nothing is written twice: only the names by
    which it calls other rules are bound anew. ``tests/contract/test_interpreted.py`` shows that
    rules give the same numbers so. Slow, and meant for a few calls.

    Examples
    --------
    >>> from orgsim.model.scenario import classify
    >>> int(interpreted(classify)(0, 0.4, 0.5))
    3
    """
    return _twin(rule, {})


def _twin(rule: Any, made: dict[Any, FunctionType]) -> FunctionType:
    source: FunctionType = getattr(rule, "py_func", rule)
    if source not in made:
        names = dict(source.__globals__)
        made[source] = FunctionType(source.__code__, names, source.__name__, source.__defaults__)
        for name in source.__code__.co_names:
            if hasattr(names.get(name), "py_func"):
                names[name] = _twin(names[name], made)
    return made[source]
