"""Pictures in a run directory: how they are called, and which are orgsim's.

Whoever draws names them, and this room knows no figure: what bears a name that a picture could
have is orgsim's if it holds the mark that orgsim writes into every picture, and else somebody's.
"""

from __future__ import annotations

import re
from pathlib import Path

from orgsim.store import outputs

PICTURE_KINDS = ("svg", "pdf", "png")

MARKS = {
    "svg": b"<dc:title>orgsim</dc:title>",
    "pdf": b"/Creator (orgsim)",
    "png": b"Software\0orgsim",
}
"""What a picture of a kind says of who made it."""

_KINDS = rf"\.(?:{'|'.join(PICTURE_KINDS)})"

_UNMARKED = re.compile(
    r"(?:(?:distance|likeliest|share)-map-[\w.-]+|flows-(?:\d+-)?to-[a-z0-9-]+|drivers"
    r"|response-curves|scenarios-over-time|shares|state-at-horizon|trajectories|two-by-two)"
    + _KINDS
)
"""Pictures of 0.1.0 bore no mark, and are known by their names. No later figure stands here."""

NAMES = rf"{_UNMARKED.pattern}|[a-z0-9]+(?:-[a-z0-9]+)*{_KINDS}"
"""A pattern of all files that may be pictures of orgsim's."""


def is_ours(path: Path) -> bool:
    """Whether a file under a picture's name in a run directory is orgsim's; not if it is gone.

    Raises
    ------
    OSError
        If it cannot be looked at.
    """
    if _UNMARKED.fullmatch(path.name):
        return True
    try:
        return outputs.bears(path, _mark_of(path))
    except FileNotFoundError:  # somebody else removed it just now
        return False


def _mark_of(path: Path) -> bytes:
    return MARKS[path.suffix.removeprefix(".")]


def own(path: Path, folders: int, *, overwrite: bool = False) -> Path:
    """Return a picture's file in a run directory, ready to be written: its folders are made.

    Parameters
    ----------
    folders : int
        How many of the folders above it are the run's own.
    overwrite : bool
        Whether to replace a picture there that is no picture of orgsim's.

    Raises
    ------
    UsageError
        If something else bears its name, or that of a folder.
    RunError
        If it cannot be looked at, or a folder cannot be made.
    """
    mark = None if _UNMARKED.fullmatch(path.name) else _mark_of(path)
    return outputs.own(path, folders, mark=mark, overwrite=overwrite)
