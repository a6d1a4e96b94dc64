"""The answer: of one setting the verdict and what bears on it; of a sweep its nearest points."""

from __future__ import annotations

from orgsim.analysis.verdict import VERDICTS
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.report.html.section import Section
from orgsim.report.html.subject import Subject
from orgsim.report.notes import full_notes, precision_notes
from orgsim.report.tables.comparison import comparison_table
from orgsim.report.tables.ranked import LISTED, ranked_table
from orgsim.report.tables.table import Column, Table, numbers
from orgsim.report.wording import SYMBOLS, reference_title
from orgsim.text import column_percent, points


def answer_section(subject: Subject) -> Section:
    """Return the verdict with its numbers, or the nearest points."""
    return _sweep(subject) if subject.is_sweep else _setting(subject)


def _setting(subject: Subject) -> Section:
    comparison = subject.comparison
    kind = comparison.verdict.kind
    content = {
        "kind": kind,
        "symbol": SYMBOLS[kind],
        "sentence": comparison.sentence,
        "article_note": comparison.article_note,
        "shares": comparison_table(comparison),
        "square": _square_table(subject),
        "notes": [
            *(note for note in full_notes(comparison) if note != comparison.article_note),
            *precision_notes(subject.run),
        ],
    }
    return Section("answer", "The answer", "answer", content)


def _square_table(subject: Subject) -> Table:
    """Return the article's 2 x 2 with its margins, the reference in brackets."""
    scenarios, square = subject.comparison.scenarios, subject.comparison.square
    assert square is not None

    def cell(share: float, reference: float) -> str:
        return f"{column_percent(share)} ({column_percent(reference)})"

    inner = [
        f"{title} {cell(s.share, s.reference)}"
        for title, s in zip(SCENARIO_TITLES, scenarios, strict=True)
    ]
    active, best = (
        (e.value, 0.0 if e.reference is None else e.reference) for e in (square.active, square.best)
    )
    passive, worst = ((1.0 - e[0], 1.0 - e[1]) for e in (active, best))
    rows = [
        ["Active: roles are rebuilt", *inner[:2], cell(*active)],
        ["Passive: roles stay", *inner[2:], cell(*passive)],
        ["Both", cell(*best), cell(*worst), ""],
    ]
    columns = [Column(""), *numbers("Best case", "Worst case", "Both")]
    caption = f"The article's 2 × 2: simulated, in brackets the {subject.split.name}"
    return Table("square-table", caption, columns, rows)


def _sweep(subject: Subject) -> Section:
    ranked = subject.ranked
    kinds = ranked["verdict"].value_counts()
    content = {
        "reference": subject.split.name,
        "tolerance": points(subject.tolerance),
        "verdicts": [(SYMBOLS[k], k, f"{int(kinds.get(k, 0)):,}") for k in VERDICTS],
        "nearest": ranked_table(
            subject.run,
            subject.split,
            tolerance=subject.tolerance,
            ranked=subject.ranked,
            most=LISTED,
        ),
        "ranges": _ranges_table(subject),
        "notes": precision_notes(subject.run),
    }
    return Section("answer", "The answer", "sweep", content)


def _ranges_table(subject: Subject) -> Table:
    """Return how far each share goes over the points."""
    columns = [
        Column("Scenario"),
        *numbers("Least", "Median", "Most", reference_title(subject.split)),
    ]
    rows = [
        [
            title,
            *(column_percent(float(s)) for s in subject.ranked[name].quantile([0.0, 0.5, 1.0])),
            column_percent(reference),
        ]
        for title, name, reference in zip(
            SCENARIO_TITLES, SCENARIOS, subject.split.shares, strict=True
        )
    ]
    return Table("ranges-table", "Shares over all points", columns, rows)
