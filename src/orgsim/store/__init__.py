"""The run directory: a result that explains itself, survives anything, and can be rerun.

::

    manifest.json    settings, seed, versions, machine, times, status, digest
    config.toml      the resolved settings; running it gives the same digest
    points.parquet   a row a design point
    firms/           a row a firm, in parts of PART_FIRMS firms
    quarters/        a row a point and quarter
    shares.parquet   a row a point and scenario
    partial/         exact sums of finished parts, until the run is finished

Every file is written under a temporary name and renamed. A part is named by
what it holds, and is believed only if its content has the hash that was noted
when it was written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orgsim.columns import QUARTERS, SHARES
from orgsim.errors import RunError, UsageError
from orgsim.store.files import TEMPORARY, explained, lock, write_text, write_whole
from orgsim.store.sums import Sums
from orgsim.store.tables import (
    digest_columns,
    firm_columns,
    firm_table,
    plain_table,
    read_firm_columns,
    write_table,
)

FORMAT = 1
"""Version of the layout."""

PART_FIRMS = 2**18
"""Firms a part. The digest is made part by part, so this number is part of its definition."""

_KEYS = {"status", "digest", "title", "target", "output", "seconds", "started", "identity"}
_IDENTITY = {"plan", "firms", "source", "output"}
_FOLDERS = ("firms", "quarters", "partial")
_PARTS = ("part-p*.parquet", "part-p*.npz", f"{TEMPORARY}*")
# A removal takes the shares first, for without them a run is not finished, and the manifest
# last, for without it the directory is a stranger's: one that was cut short can go on.
_SHARES = "shares.parquet"
_FILES = ("points.parquet", "config.toml", "manifest.json")


def part_ranges(firms: int) -> Iterator[tuple[int, int]]:
    """Yield the first firm and the one after the last of every part."""
    for first in range(0, firms, PART_FIRMS):
        yield first, min(first + PART_FIRMS, firms)


def _differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """Yield the field paths in which two plans differ, with both values."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in [*before, *(k for k in now if k not in before)]:
            below = f"{path}.{key}" if path and path != "settings" else str(key)
            yield from _differences(before.get(key), now.get(key), below)
    elif path == "source":
        if before != now:
            yield f"the model's source code (hash {before[:8]} there, {now[:8]} now)"
    elif before != now:
        yield f"{path}: {json.dumps(before)} there, {json.dumps(now)} now"


class RunDirectory:
    """One run on the disk.

    Parameters
    ----------
    path : Path
        The directory; made by :meth:`begin`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    # --- manifest

    def read_manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        UsageError
            If there is no run here, or its layout is of another version.
        """
        manifest = self._any_manifest()
        if manifest["format"] != FORMAT:
            raise UsageError(
                f"{self.path}: written in format {manifest['format']}, and this orgsim reads "
                f"{FORMAT}: use the version named in manifest.json, or another --out"
            )
        identity = manifest.get("identity")
        parts_of_identity = {"plan", "firms", "source", "output"}
        if (
            _KEYS - set(manifest)
            or not isinstance(identity, dict)
            or parts_of_identity - set(identity)
        ):
            raise UsageError(
                f"{self.path}/manifest.json: is damaged; replace the run with --overwrite, "
                "or choose another directory: --out DIR"
            )
        return manifest

    def _any_manifest(self) -> dict[str, Any]:
        """Return a manifest of whatever format; many programs have a manifest.json."""
        try:
            text = (self.path / "manifest.json").read_text(encoding="utf-8")
            manifest = json.loads(text)
        except FileNotFoundError:
            raise UsageError(f"{self.path}: no run here (no manifest.json)") from None
        except (OSError, ValueError) as error:
            raise UsageError(f"{self.path}/manifest.json: cannot be read: {error}") from None
        versions = manifest.get("versions") if isinstance(manifest, dict) else None
        if not (isinstance(versions, dict) and "orgsim" in versions and "format" in manifest):
            raise UsageError(
                f"{self.path}: holds no run (its manifest.json is not orgsim's); "
                "choose another directory: --out DIR"
            )
        return manifest

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest in one step."""
        text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
        write_text(self.path / "manifest.json", text + "\n")

    # --- beginning

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make the directory if need be, and keep other processes out of it.

        Raises
        ------
        UsageError
            If another process is at work here, or a file is in the way.
        RunError
            If the directory cannot be made or read.
        """
        with explained(self.path):
            if self.path.exists() and not self.path.is_dir():
                raise UsageError(f"{self.path}: is a file; choose another directory: --out DIR")
            self.path.mkdir(parents=True, exist_ok=True)
            handle = lock(self.path)
        try:
            yield
        finally:
            os.close(handle)

    def status(self, identity: Mapping[str, Any], *, overwrite: bool) -> str:
        """Say what is here: ``new``, ``finished`` or ``unfinished`` (of the same plan).

        Parameters
        ----------
        identity : mapping
            What a run is of: plan, firms, source.
        overwrite : bool
            Whether another run may be removed.

        Raises
        ------
        UsageError
            If something else is here; the message says what differs and the ways out.
        """
        with explained(self.path):
            if not self.path.exists():
                return "new"
            inside = [p for p in self.path.iterdir() if not p.name.startswith(TEMPORARY)]
        if not inside:
            return "new"
        if not (self.path / "manifest.json").exists():
            raise UsageError(
                f"{self.path}: is not empty and holds no run (no manifest.json); "
                "choose another directory: --out DIR"
            )
        if overwrite:
            self._any_manifest()
            self._remove()
            return "new"
        manifest = self.read_manifest()
        different = list(_differences(manifest["identity"], dict(identity)))
        if different:
            listed = "\n  ".join(d.removeprefix("plan.settings.") for d in different[:5])
            more = f"\n  and {len(different) - 5} more" if len(different) > 5 else ""
            raise UsageError(
                f"{self.path}: holds another run:\n  {listed}{more}\n"
                "keep both with --out DIR, or replace it with --overwrite"
            )
        return "finished" if self._complete(manifest) else "unfinished"

    def _complete(self, manifest: Mapping[str, Any]) -> bool:
        """Whether a run is finished and its tables are there."""
        import pyarrow.parquet as pq

        try:
            shares = pq.read_metadata(self.path / _SHARES).num_rows
        except (OSError, pa.ArrowException):
            return False
        output = manifest["output"]
        tables = [name for name in ("firms", "quarters") if output[name]]
        there = all(any((self.path / name).glob("part-p*.parquet")) for name in tables)
        return manifest["status"] == "finished" and shares > 0 and there

    def _remove(self) -> None:
        """Remove what is ours, and nothing else."""
        with explained(self.path):
            (self.path / _SHARES).unlink(missing_ok=True)
            for folder in (self.path / name for name in _FOLDERS):
                for part in [part for pattern in _PARTS for part in folder.glob(pattern)]:
                    part.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # no folder, a link, or a stranger's files
                    folder.rmdir()
            for name in _FILES:
                (self.path / name).unlink(missing_ok=True)

    def begin(self, manifest: Mapping[str, Any], config_toml: str) -> None:
        """Make the directory, clear it of torn files, and say what the run is."""
        with explained(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            for leftover in self.path.rglob(f"{TEMPORARY}*"):
                leftover.unlink(missing_ok=True)
        self.describe(manifest, config_toml)

    def describe(self, manifest: Mapping[str, Any], config_toml: str) -> None:
        """Write what the run is: for orgsim, and as a config that repeats it."""
        self.write_manifest(manifest)
        write_text(self.path / "config.toml", config_toml)

    # --- parts

    def _name(self, first: int, stop: int) -> str:
        return f"part-p000000-f{first:010d}-{stop:010d}"

    def _partial(self, first: int, stop: int) -> Path:
        return self.path / "partial" / f"{self._name(first, stop)}.npz"

    def _firms(self, first: int, stop: int) -> Path:
        return self.path / "firms" / f"{self._name(first, stop)}.parquet"

    def _put(self, path: Path, write: Callable[[Path], None]) -> None:
        """Write a file whole, into a folder of the run that is made if need be."""
        with explained(path):
            path.parent.mkdir(exist_ok=True)
        write_whole(path, write)

    def write_part(
        self,
        first: int,
        record: NDArray[np.float64],
        sums: Sums,
        *,
        sectors: Sequence[str],
        provenance: Mapping[str, str],
        rows: bool,
    ) -> str:
        """Write one part: its rows first, then the sums that vouch for them.

        Parameters
        ----------
        rows : bool
            Whether the firms' rows are kept; their hash is noted either way.

        Returns
        -------
        str
            Hash of the part's rows.
        """
        stop = first + record.shape[1]
        columns = firm_columns(0, first, record)
        digest = digest_columns(columns)
        if rows:
            table = firm_table(columns, sectors, provenance)
            self._put(self._firms(first, stop), lambda path: write_table(table, path))

        def write(path: Path) -> None:
            with path.open("wb") as file:
                np.savez_compressed(file, digest=np.array(digest), **sums._asdict())

        self._put(self._partial(first, stop), write)
        return digest

    def read_part(
        self, first: int, stop: int, *, sectors: Sequence[str], rows: bool
    ) -> tuple[str, Sums] | None:
        """Return hash and sums of a finished part, or None if it must be simulated (again).

        A part whose rows are missing, torn or not what was written does not count.
        """
        try:
            with self._partial(first, stop).open("rb") as file:
                loaded = np.load(file, allow_pickle=False)
                digest = str(loaded["digest"])
                sums = Sums(*(loaded[name] for name in Sums._fields))
            if int(sums.counts[-1, :4].sum()) != stop - first:
                return None
            if rows:
                columns = read_firm_columns(self._firms(first, stop), sectors)
                if digest_columns(columns) != digest:
                    return None
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, pa.ArrowException):
            return None
        return digest, sums

    # --- the end

    def write_tables(
        self,
        points: pa.Table,
        quarters: Mapping[str, Any] | None,
        shares: Mapping[str, Any],
        provenance: Mapping[str, str],
    ) -> None:
        """Write the tables that need all firms."""
        write_whole(self.path / "points.parquet", lambda path: write_table(points, path))
        if quarters is not None:
            table = plain_table(quarters, QUARTERS, provenance)
            self._put(
                self.path / "quarters" / "part-p000000.parquet",
                lambda path: write_table(table, path),
            )
        table_of_shares = plain_table(shares, SHARES, provenance)
        write_whole(self.path / _SHARES, lambda path: write_table(table_of_shares, path))

    def forget_partials(self) -> None:
        """Remove the exact sums of parts, which a finished run needs no more."""
        with explained(self.path):
            shutil.rmtree(self.path / "partial", ignore_errors=True)

    # --- reading

    def read(self, name: str) -> pa.Table:
        """Return a table: ``points``, ``shares``, ``firms`` or ``quarters``.

        Raises
        ------
        UsageError
            If the run has no such table.
        RunError
            If a file is torn.
        """
        import pyarrow.parquet as pq

        single = self.path / f"{name}.parquet"
        place = single if single.exists() else self.path / name
        if not place.exists():
            switched = f", or its config says [output] {name} = false" if name in _FOLDERS else ""
            raise UsageError(
                f"{self.path}: has no {name}: the run is not finished{switched}; "
                "to finish it, run its command again"
            )
        try:
            if place.is_dir():
                return pq.read_table(place)
            with pq.ParquetFile(place) as file:  # read_table's datasets would import pandas
                return file.read()
        except (OSError, pa.ArrowException) as error:
            raise RunError(f"{place}: cannot be read: {error}") from error


def run_digest(parts: Sequence[str], sums: Sums) -> str:
    """Return the digest of a run: of its firms, part by part, and of its quarters' sums."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(bytes.fromhex(part))
    digest.update(bytes.fromhex(sums.digest()))
    return digest.hexdigest()
