"""Who does the parts of a run, by name: a new one is a file here, and a word in ``EXECUTORS``.

The module of that name has ``opened(options)``, which refuses what it has no use for, and returns a
context manager that gives its :class:`Executor` and ends what it started.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager

from orgsim.config.executors import EXECUTORS
from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.execution.executors.base import Executor, ExecutorOptions
from orgsim.printable import shortened

__all__ = ["Executor", "ExecutorOptions", "open_executor"]


@contextlib.contextmanager
def open_executor(executor: str | Executor | None, options: ExecutorOptions) -> Iterator[Executor]:
    """Give an executor by its name, or the one that is given, and end what it started.

    Parameters
    ----------
    executor : str, Executor, or None
        None: Dask where a scheduler or workers are asked for, else what ``[cluster] executor``
        says.

    Raises
    ------
    UsageError
        If there is no such executor, or it has no use for an option.
    """
    if executor is None:
        executor = _usual(options)
    if not isinstance(executor, str):
        yield _function(executor, options)
        return
    if executor not in EXECUTORS:
        raise UsageError(
            f"no executor {shortened(executor, 60)!r}{nearest(executor, EXECUTORS)}\n  {_KNOWN}"
        )
    module = importlib.import_module(f"{__name__}.{executor}")  # Dask takes a second
    opening: AbstractContextManager[Executor] = module.opened(options)
    with opening as opened:
        yield opened


_KNOWN = f"executors: {', '.join(EXECUTORS)}, or a function as orgsim.execution.executors.Executor"


def _usual(options: ExecutorOptions) -> str:
    """Return the executor that is meant where none is named."""
    if options.scheduler is not None or options.workers is not None:
        return "dask"
    # A job of an array has cores, not workers.
    return "threads" if options.is_shard else options.cluster.executor


def _function(executor: object, options: ExecutorOptions) -> Executor:
    """Return an executor that is no word."""
    if not callable(executor):
        raise UsageError(f"a {type(executor).__name__} is no executor: {_KNOWN}")
    if options.scheduler is not None or options.workers is not None:
        raise UsageError("scheduler and workers go with the executor dask, not with a function")
    return executor
