"""What is made from a run's results and may be made again: pictures, traces, the report.

They stand in the run directory and go when what they show is no more. Only files of ours go, by
their whole names: whoever puts others beside them keeps these.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from orgsim.store.atomic import explained

FIGURES = "figures"
"""Folder of pictures; those of one point of a sweep in folders of their own."""

TRACES = "traces"
"""Folder of traced firms, a folder each."""

REPORT = "report.html"

PICTURE_KINDS = ("svg", "pdf", "png")

_FIGURES = (
    "distance-map-*",
    "drivers",
    "flows-*",
    "likeliest-map-*",
    "response-curves",
    "scenarios-over-time",
    "share-map-*",
    "shares",
    "state-at-horizon",
    "trajectories",
    "two-by-two",
)
_OF_A_FIRM = ("organisation", "timeline")
_TABLES_OF_A_FIRM = (
    "agents.parquet",
    "chiefs.parquet",
    "events.parquet",
    "quarters.parquet",
    "story.md",
)


def _pictures(names: tuple[str, ...]) -> list[str]:
    return [f"{name}.{kind}" for name in names for kind in PICTURE_KINDS]


def _folders(directory: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders that derived files stand in, the inner ones first, and their patterns."""
    figures, traces = directory / FIGURES, directory / TRACES
    for folder in (*figures.glob("point-*"), figures):
        yield folder, _pictures(_FIGURES)
    for folder in traces.glob("point-*-firm-*"):
        yield folder, [*_pictures(_OF_A_FIRM), *_TABLES_OF_A_FIRM]
    yield traces, []


def folders(directory: Path) -> list[Path]:
    """Return the folders that derived files may stand in."""
    return [folder for folder, _ in _folders(directory)]


def remove_derived(directory: Path) -> None:
    """Remove what shows a run that is no more.

    Raises
    ------
    RunError
        If a file cannot be removed.
    """
    with explained(directory):
        for folder, patterns in _folders(directory):
            for path in [path for pattern in patterns for path in folder.glob(pattern)]:
                path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # no folder, a link, or a stranger's files
                folder.rmdir()
        for report in directory.glob(REPORT):
            report.unlink(missing_ok=True)
