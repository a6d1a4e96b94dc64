"""Compiled kernels on the disk, kept where nobody else can put anything: what lies there is run.

A compiled kernel is machine code. Whoever can write one into a directory that another person's
orgsim reads runs code as that person. So kernels are *written* only to directories that are the
user's own and closed to others, and *read* from those, and from directories that belong to root or
the user and that nobody else can write, such as one that a site has prepared, or what is installed.

Each kernel is a file of its own, with a hash of its bytes before them, renamed into place whole.
One that is damaged in any way is as good as none: it is compiled again, and replaced. Nothing that
goes wrong here ends a run.

Other things that take time to make are kept in the same way: ``Kind`` has the words for them.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import grp
import hashlib
import os
import pwd
import stat
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import platformdirs

_BEGINS = b"orgsim kernel 1\n"
_HASH = hashlib.sha256().digest_size
_MOST_BYTES = 2**28
"""A kernel takes a fraction of a megabyte."""


class Kind(NamedTuple):
    """What is kept, in words.

    Attributes
    ----------
    many, one : str
        What several, and one of them, are called.
    made : str
        What is done to make one.
    """

    many: str
    one: str
    made: str


KERNELS = Kind("compiled kernels", "kernel", "compiled")

_MOST_LINKS = 40


def _is_closed(found: os.stat_result) -> bool:
    """Whether nobody but the owner, and root, may write what was looked at."""
    if found.st_mode & stat.S_IWOTH:
        return False
    return not found.st_mode & stat.S_IWGRP or _is_of_one(found.st_gid, found.st_uid)


def _is_of_one(group: int, user: int) -> bool:
    """Whether a group is one user's alone, as many systems make one for each."""
    try:
        account, members = pwd.getpwuid(user), grp.getgrgid(group)
    except (KeyError, OSError):
        return False
    named = account.pw_gid == group and members.gr_name == account.pw_name
    return named and set(members.gr_mem) <= {account.pw_name}


def _steps(path: str) -> Iterator[os.stat_result]:
    """Yield what stands at every step of the way to a path: directories, and links as links.

    Not only ``realpath``, which does not say through whose links it went: one of another account
    may lead to a directory of ours that was never meant for kernels, such as one just unpacked.
    """
    todo = deque(os.path.abspath(path).split("/")[1:])
    here, links = "/", 0
    yield os.lstat(here)
    while todo:
        name = todo.popleft()
        if name in ("", "."):
            continue
        if name == "..":
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, name)
        found = os.lstat(step)
        yield found
        if not stat.S_ISLNK(found.st_mode):
            here = step
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        target = os.readlink(step)
        here = "/" if target.startswith("/") else here
        todo.extendleft(reversed(target.split("/")))


def is_trusted(directory: str, *, own: bool) -> bool:
    """Whether nobody else can have put anything into a directory, or can put another in its place.

    Parameters
    ----------
    own : bool
        Whether it must be the user's own; else it may be root's.
    """
    return _is_safe(directory, {os.geteuid()} if own else {0, os.geteuid()}, like_tmp=False)


def _is_safe(directory: str, owners: set[int], *, like_tmp: bool) -> bool:
    """Whether a directory is one of some owners', and nobody else can put another in its place.

    Parameters
    ----------
    like_tmp : bool
        Whether others may put things of their own beside ours there, as in ``/tmp``.
    """
    try:
        *above, last = _steps(directory)
    except OSError:
        return False
    for found in above:
        kept = stat.S_ISLNK(found.st_mode) or found.st_mode & stat.S_ISVTX or _is_closed(found)
        if found.st_uid not in (0, os.geteuid()) or not kept:
            return False
    closed = _is_closed(last) or (like_tmp and bool(last.st_mode & stat.S_ISVTX))
    return stat.S_ISDIR(last.st_mode) and last.st_uid in owners and closed


def _make(directory: str) -> None:
    """Make a directory for the user alone, and those above it that are missing.

    Raises
    ------
    OSError
        If it cannot be made, or others could put another in its place.
    """
    missing = []
    while not os.path.lexists(directory):
        missing.append(directory)
        directory = os.path.dirname(directory)
    if missing and not _is_safe(directory, {0, os.geteuid()}, like_tmp=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), directory)
    for path in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another process was faster, or another account
            os.mkdir(path, 0o700)


def _user_directory() -> str | None:
    """Return the user's cache directory, or None for somebody without a home."""
    try:
        found = platformdirs.user_cache_dir("orgsim")
    except (RuntimeError, KeyError, OSError):
        return None
    return found if os.path.isabs(found) else None  # else a directory called ~ would be made


def _candidates() -> Iterator[str]:
    """Yield where kernels may be kept, the best first."""
    if asked := os.environ.get("NUMBA_CACHE_DIR"):
        yield os.path.abspath(asked)
    elif user := _user_directory():
        yield user
    with contextlib.suppress(OSError):  # no directory at all for what is temporary
        yield os.path.join(tempfile.gettempdir(), f"orgsim-{os.geteuid()}")


def write_sealed(directory: str, file: str, body: bytes) -> None:
    """Write bytes, with their hash before them, under a name in a directory, or nothing.

    Raises
    ------
    OSError
    """
    handle, temporary = tempfile.mkstemp(dir=directory, prefix=".unfinished-")
    try:
        with open(handle, "wb") as opened:
            opened.write(_BEGINS + hashlib.sha256(body).digest() + body)
        os.replace(temporary, os.path.join(directory, file))
    except BaseException:  # an interrupt, too, leaves nothing behind
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


_said: set[str] = set()


class Store:
    """Where kernels of some sources are read and written.

    Parameters
    ----------
    name : str
        Of the directory in each place: says of what sources the kernels are.
    also : str, optional
        Another place that is read, the last.
    kind : Kind
        What is kept, if not kernels.
    """

    def __init__(self, name: str, also: str | None = None, kind: Kind = KERNELS) -> None:
        self._kind = kind
        self._name = name
        self._also = also
        self._told = False
        self._written: str | None = None

    def directory(self) -> str:
        """Return a directory that is ours and closed to others, and can be written.

        Raises
        ------
        OSError
            If there is none.
        """
        if self._written is None or not os.path.isdir(self._written):
            self._written = self._made()
        return self._written

    def _made(self) -> str:
        for base in _candidates():
            directory = os.path.join(base, self._name)
            with contextlib.suppress(OSError):
                _make(directory)
                if is_trusted(directory, own=True) and os.access(directory, os.W_OK | os.X_OK):
                    return directory
            if not self._holds_some(directory):
                self.tell(f"{base}: is not yours alone, or cannot be written")
        raise PermissionError(errno.EACCES, "there is no directory for them", self._name)

    def _holds_some(self, directory: str) -> bool:
        """Whether kernels may be read from a directory that is not to be written."""
        if not is_trusted(directory, own=False):
            return False
        try:
            return any(not name.startswith(".") for name in os.listdir(directory))
        except OSError:
            return os.access(directory, os.X_OK)  # to be entered and not listed

    def _readable(self) -> Iterator[str]:
        for base in (*_candidates(), *((self._also,) if self._also else ())):
            directory = os.path.join(base, self._name)
            if is_trusted(directory, own=False):
                yield directory

    def tell(self, what: str) -> None:
        """Say once what hinders keeping them, unless it was said of other things before."""
        if not self._told and what not in _said:
            self._told = True
            _said.add(what)
            with contextlib.suppress(OSError, ValueError, AttributeError):
                sys.stderr.write(f"orgsim: {self._kind.many} are not kept as usual: {what}\n")

    def read(self, file: str) -> bytes | None:
        """Return what a file of some name holds, of the first place that has it whole."""
        for directory in self._readable():
            path = os.path.join(directory, file)
            try:
                handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                content = self._content(handle)
            except (OSError, ValueError) as error:  # as of a network file that was replaced
                self.tell(f"{path}: {error}, and its {self._kind.one} is {self._kind.made} again")
                continue
            finally:
                os.close(handle)
            head, told = content[: len(_BEGINS)], content[len(_BEGINS) :][:_HASH]
            body = content[len(_BEGINS) + _HASH :]
            if head == _BEGINS and hashlib.sha256(body).digest() == told:
                return body
            self.tell(f"{path}: is damaged, and is {self._kind.made} again")
        return None

    @staticmethod
    def _content(handle: int) -> bytes:
        """Return what an opened file holds that nobody else can have written.

        Raises
        ------
        ValueError
            If it is another's, or no file.
        OSError
        """
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("is no file")
        if found.st_uid not in (0, os.geteuid()) or not _is_closed(found):
            raise ValueError("is not yours alone")
        with open(handle, "rb", closefd=False) as opened:
            return opened.read(_MOST_BYTES)

    def write(self, file: str, body: bytes) -> None:
        """Keep bytes under a name, whole or not at all."""
        try:
            write_sealed(self.directory(), file, body)
        except OSError as error:  # a full disk, a quota
            self.tell(str(error.strerror or error).lower())

    def keep_newest(self, most: int, ending: str) -> None:
        """Remove the oldest files of an ending from our directory, all but some."""
        with contextlib.suppress(OSError):  # another process may have removed one: the next time
            directory = self.directory()
            names = [name for name in os.listdir(directory) if name.endswith(ending)]
            paths = [os.path.join(directory, name) for name in names]
            for path in sorted(paths, key=os.path.getmtime)[:-most] if len(paths) > most else ():
                os.unlink(path)

    @contextlib.contextmanager
    def compiling_alone(self) -> Iterator[None]:
        """Let other processes of this machine wait while one compiles for all."""
        handle = None
        try:
            with contextlib.suppress(OSError):  # no locks here: then each compiles for itself
                flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                handle = os.open(os.path.join(self.directory(), ".lock"), flags, 0o600)
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            if handle is not None:
                os.close(handle)
