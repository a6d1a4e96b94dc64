"""What does the parts of a run, wherever they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from orgsim.config import Cluster
from orgsim.execution.context import RunContext
from orgsim.execution.progress import Progress
from orgsim.store import LedgerEntry, Part


class Executor(Protocol):
    """Does parts, and yields each with its entry of the ledger when it is in place."""

    def __call__(
        self, context: RunContext, parts: Iterable[Part], progress: Progress
    ) -> Iterator[tuple[Part, LedgerEntry]]:
        """Do parts, in any order.

        Parameters
        ----------
        context : RunContext
            What they are of, and where they are put.
        parts : iterable of Part
            May be a generator, which is asked for a part when its turn comes.
        progress : Progress
            Told of what is done.

        Raises
        ------
        OrgsimError
            If a part cannot be done; the message names its design points.
        """


@dataclass(frozen=True)
class ExecutorOptions:
    """What an executor may be told; each refuses what it has no use for.

    Attributes
    ----------
    cluster : Cluster
        The config's ``[cluster]``.
    threads : int, optional
        Cores of this process.
    scheduler : str, optional
        ``local``, or the address of one that runs.
    workers : int, optional
        Processes to start here.
    is_shard : bool
        Whether other processes do other parts of the run.
    warn : callable
        Told what the user should know; by default nobody is.
    """

    cluster: Cluster
    threads: int | None = None
    scheduler: str | None = None
    workers: int | None = None
    is_shard: bool = False
    warn: Callable[[str], None] = lambda text: None
