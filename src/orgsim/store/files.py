"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orgsim.errors import RunError

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
    temporary = temporary_for(path)
    with explained(path):
        try:
            write(temporary)
            put(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def temporary_for(path: Path) -> Path:
    """Return a name beside a file that no other process takes, on this machine or another."""
    return path.with_name(f"{TEMPORARY}{os.getpid()},{socket.gethostname()},{path.name}")


def is_orphan(path: Path) -> bool:
    """Whether the process that a temporary file is named after ran here, and does no more."""
    pid, _, rest = path.name.removeprefix(TEMPORARY).partition(",")
    if rest.partition(",")[0] != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    return False


def put(temporary: Path, path: Path) -> None:
    """Flush a finished file to the disk and give it its name."""
    _flush(temporary)
    os.replace(temporary, path)
    _flush(path.parent)


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
