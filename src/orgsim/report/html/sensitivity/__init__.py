"""A sensitivity analysis as one page, in the manner of a run's."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from orgsim.errors import UsageError
from orgsim.report.html import MARK, require_libraries
from orgsim.results.sensitivity import PAGE, Sensitivity
from orgsim.store import outputs
from orgsim.store.atomic import write_text
from orgsim.system.files import as_path


def write_sensitivity(
    found: Sensitivity, out: str | PathLike[str] | None = None, *, overwrite: bool = False
) -> Path:
    """Write the page of an analysis; see :meth:`orgsim.Sensitivity.report`.

    Raises
    ------
    UsageError, RunError
        As there.
    """
    require_libraries()
    from orgsim.report.html.sensitivity.page import page

    if out is not None:
        path = as_path(out, "--out")
        target = outputs.named(path, mark=MARK, overwrite=overwrite, in_new_folder=True)
    elif found.directory is not None:
        path = target = outputs.own(found.directory / PAGE, mark=MARK, overwrite=overwrite)
    else:
        raise UsageError(
            "the analysis lies in no directory beside which its page could be; name a file: "
            f'report("{PAGE}")'
        )
    write_text(target, page(found))
    return path
