"""Parts of a run that are kept in memory, as a run directory would keep them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from orgsim.spec import Model
from orgsim.store.layout import Part
from orgsim.store.ledger import LedgerEntry
from orgsim.store.parts import Columns, Numbers, PartStore, PartWriter
from orgsim.store.sums import Sums


class HeldPart(NamedTuple):
    """What a part's writer was given.

    Attributes
    ----------
    rows : list of (columns, hashes of tiles)
        As of ``PartWriter.add``; columns are empty where rows of firms are not kept.
    points : list of tuple
        As of ``PartWriter.end_point``.
    seconds, sums
        As of ``PartWriter.finish``.
    entry : LedgerEntry
    """

    rows: list[tuple[Numbers, Sequence[str]]]
    points: list[tuple[Any, ...]]
    seconds: tuple[float, float]
    sums: Sums | None
    entry: LedgerEntry

    def write_to(self, writer: PartWriter) -> LedgerEntry:
        """Give all of it to another writer, such as one of files."""
        for columns, tiles in self.rows:
            writer.add(columns, tiles)
        for told in self.points:
            writer.end_point(*told)
        return writer.finish(self.seconds, self.sums)


class MemoryParts(PartStore):
    """Where parts stand that nobody has written; takes what ``PartStore`` does but for the path.

    Attributes
    ----------
    held : dict of Part to HeldPart
    """

    def __init__(self, model: Model, **told: Any) -> None:
        super().__init__(Path(), model, **told)
        self.held: dict[Part, HeldPart] = {}

    def make_folders(self) -> None:
        """Make nothing."""

    def done(self, part: Part) -> LedgerEntry | None:
        """Return the entry of a part that is here."""
        return self.held[part].entry if part in self.held else None

    @contextlib.contextmanager
    def writing(self, part: Part) -> Iterator[PartWriter]:
        """Give a writer that keeps what it is given."""
        yield _MemoryWriter(self, part)

    def firm_columns(self) -> dict[str, Any]:
        """Return the rows of firms of all parts, in their order; see ``tables.firm_columns``."""
        blocks = [columns for held in self._in_order() for columns, _ in held.rows]
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}

    def quarter_columns(self) -> Columns | None:
        """Return the rows by quarter of the only point; None where it stands in several parts."""
        return next(told[3] for held in self._in_order() for told in held.points)

    def _in_order(self) -> Iterator[HeldPart]:
        return (self.held[part] for part in sorted(self.held))


class _MemoryWriter(PartWriter):
    """Keeps a part's rows."""

    def __init__(self, store: MemoryParts, part: Part) -> None:
        super().__init__(store, part)
        self._memory = store
        self._rows_given: list[tuple[Numbers, Sequence[str]]] = []
        self._points_given: list[tuple[Any, ...]] = []

    def add(self, columns: Numbers, tiles: Sequence[str]) -> None:
        """Take the next rows, and the hashes of their tiles."""
        self._tiles += tiles
        self._rows_given.append((columns, tiles))

    def end_point(self, *told: Any) -> None:
        """Note a point whose rows are all there; see ``PartWriter.end_point``."""
        super().end_point(*told)
        self._points_given.append(told)

    def finish(self, seconds: tuple[float, float], sums: Sums | None) -> LedgerEntry:
        """Keep the part."""
        entry = self._entry(seconds, sums, [(0, ""), (0, "")])
        held = HeldPart(self._rows_given, self._points_given, seconds, sums, entry)
        self._memory.held[self._part] = held
        return entry
