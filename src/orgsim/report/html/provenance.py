"""Where the numbers come from, how to get them again, and where the files are."""

from __future__ import annotations

import shlex
from typing import Any

from orgsim.columns import FIRMS, QUARTERS, SHARES
from orgsim.report.html.parts import Column, Section, Table
from orgsim.report.html.subject import Subject


def provenance_section(subject: Subject) -> Section:
    """Return what identifies the run, what computed it, and how to do so again."""
    manifest = subject.manifest
    plan = manifest["identity"]["plan"]
    content = {
        "record": _record(subject),
        "rerun": f"orgsim {'sweep' if 'sweep' in plan else 'run'} config.toml --out again",
        "needs_points": plan.get("sweep", {}).get("design") == "table",
        "verify": f"orgsim verify {shlex.quote(subject.directory_name)}",
        "config": manifest["config"],
        "files": _files(subject),
    }
    return Section("provenance", "Provenance", "provenance", content)


def _record(subject: Subject) -> Table:
    manifest = subject.manifest
    libraries = manifest["versions"]
    machine = manifest["machine"]
    rows: list[tuple[str, Any]] = [
        ("Digest of the content", manifest["digest"]),
        ("Seed", manifest["seed"]),
        ("orgsim", libraries["orgsim"]),
        ("Hash of the model’s source", manifest["identity"]["source"]),
        ("Format of the files", manifest["format"]),
        ("Libraries", ", ".join(f"{k} {v}" for k, v in libraries.items() if k != "orgsim")),
        ("Machine", ", ".join(f"{name} {value}" for name, value in machine.items())),
        ("Began", manifest["started"]),
        ("Ended", manifest["ended"]),
        ("Processor time", f"{manifest['seconds']['simulating']:.1f} s of simulating"),
        ("Begun by", shlex.join(manifest["command"])),
    ]
    columns = [Column("What"), Column("Value", "long")]
    told = [[name, str(value)] for name, value in rows]
    return Table("record-table", "What was computed, by what, where and when", columns, told)


def _files(subject: Subject) -> Table:
    """Return which files there are, with what is in them."""
    output = subject.manifest["output"]
    files = [
        ("manifest.json", "settings, seed, versions, machine, times, digest"),
        ("config.toml", "the settings, all of them"),
        ("points.parquet", "a row a design point: its parameters"),
        ("shares.parquet", f"a row a design point and scenario: {_named(SHARES)}"),
    ]
    if output["firms"]:
        files.append(
            ("firms/*.parquet", f"a row a firm, {len(FIRMS)} columns: {_named(FIRMS)}, and more")
        )
    if output["quarters"]:
        files.append(
            (
                "quarters/*.parquet",
                f"a row a quarter, {len(QUARTERS)} columns: {_named(QUARTERS)}, and more",
            )
        )
    files.append(("ledger/", "what vouches for the files: hashes and counts"))
    columns = [Column("File", "code"), Column("Content", "prose")]
    return Table("files-table", "The run directory", columns, [list(row) for row in files])


def _named(columns: Any) -> str:
    """Return the names of a table's first columns."""
    return ", ".join(column.name for column in columns[:7])
