"""Who does the parts of a run, by name: a new one is a file here, and a word in ``EXECUTORS``.

The module of that name has ``opened(options)``, a context manager that gives its
:class:`Executor` and ends what it started.
"""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager, nullcontext

from orgsim.config.executors import EXECUTORS
from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.execution.executors.base import Executor, ExecutorOptions
from orgsim.printable import shortened

__all__ = ["Executor", "ExecutorOptions", "open_executor"]


def open_executor(
    executor: str | Executor | None, options: ExecutorOptions
) -> AbstractContextManager[Executor]:
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
        asked = options.scheduler is not None or options.workers is not None
        executor = "dask" if asked else options.cluster.executor
        if options.is_shard and not asked:  # a job of an array has cores, not workers
            executor = "threads"
    if not isinstance(executor, str):
        if callable(executor):
            return nullcontext(executor)
        raise UsageError(f"a {type(executor).__name__} is no executor: {_KNOWN}")
    if executor not in EXECUTORS:
        raise UsageError(
            f"no executor {shortened(executor, 60)!r}{nearest(executor, EXECUTORS)}\n  {_KNOWN}"
        )
    module = importlib.import_module(f"{__name__}.{executor}")  # Dask takes a second
    opened: AbstractContextManager[Executor] = module.opened(options)
    return opened


_KNOWN = f"executors: {', '.join(EXECUTORS)}, or a function as orgsim.execution.executors.Executor"
