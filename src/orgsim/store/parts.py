"""Writing a part, row group by row group, and looking at one that is there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from orgsim.spec import Model
from orgsim.store.atomic import Unfinished, explained, file_hash
from orgsim.store.layout import TILE, Part
from orgsim.store.ledger import Cut, LedgerEntry, hashes, read_entry, tiles_of, write_entry
from orgsim.store.manifest import FORMAT
from orgsim.store.points import points_hash
from orgsim.store.reading import UNREADABLE
from orgsim.store.sums import Sums
from orgsim.store.tables import (
    ROW_GROUP,
    digest_columns,
    firm_table,
    plain_table,
    quarter_digest,
    read_firm_columns,
    read_plain_columns,
    write_table,
    writing,
)

_UNCUT = Cut(FORMAT, 0, 0)

Columns = Mapping[str, Any]
Numbers = Mapping[str, NDArray[np.generic]]


def tile_digests(columns: Numbers) -> list[str]:
    """Return the hashes of rows, TILE firms each.

    Parameters
    ----------
    columns : mapping of name to array (firms,)
        As of ``tables.firm_columns``, of firms of one point from a multiple of TILE on.
    """
    firms = len(columns["firm"])
    return [
        digest_columns({name: values[first : first + TILE] for name, values in columns.items()})
        for first in range(0, firms, TILE)
    ]


class PartStore:
    """Where parts of a run stand, and what their files say of themselves.

    Parameters
    ----------
    path : Path
        The run directory.
    model : Model
        Whose firms they are.
    sectors : sequence of str
        Names of the sectors, by code.
    provenance : mapping of str to str
        Goes into every file.
    firms, quarters : bool
        Whether rows of firms, and by quarter, are kept.
    adaptive : bool
        Whether points may have fewer firms than a part has room for.
    is_split : bool, optional
        Whether the firms of a point stand in several parts; by default as each entry says.
    cut : Cut
        Goes into every entry; parts of another format do not count.
    plan : str
        What the run is of; parts of another plan do not count.
    swept : mapping of path to array (points,)
        Where the points lie; parts of other points do not count.
    confirm : callable
        Called before files are put into place; raises if they are not wanted any more.
    """

    def __init__(
        self,
        path: Path,
        model: Model,
        *,
        sectors: Sequence[str],
        provenance: Mapping[str, str],
        firms: bool,
        quarters: bool,
        adaptive: bool,
        is_split: bool | None = None,
        cut: Cut = _UNCUT,
        plan: str = "",
        swept: Mapping[str, NDArray[Any]] | None = None,
        confirm: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.model = model
        self.sectors = sectors
        self.provenance = provenance
        self.keeps_firms = firms
        self.keeps_quarters = quarters
        self.adaptive = adaptive
        self._is_split = is_split
        self.confirm = confirm
        self.cut = cut
        self._plan = plan
        self._swept = swept or {}

    def firms(self, part: Part) -> Path:
        """Return the file of a part's rows."""
        return self.path / "firms" / f"{part.name}.parquet"

    def quarters(self, part: Part) -> Path:
        """Return the file of a part's rows by quarter."""
        return self.path / "quarters" / f"{part.name}.parquet"

    def entry(self, part: Part) -> Path:
        """Return the file of a part's entry."""
        return self.path / "ledger" / f"{part.name}.npz"

    def make_folders(self) -> None:
        """Make the folders that parts go into."""
        with explained(self.path):
            for name, kept in (
                ("firms", self.keeps_firms),
                ("quarters", self.keeps_quarters),
                ("ledger", True),
            ):
                if kept:
                    (self.path / name).mkdir(exist_ok=True)

    def key(self, part: Part) -> str:
        """Return what a part is of: the format, the plan, and where its points lie."""
        typed = self.cut.format == 2
        where = points_hash(self._swept, part.first_point, part.stop_point, self.model, typed=typed)
        of_format = "" if self.cut.format == 2 else f"format {self.cut.format} "
        return f"{of_format}{self._plan} {where}"

    # --- looking

    def entry_of(self, part: Part) -> LedgerEntry | None:
        """Return the entry of a part of this run, whatever became of its files."""
        key = self.key(part)
        return read_entry(self.entry(part), part, key, self.model, adaptive=self.adaptive)

    def done(self, part: Part) -> LedgerEntry | None:
        """Return the entry of a part that seems whole: its files are there, of the noted sizes."""
        entry = self.entry_of(part)
        if entry is None or (entry.files is None) != (self.cut.format == 2):
            return None
        if self._is_split is not None and (entry.sums is not None) != self._is_split:
            return None
        for size, path in zip(entry.bytes, (self.firms(part), self.quarters(part)), strict=True):
            try:
                if size and path.lstat().st_size != size:
                    return None
            except OSError:
                return None
        kept = self.keeps_firms and not entry.bytes[0]
        return None if kept else entry

    def checked(self, part: Part) -> LedgerEntry | None:
        """Return the entry of a part whose every row is what was written, or None."""
        entry = self.done(part)
        try:
            if entry is not None and (
                not self._bytes_match(part, entry)
                or (entry.bytes[0] and not self._rows_match(part, entry))
                or (entry.bytes[1] and not self._quarters_match(part, entry))
            ):
                return None
        except UNREADABLE:
            return None
        return entry

    def _bytes_match(self, part: Part, entry: LedgerEntry) -> bool:
        """Whether each file holds, byte by byte, what was written."""
        if entry.files is None:
            return True
        paths = (self.firms(part), self.quarters(part))
        return all(
            not size or file_hash(path) == noted.tobytes().hex()
            for size, path, noted in zip(entry.bytes, paths, entry.files, strict=True)
        )

    def _rows_match(self, part: Part, entry: LedgerEntry) -> bool:
        firms = int(entry.firms.sum())
        columns = read_firm_columns(self.firms(part), self.sectors, self.model, firms)
        kinds = len(self.model.outcomes)
        if len(columns["firm"]) != entry.firms.sum():
            return False
        found: list[str] = []
        done = 0
        for firms, counts in zip(entry.firms, entry.counts, strict=True):
            rows = {name: values[done : done + firms] for name, values in columns.items()}
            ended = np.bincount(rows["scenario"] + 1, minlength=kinds + 1)[1:]
            if not np.array_equal(ended, counts[:kinds]):
                return False
            found += tile_digests(rows)
            done += int(firms)
        return np.array_equal(hashes(found), entry.tiles)

    def _quarters_match(self, part: Part, entry: LedgerEntry) -> bool:
        columns = read_plain_columns(
            self.quarters(part),
            self.model.quarters,
            len(part.points) * self.model.most_quarters,
        )
        edges = np.searchsorted(columns["point"], [*part.points, part.stop_point])
        if edges[0] != 0 or edges[-1] != len(columns["point"]):
            return False
        found = [
            quarter_digest({name: values[a:b] for name, values in columns.items()}, self.model)
            for a, b in pairwise(edges)
        ]
        return np.array_equal(hashes(found), entry.quarters)

    def discard(self, part: Part) -> None:
        """Remove a part, its entry first: without it, the rest does not count."""
        with explained(self.path):
            for path in (self.entry(part), self.firms(part), self.quarters(part)):
                path.unlink(missing_ok=True)

    # --- writing

    @contextlib.contextmanager
    def writing(self, part: Part) -> Iterator[PartWriter]:
        """Give a writer of a part; nothing stays behind if it is not finished."""
        writer = PartWriter(self, part)
        try:
            yield writer
        finally:
            writer.clear()


class PartWriter:
    """Takes a part's rows in order, block by block, and puts the files into place at the end."""

    def __init__(self, store: PartStore, part: Part) -> None:
        self._store = store
        self._part = part
        self._waiting: list[Numbers] = []
        self._rows = 0
        self._unfinished: list[Unfinished] = []
        self._writer: Any = None
        self._tiles: list[str] = []
        self._quarters: list[Columns] = []
        self._quarter_digests: list[str] = []
        self._firms: list[int] = []
        self._counts: list[NDArray[np.int64]] = []
        self._tallies: list[Mapping[str, NDArray[np.int64]]] = []

    def add(self, columns: Numbers, tiles: Sequence[str]) -> None:
        """Take the next rows, and the hashes of their tiles."""
        self._tiles += tiles
        if not self._store.keeps_firms:
            return
        self._waiting.append(columns)
        self._rows += len(columns["firm"])
        if self._rows >= ROW_GROUP:
            with explained(self._store.firms(self._part)):
                self._write_waiting()

    def _write_waiting(self) -> None:
        names = self._waiting[0].keys()
        together = {name: np.concatenate([c[name] for c in self._waiting]) for name in names}
        table = firm_table(together, self._store.sectors, self._store.provenance, self._store.model)
        if self._writer is None:
            file = self._begin(self._store.firms(self._part))
            self._writer = pq.ParquetWriter(file, table.schema, **writing(table.schema))
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._waiting, self._rows = [], 0

    def end_point(
        self,
        firms: int,
        counts: NDArray[np.int64],
        tallies: Mapping[str, NDArray[np.int64]],
        quarters: Columns | None,
        digest: str,
    ) -> None:
        """Note a point whose rows are all there: its firms, counts, and rows by quarter.

        Parameters
        ----------
        firms : int
        counts : int64 (len(model.counts),)
            At the horizon.
        tallies : mapping of name to int64 (scenarios,)
        quarters : columns or None
            Of ``Model.quarters``; None where the point's firms stand in several parts.
        digest : str
            Their hash.
        """
        self._firms.append(firms)
        self._counts.append(counts)
        self._tallies.append(tallies)
        if quarters is not None:
            self._quarter_digests.append(digest)
            if self._store.keeps_quarters:
                self._quarters.append(quarters)

    def finish(self, seconds: tuple[float, float], sums: Sums | None) -> LedgerEntry:
        """Put the files into place, the entry last.

        Parameters
        ----------
        seconds : (float, float)
            Processor time of simulating, and time of writing.
        sums : Sums or None
            To be kept where the point's firms stand in several parts.
        """
        self._store.confirm()
        with explained(self._store.firms(self._part)):
            files = [self._finish_firms(), self._finish_quarters()]
        entry = self._entry(seconds, sums, files)
        write_entry(self._store.entry(self._part), entry, self._part, self._store.key(self._part))
        return entry

    def _entry(
        self, seconds: tuple[float, float], sums: Sums | None, files: Sequence[tuple[int, str]]
    ) -> LedgerEntry:
        """Return what vouches for the part; ``files`` are sizes and hashes, see ``_put``."""
        entry = LedgerEntry(
            firms=np.array(self._firms, dtype=np.int64),
            tiles=hashes(self._tiles),
            quarters=hashes(self._quarter_digests),
            counts=np.array(self._counts, dtype=np.int64),
            tallies={
                tally.name: np.array([of[tally.name] for of in self._tallies], dtype=np.int64)
                for tally in self._store.model.tallies
            },
            bytes=np.array([size for size, _ in files], dtype=np.int64),
            seconds=np.array(seconds, dtype=np.float64),
            sums=sums,
            files=hashes([digest or "00" * 32 for _, digest in files]),
            cut=np.array(self._store.cut, dtype=np.int64),
        )
        assert len(entry.tiles) == sum(tiles_of(n) for n in self._firms)
        return entry

    def _finish_firms(self) -> tuple[int, str]:
        """Put the file of firms into place; return its size and hash."""
        if not self._store.keeps_firms:
            return 0, ""
        if self._waiting:
            self._write_waiting()
        self._writer.close()
        return self._put(self._unfinished[0])

    def _finish_quarters(self) -> tuple[int, str]:
        if not self._quarters:
            return 0, ""
        declared = self._store.model.quarters
        names = [column.name for column in declared]
        together = {name: _joined([c[name] for c in self._quarters]) for name in names}
        table = plain_table(together, declared, self._store.provenance)
        file = self._begin(self._store.quarters(self._part))
        write_table(table, file)
        return self._put(file)

    @staticmethod
    def _put(file: Unfinished) -> tuple[int, str]:
        digest = file.put()
        return file.size, digest

    def _begin(self, path: Path) -> Unfinished:
        self._unfinished.append(Unfinished(path, hashed=True))
        return self._unfinished[-1]

    def clear(self) -> None:
        """Remove what is not finished."""
        if self._writer is not None:
            with contextlib.suppress(OSError, pa.ArrowException):
                self._writer.close()
        for file in self._unfinished:
            file.discard()


def _joined(columns: Sequence[Any]) -> Any:
    if isinstance(columns[0], list):
        return [word for column in columns for word in column]
    return np.concatenate(columns)


def holds_quarters(path: Path, digest: str, model: Model) -> bool:
    """Whether a file holds the rows by quarter of one point, known by their hash."""
    try:
        columns = read_plain_columns(path, model.quarters, model.most_quarters)
        return quarter_digest(columns, model) == digest
    except UNREADABLE:
        return False
