"""Rules that join several parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

JOINT_PATHS = (
    "leadership.consultancy_share",
    "leadership.agency_share",
    "reorganisation.patience",
    "reorganisation.trial_period",
)
"""Parameters that a rule joins to others."""


def joint_problem(settings: Mapping[str, Any]) -> str | None:
    """Return what is wrong with parameters taken together, or None.

    Parameters
    ----------
    settings : mapping of path to value
        Of one section at least, whole.
    """
    if JOINT_PATHS[0] in settings:
        total = settings[JOINT_PATHS[0]] + settings[JOINT_PATHS[1]]
        if total > 1.0:
            return f"consultancy_share + agency_share = {total:g}; allowed: at most 1"
    if JOINT_PATHS[2] in settings:
        patience, trial = settings[JOINT_PATHS[2]], settings[JOINT_PATHS[3]]
        if patience < trial:
            return (
                f"patience = {patience} is below trial_period = {trial}: every attempt would fail"
            )
    return None


def broken(settings: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return at which points such a rule is broken.

    Parameters
    ----------
    settings : mapping of path to array (points,), or to what all points share
        All of ``JOINT_PATHS``.

    Returns
    -------
    array of bool (points,), or (1,)
    """
    consultancy, agency, patience, trial = (np.asarray(settings[path]) for path in JOINT_PATHS)
    return np.atleast_1d((consultancy + agency > 1.0) | (patience < trial))
