"""The table of shares beside a reference."""

from __future__ import annotations

from orgsim.analysis.comparison import Comparison
from orgsim.report.notes import size_note
from orgsim.report.tables.table import Column, Table
from orgsim.report.wording import reference_title, standardised
from orgsim.text import column_percent, interval, signed_points

_FIELDS = (
    "scenario",
    "count",
    "share",
    "low",
    "high",
    "reference",
    "difference",
    "standardised_difference",
    "effect_size",
)


def comparison_table(comparison: Comparison) -> Table:
    """Return a row a scenario: share, interval, reference, difference in points.

    Its values are those of :meth:`Comparison.to_frame`.
    """
    split = comparison.split
    columns = [
        Column("Scenario", key="scenario"),
        Column("Firms", "number", key="count"),
        Column("Simulated", "number", key="share"),
        Column("95 % interval", "number", unit="%", key="interval"),
        Column(reference_title(split), "number", key="reference"),
        Column("Difference", "number", unit="points", key="difference"),
        Column("z", "number", unit="standard errors", key="standardised_difference"),
    ]
    rows = [
        [
            s.title,
            f"{s.count:,}",
            column_percent(s.share),
            interval(s.low, s.high),
            column_percent(s.reference),
            signed_points(s.difference),
            standardised(s.standardised_difference),
        ]
        for s in comparison.scenarios
    ]
    notes = (comparison.sentence, comparison.article_note, size_note(comparison))
    return Table(
        id="shares-table",
        caption=f"Shares of firms beside the {split.name}",
        columns=columns,
        rows=rows,
        fields=_FIELDS,
        values=[[getattr(s, name) for name in _FIELDS] for s in comparison.scenarios],
        notes=[note for note in notes if note],
    )
