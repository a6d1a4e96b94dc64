"""How far a run is, and whether every file still holds what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.result import Run

if TYPE_CHECKING:
    import pyarrow as pa

    from orgsim.finishing import Ending
    from orgsim.store import Note
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


def status(directory: str | PathLike[str]) -> Status:
    """Say how far a run is, from the notes of its parts.

    Raises
    ------
    UsageError
        If there is no run.
    """
    from orgsim.store import RunDirectory, at_work
    from orgsim.work import Work

    run = Run(directory)
    work = Work.begun(run.directory)
    layout = work.layout
    done = _Done(work)
    complete = RunDirectory(run.directory).is_complete(run.manifest)
    finished = run.manifest["status"] == "finished"
    return Status(
        directory=run.directory,
        title=run.manifest["title"],
        state="running" if finished and not complete else run.manifest["status"],
        parts=len(layout),
        parts_done=done.parts,
        points=layout.points,
        points_done=done.points,
        firms=layout.points * layout.firms,
        firms_done=done.firms,
        at_work=tuple(at_work(run.directory)),
        precision=None if work.config.precision is None else (done.met, done.points - done.met),
        digest=run.digest if complete else None,
    )


class _Done:
    """What the notes of a run add up to, read one by one.

    Attributes
    ----------
    parts, points, firms : int
        Points count once all their firms are there.
    met : int
        Points that met the precision asked for; 0 if none was.
    """

    def __init__(self, work: Work) -> None:
        self.parts = self.points = self.firms = self.met = 0
        self._work = work
        of_point = 0
        for part in work.layout.parts():
            if part.first_firm == 0:
                of_point = 0
            note = work.place.done(part)
            if note is None:
                continue
            self.parts += 1
            self.firms += int(note.firms.sum())
            of_point += int(note.firms[0])
            if not work.layout.is_split:
                self.points += len(note.firms)
            elif of_point == work.layout.firms:
                self.points += 1
            self._judge(note)

    def _judge(self, note: Note) -> None:
        from orgsim.analysis.precision import is_met
        from orgsim.columns import SCENARIOS

        wanted = self._work.config.precision
        if wanted is not None:
            self.met += sum(
                is_met(counts[: len(SCENARIOS)], wanted, int(firms))
                for counts, firms in zip(note.counts, note.firms, strict=True)
            )


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
    from orgsim.work import Work

    run = Run(directory)
    work = Work.begun(run.directory)
    missing: list[str] = []
    damaged: list[str] = []
    for i, part in enumerate(work.layout.parts()):
        if work.place.checked(part) is None:
            files = (work.place.note(part), work.place.firms(part), work.place.quarters(part))
            there = any(path.exists() for path in files)
            (damaged if there else missing).append(part.name)
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
    from orgsim.store.atomic import TEMPORARY

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
    from orgsim.finishing import Ending
    from orgsim.store import CONFIG_FILE
    from orgsim.store.points import holds_points

    ending = Ending(work)
    wrong = []
    if not _shares_match(run, ending):
        wrong.append("shares.parquet")
    points, columns = run.directory / "points.parquet", work.points.columns
    if not holds_points(points, work.config.settings, columns) or (
        len(work.points) != work.layout.points
    ):
        wrong.append("points.parquet")
    try:
        config = (run.directory / CONFIG_FILE).read_text(encoding="utf-8")
    except (OSError, ValueError):
        config = ""
    if config != run.manifest["config"]:
        wrong.append(CONFIG_FILE)
    late, lost = ending.late_quarters()
    return (*wrong, *lost), ending.digest(late)


def _shares_match(run: Run, ending: Ending) -> bool:
    """Whether the shares on the disk are those that follow from the parts."""
    import pyarrow as pa

    from orgsim.columns import SHARES
    from orgsim.errors import OrgsimError
    from orgsim.store.tables import plain_table

    try:
        there = run.table("shares")
    except OrgsimError:
        return False
    expected = pa.concat_tables(plain_table(columns, SHARES, {}) for columns in ending.shares())
    return bool(_with_plain_words(there).equals(_with_plain_words(expected)))


def _with_plain_words(table: pa.Table) -> pa.Table:
    """Return a table whose words are no codes of a dictionary, which may be in another order."""
    import pyarrow as pa

    place = table.schema.get_field_index("scenario")
    words = table.column(place).cast(pa.string()) if place >= 0 else pa.nulls(table.num_rows)
    return table.set_column(max(place, 0), "scenario", words)
