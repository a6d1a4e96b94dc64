"""Kernels as numba's just-in-time compiler makes them, where no image of a kernel can be used.

That is on other processors than x86-64 and on systems that let nothing be run but files. They are
kept as numba keeps them, in the same places as images.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.core import caching, compiler, serialize

from orgsim.numerics.jit import OPTIONS, in_process
from orgsim.system.kernel_store import Store

ENDING = ".numba"


class InProcess:
    """A function as numba compiles it for this process, and keeps it.

    Its ``__qualname__`` must tell it from all other functions: numba tells those of one name and
    the same types apart by a number that starts anew in every process, and one that loads what two
    others compiled might call the wrong one.

    Parameters
    ----------
    function : callable
    store : Store
    """

    def __init__(self, function: Callable[..., Any], store: Store) -> None:
        _name_records_by_content()
        self.dispatcher = in_process(function, OPTIONS)
        self.dispatcher._cache = self._cache = NumbaCache(function, store)

    def of(self, args: tuple[Any, ...]) -> Any:
        """Return it, compiled or loaded for the types of some arguments."""
        self.dispatcher.compile(_types(args))
        return self.dispatcher

    def is_kept(self, args: tuple[Any, ...]) -> bool:
        """Whether a version for the types of some arguments lies on the disk."""
        context = self.dispatcher.targetctx
        context.refresh()
        return self._cache.is_kept(_types(args), context.codegen())


def _types(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(numba.typeof(arg) for arg in args)


def _name_records_by_content() -> None:
    """Let numba name compiled functions by what is in the records that they take.

    By itself it numbers records as a process meets them. Two processes, each of which compiles the
    kernel for another number of lanes, may then give both the same name, and a third that loads
    them from the cache calls the wrong one: garbage, or a crash. (A relative of numba issue 10486.)
    """

    def mangling_args(record: Any) -> tuple[str, tuple[int]]:
        content = hashlib.sha256(record.name.encode()).hexdigest()
        return "Record", (int(content[:15], 16),)

    numba.types.Record.mangling_args = property(mangling_args)


class NumbaCache(caching.NullCache):  # type: ignore[misc]  # numba is not typed
    """What numba asks for compiled versions of one function, and gives them to.

    Parameters
    ----------
    function : callable
    store : Store
    """

    def __init__(self, function: Callable[..., Any], store: Store) -> None:
        self._name = function.__qualname__
        self._store = store

    def _key(self, signature: Any, codegen: Any) -> tuple[str, str]:
        """Return what a compiled version is of, processor included, and its file's name."""
        versions = (sys.version, numba.__version__, np.__version__)
        told = repr((self._name, str(signature), codegen.magic_tuple(), versions))
        return told, f"{self._name}-{hashlib.sha256(told.encode()).hexdigest()[:32]}{ENDING}"

    def is_kept(self, signature: Any, codegen: Any) -> bool:
        """Whether a version lies on the disk."""
        return self._store.read(self._key(signature, codegen)[1]) is not None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a version for these types and this processor, or None."""
        target_context.refresh()
        told, file = self._key(sig, target_context.codegen())
        body = self._store.read(file)
        if body is None:
            return None
        try:
            key, payload = pickle.loads(body)  # from a place that nobody else can write
            if key != told:
                return None
            return compiler.CompileResult._rebuild(target_context, *payload)
        except Exception as error:  # numba's and LLVM's own, whatever they are
            self._store.tell(f"{file}: {type(error).__name__}: {error}; it is compiled again")
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a version that was just compiled."""
        told, file = self._key(sig, data.codegen)
        self._store.write(file, serialize.dumps((told, data._reduce())))
