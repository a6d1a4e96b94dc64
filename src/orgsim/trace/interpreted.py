"""The model's rules as plain Python, to be asked about one firm without compiling anything."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np


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


class _Fields(SimpleNamespace):
    """The fields of a record. Rows may be written into; a number is a copy, and is not set."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError(f"{name}: interpreted rules write into rows alone")


class _People(list[SimpleNamespace]):
    """Records one after the other; ``size`` as arrays have it."""

    @property
    def size(self) -> int:
        return len(self)


def plainly(state: Any) -> Any:
    """Return state for interpreted rules: the same memory, of which attributes are quicker to get.

    NumPy takes two microseconds to find a record's field, again each time, which was most of what
    an interpreted rule took.

    Parameters
    ----------
    state : named tuple, record, or array
        Tuples item by item; of a record its fields, of an array of records with rows in them each
        one's. Numbers in records are copied; anything else is returned as it is.
    """
    if isinstance(state, tuple):
        items = [plainly(item) for item in state]
        return type(state)(*items) if hasattr(state, "_fields") else tuple(items)
    if isinstance(state, np.void):
        return _Fields(**{name: _field(state[name]) for name in state.dtype.names or ()})
    fields = state.dtype.names if isinstance(state, np.ndarray) and state.ndim == 1 else None
    if fields and all(state.dtype[name].shape for name in fields):
        return _People(plainly(record) for record in state)
    return state


def _field(value: Any) -> Any:
    return value.view(np.recarray) if getattr(value, "dtype", None) and value.dtype.names else value
