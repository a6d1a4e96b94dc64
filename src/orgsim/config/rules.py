"""Rules that join several parameters, as a model declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.spec import JointRule


def joint_paths(rules: Sequence[JointRule]) -> tuple[str, ...]:
    """Return the parameters that a rule joins to others."""
    return tuple(path for rule in rules for path in rule.paths)


def joint_problem(rules: Sequence[JointRule], settings: Mapping[str, Any]) -> str | None:
    """Return what is wrong with parameters taken together, or None.

    Parameters
    ----------
    settings : mapping of path to value
        Of one section at least, whole.
    """
    for rule in rules:
        if settings.keys() >= set(rule.paths):
            values = [settings[path] for path in rule.paths]
            if rule.is_broken(*values):
                return rule.problem(*values)
    return None


def broken(rules: Sequence[JointRule], settings: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return at which points such a rule is broken.

    Parameters
    ----------
    settings : mapping of path to array (points,), or to what all points share
        All of ``joint_paths``.

    Returns
    -------
    array of bool (points,), or (1,)
    """
    found = (rule.is_broken(*(np.asarray(settings[p]) for p in rule.paths)) for rule in rules)
    return np.atleast_1d(reduce(np.logical_or, found, np.False_))
