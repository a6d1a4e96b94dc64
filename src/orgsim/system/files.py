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
from io import BufferedReader
from pathlib import Path
from typing import Any

from orgsim.errors import OrgsimError, UsageError
from orgsim.printable import as_name

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


def as_path(
    path: str | bytes | os.PathLike[Any],
    what: str = "path",
    *,
    beside: Path | None = None,
    refusal: type[OrgsimError] = UsageError,
) -> Path:
    """Return a path that a person named: its ``~`` expanded once, its name fit for a text file.

    Names stand in configs, manifests and job scripts, which are UTF-8: one that is not could be
    written there no more than halfway. A path that was returned may be given again, and stays.

    Parameters
    ----------
    what : str
        What the message calls it.
    beside : Path, optional
        Directory in which a path that is not from the root on begins.
    refusal : type of error
        What is raised.

    Raises
    ------
    UsageError
        Or what ``refusal`` says: if it is empty, no UTF-8, or of the home of somebody unknown.
    """
    text = os.fsdecode(path)
    expanded = os.path.expanduser(text)
    problem = _name_problem(text, expanded)
    if problem:
        shown = f" {as_name(text)}" if text else ""
        raise refusal(f"{what}{shown}: {problem}")
    found = Path(expanded) if beside is None else beside / expanded
    # Of ./~x pathlib makes ~x, which whoever expands it next would take for a home.
    return Path(os.path.abspath(found)) if str(found).startswith("~") else found


def _name_problem(text: str, expanded: str) -> str:
    """Return what is wrong with a path, as named and with its home; or nothing."""
    if not text:
        return "is empty; name a file or directory"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8: rename it, or choose another"
    if "\0" in text:
        return "a name has no null character in it"
    if expanded.startswith("~"):
        who = as_name(expanded.partition("/")[0])
        return (
            f"nobody knows the home {who}; write the path out, or ./{who} for a name that begins so"
        )
    return ""


class Whereabouts:
    """A path that stays what it was when it was named, wherever the program goes since.

    Attributes
    ----------
    named : Path
        As it was named, which is how people know it.
    """

    def __init__(self, named: Path) -> None:
        self.named = named
        self._from_the_root = Path(os.path.abspath(named))

    @property
    def path(self) -> Path:
        """As it was named, or from the root on once that would lead elsewhere."""
        try:
            still = os.path.abspath(self.named) == str(self._from_the_root)
        except OSError:  # the directory that the program is in was removed
            still = False
        return self.named if still else self._from_the_root


def why(error: BaseException) -> str:
    """Return in words why the system did not do something."""
    try:
        os.getcwd()
    except OSError:
        return "the current directory is gone; change to one that is there"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def open_regular(path: Path, *, follow: bool = False) -> BufferedReader:
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
    refuse_irregular(path, follow=follow)
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    handle = os.open(path, flags | (0 if follow else os.O_NOFOLLOW))
    try:
        _refuse_irregular(os.fstat(handle).st_mode, path)
        return open(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def refuse_irregular(path: Path, *, follow: bool = False) -> None:
    """Raise a :class:`NotAFileError` for what is there but no regular file."""
    _refuse_irregular(os.stat(path, follow_symlinks=follow).st_mode, path)


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
            f"{as_name(path)}: is {kind(mode)}, and orgsim keeps {wanted} of its own there: "
            "nothing was touched; remove it, or choose another directory: --out DIR"
        )
