"""Kernels compiled before anybody asks for them, as a wheel brings them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from orgsim.engine.contract import make_inputs
from orgsim.engine.cpu.kernel import kernel_of
from orgsim.engine.cpu.processor import LEVELS, level
from orgsim.engine.cpu.runner import FEW_LANES, LANES, of_no_firm
from orgsim.spec import Model, imported
from orgsim.system.kernel_store import write_sealed


def prebuild(model: Model, out: str, processes: int) -> Iterator[str]:
    """Compile a model's kernels for every level of x86-64, and yield the files as they are written.

    Parameters
    ----------
    out : str
        A place of kernels: that of :data:`orgsim.engine.cpu.native.PREBUILT`, or a cache that a
        site prepares for all its accounts. They are readable by all.
    processes : int
        At a time; each takes some ten seconds and half a gigabyte a kernel.

    Raises
    ------
    OSError
        If a file cannot be written.
    Unsupported
        If this is no x86-64.
    """
    wanted = [(name, lanes) for name in LEVELS for lanes in (LANES, FEW_LANES)]
    started = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=started) as pool:
        pending = [pool.submit(_prebuilt, model.home, out, *each) for each in wanted]
        yield from (future.result() for future in pending)


def _prebuilt(home: str, out: str, name: str, lanes: int) -> str:
    model = imported(home)
    inputs = make_inputs(model, model.defaults)
    kernel = kernel_of(model)
    file, body = kernel.image_for(level(name), *of_no_firm(inputs, lanes))
    directory = os.path.join(out, kernel.directory)
    os.makedirs(directory, exist_ok=True)
    write_sealed(directory, file, body)
    os.chmod(os.path.join(directory, file), 0o644)
    for place in (directory, out):
        os.chmod(place, 0o755)
    return os.path.join(kernel.directory, file)
