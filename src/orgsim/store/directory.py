"""The run directory as a whole: beginning, growing, finishing, removing, reading."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from orgsim.errors import UsageError
from orgsim.spec import Model
from orgsim.store import locks, names
from orgsim.store.atomic import (
    explained,
    file_hash,
    is_orphan,
    write_text,
    write_whole,
)
from orgsim.store.derived import remove_derived
from orgsim.store.identity import WAYS_OUT, refuse_another, refuse_smaller
from orgsim.store.layout import Part
from orgsim.store.manifest import (
    has_same_copy,
    is_begun,
    layout_of,
    refuse_foreign,
    write_manifest,
)
from orgsim.store.manifest_fields import Extent, Identity, Manifest
from orgsim.store.names import CONFIG_FILE, FOLDERS, MANIFEST_FILE, POINTS_FILE, SHARES_FILE
from orgsim.store.parts import PartStore
from orgsim.store.points import holds_points, points_hash, read_swept, write_points
from orgsim.store.reader import RunReader
from orgsim.store.reading import CorruptError, opened
from orgsim.store.tables import ROW_GROUP, plain_table, write_table, writing
from orgsim.system.files import read_bounded

SECONDS_OF_A_TEMPORARY = 3_600
"""Age at which a file that another machine has not finished is taken for left behind."""

# A removal takes the shares first, for without them a run is not finished, and the manifest
# last, for without it the directory is a stranger's: one that was cut short can go on.
_FILES = (POINTS_FILE, CONFIG_FILE)


class RunDirectory(RunReader):
    """One run on the disk, begun, grown, finished, removed.

    Parameters
    ----------
    path : path
        The directory; made by :meth:`held`.
    """

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest in one step."""
        write_manifest(self.path, manifest)

    @contextlib.contextmanager
    def held(self, shard: locks.Shard | None = None) -> Iterator[None]:
        """Make the directory if need be, and keep other processes out of it, or of a shard.

        Raises
        ------
        UsageError
            If another process is at work here, or a file is in the way.
        RunError
            If the directory cannot be made or read.
        """
        self.make()
        with contextlib.ExitStack() as stack:
            with explained(self.path):
                stack.enter_context(locks.held(self.path, shard))
            yield

    def make(self) -> None:
        """Make the directory if need be.

        Raises
        ------
        UsageError
            If a file is in the way, or something else than a run is in it.
        RunError
            If the directory cannot be made or read.
        """
        with explained(self.path):
            if self.path.exists() and not self.path.is_dir():
                raise UsageError(f"{self.path}: is a file; choose another directory: --out DIR")
            self.path.mkdir(parents=True, exist_ok=True)
        self.refuse_foreign_files()

    def refuse_foreign_files(self) -> None:
        """Refuse a directory with other things in it, before anything is written.

        What begins with a dot, and the logs of a queue, are no such things: they stay.
        """
        names.refuse_odd(self.path)
        with explained(self.path, "read"):
            inside = [path for path in self.path.iterdir() if not names.is_of_others(path.name)]
            if inside and not ((self.path / MANIFEST_FILE).exists() or is_begun(self.path)):
                raise UsageError(
                    f"{self.path}: is not empty and holds no run (no {MANIFEST_FILE}); "
                    "choose another directory: --out DIR"
                )
        if inside and (self.path / MANIFEST_FILE).exists():
            refuse_foreign(self.path)

    def status(self, identity: Identity, extent: Extent, model: Model, *, overwrite: bool) -> str:
        """Say what is here: ``new``, or of the same plan ``finished``, ``unfinished``, ``smaller``.

        Parameters
        ----------
        identity : Identity
            What the run that is asked for is of.
        extent : Extent
        model : Model
            And of which it is.
        overwrite : bool
            Whether another run may be removed.

        Raises
        ------
        UsageError
            If something else is here; the message says what differs and the ways out.
        """
        there = (self.path / MANIFEST_FILE).exists()
        if overwrite and (there or is_begun(self.path)):
            if there:
                refuse_foreign(self.path)
            self._remove()
            return "new"
        if not there:
            return "new"
        manifest = self.read_manifest()
        refuse_another(self.path, manifest, identity, model)
        refuse_smaller(self.path, manifest.extent, extent)
        if manifest.extent != extent:
            return "smaller"
        return "finished" if self.is_complete(manifest) else "unfinished"

    def is_complete(self, manifest: Manifest) -> bool:
        """Whether a run is finished and its tables are there."""
        if not manifest.is_finished or not self._holds_shares(manifest):
            return False
        layout = layout_of(manifest)
        for name, parts in (("firms", layout.parts()), ("quarters", layout.quarter_parts())):
            if getattr(manifest.output, name):
                try:
                    there = set(os.listdir(self.path / name))
                except OSError:
                    return False
                if any(f"{part.name}.parquet" not in there for part in parts):
                    return False
        return True

    def _holds_shares(self, manifest: Manifest) -> bool:
        try:
            with opened(self.path / SHARES_FILE) as shares:
                return shares.metadata.num_rows > 0 and self.holds(SHARES_FILE, manifest)
        except (OSError, CorruptError):
            return False

    # --- beginning

    def begin(
        self,
        manifest: Manifest,
        settings: Mapping[str, Any],
        swept: Mapping[str, NDArray[Any]],
        model: Model,
        *,
        anew: bool = False,
    ) -> Manifest:
        """Say what the run is: as a config that repeats it, as a table of points, for orgsim.

        Returns the manifest as it is written. In a new directory it comes first: without it, the
        rest would be a stranger's. Where there is one, it comes last: until then the run is what it
        was.

        Parameters
        ----------
        settings : mapping of path to value
            What all points share.
        swept : mapping of path to array (points,)
            What they do not.
        model : Model
            Whose settings they are.
        anew : bool
            Whether the manifest that is there is of a run that was removed.
        """
        if anew or not (self.path / MANIFEST_FILE).exists():
            self.write_manifest(manifest)
        elif self.read_manifest().extent != manifest.extent:
            remove_derived(self.path)
        with explained(self.path):
            (self.path / SHARES_FILE).unlink(missing_ok=True)  # if it was finished, it is no more
        manifest = self._with_points(manifest, settings, swept, model)
        write_text(self.path / CONFIG_FILE, manifest.config)
        self.write_manifest(manifest)
        return manifest

    def clear_unfinished(self, *, others: bool) -> None:
        """Remove what dead processes left half-written.

        Parameters
        ----------
        others : bool
            Whether of other machines, too, if it is an hour old. Nobody else should be at work
            then, but a file system without locks cannot tell.
        """
        with explained(self.path, "cleared"):
            for folder in names.folders(self.path):
                for leftover in folder.unfinished():
                    if is_orphan(leftover) or (others and _is_old(leftover)):
                        leftover.unlink(missing_ok=True)

    def repair_tables(
        self,
        manifest: Manifest,
        settings: Mapping[str, Any],
        swept: Mapping[str, NDArray[Any]],
        model: Model,
    ) -> Manifest:
        """Write config, points and the manifest's copy anew if they are not what they were.

        Returns the manifest as it is then.
        """
        if not self.holds_config(manifest):
            write_text(self.path / CONFIG_FILE, manifest.config)
        if not self.holds(POINTS_FILE, manifest) or not holds_points(
            self.path / POINTS_FILE, settings, swept, model
        ):
            manifest = self._with_points(manifest, settings, swept, model)
            self.write_manifest(manifest)
        elif not has_same_copy(self.path):
            self.write_manifest(manifest)
        return manifest

    def holds_config(self, manifest: Manifest) -> bool:
        """Whether the config that repeats the run is the manifest's."""
        wanted = manifest.config.encode("utf-8")
        try:
            return read_bounded(self.path / CONFIG_FILE, len(wanted)) == wanted
        except OSError:
            return False

    def holds(self, name: str, manifest: Manifest) -> bool:
        """Whether a file's bytes are those that the manifest notes; in format 2 it notes none."""
        if manifest.format == 2:
            return True
        try:
            return file_hash(self.path / name) == manifest.files.get(name)
        except OSError:
            return False

    def _with_points(
        self,
        manifest: Manifest,
        settings: Mapping[str, Any],
        swept: Mapping[str, NDArray[Any]],
        model: Model,
    ) -> Manifest:
        """Write the table of points; return the manifest with its hash."""
        written = write_whole(
            self.path / POINTS_FILE,
            lambda file: write_points(file, settings, swept, manifest.provenance, model),
            hashed=True,
        )
        return replace(manifest, files={**manifest.files, POINTS_FILE: written})

    def refuse_other_points(
        self,
        manifest: Manifest,
        swept: Mapping[str, NDArray[Any]],
        model: Model,
        ways_out: str = WAYS_OUT,
    ) -> None:
        """Refuse to go on with points that are not those that were begun with.

        Raises
        ------
        UsageError
            If they begin otherwise: another table, or other libraries.
        """
        points, typed = manifest.extent.points, manifest.is_typed
        if points_hash(swept, 0, points, model, typed=typed) != manifest.points_hash:
            raise UsageError(
                f"{self.path}: the points there are not the first of this design's"
                f"{self._first_difference(swept)}\n{ways_out}"
            )

    def _first_difference(self, swept: Mapping[str, NDArray[Any]]) -> str:
        """Name a parameter that differs from the table of points, if that can be read."""
        try:
            before = read_swept(self.path / POINTS_FILE)
        except (OSError, CorruptError):
            return ""
        for path, column in before.items():
            now = swept.get(path, np.empty(0))
            both = min(len(column), len(now))
            if not both or column[:both].tolist() != now[:both].tolist():
                return f" ({path} differs)"
        return ""

    def _remove(self) -> None:
        """Remove what is ours, and nothing else; the manifest waits for that of the next run."""
        names.refuse_odd(self.path)
        with explained(self.path, "cleared"):
            (self.path / SHARES_FILE).unlink(missing_ok=True)
            for folder in names.part_folders(self.path):
                for path in (*folder.files(), *folder.unfinished()):
                    path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # no folder, or a stranger's files
                    folder.path.rmdir()
            remove_derived(self.path)
            for name in _FILES:
                (self.path / name).unlink(missing_ok=True)

    # --- the end

    def remove_superseded(self, owns: Callable[[str, Part], bool]) -> None:
        """Remove parts of ours that are not this run's: one that has grown has other parts.

        Parameters
        ----------
        owns : callable
            Whether a file of a part belongs into a folder of this name.
        """
        with explained(self.path, "cleared"):
            for folder in names.part_folders(self.path):
                if folder.path.name not in FOLDERS:  # of format 1
                    continue
                for path in folder.files():
                    part = Part.named(path.stem)
                    if part is not None and not owns(folder.path.name, part):
                        path.unlink(missing_ok=True)

    def write_quarters(self, part: Part, columns: Mapping[str, Any], parts: PartStore) -> str:
        """Write rows by quarter of a point whose firms stand in several parts; return its hash."""
        table = plain_table(columns, parts.model.quarters, parts.provenance)
        return write_whole(parts.quarters(part), lambda file: write_table(table, file), hashed=True)

    def write_shares(self, chunks: Iterator[Mapping[str, Any]], parts: PartStore) -> str:
        """Write the shares, some points at a time; return the file's hash."""
        import pyarrow.parquet as pq

        def write(file: BinaryIO) -> None:
            writer = None
            try:
                for columns in chunks:
                    table = plain_table(columns, parts.model.shares, parts.provenance)
                    if writer is None:
                        writer = pq.ParquetWriter(file, table.schema, **writing(table.schema))
                    writer.write_table(table, row_group_size=ROW_GROUP)
            finally:
                if writer is not None:
                    writer.close()

        return write_whole(self.path / SHARES_FILE, write, hashed=True)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > SECONDS_OF_A_TEMPORARY
    except OSError:
        return False
