"""What a run is: read, compared with what is asked for, and told apart from other programs' files.

The *identity* of a run is its plan, the model's source and what is written: another one is another
run. Its *extent*, firms a point and points, may grow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from orgsim.errors import UsageError
from orgsim.store.atomic import write_text
from orgsim.store.layout import Layout

FORMAT = 2
"""Version of the layout."""

NAME = "manifest.json"

Manifest = dict[str, Any]


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a run directory.

    Raises
    ------
    UsageError
        If there is no run here, or its layout is of another version.
    """
    manifest = read_any(path)
    if manifest["format"] != FORMAT:
        raise UsageError(
            f"{path}: written in format {manifest['format']}, and this orgsim reads {FORMAT}: "
            "use the version named in manifest.json, or another --out; nothing was changed"
        )
    try:
        _Shape.model_validate(manifest)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{path}/{NAME}: is damaged ({where}: {first['msg'].lower()}); replace the run with "
            "--overwrite, or choose another directory: --out DIR"
        ) from None
    return manifest


class _Extent(BaseModel):
    """How much there is."""

    model_config = ConfigDict(strict=True)

    firms: PositiveInt
    points: PositiveInt


class _Output(BaseModel):
    """Which tables are kept."""

    model_config = ConfigDict(strict=True)

    firms: bool
    quarters: bool


class _Identity(BaseModel):
    """What a run is of."""

    model_config = ConfigDict(strict=True)

    plan: dict[str, Any]
    source: str
    output: _Output


class _Shape(BaseModel):
    """What the rest counts on in a manifest."""

    model_config = ConfigDict(strict=True)

    status: str
    digest: str | None
    title: str
    target: dict[str, Any]
    output: _Output
    seconds: dict[str, float]
    started: str
    identity: _Identity
    extent: _Extent
    config: str
    plan_hash: str
    points_hash: str
    part_firms: PositiveInt
    expected_firms: PositiveInt
    sectors: list[str]
    provenance: dict[str, str]


def read_any(path: Path) -> Manifest:
    """Return a manifest of whatever format; many programs have a manifest.json."""
    try:
        manifest = json.loads((path / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path}: no run here (no {NAME})") from None
    except NotADirectoryError:
        raise UsageError(f"{path}: is a file, not a run directory") from None
    except OSError as error:
        raise UsageError(f"{path}/{NAME}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        parts = any((path / "ledger").glob("part-p*.npz"))
        way = "replace the run with --overwrite" if parts else "remove the directory"
        raise UsageError(
            f"{path}/{NAME}: is torn ({error}); {way}, or choose another directory: --out DIR"
        ) from None
    versions = manifest.get("versions") if isinstance(manifest, dict) else None
    if not (isinstance(versions, dict) and "orgsim" in versions and "format" in manifest):
        raise UsageError(
            f"{path}: holds no run (its {NAME} is not orgsim's); "
            "choose another directory: --out DIR"
        )
    return manifest


def write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest in one step."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path / NAME, text + "\n")


def layout_of(manifest: Mapping[str, Any]) -> Layout:
    """Return how a run is cut into parts."""
    extent = manifest["extent"]
    return Layout(
        points=extent["points"],
        firms=extent["firms"],
        part_firms=manifest["part_firms"],
        expected=manifest["expected_firms"],
        adaptive="precision" in manifest["identity"]["plan"],
    )


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
        yield f"{path}: {_short(before)} there, {_short(now)} now"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def refuse_another(path: Path, before: Manifest, identity: Mapping[str, Any]) -> None:
    """Refuse a directory that holds another run.

    Raises
    ------
    UsageError
        Saying what differs and the ways out.
    """
    different = list(_differences(before["identity"], dict(identity)))
    if different:
        listed = "\n  ".join(d.removeprefix("plan.settings.") for d in different[:5])
        more = f"\n  and {len(different) - 5} more" if len(different) > 5 else ""
        raise UsageError(
            f"{path}: holds another run:\n  {listed}{more}\n"
            "keep both with --out DIR, or replace it with --overwrite"
        )


def refuse_smaller(path: Path, before: Manifest, extent: Mapping[str, int]) -> None:
    """Refuse to make a run smaller than it is.

    Raises
    ------
    UsageError
    """
    for name, now in extent.items():
        if now < before["extent"][name]:
            raise UsageError(
                f"{path}: holds {before['extent'][name]:,} {name}, and {now:,} are asked for; "
                "a run can only grow\n"
                "keep both with --out DIR, or replace it with --overwrite"
            )
