"""One department's value alone: ``cooperation.initial.it = 0.3`` leaves the others as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orgsim.spec import Model
from orgsim.spec.departments import laid_over


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
        table, under = found.get(parameter.section), below.get(parameter.section)
        name = parameter.name
        if not parameter.by_department or not isinstance(table, Mapping) or name not in table:
            continue
        if isinstance(under, Mapping) and name in under:
            value = laid_over(table[name], under[name], model.departments)
            found[parameter.section] = {**table, name: value}
    return found
