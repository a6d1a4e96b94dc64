"""A run directory with made-up files, of a run that has begun or is finished."""

from __future__ import annotations

import pyarrow as pa

from orgsim import store
from orgsim.config.output import Output
from orgsim.model import MODEL
from orgsim.model.columns import SCENARIOS
from orgsim.store import Extent, Identity, Layout, Manifest, PartStore, RunDirectory
from orgsim.store.atomic import file_hash
from orgsim.store.manifest import write_told
from orgsim.store.tables import write_table
from small_runs import contents

LAYOUT = Layout(points=2, firms=2_500, part_firms=1_024, expected=2_500, adaptive=False)
OUTPUT = {"firms": True, "quarters": True}
EXTENT = {"firms": 2_500, "points": 2}
IDENTITY = {
    "plan": {
        "settings": {"simulation.seed": 1, "simulation.quarters": 3},
        "sectors": [],
    },
    "source": "a" * 64,
    "output": OUTPUT,
}
MANIFEST = {
    "format": store.FORMAT,
    "versions": {"orgsim": "0"},
    "digest": None,
    "config": "",
    "title": "früh",
    "target": {"shares": dict.fromkeys(SCENARIOS, 0.25), "tolerance": 0.05},
    "output": OUTPUT,
    "seconds": {"simulating": 0.0, "writing": 0.0},
    "seed": 1,
    "machine": {},
    "command": [],
    "started": "",
    "ended": None,
    "identity": IDENTITY,
    "extent": EXTENT,
    "plan_hash": "c" * 64,
    "points_hash": "d" * 64,
    "part_firms": 1_024,
    "expected_firms": 2_500,
    "sectors": ["all"],
    "provenance": {},
    "status": "running",
    "files": {},
    "lost": [],
    "model": {"name": MODEL.name, "version": MODEL.version},
}
WANTED = Identity(IDENTITY["plan"], IDENTITY["source"], Output(**OUTPUT))
PART = next(LAYOUT.parts()).name
FILES = 6 + 2 + 6 + 5
"""Firms, rows by quarter and notes; shares, points, config, manifest and its copy."""


def begun(path):
    """Return a directory in which a run has begun, and has all its parts."""
    directory = RunDirectory(path)
    path.mkdir(exist_ok=True)
    directory.begin(Manifest.of(MANIFEST), {}, {}, MODEL)
    place = PartStore(
        path, MODEL, sectors=["all"], provenance={}, firms=True, quarters=True, adaptive=False
    )
    place.make_folders()
    for i, part in enumerate(LAYOUT.parts()):
        write_table(pa.table({"number": [i]}), place.firms(part))
        place.entry(part).write_text("")
    for i, part in enumerate(LAYOUT.quarter_parts()):
        write_table(pa.table({"number": [i]}), place.quarters(part))
    return directory


def finished(path):
    """Return a directory in which a run is finished."""
    directory = begun(path)
    for name in ("points", "shares"):
        write_table(pa.table({"number": [1.0]}), path / f"{name}.parquet")
    files = {"shares.parquet": file_hash(path / "shares.parquet")}
    write_told(path, {**MANIFEST, "status": "finished", "files": files})
    assert len(contents(path)) == FILES
    return directory


def besides_manifest(path):
    """Return what is left of a run that was removed, but for its manifest."""
    left = contents(path)
    assert left.pop("manifest.json")
    return left


def status(directory, identity=IDENTITY, extent=EXTENT, *, overwrite=False):
    """Return what is in a directory for who wants that run, or another one."""
    wanted = Identity(identity["plan"], identity["source"], Output(**identity["output"]))
    return directory.status(wanted, Extent(**extent), MODEL, overwrite=overwrite)
