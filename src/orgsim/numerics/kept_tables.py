"""Tables of distributions on the disk: a run that finds all of its own never imports scipy.

They are kept as kernels are, by :mod:`orgsim.system.kernel_store`, in a directory that is named
after what makes them. The first that a process needs are looked up and kept, among them those of a
preset or of a sweep's first point; a sweep may well need a million.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from orgsim.numerics.inverse_cdf import MEAN_CELLS, PERSON_CELLS, QUANTITY_CELLS
from orgsim.system.kernel_store import Kind, Store

ENDING = ".table"

_MOST_OF_A_PROCESS = 48
_MOST_OF_A_DIRECTORY = 256
"""Tables; they take 32 and 135 kilobytes."""

_KIND = Kind("tables of distributions", "table", "made")
_MAKERS = ("beta.py", "elementary.py", "quantiles.py")

_lock = threading.Lock()
_asked = 0


def kept(
    name: str, shape: tuple[int, ...], make: Callable[[], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return a table from the disk, or make it, and keep it there.

    Parameters
    ----------
    name : str
        Tells it from all others that are made in the same way.
    shape : tuple of int
    make : callable
        Returns it, of that shape.
    """
    global _asked
    with _lock:
        if _asked == _MOST_OF_A_PROCESS:
            store = None
        else:
            _asked += 1
            store = _store()
            table = _read(store, name, shape)
            if table is not None:
                return table
    table = make()
    if store is not None:
        with _lock:
            store.write(_file(name), _head(name) + table.astype("<f8").tobytes())
            store.keep_newest(_MOST_OF_A_DIRECTORY, ENDING)
    return table


@cache
def _store() -> Store:
    digest = hashlib.sha256(repr((QUANTITY_CELLS, PERSON_CELLS, MEAN_CELLS)).encode())
    here = os.path.dirname(os.path.abspath(__file__))
    sources = [os.path.join(here, maker) for maker in _MAKERS]
    scipy = importlib.util.find_spec("scipy")  # found, not imported
    if scipy is not None and scipy.origin is not None:
        sources.append(os.path.join(os.path.dirname(scipy.origin), "version.py"))
    for path in sources:
        try:
            with open(path, "rb") as file:
                digest.update(hashlib.sha256(file.read()).digest())
        except OSError:
            digest.update(b"no such file")
    return Store(f"tables-{digest.hexdigest()[:16]}", kind=_KIND)


def _head(name: str) -> bytes:
    return name.encode() + b"\n"


def _file(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32] + ENDING


def _read(store: Store, name: str, shape: tuple[int, ...]) -> NDArray[np.float64] | None:
    body, head = store.read(_file(name)), _head(name)
    if body is None:
        return None
    if not body.startswith(head) or len(body) != len(head) + 8 * int(np.prod(shape)):
        store.tell(f"{_file(name)}: is another table than its name says, and is made again")
        return None
    return np.frombuffer(body, dtype="<f8", offset=len(head)).reshape(shape).astype(np.float64)
