"""Which model, seeds and runs the numbers rest on."""

from __future__ import annotations

import shlex

from orgsim.report.html.section import Section
from orgsim.report.html.sensitivity.subject import Analysis
from orgsim.report.tables.table import Column, Table
from orgsim.results.sensitivity import FACTS, Sensitivity
from orgsim.results.sensitivity.digest import digest_of, digests_of
from orgsim.results.sensitivity.tables import (
    GIVEN,
    INDICES,
    NEAR,
    PAIRS,
    SCREENING,
    VARIATION,
)
from orgsim.spec import Column as Declared


def provenance_section(analysis: Analysis) -> Section:
    """Return what identifies the analysis, and its files."""
    found = analysis.found
    folder = next(iter(digests_of(found)), "")
    of_sweep = found.given is not None
    content = {
        "record": _record(found),
        "is_of_sweep": of_sweep,
        "verify": f"orgsim verify {'' if of_sweep else 'DIR/'}{shlex.quote(folder)}"
        if folder
        else "",
        "files": _files(found),
    }
    return Section("provenance", "Provenance", "sensitivity/provenance", content)


def _record(found: Sensitivity) -> Table:
    rows = [
        ["Digest of the whole", digest_of(found)],
        *([f"Digest of {folder}", digest] for folder, digest in digests_of(found).items()),
        ["Model", found.model],
        ["Hash of the model’s source", found.source],
        ["Seed of the designs", f"{found.seed}"],
    ]
    columns = [Column("What"), Column("Value", "long")]
    return Table("record-table", "What the numbers rest on", columns, rows)


def _files(found: Sensitivity) -> Table:
    indices, given = found.indices, found.given
    there: list[tuple[str, str, tuple[Declared, ...], bool]] = [
        ("screening.parquet", "output and parameter", SCREENING, found.screening is not None),
        ("indices.parquet", "output and parameter", INDICES, indices is not None),
        ("variation.parquet", "output", VARIATION, indices is not None),
        ("pairs.parquet", "output and pair", PAIRS, bool(indices and indices.pairs)),
        ("given.parquet", "output and parameter", GIVEN, given is not None),
        ("near.parquet", "parameter", NEAR, given is not None),
    ]
    rows = [
        [name, f"a row each {of}: {', '.join(column.name for column in columns)}"]
        for name, of, columns, is_there in there
        if is_there
    ]
    rows.append([FACTS, "what was asked, and what of the answer is no table"])
    columns = [Column("File", "code"), Column("Content", "prose")]
    return Table("files-table", "Files beside this page, where it was written", columns, rows)
