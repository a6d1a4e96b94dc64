"""What numba compiles, as an object file: of a function, for some processor.

It is made of numba's inner parts, for what numba makes by itself is bound to the process that made
it. Compiling takes less time, too, for the rules that a kernel consists of become machine code
once, as parts of it, and not by themselves beforehand. And the kernel is faster, for nobody else
can call them: so LLVM sees that every caller passes the same number of lanes.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from typing import Any

import numba
from numba.core import codegen, dispatcher, registry
from numba.core.compiler_lock import global_compiler_lock

from orgsim.engine.cpu.processor import Target
from orgsim.numerics.jit import OPTIONS, made_ahead


def compile_ahead(
    function: Callable[..., Any], args: tuple[Any, ...], target: Target
) -> tuple[bytes, str]:
    """Compile a function and all rules that it calls.

    Parameters
    ----------
    args : tuple
        What it is to be called with: their types count.

    Returns
    -------
    file : bytes
        An object file of position-independent code.
    symbol : str
        Of the function.

    Raises
    ------
    numba.core.errors.NumbaError
        If something in it cannot be compiled.
    """
    types = tuple(numba.typeof(arg) for arg in args)
    with global_compiler_lock, _no_collecting():
        compiler = _compiler_for(target, function.__qualname__)
        with made_ahead(compiler):
            made = compiler(function, OPTIONS | {"no_cpython_wrapper": True})
            made.compile(types)
        (result,) = made.overloads.values()
        library = result.library
        symbol = result.fndesc.llvm_func_name
        library.finalize_once()
        _hide_all_but(library, symbol)
        return library.emit_native_object(), symbol


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """Let the garbage collector rest.

    Compiling makes millions of objects that stay; it went through them again and again, for a tenth
    of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Library(codegen.AOTCodeLibrary):  # type: ignore[misc]  # numba is not typed
    """Code that is never run where it is made."""

    def _optimize_final_module(self) -> None:
        if self.name == self.codegen.whole:
            for function in self._final_module.functions:
                if function.linkage.name == "linkonce_odr":  # a rule, and not the function itself
                    function.linkage = "internal"
        super()._optimize_final_module()

    def get_pointer_to_function(self, name: str) -> int:
        """Return that there is no such function here."""
        return 0

    def finalize_once(self) -> None:
        """Optimise it, unless it has been."""
        self._ensure_finalized()


def _compiler_for(target: Target, name: str) -> Callable[[Callable[..., Any], dict[str, Any]], Any]:
    """Return what makes dispatchers whose code is for a target, and is part of one function's."""

    class Codegen(codegen.AOTCPUCodegen):  # type: ignore[misc]  # numba is not typed
        _library_class = _Library
        whole = name

        def _customize_tm_options(self, options: dict[str, Any]) -> None:
            super()._customize_tm_options(options)
            name, features = target.name, target.features
            options["cpu"] = self._get_host_cpu_name() if name is None else name
            options["features"] = self._get_host_cpu_features() if features is None else features

        def set_env(self, name: str, environment: Any) -> None:
            """Do nothing: no function here asks for its globals when it runs."""

    context = registry.cpu_target.target_context
    context.refresh()
    ahead = context.subtarget(_internal_codegen=Codegen("orgsim"), aot_mode=True)

    class Descriptor(registry.CPUTarget):  # type: ignore[misc]  # numba is not typed
        @property
        def target_context(self) -> Any:
            return ahead

        @property
        def typing_context(self) -> Any:
            return registry.cpu_target.typing_context

    class Dispatcher(dispatcher.Dispatcher):
        targetdescr = Descriptor("cpu")

    return lambda function, options: Dispatcher(function, targetoptions=dict(options))


def _hide_all_but(library: Any, symbol: str) -> None:
    """Let everything in a library but one function be found from within alone."""
    module = library._final_module
    for thing in (*module.functions, *module.global_variables):
        own = not thing.is_declaration and thing.linkage.name not in ("private", "internal")
        if own and thing.name != symbol:
            thing.visibility = "hidden"
