"""The answer: of one setting the verdict and what bears on it; of a sweep its nearest points."""

from __future__ import annotations

from orgsim.analysis.verdict import VERDICTS
from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.report.html.parts import Column, Section, Table, numbers
from orgsim.report.html.subject import Subject
from orgsim.report.shares import full_notes, reference_title
from orgsim.report.sweep import precision_notes
from orgsim.report.wording import SYMBOLS, standardised, value_words, verdict_words
from orgsim.text import bare_tenths, column_percent, interval, points, signed_points

NEAREST = 15
"""Points of a sweep that are listed."""


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
        "shares": _shares_table(subject),
        "square": _square_table(subject),
        "notes": [
            *(note for note in full_notes(comparison) if note != comparison.article_note),
            *precision_notes(subject.run),
        ],
    }
    return Section("answer", "The answer", "answer", content)


def _shares_table(subject: Subject) -> Table:
    columns = [
        Column("Scenario"),
        *numbers("Firms", "Simulated", "95 % interval, %", reference_title(subject.split)),
        *numbers("Difference, points", "z, standard errors"),
    ]
    rows = [
        [
            title,
            f"{s.count:,}",
            column_percent(s.share),
            interval(s.low, s.high),
            column_percent(s.reference),
            signed_points(s.difference),
            standardised(s.standardised_difference),
        ]
        for title, s in zip(SCENARIO_TITLES, subject.comparison.scenarios, strict=True)
    ]
    caption = f"Shares of firms beside the {subject.split.name}"
    return Table("shares-table", caption, columns, rows)


def _square_table(subject: Subject) -> Table:
    """Return the article's 2 x 2 with its margins, the reference in brackets."""
    scenarios, square = subject.comparison.scenarios, subject.comparison.square

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
        "nearest": _nearest_table(subject),
        "ranges": _ranges_table(subject),
        "notes": precision_notes(subject.run),
    }
    return Section("answer", "The answer", "sweep", content)


def _nearest_table(subject: Subject) -> Table:
    swept = subject.run.swept
    nearest = subject.ranked.head(NEAREST)
    columns = [
        Column("Point", "number"),
        *(Column(path.replace("_", " ").replace(".", ": "), "number") for path in swept),
        *(Column(f"{title}, %", "number") for title in SCENARIO_TITLES),
        *numbers("Firms", "Distance, points"),
        Column("Verdict", "word"),
    ]
    rows = [
        [
            str(row["point"]),
            *(value_words(row[path]) for path in swept),
            *(bare_tenths(row[name]) for name in SCENARIOS),
            f"{row['firms']:,}",
            bare_tenths(row["total_variation"]),
            verdict_words(row["verdict"]),
        ]
        for row in nearest.to_dict("records")
    ]
    caption = (
        f"The points nearest to the {subject.split.name}: {len(rows)} of {len(subject.ranked):,}"
    )
    return Table("nearest-table", caption, columns, rows)


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
