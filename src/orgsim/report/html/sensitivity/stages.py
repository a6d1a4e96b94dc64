"""What each stage found: pictures, tables, sentences and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from orgsim.report.html.section import Section
from orgsim.report.html.sensitivity.subject import Analysis
from orgsim.report.sensitivity_notes import (
    given_notes,
    given_sentences,
    indices_notes,
    indices_sentences,
    screening_notes,
    screening_sentences,
)
from orgsim.report.tables.sensitivity import (
    given_tables,
    indices_tables,
    interval_tables,
    pairs_tables,
    screening_tables,
)
from orgsim.report.tables.table import Table


def screening_section(analysis: Analysis) -> Section | None:
    """Return how far each parameter moves each output."""
    found = analysis.found
    if found.screening is None:
        return None
    return _section(
        analysis,
        ("screening", "Screening: what moves the outputs"),
        "Each parameter is moved over its plausible range at many places, all others held, and the "
        "change of every output is noted.",
        shown=("screening-map", "screening-scatter"),
        sentences=screening_sentences(found),
        tables=screening_tables(found),
        notes=screening_notes(found),
    )


def indices_section(analysis: Analysis) -> Section | None:
    """Return which part of each output's variance comes from which parameter."""
    found = analysis.found
    if found.indices is None:
        return None
    return _section(
        analysis,
        ("indices", "Indices: where the variance comes from"),
        "All parameters that are named here move at once, over their plausible ranges. The first "
        "order is the part of an output’s variance that comes from a parameter alone, the total "
        "that in which it has any hand.",
        shown=("indices",),
        sentences=indices_sentences(found),
        tables=[*indices_tables(found, "total"), *indices_tables(found, "first")],
        folded=interval_tables(found),
        notes=indices_notes(found),
    )


def pairs_section(analysis: Analysis) -> Section | None:
    """Return which parameters act together, if that was asked."""
    found = analysis.found
    if found.indices is None or found.indices.pairs is None:
        return None
    return _section(
        analysis,
        ("pairs", "Pairs: what acts together"),
        "The second order is the part of an output’s variance that comes from two parameters "
        "together only: of neither alone, and of no third.",
        shown=("pairs",),
        folded=_named_apart("pairs", pairs_tables(found)),
    )


def given_section(analysis: Analysis) -> Section | None:
    """Return what the points of a finished sweep say."""
    found = analysis.found
    if found.given is None:
        return None
    return _section(
        analysis,
        ("given", "What the points of the sweep say"),
        "Nothing was simulated for this: it is read from the points that were there.",
        shown=("given", "near"),
        sentences=given_sentences(found),
        tables=given_tables(found),
        notes=given_notes(found),
    )


def _section(
    analysis: Analysis,
    called: tuple[str, str],
    meaning: str,
    *,
    shown: Sequence[str],
    sentences: Iterable[tuple[str, str]] = (),
    tables: Iterable[Table] = (),
    folded: Iterable[Table] = (),
    notes: Sequence[str] = (),
) -> Section:
    content = {
        "meaning": meaning,
        "sentences": [sentence for _, sentence in sentences],
        "figures": analysis.figures(*shown),
        "left_out": analysis.left_out(*shown),
        "tables": list(tables),
        "folded": list(folded),
        "notes": notes,
    }
    return Section(*called, "sensitivity/stage", content)


def _named_apart(name: str, tables: Iterable[Table]) -> Iterator[Table]:
    """Yield tables whose ids are words, which names of outputs are not."""
    for number, table in enumerate(tables, start=1):
        yield replace(table, id=f"{name}-table-{number}")
