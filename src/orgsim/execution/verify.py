"""Whether every file of a run still holds what was written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from orgsim.execution.context import RunContext
from orgsim.execution.experiment import agreed
from orgsim.execution.finalize import RunTotals
from orgsim.execution.recovery import whole_manifest
from orgsim.spec import Model
from orgsim.store import Manifest, Part, RunDirectory
from orgsim.store.ledger import Cut
from orgsim.store.manifest import CorruptManifestError, entries, has_same_copy, read_copy
from orgsim.store.names import (
    CONFIG_FILE,
    COPY_FILE,
    MANIFEST_FILE,
    POINTS_FILE,
    SHARES_FILE,
    part_folders,
    refuse_odd,
)
from orgsim.store.points import holds_points
from orgsim.store.reading import CorruptError, read_columns
from orgsim.store.tables import plain_table
from orgsim.system.files import as_path

MOST_NAMED = 1_000
"""Missing parts that are named; a run may lack millions."""


@dataclass(frozen=True, repr=False)
class FileCheck:
    """What became of the files of a run.

    Attributes
    ----------
    directory : Path
    format : int
        Version of the layout. Of format 2 neither manifest nor bytes are sealed: only rows, and
        what of the manifest follows from its config, can be held against anything.
    parts : int
    parts_missing : int
        Parts that are not there.
    missing, damaged : tuple of str
        Names of parts that are not there (of the first 1,000), or not what was written.
    foreign : tuple of str
        Files in the run's folders that are not the run's.
    tables : tuple of str
        Files of the whole run that are missing, altered, or do not agree with the parts.
    disagreements : tuple of str
        Fields of the manifest that are not what its config, its points or its files say.
    lost : tuple of str
        Fields of a manifest that had to be made anew, and stood nowhere else.
    digest, expected : str or None
        Recomputed from the files, and noted in the manifest.
    written_by : str
        Version of orgsim that began the run.
    """

    directory: Path
    format: int
    parts: int
    parts_missing: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    foreign: tuple[str, ...]
    tables: tuple[str, ...]
    disagreements: tuple[str, ...]
    lost: tuple[str, ...]
    digest: str | None
    expected: str | None
    written_by: str

    def __repr__(self) -> str:
        """Say in a line what it found."""
        found = "sound" if self.is_sound else "not sound"
        return f"<FileCheck {str(self.directory)!r}: {found}, {self.parts:,} parts>"

    @property
    def is_sound(self) -> bool:
        """Whether everything is there and as it was written."""
        wrong = (
            *self.missing,
            *self.damaged,
            *self.foreign,
            *self.tables,
            *self.disagreements,
        )
        return not wrong and self.digest is not None and self.digest == self.expected


def verify(
    directory: str | PathLike[str],
    model: Model,
    on_part: Callable[[int, int], None] = lambda done, of: None,
) -> FileCheck:
    """Read everything back, and hold it against what was noted; see :func:`orgsim.verify`."""
    store = RunDirectory(as_path(directory))
    refuse_odd(store.path)
    manifest = whole_manifest(store.path, model)
    context = RunContext.of(store.path, manifest, model)
    entered = context.entered()
    damaged = []
    for i, part in enumerate(entered):
        if context.parts.checked(part) is None:
            damaged.append(part.name)
        on_part(i + 1, len(entered))
    missing, parts_missing = _missing(context, entered, damaged)
    whole = not parts_missing and not damaged
    shares, digest = tables_of_all(store, manifest, context) if whole else ((), None)
    return FileCheck(
        directory=store.path,
        format=manifest.format,
        parts=context.layout.count,
        parts_missing=parts_missing,
        missing=missing,
        damaged=tuple(damaged),
        foreign=tuple(_foreign(context)),
        tables=(*_manifests(store), *_inputs(store, manifest, context), *shares),
        disagreements=tuple(_disagreements(manifest, context)),
        lost=tuple(manifest.lost),
        digest=digest,
        expected=manifest.digest,
        written_by=manifest.versions["orgsim"],
    )


def _missing(
    context: RunContext, entered: list[Part], damaged: list[str]
) -> tuple[tuple[str, ...], int]:
    """Return the names of the first parts without an entry, and how many there are.

    Parts that have lost their entry alone are added to the damaged.
    """
    known, names = set(entered), []
    count = context.layout.count - len(known)
    if count:
        for part in context.layout.parts():
            if part in known:
                continue
            files = (context.parts.firms(part), context.parts.quarters(part))
            if any(os.path.lexists(path) for path in files):
                damaged.append(part.name)
                count -= 1
            else:
                names.append(part.name)
            if len(names) == MOST_NAMED:
                break
    return tuple(names), count


def _manifests(store: RunDirectory) -> Iterator[str]:
    """Yield which of the two manifests is not what was written."""
    try:
        if store.read_manifest().format != 2 and not has_same_copy(store.path):
            yield COPY_FILE
    except CorruptManifestError:
        yield MANIFEST_FILE
        if read_copy(store.path) is None:
            yield COPY_FILE


def _disagreements(manifest: Manifest, context: RunContext) -> Iterator[str]:
    """Yield the fields of a manifest that are not what its config, points or entries say."""
    follows = agreed(manifest, context.config, context.points).as_dict()
    said = manifest.as_dict()
    for path, expected in _flat({name: follows[name] for name in _FOLLOWING}):
        # The title in the provenance is that of the day on which the run began.
        if path != ("provenance", "orgsim_title") and _at(said, path) != expected:
            yield ".".join(path)
    for part in entries(context.parts.path)[:1]:
        entry = context.parts.entry_of(part)
        if entry is not None and entry.cut is not None:
            yield from _cut_otherwise(manifest, Cut(*map(int, entry.cut)), context)


_FOLLOWING = (
    *("title", "target", "seed", "identity", "extent", "plan_hash", "points_hash", "sectors"),
    *("output", "provenance", "model"),
)
"""Fields of a manifest that follow from its config and points."""


def _cut_otherwise(manifest: Manifest, cut: Cut, context: RunContext) -> Iterator[str]:
    """Yield how a manifest cuts the run otherwise than an entry of the ledger says."""
    if cut.part_firms != manifest.part_firms:
        yield "part_firms"
    # A run that grows expects more firms than its first entries say; with a precision, as many.
    expected = cut.expected_firms if context.layout.adaptive else manifest.extent.firms
    if expected != manifest.expected_firms:
        yield "expected_firms"


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the fields of nested tables, but take a plan whole."""
    if isinstance(value, Mapping) and path[-1:] != ("plan",):
        for key, below in value.items():
            yield from _flat(below, (*path, key))
    else:
        yield path, value


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _foreign(context: RunContext) -> Iterator[str]:
    """Yield files that do not belong to the run, in the folders that are the run's alone."""
    unfinished = {
        path for folder in part_folders(context.parts.path) for path in folder.unfinished()
    }
    endings = {"firms": ".parquet", "quarters": ".parquet", "ledger": ".npz"}
    for folder, ending in endings.items():
        place = context.parts.path / folder
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            part = Part.named(path.stem) if path.suffix == ending else None
            name, ours = f"{folder}/{path.name}", part is not None and context.owns(folder, part)
            if not ours and name != COPY_FILE and path not in unfinished:
                yield name


def _inputs(store: RunDirectory, manifest: Manifest, context: RunContext) -> Iterator[str]:
    """Yield which files that say what the run is of are wrong; they are there from the first."""
    settings = context.config.settings_of(manifest.model.version)
    swept = context.points.columns
    if not store.holds(POINTS_FILE, manifest) or not holds_points(
        store.path / POINTS_FILE, settings, swept, context.config.model
    ):
        yield POINTS_FILE
    if not store.holds_config(manifest):
        yield CONFIG_FILE


def tables_of_all(
    store: RunDirectory, manifest: Manifest, context: RunContext
) -> tuple[tuple[str, ...], str]:
    """Return which files that need all parts are wrong, and the digest as it is now.

    Parameters
    ----------
    context : RunContext
        Every part of which is there, and sound.
    """

    def holds(name: str) -> bool:
        return store.holds(name, manifest)

    totals, wrong = RunTotals(context), []
    shares = store.path / SHARES_FILE
    if (
        manifest.digest is None
        or not holds(SHARES_FILE)
        or not _shares_match(shares, totals, context)
    ):
        wrong.append(SHARES_FILE)
    late, lost = totals.late_quarters(holds)
    return (*wrong, *lost), totals.digest(late)


def _shares_match(file: Path, totals: RunTotals, context: RunContext) -> bool:
    """Whether the shares on the disk are those that follow from the parts."""
    declared = context.config.model.shares
    expected = pa.concat_tables(plain_table(columns, declared, {}) for columns in totals.shares())
    try:
        there = read_columns(file, None, expected.num_rows)
    except (OSError, CorruptError):
        return False
    return _are_alike(_with_plain_words(there), _with_plain_words(expected))


ROUNDING = 1e-12
"""By how much of itself a limit of an interval may be off: libraries that compute quantiles differ
in the last digits, those of C and those that older versions of orgsim asked."""


def _are_alike(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables hold the same, real numbers but for rounding."""
    if one.schema != other.schema or one.num_rows != other.num_rows:
        return False
    for a, b in zip(one.columns, other.columns, strict=True):
        if not pa.types.is_floating(a.type) or a.null_count or b.null_count:
            if not a.equals(b):
                return False
        elif not np.allclose(a.to_numpy(), b.to_numpy(), rtol=ROUNDING, atol=0.0, equal_nan=True):
            return False
    return True


def _with_plain_words(table: pa.Table) -> pa.Table:
    """Return a table whose words are no codes of a dictionary, which may be in another order."""
    place = table.schema.get_field_index("scenario")
    words = table.column(place).cast(pa.string()) if place >= 0 else pa.nulls(table.num_rows)
    return table.set_column(max(place, 0), "scenario", words)
