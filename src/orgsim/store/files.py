"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orgsim.errors import RunError, UsageError

TEMPORARY = ".unfinished-"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into one clear error.

    Raises
    ------
    RunError
        Naming the path, the reason and the way out.
    """
    try:
        yield
    except OSError as error:
        # pyarrow's own text is a sentence around the system's.
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            advice = "make room, then run the same command again: finished parts are kept"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            advice = "choose a directory that can be written: --out DIR"
        else:
            advice = "see to it, then run the same command again"
        raise RunError(f"{path}: cannot be written: {reason}\n  {advice}") from error


def lock(directory: Path) -> int:
    """Keep other processes out of a directory until the returned handle is closed.

    The lock is on the directory itself and ends with the process, however that ends.
    File systems without such locks, some network ones among them, are trusted.

    Raises
    ------
    UsageError
        If another process holds the directory.
    """
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise UsageError(
            f"{directory}: another orgsim is at work here; wait for it, "
            "or choose another directory: --out DIR"
        ) from None
    except OSError:
        pass
    return handle


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file under a temporary name, flush it to the disk, and rename it.

    Parameters
    ----------
    path : Path
        Where the file shall be, in a directory that exists; an older one is replaced in one
        step.
    write : callable
        Writes the content to the path that it is given.

    Raises
    ------
    RunError
        If the disk is full or the place cannot be written; no temporary file stays behind.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    with explained(path):
        try:
            write(temporary)
            _flush(temporary)
            os.replace(temporary, path)
            _flush(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, in UTF-8."""

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding="utf-8")

    write_whole(path, write)
