"""How a compiled function is called: numba's convention, over that of the C language.

``int32 function(result *, exception **, arguments ...)``. A named tuple is passed item by item, a
record by its address, an array as numba's own header of it: two addresses that are null here (who
counts references to it, and its owner), the number and size of its items, the address of the first,
its shape and its strides. (numba's documentation, "Notes on Numba's threading and calling
conventions", does not promise it, so ``tests/unit/engine`` holds every kind against numba.)
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.format import dtype_to_descr

from orgsim.engine.cpu.image import Loaded

_SCALARS: dict[str, Any] = {
    "i1": ctypes.c_int8,
    "i2": ctypes.c_int16,
    "i4": ctypes.c_int32,
    "i8": ctypes.c_int64,
    "u1": ctypes.c_uint8,
    "u2": ctypes.c_uint16,
    "u4": ctypes.c_uint32,
    "u8": ctypes.c_uint64,
    "f4": ctypes.c_float,
    "f8": ctypes.c_double,
    "b1": ctypes.c_uint8,
}


def described(value: Any) -> str:
    """Say of what types a value, or a tuple of arguments, is: the same for what is called alike.

    Raises
    ------
    TypeError
        If compiled functions do not take it.
    """
    if isinstance(value, tuple):
        return f"{type(value).__name__}({', '.join(described(item) for item in value)})"
    if isinstance(value, np.void):
        if not value.flags.writeable:
            raise TypeError("a record that is read-only")
        return f"record {_fields(value.dtype)}"
    if isinstance(value, np.ndarray):
        if not (value.flags.carray and value.dtype.isnative):  # aligned, writeable, in C's order
            raise TypeError("an array that is read-only, not in C's order, or of foreign numbers")
        return f"{value.ndim}-d array of {_fields(value.dtype)}"
    return _scalar(value)


@cache
def _fields(dtype: np.dtype[Any]) -> str:
    return str(dtype_to_descr(dtype))


def flattened(value: Any) -> Iterator[int | float]:
    """Yield a value, or a tuple of arguments, as plain numbers in the order of the call."""
    if isinstance(value, tuple):
        for item in value:
            yield from flattened(item)
    elif isinstance(value, np.void):
        yield np.frombuffer(value, np.uint8).ctypes.data
    elif isinstance(value, np.ndarray):
        yield from (0, 0, value.size, value.itemsize, value.ctypes.data)
        yield from value.shape
        yield from value.strides
    else:
        yield value.item() if isinstance(value, np.generic) else value


def as_function(loaded: Loaded, args: tuple[Any, ...]) -> Callable[..., None]:
    """Return a compiled function, to be called as it was in Python.

    It lets go of Python's lock meanwhile.

    Parameters
    ----------
    loaded : Loaded
        Lives as long as what is returned.
    args : tuple
        Of the types that it takes.
    """
    # Room for its result, and for what it raises: it returns None, and raises nothing.
    room = (ctypes.c_uint64 * 2)()
    first = ctypes.addressof(room)
    kinds = [ctypes.c_void_p, ctypes.c_void_p, *_kinds(args)]
    function = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(loaded.address)

    def call(*given: Any) -> None:
        status = function(first, first + 8, *flattened(given))
        if status:
            raise RuntimeError(f"a compiled function failed with status {status}")

    call.__dict__["keeps"] = (room, loaded)
    return call


def _kinds(value: Any) -> Iterator[Any]:
    """Yield the C types of what ``flattened`` yields."""
    if isinstance(value, tuple):
        for item in value:
            yield from _kinds(item)
    elif isinstance(value, np.void):
        yield ctypes.c_void_p
    elif isinstance(value, np.ndarray):
        yield from (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
        yield ctypes.c_void_p
        yield from (ctypes.c_int64,) * (2 * value.ndim)
    else:
        yield _SCALARS[_scalar(value)]


def _scalar(value: Any) -> str:
    """Return the kind and the size of a number."""
    if isinstance(value, bool | np.bool_):
        return "b1"
    if isinstance(value, int):
        return "i8" if value < 2**63 else "u8"
    if isinstance(value, float):
        return "f8"
    name = value.dtype.str[1:] if isinstance(value, np.generic) else ""
    if name not in _SCALARS:
        raise TypeError(f"a {type(value).__name__}")
    return name
