"""Files that a person names for something to be written to: one rule for every command.

What is there already is replaced only if it is orgsim's own, or if the person says so. It is
orgsim's own if it bears a mark that orgsim writes into such files (a title, a generator, a line of
comment), or if nothing is in it, as in what ``mktemp`` makes. Files in a run directory are known by
their names there instead, see :mod:`orgsim.store.names`.

A symbolic link that leads to a file is followed: the link stays, and its target is replaced whole,
by the same rule. One that leads nowhere, and what is no file at all (a directory, a device, a
pipe), is refused, and never opened.
"""

from __future__ import annotations

import os
from pathlib import Path

from orgsim.errors import UsageError
from orgsim.files import NotAFileError, as_path, open_regular, refuse_odd_file, refuse_odd_folder
from orgsim.store.atomic import explained

_LOOKED_AT = 2**16
"""Bytes at the beginning and at the end of a file that a mark stands in."""

_STREAMS = ("/dev/std", "/dev/fd/", "/proc/")


def named(
    path: str | os.PathLike[str],
    *,
    mark: bytes | None,
    overwrite: bool = False,
    in_new_folder: bool = False,
    option: str = "--out",
) -> Path:
    """Return the file that is to be written for one that a person named.

    Parameters
    ----------
    mark : bytes or None
        What stands in such files if orgsim wrote them; None if they are a person's from then on.
    overwrite : bool
        Whether the person said to replace whatever file is there.
    in_new_folder : bool
        Whether its folder is made if it is not there.
    option : str
        What the path was given as, for messages.

    Returns
    -------
    Path
        Behind every link.

    Raises
    ------
    UsageError
        If something is there that must not be replaced.
    RunError
        If it cannot be looked at, or its folder cannot be made.
    """
    path = as_path(path, option)
    if os.path.abspath(path).startswith(_STREAMS):
        raise UsageError(f"{path}: is no file on a disk; to print instead, leave {option} away")
    with explained(path):
        target = Path(os.path.realpath(path))
        _refuse_what_is_no_file(path, target, option)
        if os.path.lexists(target) and not overwrite and not _is_ours(path, target, mark):
            raise UsageError(
                f"{path}: exists already, and is not orgsim's to replace; choose another name, or "
                "say --overwrite (in Python: overwrite=True)"
            )
        if in_new_folder:
            target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _refuse_what_is_no_file(path: Path, target: Path, option: str) -> None:
    if target.is_dir():
        raise UsageError(f"{path}: is a directory; name a file in it: {option} {path / 'NAME'}")
    if path.is_symlink() and not os.path.lexists(target):
        raise UsageError(f"{path}: is a symbolic link that leads nowhere; remove it first")
    if os.path.lexists(target) and not target.is_file():
        raise UsageError(f"{path}: is no file, but a device, a pipe or a link; name a file")


def _is_ours(path: Path, target: Path, mark: bytes | None) -> bool:
    """Whether a file holds nothing, or orgsim's mark."""
    try:
        with open_regular(target) as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(_LOOKED_AT)
            file.seek(max(size - _LOOKED_AT, 0))
            content += file.read(_LOOKED_AT)
    except NotAFileError:
        return False
    except PermissionError:  # what one may not read, one does not know
        return False
    return size == 0 or (mark is not None and mark in content)


def own(path: Path, folders: int = 0) -> Path:
    """Return a file of ours in a run directory, ready to be written: its folders are made.

    Parameters
    ----------
    folders : int
        How many of the folders above it are the run's own, and no links therefore.

    Raises
    ------
    UsageError
        If something else bears its name, or that of a folder.
    RunError
        If a folder cannot be made.
    """
    for folder in list(path.parents)[:folders]:
        refuse_odd_folder(folder)
    refuse_odd_file(path)
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path
