"""What a run is: read, written, sealed, and told apart from other programs' files.

The *identity* of a run is its plan, the model's source and what is written: another one is another
run. Its *extent*, firms a point and points, may grow.

The manifest is sealed, a hash in it of all the rest, and stands twice: in the directory and in its
ledger. A byte that changes is noticed, and the other copy has what it was. Format 2, of version
0.1.0, had neither: such runs are read, and never written to; ``execution.take_up`` copies them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from orgsim.errors import RunError, UsageError
from orgsim.printable import printable, shortened
from orgsim.store.atomic import explained, write_text
from orgsim.store.layout import Layout, Part
from orgsim.store.ledger import Cut, format_of
from orgsim.store.manifest_fields import Extent, Manifest
from orgsim.store.manifest_shape import refuse_misshapen
from orgsim.store.names import COPY_FILE, LEDGER, MANIFEST_FILE
from orgsim.system.files import (
    MEBIBYTE,
    NotAFileError,
    TooLargeError,
    read_bounded,
    refuse_odd_file,
    refuse_odd_folder,
)
from orgsim.text import joined

FORMAT = 4
"""Version of the layout. No single bit makes it the 2 of version 0.1.0."""

READABLE = (2, FORMAT)
"""Versions that are read; only the last is written."""

MOST_BYTES = 64 * MEBIBYTE
"""A manifest holds a plan and a config; the largest sweeps of listed values have some megabytes."""

MOST_PARTS = 1_000_000
"""Parts that a run may be cut into: even at one core a part, none is larger."""


class CorruptManifestError(UsageError):
    """A run's manifest that is gone, or not what was written; ``resume`` puts it right."""


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a run directory, without its seal.

    Raises
    ------
    CorruptManifestError
        If a run is here, and its manifest is gone or was altered.
    UsageError
        If there is no run here, or its layout is of another version.
    """
    try:
        text = _text(path / MANIFEST_FILE)
        told = _ours(text)
    except FileNotFoundError:
        if is_begun(path):
            _refuse_corrupt(path, "it is gone")
        raise UsageError(f"{path}: no run here (no {MANIFEST_FILE})") from None
    except NotADirectoryError:
        raise UsageError(f"{path}: is a file, not a run directory") from None
    except ValueError as error:
        if is_begun(path):
            _refuse_corrupt(path, str(error))
        raise UsageError(_foreign(path, error)) from None
    return _checked(path, told, text)


def read_copy(path: Path) -> Manifest | None:
    """Return the manifest's copy in the ledger, or None if it is not whole."""
    try:
        text = _text(path / COPY_FILE)
        told = _ours(text)
        if told.get("format") != FORMAT or not _is_sealed(told, text):
            return None
        refuse_misshapen(told)
    except (OSError, ValueError, UsageError, RunError):
        return None
    return _unsealed(told)


def refuse_foreign(path: Path) -> None:
    """Refuse a manifest.json that is another program's, or torn where no ledger shows a run.

    Raises
    ------
    UsageError
    """
    try:
        _ours(_text(path / MANIFEST_FILE))
    except ValueError as error:
        if not is_begun(path):
            raise UsageError(_foreign(path, error)) from None


def _foreign(path: Path, error: ValueError) -> str:
    return f"{path}/{MANIFEST_FILE}: is {error}; remove the directory, or choose another: --out DIR"


def has_same_copy(path: Path) -> bool:
    """Whether the ledger holds the manifest as it is, byte by byte."""
    try:
        return _text(path / MANIFEST_FILE) == _text(path / COPY_FILE)
    except (OSError, ValueError, UsageError, RunError):
        return False


def _text(file: Path) -> str:
    """Read a manifest's text.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
    ValueError
        If it is no text, or too large.
    UsageError
        If it is something else than a file.
    RunError
        If it may not be read.
    """
    try:
        return read_bounded(file, MOST_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    except TooLargeError:
        raise ValueError(f"larger than {MOST_BYTES // MEBIBYTE} MiB") from None
    except (FileNotFoundError, NotADirectoryError):
        raise
    except NotAFileError:
        refuse_odd_file(file)
        raise
    except OSError as error:
        raise RunError(f"{file}: cannot be read: {error.strerror}") from None


def _ours(text: str) -> dict[str, Any]:
    """Return what a text says; many programs have a manifest.json.

    Raises
    ------
    ValueError
        If it is no manifest of orgsim's.
    """
    try:
        told = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"torn, no JSON: {str(error).partition(';')[0]}") from None
    versions = told.get("versions") if isinstance(told, dict) else None
    if not (isinstance(versions, dict) and "orgsim" in versions and "format" in told):
        raise ValueError("not orgsim's, the directory holds no run")
    return told


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _checked(path: Path, told: Mapping[str, Any], text: str) -> Manifest:
    """Return a manifest that is what was written."""
    version = told["format"]
    is_whole = version == FORMAT and _is_sealed(told, text)
    known = version if is_whole else ledger_format(path)
    if known is not None and version != known:
        _refuse_corrupt(path, f"it names another format than its ledger, {known}")
    if version not in READABLE:
        raise UsageError(
            f"{path}: written in format {shortened(printable(str(version)), 20)}, and this orgsim "
            f"reads {joined([*map(str, READABLE)])}: use the version named in {MANIFEST_FILE}, "
            "or another --out; nothing was changed"
        )
    if version == FORMAT and not is_whole:
        _refuse_corrupt(path, "its seal does not fit")
    try:
        refuse_misshapen(told)
    except ValueError as error:
        _refuse_corrupt(path, str(error))
    return _unsealed(told)


def _unsealed(told: Mapping[str, Any]) -> Manifest:
    """Return a manifest as the rest of the program takes it, of whatever format."""
    return Manifest.of({key: value for key, value in told.items() if key != "seal"})


def _refuse_corrupt(path: Path, reason: str) -> NoReturn:
    raise CorruptManifestError(
        f"{path}/{MANIFEST_FILE}: is damaged ({shortened(printable(reason))}); mend it with: "
        f"orgsim resume {path}\n"
        "  or replace the run with --overwrite, or choose another directory: --out DIR"
    )


# --- writing


def _sealed(told: Mapping[str, Any]) -> str:
    """Return a manifest's text, with the hash of all the rest in it."""
    rest = {key: value for key, value in told.items() if key != "seal"}
    return _json({**rest, "seal": hashlib.sha256(_json(rest).encode()).hexdigest()})


def _is_sealed(told: Mapping[str, Any], text: str) -> bool:
    """Whether a text is the manifest's as it was sealed; what cannot be written never was."""
    try:
        return text == _sealed(told)
    except (ValueError, RecursionError):  # half a character, infinity, a depth
        return False


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest in one step, and then its copy in the ledger."""
    write_told(path, manifest.as_dict())


def write_told(path: Path, told: Mapping[str, Any]) -> None:
    """Write nested tables as a manifest, sealed, whatever they say."""
    text = _sealed(told)
    write_text(path / MANIFEST_FILE, text)
    refuse_odd_folder(path / LEDGER)
    with explained(path / LEDGER):
        (path / LEDGER).mkdir(exist_ok=True)
    write_text(path / COPY_FILE, text)


# --- what the ledger says


def entries(path: Path) -> list[Part]:
    """Return the parts of which an entry stands in a directory's ledger, in order."""
    refuse_odd_folder(path / LEDGER)
    try:
        names = os.listdir(path / LEDGER)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise RunError(f"{path / LEDGER}: cannot be read: {error.strerror}") from None
    found = (Part.named(name.removesuffix(".npz")) for name in names if name.endswith(".npz"))
    return sorted(part for part in found if part is not None)


def is_begun(path: Path) -> bool:
    """Whether a ledger of ours shows a run, whatever became of its manifest."""
    return read_copy(path) is not None or bool(entries(path))


def ledger_format(path: Path) -> int | None:
    """Return the format that the ledger names; None if there is nothing in it."""
    if read_copy(path) is not None:
        return FORMAT
    for part in entries(path):
        version = format_of(path / LEDGER / f"{part.name}.npz")
        if version is not None:
            return version
    return None


# --- what follows from it


def layout_of(manifest: Manifest) -> Layout:
    """Return how a run is cut into parts.

    Raises
    ------
    UsageError
        If there are more parts than a run may have.
    """
    cut = Cut(manifest.format, manifest.part_firms, manifest.expected_firms)
    return layout_by(manifest.extent, cut, adaptive=manifest.precision is not None)


def layout_by(extent: Extent, cut: Cut, *, adaptive: bool) -> Layout:
    """Return how a run of some extent is cut into parts; see :func:`layout_of`."""
    layout = Layout(
        points=extent.points,
        firms=extent.firms,
        part_firms=cut.part_firms,
        expected=cut.expected_firms,
        adaptive=adaptive,
    )
    if layout.count > MOST_PARTS:
        raise UsageError(
            f"{extent.points:,} points of {extent.firms:,} firms would be {layout.count:,} "
            f"parts; allowed: at most {MOST_PARTS:,}; split it into several runs"
        )
    return layout
