"""A run as one page: an HTML file that asks nobody for anything, to open, send and print."""

from __future__ import annotations

from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.errors import UsageError
from orgsim.system.files import as_path

if TYPE_CHECKING:
    from orgsim.results.reference import ReferenceLike
    from orgsim.results.source import SettingTables
    from orgsim.results.stored import SettingLike
    from orgsim.store.run_tables import RunTables


def write_report(
    held: RunTables | SettingTables,
    out: str | PathLike[str] | None = None,
    *,
    reference: ReferenceLike = None,
    tolerance: float | None = None,
    point: int | None = None,
    other: SettingLike | None = None,
    other_point: int | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the report of a finished run, or of one of its settings; see :meth:`orgsim.Run.report`.

    Raises
    ------
    UsageError, RunError
        As there.
    """
    require_libraries()
    from orgsim.report.html.page import page
    from orgsim.report.html.subject import subject_of
    from orgsim.store import outputs
    from orgsim.store.atomic import write_text
    from orgsim.store.names import REPORT

    subject = subject_of(held, reference, tolerance, point, other, other_point)
    if out is None:
        path = target = outputs.own(subject.run.directory / REPORT)
    else:
        path = as_path(out, "--out")
        target = outputs.named(path, mark=MARK, overwrite=overwrite, in_new_folder=True)
    write_text(target, page(subject))
    return path


MARK = b'<meta name="generator" content="orgsim '
"""What the page says of who wrote it."""


def require_libraries() -> None:
    """Refuse to write a report without what fills its templates and draws its figures.

    Raises
    ------
    UsageError
        If one is not installed.
    """
    for name in ("jinja2", "matplotlib"):
        if find_spec(name) is None:  # importing matplotlib is left to the drawing: see house_style
            raise UsageError(f"{name} is not installed: pip install 'orgsim[report]'")
