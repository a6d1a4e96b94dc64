"""A compiled kernel: looked for on the disk, compiled if it is nowhere, and called.

numba compiles; what it made is kept as an image, see :mod:`orgsim.engine.cpu.image`, and needs
neither numba nor LLVM from then on: a process calls it 0.15 s after it began, not 0.6 s. An image
is of one function, of the types that it is called with (among them the number of lanes), of the
sources that determine results, and for one processor. A wheel brings images for the levels of
x86-64, which serve where no better one has been made.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import threading
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib import metadata
from typing import Any, cast

from orgsim.engine.cpu.abi import as_function, described
from orgsim.engine.cpu.image import Image, Loaded, image_of, is_runnable
from orgsim.engine.cpu.processor import LEVELS, Target, levels, this_processor
from orgsim.numerics.jit import is_interpreted
from orgsim.printable import shortened
from orgsim.system.kernel_store import Store

PREBUILT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prebuilt")
"""Where a wheel has images."""

ENDING = ".kernel"

_ABI = 1
"""Of images and of how they are called; another one is another file."""

_LENGTH = struct.Struct("<I")


class Kernel:
    """A function that is compiled for the types of its arguments when it is first called with such.

    It returns None, raises nothing, and is called without Python's lock. It is named after its
    sources.

    Parameters
    ----------
    function : callable
    sources : str
        Hash of everything that it is made of, see :func:`orgsim.numerics.sources.source_hash`.

    Attributes
    ----------
    loaded, made : int
        Versions that were found on the disk, and that were compiled.
    directory : str
        Of its versions, in any place where kernels are.
    store : Store
        Where they are kept.
    """

    def __init__(self, function: Callable[..., Any], sources: str) -> None:
        function.__qualname__ = f"{function.__name__}_{sources[:16]}"
        self.py_func = function
        self.loaded = self.made = 0
        self.directory = f"kernels-{sources[:16]}"
        self.store = Store(self.directory, also=PREBUILT)
        self._sources = sources
        self._lock = threading.RLock()
        self._versions: dict[str, Callable[..., Any]] = {}

    def __call__(self, *args: Any) -> None:
        """Call it, having compiled it if need be."""
        if is_interpreted():
            self.py_func(*args)
            return
        try:
            told = described(args)
        except TypeError:  # of other types than images are made for
            self._by_numba.of(args)(*args)
            return
        (self._versions.get(told) or self._prepared(told, args))(*args)

    def is_ready(self, *args: Any) -> bool:
        """Whether it needs no compiling for arguments of such types, as far as one can tell."""
        with self._lock:
            if is_interpreted() or self._found(described(args), args) is not None:
                return True
            return not is_runnable() and self._by_numba.is_kept(args)

    def image_for(self, target: Target, *args: Any) -> tuple[str, bytes]:
        """Compile a version; return the name of its file and what it is to hold.

        Raises
        ------
        Unsupported
            If it cannot be an image.
        """
        from orgsim.engine.cpu.ahead import compile_ahead

        image = image_of(*compile_ahead(self.py_func, args, target))
        key = self._key(described(args), target)
        return self._file(key), _body({"key": key, **image._asdict()}, image.content)

    def _prepared(self, told: str, args: tuple[Any, ...]) -> Callable[..., Any]:
        with self._lock:
            version = self._found(told, args)
            if version is None:
                with self.store.compiling_alone():  # another process may just have compiled it
                    version = self._found(told, args) or self._made(told, args)
            self._versions[told] = version
        return version

    def _found(self, told: str, args: tuple[Any, ...]) -> Callable[..., Any] | None:
        """Return a version that is in memory or on the disk."""
        if told in self._versions:
            return self._versions[told]
        own = this_processor()
        for target in (*((own,) if own else ()), *levels()) if is_runnable() else ():
            key = self._key(told, target)
            body = self.store.read(self._file(key))
            if body is not None:
                try:
                    image = _image(key, body)
                    version = as_function(Loaded(image), args) if image else self._by_numba.of(args)
                except (OSError, *_MISSHAPEN) as error:
                    self.store.tell(f"{error}, and it is compiled again")
                    continue
                self._versions[told] = version
                self.loaded += 1
                return version
        return None

    def _made(self, told: str, args: tuple[Any, ...]) -> Callable[..., Any]:
        """Compile a version, and keep it."""
        target = this_processor()
        if target is None or not is_runnable():
            return self._by_numba.of(args)
        key = self._key(told, target)
        try:
            file, body = self.image_for(target, *args)
            version = as_function(Loaded(cast(Image, _image(key, body))), args)
        except Exception as error:  # of numba's inner parts, of what is no image, of the model
            version = self._by_numba.of(args)  # which raises what is the model's
            self.store.tell(f"no image: {type(error).__name__}: {shortened(str(error), 200)}")
            if isinstance(error, (OSError, MemoryError)):  # as may be better the next time
                return version
            file, body = self._file(key), _body({"key": key, "content": None}, b"")
        else:
            self.made += 1
        self.store.write(file, body)
        return version

    @cached_property
    def _by_numba(self) -> Any:
        """What compiles just in time, where images are no use."""
        from orgsim.engine.cpu.in_process import InProcess

        return InProcess(self.py_func, self.store)

    def _key(self, told: str, target: Target) -> str:
        """Return what a version is of, in words."""
        types = hashlib.sha256(told.encode()).hexdigest()
        by = "" if target.key in LEVELS else _compilers()
        return f"{_ABI} {self.py_func.__name__} {self._sources} {types} {target.key}{by}"

    def _file(self, key: str) -> str:
        return f"{self.py_func.__name__}-{hashlib.sha256(key.encode()).hexdigest()[:32]}{ENDING}"


_MISSHAPEN = (ValueError, TypeError, KeyError, AttributeError, struct.error)
"""What reading a head raises that is none."""


@cache
def _compilers() -> str:
    """Return the versions of what compiles, without importing it; nothing where it is not there."""
    try:
        return "".join(f" {name} {metadata.version(name)}" for name in ("numba", "llvmlite"))
    except metadata.PackageNotFoundError:
        return ""


def _body(head: Mapping[str, Any], content: bytes) -> bytes:
    """Return what a file of a version holds: a head, and an image, if there is one."""
    text = json.dumps({**head, "content": head["content"] is not None}).encode()
    return _LENGTH.pack(len(text)) + text + content


def _image(key: str, body: bytes) -> Image | None:
    """Return the image in a version's file; None where it cannot be one.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, struct.error
        If it is of something else, or of another shape.
    """
    (length,) = _LENGTH.unpack_from(body)
    begin = _LENGTH.size + length
    head = json.loads(body[_LENGTH.size : begin])
    if head["key"] != key:
        raise ValueError("a kernel stands under another's name")
    if not head["content"]:
        return None
    outside = tuple((str(name), int(place)) for name, place in head["outside"])
    return Image(body[begin:], int(head["entry"]), outside)
