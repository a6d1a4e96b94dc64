"""How far a run is, from what its ledger holds."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from orgsim.analysis.precision import is_met
from orgsim.execution.context import RunContext
from orgsim.spec import Model
from orgsim.store import LedgerEntry, RunDirectory, at_work
from orgsim.system.files import as_path


@dataclass(frozen=True, repr=False)
class Status:
    """How far a run is.

    Attributes
    ----------
    directory : Path
    format : int
        Version of the layout; in an older one, only the version that wrote it goes on.
    written_by : str
        Version of orgsim that began the run.
    title, state : str
        ``state`` is ``running``, ``finished``, ``interrupted`` or ``failed``; of a run whose
        process was killed, it stays ``running``, and nobody is at work.
    parts, parts_done, points, points_done : int
    firms : int
        In all; with a precision asked for, at most.
    firms_done : int
    at_work : tuple of str
        Who holds a lock here now.
    precision : tuple of two int, or None
        Of the points that are done: how many met the precision, and how many did not.
    digest : str or None
    """

    directory: Path
    format: int
    written_by: str
    title: str
    state: str
    parts: int
    parts_done: int
    points: int
    points_done: int
    firms: int
    firms_done: int
    at_work: tuple[str, ...]
    precision: tuple[int, int] | None
    digest: str | None

    def __repr__(self) -> str:
        """Say in a line how far the run is."""
        parts = f"{self.parts_done:,} of {self.parts:,} parts"
        return f"<Status {str(self.directory)!r}: {self.state}, {parts}>"


def status(directory: str | PathLike[str], model: Model) -> Status:
    """Say how far a run is, from the entries of its parts; see :func:`orgsim.status`."""
    store = RunDirectory(as_path(directory))
    manifest = store.read_manifest()
    context = RunContext.of(store.path, manifest, model)
    layout = context.layout
    done = _Done(context)
    complete = store.is_complete(manifest)
    return Status(
        directory=store.path,
        format=manifest.format,
        written_by=manifest.versions["orgsim"],
        title=manifest.title,
        state="running" if manifest.is_finished and not complete else manifest.status,
        parts=layout.count,
        parts_done=done.parts,
        points=layout.points,
        points_done=done.points,
        firms=layout.points * layout.firms,
        firms_done=done.firms,
        at_work=tuple(at_work(store.path)),
        precision=None if context.config.precision is None else (done.met, done.points - done.met),
        digest=manifest.digest if complete else None,
    )


class _Done:
    """What the entries of a run add up to, read one by one.

    Attributes
    ----------
    parts, points, firms : int
        Points count once all their firms are there.
    met : int
        Points that met the precision asked for; 0 if none was.
    """

    def __init__(self, context: RunContext) -> None:
        self.parts = self.points = self.firms = self.met = 0
        self._context = context
        of_point, point = 0, -1
        for part in context.entered():
            if part.first_point != point:
                of_point, point = 0, part.first_point
            entry = context.parts.done(part)
            if entry is None:
                continue
            self.parts += 1
            self.firms += int(entry.firms.sum())
            of_point += int(entry.firms[0])
            if not context.layout.is_split:
                self.points += len(entry.firms)
            elif of_point == context.layout.firms:
                self.points += 1
            self._judge(entry)

    def _judge(self, entry: LedgerEntry) -> None:
        wanted = self._context.config.precision
        kinds = len(self._context.config.model.outcomes)
        if wanted is not None:
            self.met += sum(
                is_met(counts[:kinds], wanted, int(firms))
                for counts, firms in zip(entry.counts, entry.firms, strict=True)
            )
