"""Telling a second process that a directory is in use.

No result needs a lock: a part is renamed into place whole, and whoever simulates it writes the
same rows. Locks only spare work done twice, and removals under another's feet. They are
``flock``'s, on small files, which end with the process however it ends, and which Linux passes on
to servers of network file systems (NFS since 2.6.12). Where a file system has none, the second
process is not told, and nothing is lost either.

A process that does the whole run holds ``.lock`` alone; shards share it, and each holds a lock of
its own besides.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from orgsim.errors import UsageError
from orgsim.printable import printable, shortened
from orgsim.store.atomic import explained
from orgsim.system.files import read_bounded, refuse_odd_file

WHOLE = ".lock"

_MOST_SIGNATURE = 512
_SIGNATURE = re.compile(rb"\s*|\{\"pid.*", re.DOTALL)
_SHARD = re.compile(r"\.lock-shard-(\d+)-of-(\d+)")


class Shard(NamedTuple):
    """One of several processes that share a run out among them: number 1 to ``of``."""

    number: int
    of: int

    def __str__(self) -> str:
        """Return as ``--shard`` takes it."""
        return f"{self.number}/{self.of}"

    @property
    def lock(self) -> str:
        """Name of its lock."""
        return f".lock-shard-{self.number}-of-{self.of}"


def _open(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a lock: a regular file in the directory itself, never what a link leads to.

    Raises
    ------
    UsageError
        If something else bears its name.
    OSError
        If it cannot be opened.
    """
    refuse_odd_file(path)  # before it is opened: a device may do something then
    # A pipe or link that takes its place meanwhile is neither waited for nor followed.
    flags |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    handle = os.open(path, flags, 0o666)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        refuse_odd_file(path)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    return handle


def _take(handle: int, kind: int) -> bool:
    """Try to lock; False if another process has it. A file system without locks grants all."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _take_soon(handle: int, kind: int) -> bool:
    """Try for a moment: :func:`at_work` holds a lock as long as it looks at it."""
    for _ in range(20):
        if _take(handle, kind):
            return True
        time.sleep(0.02)
    return False


def _sign(handle: int) -> None:
    """Note who holds a lock; only for messages.

    A file with another name elsewhere, or with anything else in it, stays as it is: it locks all
    the same, and its content is somebody's.
    """
    if os.fstat(handle).st_nlink > 1 or not _is_signature(os.pread(handle, _MOST_SIGNATURE + 1, 0)):
        return
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname()})
    os.ftruncate(handle, 0)
    os.pwrite(handle, text.encode(), 0)


def _is_signature(content: bytes) -> bool:
    """Whether this is what :func:`_sign` writes, whole or torn."""
    return len(content) <= _MOST_SIGNATURE and _SIGNATURE.fullmatch(content) is not None


def _holder(path: Path) -> str:
    """Return who says to hold a lock, for messages."""
    try:
        told: Any = json.loads(read_bounded(path, _MOST_SIGNATURE))
        host = shortened(printable(str(told["host"])), 80).replace("\n", " ")
        return f" (process {int(told['pid'])} on {host})"
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return ""


@contextlib.contextmanager
def held(directory: Path, shard: Shard | None) -> Iterator[None]:
    """Hold a directory, or a shard of it, until the end of the block.

    Raises
    ------
    UsageError
        If another process holds it.
    """
    handles: list[int] = []
    try:
        for name, alone in _wanted(shard):
            handles.append(_open(directory / name))
            if not _take_soon(handles[-1], fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
                raise UsageError(_taken(directory, name, shard))
            if alone:
                _sign(handles[-1])
        yield
    finally:
        for handle in handles:
            os.close(handle)


def _wanted(shard: Shard | None) -> list[tuple[str, bool]]:
    return [(WHOLE, True)] if shard is None else [(WHOLE, False), (shard.lock, True)]


def _taken(directory: Path, name: str, shard: Shard | None) -> str:
    if shard is not None and name == shard.lock:
        who = _holder(directory / name)
        return f"{directory}: another orgsim is at work on shard {shard}{who}; wait for it"
    who = ", ".join(at_work(directory))
    return (
        f"{directory}: another orgsim is at work here, on {who or 'all of it'}; wait for it, "
        "or choose another directory: --out DIR"
    )


@contextlib.contextmanager
def waiting_for(directory: Path, name: str) -> Iterator[None]:
    """Hold a lock of one's own, after waiting for whoever has it."""
    with explained(directory / name):
        handle = _open(directory / name)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def at_work(directory: Path) -> list[str]:
    """Return which processes hold locks here now, for a status: who, and which shard."""
    found = []
    for path, what in _known(directory):
        try:
            handle = _open(path, os.O_RDONLY)
        except (OSError, UsageError):  # not there, not for us to read, or no lock
            continue
        try:
            # Shards share the lock of the whole: only one held alone says that somebody is here.
            # For a lock of one's own, a network file system would want the file open for writing.
            if not _take(handle, fcntl.LOCK_SH):
                found.append(what + _holder(path))
        finally:
            os.close(handle)
    return found


def _known(directory: Path) -> Iterator[tuple[Path, str]]:
    """Yield the locks of a directory, and what each is of."""
    yield directory / WHOLE, "all of it"
    for path in sorted(directory.glob(".lock-shard-*")):
        numbers = _SHARD.fullmatch(path.name)
        if numbers is not None:
            yield path, "shard {}/{}".format(*numbers.groups())
