"""One department's value alone: ``cooperation.initial.it = 0.3`` leaves the others as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.spec import Model


def completed(above: Mapping[str, Any], below: Mapping[str, Any], model: Model) -> dict[str, Any]:
    """Return tables in which a value of some departments is one of all of them.

    Parameters
    ----------
    above : mapping
        A config's tables, to be laid over others.
    below : mapping
        These others: what they have for a department that ``above`` leaves out is taken over. Where
        they have nothing, the value stays as it is.
    """
    found = dict(above)
    for parameter in model.parameters:
        table = found.get(parameter.section)
        if not parameter.by_department or not isinstance(table, Mapping):
            continue
        value = table.get(parameter.name)
        under = below.get(parameter.section)
        under = under.get(parameter.name) if isinstance(under, Mapping) else None
        whole = completed_value(value, under, model)
        if whole is not value:
            found[parameter.section] = {**found[parameter.section], parameter.name: whole}
    return found


def completed_value(value: Any, below: Any, model: Model) -> Any:
    """Return a value of some departments as one of all, of what is below; None: nothing is."""
    if below is None or not _is_of_some(value, model):
        return value
    return _of_all(below, model) | value


def _is_of_some(value: Any, model: Model) -> bool:
    """Whether a value is a table of some departments, not all."""
    return isinstance(value, Mapping) and bool(value) and value.keys() < set(model.departments)


def _of_all(value: Any, model: Model) -> dict[str, Any]:
    """Return a value as a table of departments, as far as it has them."""
    if isinstance(value, Mapping) and value.keys() & set(model.departments):
        return dict(value)
    return dict.fromkeys(model.departments, value)
