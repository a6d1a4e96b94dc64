"""Whether every file of a run still holds what was written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.files import as_path

if TYPE_CHECKING:
    import pyarrow as pa

    from orgsim.finishing import Ending
    from orgsim.store import Part, RunDirectory
    from orgsim.store.ledger import Cut
    from orgsim.store.manifest import Manifest
    from orgsim.work import Work

MOST_NAMED = 1_000
"""Missing parts that are named; a run may lack millions."""


@dataclass(frozen=True)
class Verdict:
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
    from orgsim.experiment.recovery import whole_manifest
    from orgsim.store import RunDirectory
    from orgsim.store.names import refuse_odd
    from orgsim.work import Work

    store = RunDirectory(as_path(directory))
    refuse_odd(store.path)
    manifest = whole_manifest(store.path)
    work = Work.of(store.path, manifest)
    entered = work.entered()
    damaged = []
    for i, part in enumerate(entered):
        if work.place.checked(part) is None:
            damaged.append(part.name)
        on_part(i + 1, len(entered))
    missing, parts_missing = _missing(work, entered, damaged)
    whole = not parts_missing and not damaged
    shares, digest = _shares(store, manifest, work) if whole else ((), None)
    return Verdict(
        directory=store.path,
        format=manifest["format"],
        parts=work.layout.count,
        parts_missing=parts_missing,
        missing=missing,
        damaged=tuple(damaged),
        foreign=tuple(_foreign(work)),
        tables=(*_manifests(store), *_inputs(store, manifest, work), *shares),
        disagreements=tuple(_disagreements(manifest, work)),
        lost=tuple(manifest["lost"]),
        digest=digest,
        expected=manifest["digest"],
        written_by=manifest["versions"]["orgsim"],
    )


def _missing(work: Work, entered: list[Part], damaged: list[str]) -> tuple[tuple[str, ...], int]:
    """Return the names of the first parts without an entry, and how many there are.

    Parts that have lost their entry alone are added to the damaged.
    """
    known, names = set(entered), []
    count = work.layout.count - len(known)
    if count:
        for part in work.layout.parts():
            if part in known:
                continue
            files = (work.place.firms(part), work.place.quarters(part))
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
    from orgsim.store.manifest import (
        CorruptManifestError,
        has_same_copy,
        read_copy,
    )
    from orgsim.store.names import COPY_FILE, MANIFEST_FILE

    try:
        if store.read_manifest()["format"] != 2 and not has_same_copy(store.path):
            yield COPY_FILE
    except CorruptManifestError:
        yield MANIFEST_FILE
        if read_copy(store.path) is None:
            yield COPY_FILE


def _disagreements(manifest: Manifest, work: Work) -> Iterator[str]:
    """Yield the fields of a manifest that are not what its config, points or entries say."""
    from orgsim.experiment.plan import settled
    from orgsim.store.ledger import Cut
    from orgsim.store.manifest import entries

    typed = manifest["format"] == 2
    for path, expected in _flat(settled(work.config, work.points, typed=typed)):
        if _at(manifest, path) != expected:
            yield ".".join(path)
    said = manifest["provenance"]
    if said.get("orgsim_source") != manifest["identity"]["source"]:
        yield "provenance.orgsim_source"
    if said.get("orgsim_version") != manifest["versions"].get("orgsim"):
        yield "provenance.orgsim_version"
    for part in entries(work.place.path)[:1]:
        note = work.place.note_of(part)
        if note is not None and note.cut is not None:
            yield from _cut_otherwise(manifest, Cut(*map(int, note.cut)), work)


def _cut_otherwise(manifest: Manifest, cut: Cut, work: Work) -> Iterator[str]:
    """Yield how a manifest cuts the run otherwise than an entry of the ledger says."""
    if cut.part_firms != manifest["part_firms"]:
        yield "part_firms"
    # A run that grows expects more firms than its first entries say; with a precision, as many.
    expected = cut.expected_firms if work.layout.adaptive else manifest["extent"]["firms"]
    if expected != manifest["expected_firms"]:
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


def _foreign(work: Work) -> Iterator[str]:
    """Yield files that do not belong to the run, in the folders that are the run's alone."""
    from orgsim.store import Part
    from orgsim.store.names import COPY_FILE, part_folders

    unfinished = {path for folder in part_folders(work.place.path) for path in folder.unfinished()}
    endings = {"firms": ".parquet", "quarters": ".parquet", "ledger": ".npz"}
    for folder, ending in endings.items():
        place = work.place.path / folder
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            part = Part.named(path.stem) if path.suffix == ending else None
            name, ours = f"{folder}/{path.name}", part is not None and work.owns(folder, part)
            if not ours and name != COPY_FILE and path not in unfinished:
                yield name


def _inputs(store: RunDirectory, manifest: Manifest, work: Work) -> Iterator[str]:
    """Yield which files that say what the run is of are wrong; they are there from the first."""
    from orgsim.store.names import CONFIG_FILE, POINTS_FILE
    from orgsim.store.points import holds_points

    settings, swept = work.config.settings, work.points.columns
    if not store.holds(POINTS_FILE, manifest) or not holds_points(
        store.path / POINTS_FILE, settings, swept
    ):
        yield POINTS_FILE
    if not store.holds_config(manifest):
        yield CONFIG_FILE


def _shares(
    store: RunDirectory, manifest: Manifest, work: Work
) -> tuple[tuple[str, ...], str | None]:
    """Return which files that need all parts are wrong, and the digest as it is now."""
    from orgsim.finishing import Ending
    from orgsim.store.names import SHARES_FILE

    def holds(name: str) -> bool:
        return store.holds(name, manifest)

    ending, wrong = Ending(work), []
    shares = store.path / SHARES_FILE
    if manifest["digest"] is None or not holds(SHARES_FILE) or not _shares_match(shares, ending):
        wrong.append(SHARES_FILE)
    late, lost = ending.late_quarters(holds)
    return (*wrong, *lost), ending.digest(late)


def _shares_match(file: Path, ending: Ending) -> bool:
    """Whether the shares on the disk are those that follow from the parts."""
    import pyarrow as pa

    from orgsim.columns import SHARES
    from orgsim.store.reading import TornError, read_columns
    from orgsim.store.tables import plain_table

    expected = pa.concat_tables(plain_table(columns, SHARES, {}) for columns in ending.shares())
    try:
        there = read_columns(file, None, expected.num_rows)
    except (OSError, TornError):
        return False
    return bool(_with_plain_words(there).equals(_with_plain_words(expected)))


def _with_plain_words(table: pa.Table) -> pa.Table:
    """Return a table whose words are no codes of a dictionary, which may be in another order."""
    import pyarrow as pa

    place = table.schema.get_field_index("scenario")
    words = table.column(place).cast(pa.string()) if place >= 0 else pa.nulls(table.num_rows)
    return table.set_column(max(place, 0), "scenario", words)
