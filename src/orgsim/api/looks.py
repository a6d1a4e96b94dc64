"""Looking at a run directory: how far it is, and whether it is sound."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike

from orgsim.execution.status import Status
from orgsim.execution.status import status as status_of
from orgsim.execution.verify import FileCheck
from orgsim.execution.verify import verify as check_of
from orgsim.model import MODEL
from orgsim.spec import Model


def status(directory: str | PathLike[str], *, model: Model = MODEL) -> Status:
    """Say how far a run is, from the entries of its parts.

    Raises
    ------
    UsageError
        If there is no run, or one of another model.
    """
    return status_of(directory, model)


def verify(
    directory: str | PathLike[str],
    on_part: Callable[[int, int], None] = lambda done, of: None,
    *,
    model: Model = MODEL,
) -> FileCheck:
    """Read everything back, and hold it against what was noted when it was written.

    Parameters
    ----------
    on_part : callable
        Told how many parts are read, and of how many.

    Raises
    ------
    UsageError
        If there is no run, or one of another model.
    """
    return check_of(directory, model, on_part)
