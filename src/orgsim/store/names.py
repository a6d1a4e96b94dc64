"""Every name that orgsim gives in a run directory: what is called otherwise is somebody else's.

Names are held against whole patterns, and what bears one is looked at as it is, links unfollowed: a
directory may have been shared or downloaded. Pictures are known by a mark in them besides, see
:mod:`orgsim.store.pictures`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from orgsim.store import pictures
from orgsim.store.atomic import TEMPORARY
from orgsim.store.layout import PART
from orgsim.system.files import refuse_odd_file, refuse_odd_folder

SHARES_FILE = "shares.parquet"
POINTS_FILE = "points.parquet"
CONFIG_FILE = "config.toml"
MANIFEST_FILE = "manifest.json"
LEDGER = "ledger"
"""Folder of what vouches for parts, and of the manifest's copy."""

COPY_FILE = f"{LEDGER}/{MANIFEST_FILE}"

FIGURES = "figures"
"""Folder of pictures; those of one point of a sweep in folders of their own."""

TRACES = "traces"
"""Folder of traced firms, a folder each."""

REPORT = "report.html"

FOLDERS = ("firms", "quarters", LEDGER)

_OF_A_FIRM = ("organisation", "timeline")
_TABLES_OF_A_FIRM = ("agents", "chiefs", "events", "quarters")
_PART = rf"{PART.pattern}|part-p[0-9]{{6,10}}-f[0-9]{{10,12}}-[0-9]{{10,12}}"
"""Of a part, as now or as in format 1."""

_POINT = re.compile(r"point-\d+")
_FIRM = re.compile(r"point-\d+-firm-\d+")
_LOCK = re.compile(r"\.lock(?:-begin|-finish|-shard-\d+-of-\d+)?")
_OF_OTHERS = re.compile(r"\..*|.*\.(?:log|out|err)|.*\.[eo]\d+(?:[.-]\d+)?|logs|Thumbs\.db")


def _by_name(_: Path) -> bool:
    return True


class Folder(NamedTuple):
    """A folder of a run.

    Attributes
    ----------
    path : Path
    names : str
        A pattern of all files that orgsim puts there.
    is_ours : callable
        Whether a file under such a name is orgsim's, where the name alone does not say so.
    """

    path: Path
    names: str
    is_ours: Callable[[Path], bool] = _by_name

    def files(self, pattern: str | None = None) -> list[Path]:
        """Return the regular files here whose whole names match, by default all of ours."""
        wanted = re.compile(self.names if pattern is None else pattern)
        return [
            self.path / entry.name
            for entry in _entries(self.path)
            if wanted.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        ]

    def unfinished(self) -> list[Path]:
        """Return the files here that stand under temporary names of ours."""
        return self.files(rf"{re.escape(TEMPORARY)}\d+,[^,/]+,(?:{self.names})")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder; nothing if it is none, or a link to one."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return []
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _any(patterns: Sequence[str]) -> str:
    return "|".join(patterns)


_TRACE = _any(
    (
        rf"(?:{_any(_OF_A_FIRM)})\.(?:{_any(pictures.PICTURE_KINDS)})",
        rf"(?:{_any(_TABLES_OF_A_FIRM)})\.parquet",
        r"story\.md",
    )
)


def top(directory: Path) -> Folder:
    """Return the run directory itself, which may be a link, for the files that stand in it."""
    files = (SHARES_FILE, POINTS_FILE, CONFIG_FILE, MANIFEST_FILE, REPORT)
    return Folder(directory.resolve(), _any([re.escape(name) for name in files]))


def part_folders(directory: Path) -> list[Folder]:
    """Return the folders of parts; ``partial`` is of format 1."""
    rows, entry = rf"(?:{_PART})\.parquet", rf"(?:{_PART})\.npz"
    names = {
        "firms": rows,
        "quarters": rows,
        LEDGER: rf"{entry}|{re.escape(MANIFEST_FILE)}",
        "partial": entry,
    }
    return [Folder(directory / name, pattern) for name, pattern in names.items()]


def derived_folders(directory: Path) -> list[Folder]:
    """Return the folders of what is made from a run's results, the inner ones first."""
    figures, traces = directory / FIGURES, directory / TRACES
    return [
        *(Folder(path, pictures.NAMES, pictures.is_ours) for path in _inner(figures, _POINT)),
        Folder(figures, pictures.NAMES, pictures.is_ours),
        *(Folder(path, _TRACE) for path in _inner(traces, _FIRM)),
        Folder(traces, r"(?!)"),  # nothing but folders
    ]


def folders(directory: Path) -> list[Folder]:
    """Return every folder that files of ours stand in."""
    return [top(directory), *part_folders(directory), *derived_folders(directory)]


def _inner(folder: Path, names: re.Pattern[str]) -> Iterator[Path]:
    return (folder / entry.name for entry in _entries(folder) if names.fullmatch(entry.name))


def locks(directory: Path) -> list[str]:
    """Return the names of the locks that lie in a run directory."""
    return [entry.name for entry in _entries(directory) if _LOCK.fullmatch(entry.name)]


def is_of_others(name: str) -> bool:
    """Whether a directory with such a file in it is still as good as empty.

    A file manager, a file system or a repository leaves what begins with a dot; a queue or a shell
    writes its logs where a job starts. None of it is ever touched.
    """
    return _OF_OTHERS.fullmatch(name) is not None


def refuse_odd(directory: Path) -> None:
    """Refuse a run directory in which links, pipes or the like bear names that are orgsim's.

    The directory itself may be a link: who named it knows. Single parts, pictures and traces are
    looked at when their turn comes: there may be millions.

    Raises
    ------
    UsageError
        Before anything is written, removed or waited for.
    """
    for name in (*FOLDERS, "partial", FIGURES, TRACES):
        refuse_odd_folder(directory / name)
    for name in (SHARES_FILE, POINTS_FILE, CONFIG_FILE, MANIFEST_FILE, COPY_FILE, REPORT):
        refuse_odd_file(directory / name)
    try:
        for name in locks(directory.resolve()):
            refuse_odd_file(directory / name)
        for folder in derived_folders(directory):
            refuse_odd_folder(folder.path)
    except OSError:  # not to be looked into: whoever reads or writes says so
        return
