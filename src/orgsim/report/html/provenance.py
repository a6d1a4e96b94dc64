"""Where the numbers come from, how to get them again, and where the files are."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from orgsim.model import MODEL
from orgsim.model.columns import SCENARIO_TITLES
from orgsim.report.html.section import Section
from orgsim.report.html.subject import Subject
from orgsim.report.tables.table import Column, Table
from orgsim.results.source import SettingTables
from orgsim.results.stored import StoredPoint
from orgsim.text import column_percent


def provenance_section(subject: Subject) -> Section:
    """Return what identifies the run, what computed it, and how to do so again."""
    meta = subject.meta
    content = {
        "record": _record(subject),
        "same_model": subject.is_of_this_model,
        "version": meta.versions["orgsim"],
        "page": _page_command(subject),
        "rerun": f"orgsim {'sweep' if meta.sweep else 'run'} config.toml --out again",
        "needs_points": meta.sweep.get("design") == "table",
        "verify": f"orgsim verify {shlex.quote(subject.directory_name)}",
        "config": meta.config,
        "files": _files(subject),
    }
    return Section("provenance", "Provenance", "provenance", content)


def _record(subject: Subject) -> Table:
    meta = subject.meta
    libraries = meta.versions
    rows: list[tuple[str, Any]] = [
        ("Digest of the content", meta.digest),
        ("Seed", meta.seed),
        ("orgsim", libraries["orgsim"]),
        ("Hash of the model’s source", meta.identity.source),
        ("Format of the files", meta.format),
        ("Libraries", ", ".join(f"{k} {v}" for k, v in libraries.items() if k != "orgsim")),
        ("Machine", ", ".join(f"{name} {value}" for name, value in meta.machine.items())),
        ("Began", meta.started),
        ("Ended", meta.ended),
        ("Processor time", f"{meta.seconds.simulating:.1f} s of simulating"),
        *_begun_by(meta.command),
        *_beside(subject),
    ]
    columns = [Column("What"), Column("Value", "long")]
    # Of a manifest that was lost and made anew, some is known no more.
    told = [[name, "lost" if value in (None, "") else str(value)] for name, value in rows]
    return Table("record-table", "What was computed, by what, where and when", columns, told)


def _begun_by(command: Sequence[str]) -> list[tuple[str, str]]:
    """Return the command that began the run, if it was one of orgsim's own."""
    is_ours = bool(command) and command[0] in ("orgsim", "__main__.py")
    return [("Begun by", shlex.join(["orgsim", *command[1:]]))] if is_ours else []


def _beside(subject: Subject) -> list[tuple[str, str]]:
    """Return what the run is set beside on this page."""
    split = subject.split
    firms = "" if split.counts is None else f", a sample of {sum(split.counts):,} firms"
    shares = ", ".join(
        f"{title} {column_percent(share)}"
        for title, share in zip(SCENARIO_TITLES, split.shares, strict=True)
    )
    rows = [("Reference", f"{split.name}: {shares}{firms}")]
    if subject.other is not None:
        name, digest = _place_of(subject.other)
        rows.append(("Second setting", f"{name}, digest {digest}"))
    return rows


def _place_of(setting: SettingTables) -> tuple[str, str | None]:
    """Return the last name of where a setting lies, and the digest of its run."""
    source = setting.source
    if isinstance(source, StoredPoint):
        return source.run.directory.resolve().name, source.run.digest
    return source.called, None


def _page_command(subject: Subject) -> str:
    """Return the command that writes this page; files and runs by their last names."""
    words = ["orgsim", "report", subject.directory_name]
    if subject.split != subject.run.reference():
        words += ["--reference", subject.split.name]
    if subject.tolerance != subject.run.tolerance():
        words += ["--tolerance", f"{subject.tolerance:g}"]
    if subject.point is not None:
        words += ["--point", str(subject.point)]
    if subject.other is not None:
        words += ["--other", _place_of(subject.other)[0]]
        if subject.other.source.points > 1:
            words += ["--other-point", str(subject.other.source.point)]
    return shlex.join(words)


def _files(subject: Subject) -> Table:
    """Return which files there are, with what is in them."""
    output = subject.meta.output
    files = [
        ("manifest.json", "settings, seed, versions, machine, times, digest"),
        ("config.toml", "the settings, all of them"),
        ("points.parquet", "a row a design point: its parameters"),
        ("shares.parquet", f"a row a design point and scenario: {_named(MODEL.shares)}"),
    ]
    if output.firms:
        files.append(
            (
                "firms/*.parquet",
                f"a row a firm, {len(MODEL.firms)} columns: {_named(MODEL.firms)}, and more",
            )
        )
    if output.quarters:
        files.append(
            (
                "quarters/*.parquet",
                f"a row a quarter, {len(MODEL.quarters)} columns: "
                f"{_named(MODEL.quarters)}, and more",
            )
        )
    files.append(("ledger/", "what vouches for the files: hashes and counts"))
    columns = [Column("File", "code"), Column("Content", "prose")]
    return Table("files-table", "The run directory", columns, [list(row) for row in files])


def _named(columns: Any) -> str:
    """Return the names of a table's first columns."""
    return ", ".join(column.name for column in columns[:7])
