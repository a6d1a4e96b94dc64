"""The one way to compile a function, so that all obey the same floating-point rules.

No ``fastmath``: with it, results differ between processors. Division by zero
follows IEEE 754 (``error_model="numpy"``), which also lets loops vectorise.

Decorating costs nothing: numba, a fifth of a second, is imported when a function is compiled. A
kernel that is kept compiled needs none, see :mod:`orgsim.engine.cpu.native`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cached_property, partial, update_wrapper
from typing import Any

# Kernels make no arrays, so none need be counted: numba's counting of references to those passed
# on to a rule ("NRT") took a tenth of the time. The option is numba's own, and not documented.
OPTIONS = {
    "nopython": True,
    "nogil": True,
    "error_model": "numpy",
    "boundscheck": False,
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
"""What numba is told of every function."""

Compiler = Callable[[Callable[..., Any], dict[str, Any]], Any]
"""Makes a numba dispatcher of a function and options."""


class Deferred:
    """A function that is compiled when it is first called, or by the function that calls it.

    To numba it is the dispatcher that it would have made of it at once.

    Attributes
    ----------
    py_func : callable
        As it was written.
    targetoptions : dict
        What numba is told of it. Both names are numba's, which looks for them.
    """

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self.targetoptions = OPTIONS | options

    @cached_property
    def _at_once(self) -> Any:
        return in_process(self.py_func, self.targetoptions)

    @property
    def _numba_type_(self) -> Any:
        building = _made_ahead.get()
        if building is None:
            return self._at_once._numba_type_
        compiler, made = building
        if self not in made:
            made[self] = compiler(self.py_func, self.targetoptions)
        return made[self]._numba_type_

    def __call__(self, *args: Any) -> Any:
        """Compile it for arguments of these types unless it has been, and call it."""
        return self._at_once(*args)


_made_ahead: ContextVar[tuple[Compiler, dict[Deferred, Any]] | None] = ContextVar(
    "made ahead", default=None
)


def in_process(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    """Return numba's dispatcher of a function, which compiles it for this process."""
    import numba

    return numba.jit(**options)(function)


@contextlib.contextmanager
def made_ahead(compiler: Compiler) -> Iterator[None]:
    """Let another compiler make, of every rule that is met meanwhile in this thread, its own."""
    token = _made_ahead.set((compiler, {}))
    try:
        yield
    finally:
        _made_ahead.reset(token)


def is_interpreted() -> bool:
    """Whether nothing is to be compiled: ``NUMBA_DISABLE_JIT=1``."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0").strip() not in ("", "0")


def _decorator(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    return (lambda function: function) if is_interpreted() else partial(Deferred, **options)


compiled = _decorator()
"""Decorator of a function that Python calls too; plain with ``NUMBA_DISABLE_JIT=1``."""

inlined = _decorator(forceinline=True)
"""Decorator of a function that must become part of every loop that calls it, or the loop would not
vectorise; the compiler alone finds it too long for that."""

rule = _decorator(no_cpython_wrapper=True)
"""Decorator of a function that only compiled code calls: the entry point for Python, left out here,
took a third of the time of compiling."""

merged = _decorator(inline="always")
"""Decorator of a rule with one caller, of which it becomes a part before anything is compiled: as
numba compiles a function again with every one that calls it, this saves a quarter of the time."""
