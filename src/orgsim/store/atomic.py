"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any, BinaryIO

from orgsim.errors import RunError
from orgsim.system.files import (
    NotAFileError,
    TooLargeError,
    open_regular,
    refuse_irregular,
    refuse_odd_file,
)

TEMPORARY = ".unfinished-"


_MOST_NAME = 255
"""Bytes of a file's name on every file system that matters."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_FSYNC = (errno.EINVAL, errno.ENOTSUP)


@contextmanager
def explained(path: Path, verb: str = "written") -> Iterator[None]:
    """Turn an operating system's refusal into one clear error.

    Parameters
    ----------
    verb : str
        What cannot be done with the path: ``written``, ``read``, ``cleared``.

    Raises
    ------
    RunError
        Naming the path, the reason and the way out.
    """
    try:
        yield
    except OSError as error:
        reason, advice = reason_of(error), _advice(error, verb)
        raise RunError(f"{path}: cannot be {verb}: {reason}\n  {advice}") from error


def reason_of(error: OSError) -> str:
    """Return what went wrong, in a few words."""
    if isinstance(error, (NotAFileError, TooLargeError)):
        return str(error.strerror)
    # pyarrow's own text is a sentence around the system's.
    return os.strerror(error.errno).lower() if error.errno else str(error)


def _advice(error: OSError, verb: str) -> str:
    """Return the way out."""
    if isinstance(error, NotAFileError):
        return "remove what stands there, then run the same command again"
    if error.errno in _NO_ROOM:
        return "make room, then run the same command again: finished parts are kept"
    if error.errno in _NOT_ALLOWED and verb == "read":
        return "see that you may read it, then run the same command again"
    if error.errno in _NOT_ALLOWED:
        return "choose a directory that can be written: --out DIR"
    if error.errno == errno.ENAMETOOLONG:
        return "choose a shorter name"
    if error.errno == errno.ENOENT:
        return "it went away meanwhile, or its directory did; then run the same command again"
    return "see to it, then run the same command again"


class Unfinished(BufferedWriter):
    """A file under a temporary name beside its own, which it takes when it is whole.

    Parameters
    ----------
    path : Path
        Where the file shall be, in a directory that exists.
    hashed : bool
        Whether its bytes are hashed as they are written, which goes without going back in it.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, path: Path, *, hashed: bool = False) -> None:
        self.path = path
        self.temporary = temporary_for(path)
        self._hash = hashlib.sha256() if hashed else None
        self.size = 0
        super().__init__(FileIO(_new(self.temporary), "wb"))

    def write(self, data: Any, /) -> int:
        """Write bytes, and hash them if that was asked for."""
        if self._hash is not None:
            self._hash.update(data)
        return super().write(data)

    def seekable(self) -> bool:
        """Whether a writer may go back: not if every byte is hashed as it comes."""
        return self._hash is None and super().seekable()

    def put(self) -> str:
        """Flush the file to the disk and give it its name; return its hash, if it has one."""
        self.flush()
        _flush(self.fileno(), self.temporary)
        self.size = os.fstat(self.fileno()).st_size
        self.close()
        try:
            os.replace(self.temporary, self.path)
        except IsADirectoryError:  # somebody's: it is named, and left alone
            refuse_odd_file(self.path)
            raise
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _flush_folder(folder, self.path.parent)
        finally:
            os.close(folder)
        return self._hash.hexdigest() if self._hash is not None else ""

    def discard(self) -> None:
        """Let nothing of it stay behind, unless it has its name."""
        with contextlib.suppress(OSError, ValueError):  # what is left may not fit on the disk
            self.close()
        with contextlib.suppress(OSError):
            self.temporary.unlink(missing_ok=True)


def _new(path: Path) -> int:
    """Return a handle of a new file; what bore its name is never written through.

    A file that a process of the same number left behind goes; anything else stays, and is an
    error.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o666)
    except FileExistsError:
        refuse_irregular(path)
        path.unlink(missing_ok=True)
        return os.open(path, flags, 0o666)


def write_whole(path: Path, write: Callable[[BinaryIO], None], *, hashed: bool = False) -> str:
    """Write a file under a temporary name, flush it to the disk, and rename it.

    Parameters
    ----------
    path : Path
        Where the file shall be, in a directory that exists; an older one is replaced in one
        step.
    write : callable
        Writes the content to the file that it is given.
    hashed : bool
        As of :class:`Unfinished`.

    Returns
    -------
    str
        Hash of its bytes, if it was hashed.

    Raises
    ------
    RunError
        If the disk is full or the place cannot be written; no temporary file stays behind.
    """
    with explained(path):
        unfinished = Unfinished(path, hashed=hashed)
        try:
            write(unfinished)
            return unfinished.put()
        finally:
            unfinished.discard()


def file_hash(path: Path) -> str:
    """Return the hash of a file's bytes, as 64 hex digits.

    Raises
    ------
    OSError
        If it is no regular file, or cannot be read.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary_for(path: Path) -> Path:
    """Return a name beside a file that no other process takes, on this machine or another."""
    name = f"{TEMPORARY}{os.getpid()},{socket.gethostname()},{path.name}"
    if len(os.fsencode(name)) > _MOST_NAME:  # though the file's own may fit
        own = hashlib.sha256(os.fsencode(path.name)).hexdigest()
        name = f"{TEMPORARY}{os.getpid()},{socket.gethostname()},{own}"
    return path.with_name(name)


def is_orphan(path: Path) -> bool:
    """Whether the process that a temporary file is named after ran here, and does no more."""
    pid, _, rest = path.name.removeprefix(TEMPORARY).partition(",")
    if rest.partition(",")[0] != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError, ValueError):  # of another user, or no number of a process
        pass
    return False


def _flush(handle: int, path: Path) -> None:
    """Flush an open file or directory to the disk; errors name the path."""
    try:
        os.fsync(handle)
    except OSError as error:
        error.filename = str(path)
        raise


def _flush_folder(handle: int, path: Path) -> None:
    """Flush a directory, so that a new name in it survives a power cut.

    Some network file systems know no such thing, and say so; the file itself is on the disk then,
    and a name that is lost is a part that is done again.
    """
    try:
        _flush(handle, path)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, in UTF-8."""
    write_whole(path, lambda file: _write(file, text))


def _write(file: BinaryIO, text: str) -> None:
    file.write(text.encode("utf-8"))
