"""A manifest that is gone or altered: put right from its copy, or made anew from what vouches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from orgsim.config import Config, read_config
from orgsim.errors import ConfigError, UsageError
from orgsim.execution.context import RunContext
from orgsim.execution.experiment import Experiment
from orgsim.execution.progress import Progress
from orgsim.spec import Model
from orgsim.store import CONFIG_FILE, Extent, Manifest, Part
from orgsim.store.identity import WAYS_OUT, refuse_another, refuse_smaller
from orgsim.store.layout import is_cut
from orgsim.store.ledger import Cut, LedgerEntry
from orgsim.store.manifest import (
    MOST_BYTES,
    CorruptManifestError,
    entries,
    is_begun,
    ledger_format,
    read_copy,
    read_manifest,
    write_manifest,
)
from orgsim.store.names import LEDGER, MANIFEST_FILE, POINTS_FILE
from orgsim.store.reading import CorruptError, opened
from orgsim.system.files import read_bounded

_VERSION = re.compile(r"[0-9A-Za-z.+!_-]{1,60}")

LOST = ("command", "ended", "machine", "preset", "started", "versions")
"""What stands in the manifest and its copy alone."""


def whole_manifest(path: Path, model: Model, config: Config | None = None) -> Manifest:
    """Return the manifest of a run, from the directory or else from what else it holds.

    Parameters
    ----------
    model : Model
        Whose run it is.
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
        return read_copy(path) or _made_anew(path, model, config)


def restore(path: Path, model: Model, progress: Progress, wanted: Experiment | None = None) -> None:
    """Write the manifest anew if it is not what was written, and say so.

    Parameters
    ----------
    wanted : Experiment, optional
        What is asked for: if another run is there, nothing is written.

    Raises
    ------
    UsageError
        As :func:`whole_manifest`, or if another run is there, or a larger one.
    """
    try:
        read_manifest(path)
    except CorruptManifestError:
        manifest = whole_manifest(path, model, None if wanted is None else wanted.config)
        if wanted is not None:
            refuse_another(path, manifest, wanted.identity, model)
            refuse_smaller(path, manifest.extent, wanted.extent)
        write_manifest(path, manifest)
        lost = f"; lost: {', '.join(manifest.lost)}" if manifest.lost else ""
        progress.say(f"{MANIFEST_FILE}: was damaged, and is written anew{lost}")
    except UsageError:
        if is_begun(path):
            raise


def _made_anew(path: Path, model: Model, config: Config | None) -> Manifest:
    """Return a manifest made from a config, the entries of the ledger and the files."""
    if ledger_format(path) == 2:
        raise UsageError(
            f"{path}/{MANIFEST_FILE}: is damaged, and of format 2, which has no copy of it: give "
            "the command that began the run again, with orgsim 0.1.0, or --overwrite"
        )
    known = [found for found in (_own_config(path, model), config) if found is not None]
    if not known:
        raise UsageError(
            f"{path}: has lost its manifest, the copy in {LEDGER} and its {CONFIG_FILE}; give the "
            "command again that began the run"
        )
    experiment, vouching = _vouched(path, known)
    manifest = experiment.new_manifest()
    _refuse_parts_beyond(path, experiment)
    if vouching is not None and vouching.cut is not None:
        cut = Cut(*map(int, vouching.cut))
        if is_cut(cut.part_firms, cut.expected_firms):
            manifest = replace(
                manifest, part_firms=cut.part_firms, expected_firms=cut.expected_firms
            )
    if experiment.config.precision is None:
        manifest = replace(manifest, expected_firms=experiment.config.firms)
    version = _written_by(path) or manifest.provenance["orgsim_version"]
    return replace(
        manifest,
        preset=None,
        versions={"orgsim": version},
        machine={},
        command=[],
        started=None,
        ended=None,
        provenance={**manifest.provenance, "orgsim_version": version},
        lost=list(LOST),
    )


def _vouched(path: Path, configs: Sequence[Config]) -> tuple[Experiment, LedgerEntry | None]:
    """Return the experiment of the first config that entries of the ledger are of.

    What lies in the directory comes first: a command may ask for fewer firms than are there.
    """
    for config in configs:
        try:
            experiment = Experiment(config, path)
        except ConfigError as error:
            raise UsageError(f"{error}\n  give the command again that began the run") from None
        vouching = _vouching_entry(experiment, experiment.new_manifest())
        if vouching is not None or not entries(path):
            return experiment, vouching
    raise UsageError(
        f"{path}: has lost its manifest, and its parts are of other settings, or of another "
        f"model or version of it\n{WAYS_OUT}"
    )


def _refuse_parts_beyond(path: Path, experiment: Experiment) -> None:
    """Refuse an experiment that is smaller than what its parts show was done."""
    there = entries(path)
    done = Extent(
        firms=max((part.stop_firm for part in there), default=0),
        points=max((part.stop_point for part in there), default=0),
    )
    refuse_smaller(path, done, experiment.extent)


def _own_config(path: Path, model: Model) -> Config | None:
    """Return the config that lies in the directory, or None if it is not whole."""
    file = path / CONFIG_FILE
    try:
        return read_config(read_bounded(file, MOST_BYTES).decode("utf-8"), file, model)
    except (OSError, ValueError, ConfigError):
        return None


def _vouching_entry(experiment: Experiment, manifest: Manifest) -> LedgerEntry | None:
    """Return an entry of the ledger that is of this experiment."""
    path = experiment.store.path
    for part in entries(path):
        entry = _entry_of(experiment, manifest, part)
        if entry is not None:
            return entry
    return None


def _entry_of(experiment: Experiment, manifest: Manifest, part: Part) -> LedgerEntry | None:
    context = RunContext.at(experiment.store.path, experiment.config, manifest, experiment.points)
    return context.parts.entry_of(part)


def _written_by(path: Path) -> str | None:
    """Return the version of orgsim that a file of the run says to be of."""
    parts = (path / "firms" / f"{part.name}.parquet" for part in entries(path)[:1])
    for file in (path / POINTS_FILE, *parts):
        try:
            with opened(file) as parquet:
                told = (parquet.schema_arrow.metadata or {}).get(b"orgsim_version", b"").decode()
        except (OSError, CorruptError):
            continue
        if _VERSION.fullmatch(told):
            return told
    return None
