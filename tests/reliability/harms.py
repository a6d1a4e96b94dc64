"""Ways to make a run directory hostile, as somebody who means harm might share it."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orgsim.store.manifest import _sealed
from reliability import odd
from reliability.world import told

Harm = Callable[[Path, Path], None]
"""Makes a run directory hostile; the second is a tree outside that must not change."""

_NAMES = [
    "manifest.json",
    "ledger/manifest.json",
    "config.toml",
    "points.parquet",
    "shares.parquet",
    "report.html",
    ".lock",
    ".lock-shard-1-of-2",
    "FIRMS",
    "QUARTERS",
    "NOTE",
]
_FOLDERS = ["firms", "quarters", "ledger", "figures", "traces"]


def _real(here: Path, name: str) -> Path:
    """Return the path of a name; capitals stand for the first part's file."""
    folders = {"FIRMS": "firms", "QUARTERS": "quarters", "NOTE": "ledger"}
    if name not in folders:
        return here / name
    return sorted((here / folders[name]).glob("part-*"))[0]


def _put_away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()


def _link(target: str) -> Callable[[str], Harm]:
    def of(name: str) -> Harm:
        def harm(here: Path, outside: Path) -> None:
            path = _real(here, name)
            _put_away(path)
            path.symlink_to(target.replace("OUTSIDE", str(outside)))

        return harm

    return of


def _pipe(name: str) -> Harm:
    def harm(here: Path, outside: Path) -> None:
        path = _real(here, name)
        _put_away(path)
        os.mkfifo(path)

    return harm


def _hard_link(name: str) -> Harm:
    def harm(here: Path, outside: Path) -> None:
        path = _real(here, name)
        _put_away(path)
        os.link(outside / "precious.txt", path)

    return harm


def _manifest(**changes: Any) -> Harm:
    """Return a manifest with other values, sealed anew, as one can who knows how."""

    def harm(here: Path, outside: Path) -> None:
        text = _sealed(told(here) | changes)
        for name in ("manifest.json", "ledger/manifest.json"):
            (here / name).write_text(text, encoding="utf-8")

    return harm


def _text(text: str) -> Harm:
    def harm(here: Path, outside: Path) -> None:
        for name in ("manifest.json", "ledger/manifest.json"):
            (here / name).write_text(text, encoding="utf-8")

    return harm


def _config(line: str, by: str) -> Harm:
    """Change the config, in the manifest and beside it."""

    def harm(here: Path, outside: Path) -> None:
        config = told(here)["config"].replace(line, by)
        (here / "config.toml").write_text(config, encoding="utf-8")
        _manifest(config=config)(here, outside)

    return harm


def _parquet_bomb(name: str) -> Harm:
    def harm(here: Path, outside: Path) -> None:
        path = _real(here, name)
        table = pq.read_table(path)
        rows = 2_000_000
        columns = [pa.repeat(column[0], rows) for column in table.columns]
        pq.write_table(pa.table(columns, table.column_names), path, compression="zstd")

    return harm


def _zip_bomb(here: Path, outside: Path) -> None:
    path = _real(here, "NOTE")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("firms", "tiles", "seal"):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array_header_1_0(
                    file, {"descr": "<i8", "fortran_order": False, "shape": (2**29,)}
                )
                for _ in range(512):
                    file.write(bytes(2**20))


def harms() -> Iterator[tuple[str, Harm]]:
    """Yield ways to make a directory hostile, each with its name."""
    links = {
        "link outside": "OUTSIDE/precious.txt",
        "dangling link": "OUTSIDE/new",
        "zero": "/dev/zero",
    }
    for what, target in links.items():
        for name in _NAMES:
            yield f"{name}: {what}", _link(target)(name)
    for name in _FOLDERS:
        yield f"{name}: link to a folder outside", _link("OUTSIDE")(name)
        yield f"{name}: dangling link", _link("OUTSIDE/new")(name)
        yield f"{name}: pipe", _pipe(name)
    for name in _NAMES:
        yield f"{name}: pipe", _pipe(name)
        yield f"{name}: hard link", _hard_link(name)
    steering = "".join(odd.STEERING)
    for key in ("title", "status", "digest", "started"):
        yield f"steering {key}", _manifest(**{key: steering})
    for single in odd.STEERING:  # one that is refused must not hide another
        yield f"title {single!r}", _manifest(title=single)
        yield f"lost {single!r}", _manifest(lost=[single])
    yield "steering sectors", _manifest(sectors=[steering])
    yield "steering versions", _manifest(versions={"orgsim": steering})
    yield "steering provenance", _manifest(provenance={"orgsim_title": steering})
    yield "steering files", _manifest(files={steering: steering})
    yield "steering config", _config('title = "', f'title = "{json.dumps(steering)[1:-1]}')
    for extent in (
        {"firms": 40, "points": 10**12},
        {"firms": 10**15, "points": 8},
        {"firms": 1, "points": 1},
    ):
        yield f"extent {extent}", _manifest(extent=extent)
    yield "parts of one firm", _manifest(part_firms=1)
    yield "parts without end", _manifest(part_firms=2**62)
    yield "ten million points", _config("points = 8", "points = 10000000")
    yield "a billion points", _config("points = 8", "points = 1000000000")
    yield "four billion firms", _config("firms = 100", "firms = 4294967295")
    for key in ("identity", "extent", "target", "config", "seconds", "output"):
        yield f"{key} of another kind", _manifest(**{key: 3})
        yield f"{key} empty", _manifest(**{key: {}})
    yield "deep nesting", _text('{"a":' * 200_000)
    yield "deep list", _text("[" * 1_000_000)
    yield "huge", _text('"' + "x" * 80_000_000 + '"')
    yield "digits", _text('{"format": ' + "9" * 100_000 + "}")
    for name in ("FIRMS", "QUARTERS", "shares.parquet", "points.parquet"):
        yield f"{name}: more rows than there can be", _parquet_bomb(name)
    yield "an archive that unpacks to gigabytes", _zip_bomb
