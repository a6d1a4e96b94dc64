"""Compiled kernels kept between runs, in directories that nobody else can have written.

What is kept is a pickle: whoever can put a file there runs code as whoever reads it. Kernels are
therefore written only into directories that are this account's own and closed to others, and read
from those and from ones that only root or this account can write, as a site may prepare them. That
holds for every directory and link on the way there too, but for ``/tmp`` and its like, in which
nobody can rename what is another's.

A file begins with a hash of the rest: what was cut off or altered is compiled anew and replaced.
Nothing here ever stops a run; what is to be known is one line in the log, and so on the standard
error.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import grp
import hashlib
import logging
import os
import pickle
import pwd
import stat
import sys
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numba
import numpy as np
import platformdirs
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from orgsim.text import printable

_ENDING = ".kernel"
_UNFINISHED = ".unfinished-"
_LARGEST = 2**28  # bytes; a kernel has less than one million
_MOST_LINKS = 40
_SECONDS_TORN = 3600.0


class _ForeignError(OSError):
    """A directory or file that somebody else could have written."""


class Place(NamedTuple):
    """A directory of kernels that may be read, and perhaps written."""

    directory: str
    is_ours: bool


_said: set[str] = set()


def _say(text: str) -> None:
    """Say something once: by itself, logging prints warnings on the standard error."""
    if text not in _said:
        _said.add(text)
        logging.getLogger("orgsim").warning("%s", printable(text))


# --- whom a directory belongs to


def _steps(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every directory and link on the way to a path, the last one included."""
    todo = deque(os.path.abspath(path).split("/")[1:])
    here, links = "/", 0
    yield here, os.lstat(here)
    while todo:
        name = todo.popleft()
        if name in ("", "."):
            continue
        if name == "..":
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, name)
        found = os.lstat(step)
        yield step, found
        if not stat.S_ISLNK(found.st_mode):
            here = step
            continue
        links += 1
        if links > _MOST_LINKS:
            raise _ForeignError(f"{step} is a link that leads nowhere")
        target = os.readlink(step)
        here = "/" if target.startswith("/") else here
        todo.extendleft(reversed(target.split("/")))


@functools.cache
def _may_be_root() -> frozenset[int]:
    """Return the owners that stand for root: in some containers, root is the one unknown to them.

    Only of directories on the way: what holds kernels is asked for its true owner.
    """
    try:
        with open("/proc/self/uid_map") as table:
            knows_root = any(line.split()[0] == "0" for line in table)
        with open("/proc/sys/kernel/overflowuid") as number:
            return frozenset({0} if knows_root else {0, int(number.read())})
    except (OSError, ValueError, IndexError):
        return frozenset({0})


@functools.cache
def _is_of_one_person(group: int) -> bool:
    """Whether a group is this account's alone, as many systems give one to each."""
    try:
        account = pwd.getpwuid(os.geteuid())
        found = grp.getgrgid(group)
    except KeyError:
        return False
    own = group == account.pw_gid and found.gr_name == account.pw_name
    return own and set(found.gr_mem) <= {account.pw_name}


def _others_write(found: os.stat_result) -> bool:
    """Whether anybody else may write what was found."""
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and not _is_of_one_person(found.st_gid)


def _refuse_foreign(path: str, *, holds_kernels: bool) -> None:
    """Refuse a directory that somebody else could have written, or put in the place of another.

    Parameters
    ----------
    holds_kernels : bool
        Whether it is asked for itself; otherwise as one on the way, which may be like ``/tmp``.

    Raises
    ------
    _ForeignError
        Which says whose it is, or who else may write it.
    OSError
        If it is not there.
    """
    steps = list(_steps(path))
    for number, (step, found) in enumerate(steps):
        is_asked = holds_kernels and number == len(steps) - 1
        owners = {os.geteuid(), 0} if is_asked else {os.geteuid(), *_may_be_root()}
        if found.st_uid not in owners:
            raise _ForeignError(f"{step} belongs to another account ({found.st_uid})")
        if stat.S_ISLNK(found.st_mode):
            continue
        if not stat.S_ISDIR(found.st_mode):
            raise _ForeignError(f"{step} is no directory")
        is_like_tmp = bool(found.st_mode & stat.S_ISVTX) and not is_asked
        if _others_write(found) and not is_like_tmp:
            raise _ForeignError(f"others may write in {step}; chmod go-w mends that")


def _make(path: str) -> None:
    """Make a directory that only this account can use, and those above it that are missing."""
    missing = []
    while not os.path.lexists(path):
        missing.append(path)
        path = os.path.dirname(path)
    # Before anything is made, for what is there may be somebody else's.
    _refuse_foreign(path, holds_kernels=False)
    for directory in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another process was faster, or another account
            os.mkdir(directory, 0o700)


def _place(directory: str) -> Place | None:
    """Return a directory as a place of kernels, made if need be, or None if it cannot be one."""
    try:
        _make(directory)
        _refuse_foreign(directory, holds_kernels=True)
        ours = os.stat(directory).st_uid == os.geteuid()
        return Place(directory, ours and os.access(directory, os.W_OK | os.X_OK))
    except _ForeignError as error:
        _say(f"compiled kernels are not kept in {directory}: {error}")
    except OSError:  # a home that cannot be written is nothing to speak of
        pass
    return None


# --- where kernels are


def _of_the_user() -> list[str]:
    """Return where this account's kernels belong: below its home, else in a scratch directory."""
    found = []
    # Without a home, nor an entry in the table of accounts, there may be no answer, or one with ~.
    with contextlib.suppress(OSError, KeyError, RuntimeError, ValueError):
        home = platformdirs.user_cache_dir("orgsim")
        found += [home] if os.path.isabs(home) else []
    with contextlib.suppress(OSError):  # no directory for what is temporary
        found.append(os.path.join(tempfile.gettempdir(), f"orgsim-{os.geteuid()}"))
    return found


def places(sources: str) -> list[Place]:
    """Return the directories of the kernels of some sources; the last is written, if it is ours.

    Below ``NUMBA_CACHE_DIR`` if that is set, the user's cache directory, a scratch directory: each
    only where those before it cannot be written.

    Parameters
    ----------
    sources : str
        Hash of everything that kernels are made of: numba notices edits only in the file that holds
        a function, not in what it calls.
    """
    name = f"kernels-{sources[:16]}-numba-{numba.__version__}-numpy-{np.__version__}"
    asked = numba.config.CACHE_DIR
    found = []
    for base in [os.path.abspath(asked)] * bool(asked) + _of_the_user():
        place = _place(os.path.join(base, name))
        if place is not None:
            found.append(place)
            if place.is_ours:
                break
    return found


def is_kept(sources: str) -> bool:
    """Whether any kernel of these sources is kept."""
    for place in places(sources):
        with contextlib.suppress(OSError):
            if any(name.endswith(_ENDING) for name in os.listdir(place.directory)):
                return True
    return False


@contextlib.contextmanager
def alone(sources: str) -> Iterator[None]:
    """Let other processes of this machine wait while one compiles for all."""
    ours = [place.directory for place in places(sources) if place.is_ours]
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # no lock to be had: then each compiles for itself
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(os.path.join(*ours[:1], ".lock"), flags, 0o600) if ours else -1
            if handle >= 0:
                stack.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class KernelCache:
    """What numba asks for a function's compiled forms, and tells of new ones.

    Parameters
    ----------
    function : function
    sources : callable
        Returns the hash of :func:`places`; asked when the first form is wanted.
    """

    def __init__(self, function: Callable[..., Any], sources: Callable[[], str]) -> None:
        code = function.__code__
        self._name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"
        self._stamp = hashlib.sha256(code.co_code + repr(code.co_names).encode()).hexdigest()
        self._sources = sources

    @property
    def cache_path(self) -> str | None:
        """Where new forms are kept."""
        return next((p.directory for p in places(self._sources()) if p.is_ours), None)

    def _key(self, signature: Any, codegen: Any) -> str:
        """Return all that a compiled form depends on, but the sources."""
        python = sys.implementation.cache_tag
        return f"{self._name} {self._stamp} {python} {codegen.magic_tuple()} {signature}"

    def _file(self, key: str) -> str:
        return f"{self._name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}{_ENDING}"

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a compiled form that is kept, or None."""
        target_context.refresh()
        key = self._key(sig, target_context.codegen())
        for place in places(self._sources()):
            path = os.path.join(place.directory, self._file(key))
            try:
                content = _read(path)
                return CompileResult._rebuild(target_context, *_unpacked(content, key))
            except FileNotFoundError:
                continue
            except _ForeignError as error:
                _say(f"compiled kernels: {error}; compiling anew")
            except Exception as error:  # of altered bytes, pickle and LLVM raise nearly anything
                why = getattr(error, "strerror", None) or "is damaged"
                _say(f"compiled kernels: {path}: {why}; compiling anew")
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled form, in the first place that takes it."""
        key = self._key(sig, data.codegen)
        refused = ""
        for place in places(self._sources()):
            if not place.is_ours:
                continue
            path = os.path.join(place.directory, self._file(key))
            try:
                return _write(path, _packed(dumps(data._reduce()), key))
            except OSError as error:
                refused = f"{place.directory}: {error.strerror or error}"
        if refused:
            _say(f"compiled kernels are not kept: {refused}")
        elif not _said:  # otherwise the reason was given
            _say(
                "compiled kernels are not kept: no directory to keep them in; set NUMBA_CACHE_DIR "
                "to one that only you can write"
            )

    def enable(self) -> None:
        """Do nothing: it always is."""

    def disable(self) -> None:
        """Do nothing: it never is."""

    def flush(self) -> None:
        """Do nothing: what is kept belongs to other processes too."""


def _packed(payload: bytes, key: str) -> bytes:
    body = pickle.dumps(key) + payload
    return hashlib.sha256(body).digest() + body


def _unpacked(content: bytes, key: str) -> Any:
    """Return what was kept under a key.

    Raises
    ------
    ValueError
        If the content is damaged, or of another key.
    """
    digest, body = content[:32], content[32:]
    before = pickle.dumps(key)
    if hashlib.sha256(body).digest() != digest or not body.startswith(before):
        raise ValueError("damaged")
    return pickle.loads(body[len(before) :])


def _read(path: str) -> bytes:
    """Return a file's content, if only root or this account can have written it."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if found.st_uid not in (0, os.geteuid()) or _others_write(found):
            raise _ForeignError(f"others may have written {path}")
        if not stat.S_ISREG(found.st_mode):
            raise _ForeignError(f"{path} is no file")
        return file.read(_LARGEST)


def _write(path: str, content: bytes) -> None:
    """Write a file whole or not at all, and clear what others left half-written long ago."""
    directory = os.path.dirname(path)
    unfinished = os.path.join(directory, f"{_UNFINISHED}{uuid.uuid4().hex}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(unfinished, flags, 0o600), "wb") as file:
            file.write(content)
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise
    with contextlib.suppress(OSError):
        for name in os.listdir(directory):
            torn = os.path.join(directory, name)
            if name.startswith(_UNFINISHED) and (
                os.lstat(torn).st_mtime < time.time() - _SECONDS_TORN
            ):
                os.unlink(torn)
