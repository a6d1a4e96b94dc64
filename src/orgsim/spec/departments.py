"""Values that differ by department: whole, or of some departments alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def is_by_department(value: Any, departments: Sequence[str]) -> bool:
    """Whether a value is a table of departments, some at least."""
    return isinstance(value, Mapping) and bool(value) and value.keys() <= set(departments)


def is_partial(value: Any, departments: Sequence[str]) -> bool:
    """Whether a value is a table of some departments, and not of all."""
    return is_by_department(value, departments) and len(value) < len(departments)


def laid_over(value: Any, below: Any, departments: Sequence[str]) -> Any:
    """Return a value as it is over another: of departments that it leaves out, the other's.

    Examples
    --------
    >>> laid_over({"it": 0.3}, 0.5, ("marketing", "it"))
    {'marketing': 0.5, 'it': 0.3}
    >>> laid_over(0.3, {"marketing": 0.5, "it": 0.4}, ("marketing", "it"))
    0.3
    """
    if not is_partial(value, departments):
        return value
    if is_by_department(below, departments):
        return {**below, **value}
    return dict.fromkeys(departments, below) | dict(value)
