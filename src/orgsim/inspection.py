"""How far a run is, and whether every file still holds what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.config import load_config
from orgsim.result import Run

if TYPE_CHECKING:
    from orgsim.store import Note, Part
    from orgsim.work import Work


@dataclass(frozen=True)
class Status:
    """How far a run is.

    Attributes
    ----------
    directory : Path
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


@dataclass(frozen=True)
class Verdict:
    """What became of the files of a run.

    Attributes
    ----------
    directory : Path
    parts : int
    missing, damaged : tuple of str
        Names of parts that are not there, or not what was written.
    foreign : tuple of str
        Files in the run's folders that are not the run's.
    tables : tuple of str
        Whole-run tables that are missing or do not agree with the parts.
    digest, expected : str or None
        Recomputed from the files, and noted in the manifest.
    """

    directory: Path
    parts: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    foreign: tuple[str, ...]
    tables: tuple[str, ...]
    digest: str | None
    expected: str | None

    @property
    def is_sound(self) -> bool:
        """Whether everything is there and as it was written."""
        wrong = (*self.missing, *self.damaged, *self.foreign, *self.tables)
        return not wrong and self.digest is not None and self.digest == self.expected


def _opened(directory: str | PathLike[str]) -> tuple[Run, Work]:
    from orgsim.store import CONFIG_FILE
    from orgsim.work import Work

    run = Run(directory)
    config = load_config(run.directory / CONFIG_FILE)
    return run, Work.at(run.directory, config, run.manifest)


def status(directory: str | PathLike[str]) -> Status:
    """Say how far a run is, from the notes of its parts.

    Raises
    ------
    UsageError
        If there is no run.
    """
    from orgsim.store import at_work

    run, work = _opened(directory)
    layout = work.layout
    notes = [(p, n) for p in layout.parts() if (n := work.place.done(p)) is not None]
    firms = sum(int(note.firms.sum()) for _, note in notes)
    return Status(
        directory=run.directory,
        title=run.manifest["title"],
        state=run.manifest["status"],
        parts=len(layout),
        parts_done=len(notes),
        points=layout.points,
        points_done=firms // layout.firms
        if work.config.precision is None
        else sum(len(note.firms) for _, note in notes),
        firms=layout.points * layout.firms,
        firms_done=firms,
        at_work=tuple(at_work(run.directory)),
        precision=_precision(work, notes),
        digest=run.digest,
    )


def _precision(work: Work, notes: list[tuple[Part, Note]]) -> tuple[int, int] | None:
    from orgsim.analysis.precision import is_met
    from orgsim.columns import SCENARIOS

    wanted = work.config.precision
    if wanted is None:
        return None
    met = [
        is_met(counts[: len(SCENARIOS)], wanted, int(firms))
        for _, note in notes
        for counts, firms in zip(note.counts, note.firms, strict=True)
    ]
    return sum(met), len(met) - sum(met)


def verify(
    directory: str | PathLike[str], on_part: Callable[[int, int], None] = lambda done, of: None
) -> Verdict:
    """Read everything back, and hold it against what was noted when it was written.

    Parameters
    ----------
    on_part : callable
        Told how many parts are read, and of how many.

    Raises
    ------
    UsageError
        If there is no run.
    """
    run, work = _opened(directory)
    notes: list[tuple[Part, Note]] = []
    missing, damaged = [], []
    for i, part in enumerate(work.layout.parts()):
        note = work.place.checked(part)
        if note is not None:
            notes.append((part, note))
        elif any(path.exists() for path in (work.place.note(part), work.place.firms(part))):
            damaged.append(part.name)
        else:
            missing.append(part.name)
        on_part(i + 1, len(work.layout))
    whole = not missing and not damaged
    tables, digest = _tables(run, work) if whole else ((), None)
    return Verdict(
        directory=run.directory,
        parts=len(work.layout),
        missing=tuple(missing),
        damaged=tuple(damaged),
        foreign=tuple(_foreign(work)),
        tables=tables,
        digest=digest,
        expected=run.digest,
    )


def _foreign(work: Work) -> Iterator[str]:
    """Yield files that do not belong to the run, in the folders that are the run's alone."""
    from orgsim.store.files import TEMPORARY

    parts = {part.name for part in work.layout.parts()}
    by_quarter = {part.name for part in work.layout.quarter_parts()}
    wanted = {
        "firms": {f"{name}.parquet" for name in parts},
        "quarters": {f"{name}.parquet" for name in by_quarter},
        "ledger": {f"{name}.npz" for name in parts},
    }
    for folder, names in wanted.items():
        place = work.place.path / folder
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.name not in names and not path.name.startswith(TEMPORARY):
                yield f"{folder}/{path.name}"


def _tables(run: Run, work: Work) -> tuple[tuple[str, ...], str | None]:
    """Return which tables of the whole run are wrong, and the digest as it is now."""
    import numpy as np
    import pyarrow as pa

    from orgsim.errors import OrgsimError
    from orgsim.finishing import Ending
    from orgsim.store.points import read_swept

    ending = Ending(work)
    wrong = []
    try:
        shares = run.table("shares")
        expected: Any = [c["count"] for c in ending.shares()]
        if not np.array_equal(shares.column("count").to_numpy(), np.concatenate(expected)):
            wrong.append("shares.parquet")
    except (OrgsimError, KeyError):
        wrong.append("shares.parquet")
    try:
        swept = read_swept(run.directory / "points.parquet")
        same = swept.keys() == work.points.columns.keys() and all(
            column.tolist() == work.points.columns[path].tolist() for path, column in swept.items()
        )
    except (OSError, KeyError, pa.ArrowException):
        same = False
    if not same:
        wrong.append("points.parquet")
    late, lost = ending.late_quarters()
    return (*wrong, *lost), ending.digest(late)
