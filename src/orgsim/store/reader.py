"""A run on the disk as it is read: where it lies, its manifest, its tables."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from orgsim.errors import RunError, UsageError
from orgsim.printable import printable, shortened
from orgsim.spec import Model
from orgsim.store import names
from orgsim.store.atomic import reason_of
from orgsim.store.layout import Part
from orgsim.store.manifest import layout_of, read_manifest
from orgsim.store.manifest_fields import Manifest
from orgsim.store.names import FOLDERS
from orgsim.store.reading import CorruptError, opened, read_columns, refuse_other_columns
from orgsim.store.tables import declared_types
from orgsim.system.files import Whereabouts, as_path


class RunReader:
    """One run on the disk, to be read.

    Parameters
    ----------
    path : path
        The directory.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._whereabouts = Whereabouts(as_path(path, "run directory"))

    @property
    def path(self) -> Path:
        """Where the directory is, even if the program has changed its own since."""
        return self._whereabouts.path

    # --- what is here

    def read_manifest(self) -> Manifest:
        """Return the manifest.

        Raises
        ------
        UsageError
            If there is none, it is of another format, or links and the like stand where files and
            folders of ours belong.
        """
        names.refuse_odd(self.path)
        return read_manifest(self.path)

    def files(self, name: str, points: Sequence[int] | None = None) -> list[Path]:
        """Return the files of a table: ``points``, ``shares``, ``firms`` or ``quarters``.

        Parameters
        ----------
        points : sequence of int, optional
            Design points whose firms or quarters are wanted; by default all.

        Raises
        ------
        UsageError
            If the run has no such table.
        """
        if name not in FOLDERS:
            single = self.path / f"{name}.parquet"
            if not single.exists():
                raise self._missing(name)
            return [single]
        manifest = self.read_manifest()
        if not getattr(manifest.output, name):
            raise UsageError(f"{self.path}: has no {name}: its config says [output] {name} = false")
        if not manifest.is_finished:
            raise self._missing(name)
        layout = layout_of(manifest)
        parts = layout.quarter_parts() if name == "quarters" else layout.parts()
        if points is not None:
            wanted = sorted(points)
            parts = (part for part in parts if _has_any(part, wanted))
        return [self.path / name / f"{part.name}.parquet" for part in parts]

    def _missing(self, name: str) -> UsageError:
        if self.read_manifest().is_finished:
            return UsageError(
                f"{self.path}: has lost its {name}; mend it with the command that began the run, "
                f"or with: orgsim resume {self.path}"
            )
        return UsageError(
            f"{self.path}: has no {name}: the run is not finished; "
            "to finish it: orgsim resume " + str(self.path)
        )

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table: ``points``, ``shares``, ``firms`` or ``quarters``, or some columns of it.

        Raises
        ------
        UsageError
            If the run has no such table.
        RunError
            If a file is torn.
        """
        paths, most = self.files(name), self.most_rows(name)
        tables = []
        for path in paths:
            try:
                tables.append(read_columns(path, columns, most))
            except (OSError, CorruptError) as error:
                raise self.unreadable(path, error) from error
        try:
            return pa.concat_tables(tables).unify_dictionaries()
        except pa.ArrowException as error:
            raise self.unreadable(self.path / name, error) from error

    def checked_files(
        self, name: str, model: Model, points: Sequence[int] | None = None
    ) -> list[Path]:
        """Return the files of a table, after a look at what each says to hold, and how much.

        Raises
        ------
        UsageError
            As :meth:`files`.
        RunError
            If one is no file of ours, or says to hold more than the run can have.
        """
        paths, most = self.files(name, points), self.most_rows(name)
        for path in paths:
            self.refuse_corrupt(path, name, model, most)
        return paths

    def refuse_corrupt(self, path: Path, name: str, model: Model, most_rows: int) -> None:
        """Refuse a file of a table that is none of ours, or says to hold more than it can.

        Raises
        ------
        RunError
        """
        try:
            with opened(path, most_rows) as file:
                refuse_other_columns(file, declared_types(name, model))
        except (OSError, CorruptError) as error:
            raise self.unreadable(path, error) from error

    def most_rows(self, name: str) -> int:
        """Return how many rows a file of a table can have in this run."""
        manifest = self.read_manifest()
        layout = layout_of(manifest)
        return {
            "points": layout.points,
            "shares": layout.points * manifest.scenarios,
            "quarters": layout.points * manifest.quarters,
            "firms": layout.group * layout.firms,
        }[name]

    def unreadable(self, path: Path, error: Exception) -> RunError:
        """Return the error that names a file that cannot be read, and the mend."""
        reason = (
            reason_of(error) if isinstance(error, OSError) else printable(shortened(str(error)))
        )
        return RunError(
            f"{path}: cannot be read: {printable(reason)}\n"
            f"  mend it with: orgsim resume {self.path}"
        )


def _has_any(part: Part, points: Sequence[int]) -> bool:
    """Whether a part holds any of some design points, which are in order."""
    first = bisect_left(points, part.first_point)
    return first < len(points) and points[first] < part.stop_point
