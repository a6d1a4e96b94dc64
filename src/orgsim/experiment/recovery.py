"""A manifest that is gone or altered: put right from its copy, or made anew from what vouches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orgsim.config import Config, read_config
from orgsim.errors import ConfigError, UsageError
from orgsim.experiment.plan import Experiment
from orgsim.experiment.progress import Progress
from orgsim.files import open_regular, read_bounded
from orgsim.store import CONFIG_FILE, Part
from orgsim.store.ledger import Cut, Note
from orgsim.store.manifest import (
    LEDGER,
    MOST_BYTES,
    CorruptManifestError,
    Manifest,
    entries,
    is_begun,
    ledger_format,
    read_copy,
    read_manifest,
    write_manifest,
)
from orgsim.store.names import MANIFEST_FILE, POINTS_FILE
from orgsim.work import Work

LOST = ("command", "ended", "machine", "preset", "started", "versions")
"""What stands in the manifest and its copy alone."""


def whole_manifest(path: Path, config: Config | None = None) -> Manifest:
    """Return the manifest of a run, from the directory or else from what else it holds.

    Parameters
    ----------
    config : Config, optional
        What is known of the run from elsewhere; by default what its own config says.

    Raises
    ------
    UsageError
        If there is no run, or too little is left of it.
    """
    try:
        return read_manifest(path)
    except CorruptManifestError:
        return read_copy(path) or _made_anew(path, config)


def restore(path: Path, progress: Progress, config: Config | None = None) -> None:
    """Write the manifest anew if it is not what was written, and say so.

    Raises
    ------
    UsageError
        As :func:`whole_manifest`.
    """
    try:
        read_manifest(path)
    except CorruptManifestError:
        manifest = whole_manifest(path, config)
        write_manifest(path, manifest)
        lost = f"; lost: {', '.join(manifest['lost'])}" if manifest["lost"] else ""
        progress.say(f"{MANIFEST_FILE}: was damaged, and is written anew{lost}")
    except UsageError:
        if is_begun(path):
            raise


def _made_anew(path: Path, config: Config | None) -> Manifest:
    """Return a manifest made from a config, the entries of the ledger and the files."""
    if ledger_format(path) == 2:
        raise UsageError(
            f"{path}/{MANIFEST_FILE}: is damaged, and of format 2, which has no copy of it: give "
            "the command that began the run again, with orgsim 0.1.0, or --overwrite"
        )
    mine = _own_config(path)
    if config is None and mine is None:
        raise UsageError(
            f"{path}: has lost its manifest, the copy in {LEDGER} and its {CONFIG_FILE}; give the "
            "command again that began the run"
        )
    known = config or mine
    assert known is not None
    try:
        experiment = Experiment(known, path)
    except ConfigError as error:
        raise UsageError(f"{error}\n  give the command again that began the run") from None
    manifest = experiment.new_manifest()
    vouching = _vouching_entry(experiment, manifest)
    if vouching is None and entries(path):
        raise UsageError(
            f"{path}: has lost its manifest, and its parts are of other settings, or of another "
            "version of the model\n"
            "keep both with --out DIR, or replace it with --overwrite"
        )
    if vouching is not None and vouching.cut is not None:
        cut = Cut(*map(int, vouching.cut))
        manifest |= {"part_firms": cut.part_firms, "expected_firms": cut.expected_firms}
    if experiment.config.precision is None:
        manifest["expected_firms"] = experiment.config.firms
    provenance = _provenance(path) or manifest["provenance"]
    unknown: dict[str, Any] = {
        "versions": {"orgsim": provenance.get("orgsim_version", "unknown")},
        "machine": {},
        "command": [],
        "started": None,
        "ended": None,
    }
    manifest.pop("preset", None)
    return {**manifest, **unknown, "provenance": provenance, "lost": list(LOST)}


def _own_config(path: Path) -> Config | None:
    """Return the config that lies in the directory, or None if it is not whole."""
    file = path / CONFIG_FILE
    try:
        return read_config(read_bounded(file, MOST_BYTES).decode("utf-8"), file)
    except (OSError, ValueError, ConfigError):
        return None


def _vouching_entry(experiment: Experiment, manifest: Manifest) -> Note | None:
    """Return an entry of the ledger that is of this experiment."""
    path = experiment.store.path
    for part in entries(path):
        note = _note_of(experiment, manifest, part)
        if note is not None:
            return note
    return None


def _note_of(experiment: Experiment, manifest: Manifest, part: Part) -> Note | None:
    work = Work.at(experiment.store.path, experiment.config, manifest, experiment.points)
    return work.place.note_of(part)


def _provenance(path: Path) -> dict[str, str] | None:
    """Return what a file of the run says of where it comes from."""
    files = [path / POINTS_FILE, *sorted((path / "firms").glob("part-p*.parquet"))[:1]]
    for file in files:
        try:
            with open_regular(file) as opened, pq.ParquetFile(opened) as parquet:
                metadata = parquet.schema_arrow.metadata or {}
                found = {key.decode(): value.decode() for key, value in metadata.items()}
        except (OSError, ValueError, pa.ArrowException):
            continue
        if "orgsim_plan" in found:
            return {key: value for key, value in found.items() if key.startswith("orgsim_")}
    return None
