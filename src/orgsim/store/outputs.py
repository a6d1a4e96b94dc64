"""Files that a person names for something to be written to: one rule for every command.

What is there already is replaced only if it is orgsim's own, or if the person says so. It is
orgsim's own if it bears a mark that orgsim writes into such files (a title, a generator, a line of
comment), or if nothing is in it, as in what ``mktemp`` makes. Texts that people go on to edit are
sealed besides: they hold a hash of themselves, and are a person's once it no longer agrees. Files
in a run directory are known by their names there instead, see :mod:`orgsim.store.names`.

A symbolic link that leads to a file is followed: the link stays, and its target is replaced whole,
by the same rule. One that leads nowhere, and what is no file at all (a directory, a device, a
pipe), is refused, and never opened.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from orgsim.errors import UsageError
from orgsim.printable import as_name
from orgsim.store.atomic import explained
from orgsim.system.files import (
    MEBIBYTE,
    NotAFileError,
    as_path,
    open_regular,
    refuse_odd_file,
    refuse_odd_folder,
)

_LOOKED_AT = 2**16
"""Bytes at the beginning and at the end of a file that a mark stands in."""

UNSEALED = f"orgsim-seal:{'0' * 64}"
"""What a text holds in a comment to be sealed."""

_SEAL = re.compile(rb"orgsim-seal:([0-9a-f]{64})")

_LONGEST_TEXT = 64 * MEBIBYTE

_STREAMS = ("/dev/std", "/dev/fd/", "/proc/")


def named(
    path: str | os.PathLike[str],
    *,
    mark: bytes | None,
    sealed: bool = False,
    overwrite: bool = False,
    in_new_folder: bool = False,
    option: str = "--out",
) -> Path:
    """Return the file that is to be written for one that a person named.

    Parameters
    ----------
    mark : bytes or None
        What stands in such files if orgsim wrote them; None if they are a person's from then on.
    sealed : bool
        Whether they were written with a seal, too, which must hold; see :func:`sealed`.
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
    called = as_name(path)
    if os.path.abspath(path).startswith(_STREAMS):
        raise UsageError(f"{called}: is no file on a disk; to print instead, leave {option} away")
    with explained(path):
        target = Path(os.path.realpath(path))
        _refuse_what_is_no_file(path, target, option)
        if not overwrite:
            _refuse_foreign(called, target, mark, sealed=sealed)
        if in_new_folder:
            target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _refuse_what_is_no_file(path: Path, target: Path, option: str) -> None:
    called = as_name(path)
    if target.is_dir():
        raise UsageError(
            f"{called}: is a directory; name a file in it: {option} {as_name(path / 'NAME')}"
        )
    if path.is_symlink() and not os.path.lexists(target):
        raise UsageError(f"{called}: is a symbolic link that leads nowhere; remove it first")
    if os.path.lexists(target) and not target.is_file():
        raise UsageError(f"{called}: is no file, but a device, a pipe or a link; name a file")


def _refuse_foreign(called: str, target: Path, mark: bytes | None, *, sealed: bool = False) -> None:
    if os.path.lexists(target) and not _is_ours(target, mark, sealed=sealed):
        changed = ", or was changed since" if sealed else ""
        raise UsageError(
            f"{called}: exists already, and is not orgsim's to replace{changed}; choose "
            "another name, or say --overwrite (in Python: overwrite=True)"
        )


def sealed(text: str) -> str:
    """Return a text with the hash of its content, by which it is known as long as nobody edits it.

    Parameters
    ----------
    text : str
        Holds :data:`UNSEALED` in a comment; the hash takes the place of the zeros there.
    """
    return text.replace(UNSEALED, f"orgsim-seal:{_hash(text.encode())}", 1)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _seal_holds(content: bytes) -> bool:
    """Whether a text is as it was when it was sealed."""
    seal = _SEAL.search(content)
    if seal is None:
        return False
    as_hashed = content[: seal.start()] + UNSEALED.encode() + content[seal.end() :]
    return _hash(as_hashed) == seal[1].decode()


def _is_ours(target: Path, mark: bytes | None, *, sealed: bool) -> bool:
    """Whether a file holds nothing, or orgsim's mark, and its seal if there is to be one."""
    content = _looked_at(target, whole=sealed)
    if content is None:
        return False
    is_marked = mark is not None and mark in content
    return not content or (is_marked and (not sealed or _seal_holds(content)))


def bears(path: Path, mark: bytes) -> bool:
    """Whether a file, itself and no link, holds a mark that orgsim writes into such files.

    Raises
    ------
    OSError
        If it is not there, or not to be read.
    """
    return mark in (_looked_at(path) or b"")


def _looked_at(path: Path, *, whole: bool = False) -> bytes | None:
    """Return a file's beginning and its end, or all of it; None of what is no file for us."""
    try:
        with open_regular(path) as file:
            if whole:
                return file.read(_LONGEST_TEXT)
            size = os.fstat(file.fileno()).st_size
            beginning = file.read(_LOOKED_AT)
            file.seek(max(size - _LOOKED_AT, 0))
            return beginning + file.read(_LOOKED_AT)
    except (NotAFileError, PermissionError):  # what one may not read, one does not know
        return None


def own(
    path: Path, folders: int = 0, *, mark: bytes | None = None, overwrite: bool = False
) -> Path:
    """Return a file of ours in a run directory, ready to be written: its folders are made.

    Parameters
    ----------
    folders : int
        How many of the folders above it are the run's own, and no links therefore.
    mark : bytes, optional
        What stands in such a file if its name alone does not say that it is the run's.
    overwrite : bool
        Whether the person said to replace it even without.

    Raises
    ------
    UsageError
        If something else bears its name, or that of a folder.
    RunError
        If it cannot be looked at, or a folder cannot be made.
    """
    for folder in list(path.parents)[:folders]:
        refuse_odd_folder(folder)
    refuse_odd_file(path)
    if mark is not None and not overwrite:
        with explained(path):
            _refuse_foreign(as_name(path), path, mark)
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path
