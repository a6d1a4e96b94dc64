"""What is made from a run's results and may be made again: pictures, traces, the report.

They stand in the run directory and go when what they show is no more. Only files of ours go:
whoever puts others beside them keeps these.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from orgsim.store.files import explained

FIGURES = "figures"
"""Folder of pictures; those of one point of a sweep in folders of their own."""

TRACES = "traces"
"""Folder of traced firms, a folder each."""

REPORT = "report.html"

_PICTURES = (
    "distance-map-*",
    "drivers.*",
    "flows.*",
    "likeliest-map-*",
    "response-curves.*",
    "scenarios-over-time.*",
    "share-map-*",
    "shares.*",
    "state-at-horizon.*",
    "trajectories.*",
    "two-by-two.*",
)
_OF_A_FIRM = (
    "agents.parquet",
    "chiefs.parquet",
    "events.parquet",
    "quarters.parquet",
    "organisation.*",
    "story.*",
    "timeline.*",
)


def folders(directory: Path) -> Iterator[Path]:
    """Yield the folders that derived files may stand in."""
    yield from (directory / FIGURES).glob("point-*")
    yield directory / FIGURES
    yield from (directory / TRACES).glob("point-*-firm-*")
    yield directory / TRACES


def remove_derived(directory: Path) -> None:
    """Remove what shows a run that is no more.

    Raises
    ------
    RunError
        If a file cannot be removed.
    """
    with explained(directory):
        for folder in folders(directory):
            for pattern in (*_PICTURES, *_OF_A_FIRM):
                for path in folder.glob(pattern):
                    path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # no folder, a link, or a stranger's files
                folder.rmdir()
        for report in directory.glob(REPORT):
            report.unlink(missing_ok=True)
