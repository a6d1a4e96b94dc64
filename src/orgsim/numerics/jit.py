"""The one way to compile a function, so that all obey the same floating-point rules.

No ``fastmath``: with it, results differ between processors. Division by zero
follows IEEE 754 (``error_model="numpy"``), which also lets loops vectorise.

Compiled kernels are kept on disk between runs, see :mod:`orgsim.system.kernel_cache`,
in a directory whose name carries a hash of every source that a kernel is made of; see ``kept``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numba
import numpy as np

from orgsim.system.kernel_cache import KernelCache, Store

# Kernels make no arrays, so none need be counted: numba's counting of references to those passed
# on to a rule ("NRT") took a tenth of the time. The option is numba's own, and not documented.
_OPTIONS = {
    "nogil": True,
    "error_model": "numpy",
    "boundscheck": False,
    "_nrt": False,
    "no_cfunc_wrapper": True,
}

compiled = numba.njit(**_OPTIONS)
"""Decorator of a function that Python calls too; plain with ``NUMBA_DISABLE_JIT=1``."""

inlined = numba.njit(**_OPTIONS, forceinline=True)
"""Decorator of a function that must become part of every loop that calls it, or the loop would not
vectorise; the compiler alone finds it too long for that."""

rule = numba.njit(**_OPTIONS, no_cpython_wrapper=True)
"""Decorator of a function that only compiled code calls: the entry point for Python, left out here,
took a third of the time of compiling."""

merged = numba.njit(**_OPTIONS, inline="always")
"""Decorator of a rule with one caller, of which it becomes a part before anything is compiled: as
numba compiles a function again with every one that calls it, this saves a quarter of the time."""


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


_name_records_by_content()


@cache
def _store(sources: str) -> Store:
    """Return where the compiled form of some sources is kept."""
    return Store(f"kernels-{sources[:16]}-numba-{numba.__version__}-numpy-{np.__version__}")


def is_compiled(sources: str) -> bool:
    """Whether a kernel of these very sources has been compiled here before."""
    return _store(sources).is_filled()


def compiling_alone(sources: str) -> AbstractContextManager[None]:
    """Let other processes of this machine wait while one compiles for all."""
    return _store(sources).compiling_alone()


def kept(function: Callable[..., Any], sources: str) -> Any:
    """Compile a function as ``compiled`` does, and keep the result on disk.

    Parameters
    ----------
    function : callable
        It is named after the sources: numba tells functions of one name and the same types apart by
        a number that starts anew in every process. A process that loads kernels of two models,
        which two others compiled, might then call the wrong one.
    sources : str
        Hash of everything that it is made of, see :func:`orgsim.numerics.sources.source_hash`.
    """
    function.__qualname__ = f"{function.__name__}_{sources[:16]}"
    made = numba.njit(**_OPTIONS)(function)
    if hasattr(made, "_cache"):  # not with NUMBA_DISABLE_JIT=1
        made._cache = KernelCache(function, _store(sources))
    return made
