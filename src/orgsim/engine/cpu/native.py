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
import platform
import struct
import threading
from collections.abc import Callable
from typing import Any

from orgsim.engine.cpu.abi import as_function, described
from orgsim.engine.cpu.image import Image, Loaded, Unsupported, image_of
from orgsim.engine.cpu.processor import Target, levels, this_processor
from orgsim.numerics.jit import is_interpreted
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
        # What takes all types: the function itself, or numba's dispatcher where images are no use.
        self._any: Any = function if is_interpreted() else None

    def __call__(self, *args: Any) -> None:
        """Call it, having compiled it if need be."""
        (self._any or self._versions.get(described(args)) or self._prepared(args))(*args)

    def is_ready(self, *args: Any) -> bool:
        """Whether it needs no compiling for arguments of such types, as far as one can tell."""
        with self._lock:
            return self._any is not None or self._found(described(args), args) is not None

    def image_for(self, target: Target, *args: Any) -> tuple[str, bytes]:
        """Compile a version; return the name of its file and what it is to hold.

        Raises
        ------
        Unsupported
            If it cannot be an image.
        """
        from orgsim.engine.cpu.ahead import MADE_WITH, compile_ahead

        image = image_of(*compile_ahead(self.py_func, args, target))
        key = self._key(described(args), target)
        head = {"key": key, "made_with": MADE_WITH, "entry": image.entry, "outside": image.outside}
        text = json.dumps(head).encode()
        return self._file(key), _LENGTH.pack(len(text)) + text + image.content

    def _prepared(self, args: tuple[Any, ...]) -> Callable[..., Any]:
        told = described(args)
        with self._lock:
            version = self._any or self._found(told, args)
            if version is None:
                with self.store.compiling_alone():  # another process may just have compiled it
                    version = self._found(told, args) or self._made(told, args)
        return version

    def _found(self, told: str, args: tuple[Any, ...]) -> Callable[..., Any] | None:
        """Return a version that is in memory or on the disk."""
        if told in self._versions:
            return self._versions[told]
        own = this_processor()
        for target in (*((own,) if own else ()), *levels()):
            key = self._key(told, target)
            body = self.store.read(self._file(key))
            if body is not None:
                try:
                    version = self._versions[told] = _in_memory(key, body, args)
                except (OSError, ValueError) as error:
                    self.store.tell(f"{error}, and it is compiled again")
                    continue
                self.loaded += 1
                return version
        return None

    def _made(self, told: str, args: tuple[Any, ...]) -> Callable[..., Any]:
        """Compile a version, and keep it."""
        target = this_processor()
        if target is not None and platform.machine() == "x86_64":
            try:
                file, body = self.image_for(target, *args)
                version = self._versions[told] = _in_memory(self._key(told, target), body, args)
            except (Unsupported, OSError) as error:
                self.store.tell(str(error))
            else:
                self.made += 1
                self.store.write(file, body)
                return version
        from orgsim.engine.cpu.in_process import compile_in_process

        self._any = compile_in_process(self.py_func, self.store)
        return self._any

    def _key(self, told: str, target: Target) -> str:
        """Return what a version is of, in words."""
        types = hashlib.sha256(told.encode()).hexdigest()
        return f"{_ABI} {self.py_func.__name__} {self._sources} {types} {target.key}"

    def _file(self, key: str) -> str:
        return f"{self.py_func.__name__}-{hashlib.sha256(key.encode()).hexdigest()[:32]}{ENDING}"


def _in_memory(key: str, body: bytes, args: tuple[Any, ...]) -> Callable[..., Any]:
    """Return a version that was read, or is about to be kept, ready to be called.

    Raises
    ------
    ValueError
        If it is of something else.
    OSError
        If it cannot be run here.
    """
    (length,) = _LENGTH.unpack_from(body)
    begin = _LENGTH.size + length
    head = json.loads(body[_LENGTH.size : begin])
    if head["key"] != key:
        raise ValueError("a kernel stands under another's name")
    outside = tuple((name, place) for name, place in head["outside"])
    loaded = Loaded(Image(body[begin:], head["entry"], outside))
    return as_function(loaded, args)
