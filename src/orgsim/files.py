"""Opening what is surely a file: no pipe that hangs, no device without end, no link elsewhere.

A run directory may have been shared or downloaded, and a name that orgsim knows may be anything in
it. What a person names on the command line may be a symbolic link; what orgsim itself put into a
run directory never is.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from orgsim.errors import UsageError

MEBIBYTE = 2**20

_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAFileError(OSError):
    """Something else than a regular file stands where one is wanted."""


class TooLargeError(OSError):
    """A file is larger than what it is read for can be."""


def kind(mode: int) -> str:
    """Return what a mode of ``os.stat`` belongs to, in words."""
    return next((name for is_one, name in _KINDS if is_one(mode)), "a file")


def why(error: BaseException) -> str:
    """Return in words why the system did not do something."""
    try:
        os.getcwd()
    except OSError:
        return "the current directory is gone; change to one that is there"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def open_regular(path: Path, *, follow: bool = False) -> BinaryIO:
    """Open a regular file for reading; never wait for a pipe, never read a device.

    Parameters
    ----------
    follow : bool
        Whether the path itself may be a symbolic link: of what a person named, not of what orgsim
        put there.

    Raises
    ------
    NotAFileError
        If it is something else.
    OSError
        If it is not there, or not to be read.
    """
    # Looked at before it is opened, for opening a device may already do something.
    _refuse_irregular(os.stat(path, follow_symlinks=follow).st_mode, path)
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    handle = os.open(path, flags | (0 if follow else os.O_NOFOLLOW))
    try:
        _refuse_irregular(os.fstat(handle).st_mode, path)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _refuse_irregular(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise NotAFileError(number, f"is {kind(mode)}, not a file", str(path))


def read_bounded(path: Path, most: int, *, follow: bool = False) -> bytes:
    """Return the bytes of a regular file that has at most so many.

    Raises
    ------
    TooLargeError
        If there are more.
    NotAFileError, OSError
        As :func:`open_regular`.
    """
    with open_regular(path, follow=follow) as file:
        content = file.read(most + 1)
    if len(content) > most:
        size = f"{most / MEBIBYTE:,.0f} MiB" if most >= MEBIBYTE else f"{most:,} bytes"
        raise TooLargeError(errno.EFBIG, f"is larger than {size}", str(path))
    return content


def refuse_odd_folder(path: Path) -> None:
    """Refuse what is there but no directory of its own, where a folder of a run belongs.

    Raises
    ------
    UsageError
        If it is a link, a file or anything else than a directory.
    """
    _refuse(path, stat.S_ISDIR, "a folder")


def refuse_odd_file(path: Path) -> None:
    """Refuse what is there but no regular file of its own, where a file of a run belongs.

    Raises
    ------
    UsageError
        If it is a link, a directory, a pipe or a device.
    """
    _refuse(path, stat.S_ISREG, "a file")


def _refuse(path: Path, is_wanted: Callable[[int], bool], wanted: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if not is_wanted(mode):
        raise UsageError(
            f"{path}: is {kind(mode)}, and orgsim keeps {wanted} of its own there: nothing was "
            "touched; remove it, or choose another directory: --out DIR"
        )
