"""The tables of the same firms under two settings: who moved, and what became of the shares."""

from __future__ import annotations

from orgsim.analysis.flows import Flows
from orgsim.report.notes import flow_notes
from orgsim.report.tables.table import Column, Table
from orgsim.text import bare_p_value, column_percent, signed_interval, signed_points

_FIELDS = (
    "scenario",
    "before",
    "after",
    "joined",
    "left",
    "low",
    "high",
    "unpaired_low",
    "unpaired_high",
    "p_value",
    "p_adjusted",
    "difference",
    "narrower",
)


def moves_table(flows: Flows) -> Table:
    """Return the firms: a row for where they end in the first setting, a column for the second.

    Its values are those of :meth:`Flows.to_frame`, by the names of the scenarios.
    """
    rows = [
        [s.title, *(f"{count:,}" for count in (*row, sum(row)))]
        for s, row in zip(flows.scenarios, flows.counts, strict=True)
    ]
    names = [s.scenario for s in flows.scenarios]
    sums = [sum(column) for column in zip(*flows.counts, strict=True)]
    rows.append(["All", *(f"{count:,}" for count in (*sums, flows.firms))])
    return Table(
        id="moves-table",
        caption="Firms by where they end in both settings",
        columns=[
            Column("First setting", short="First \\ second"),
            *(Column(f"{s.title}, second", "number", short=s.title) for s in flows.scenarios),
            Column("All", "number"),
        ],
        rows=rows,
        fields=("scenario", *names),
        values=[(name, *row) for name, row in zip(names, flows.counts, strict=True)],
        notes=[flows.sentence],
    )


def changes_table(flows: Flows) -> Table:
    """Return a row a scenario: shares in both settings, their difference, intervals, exact test.

    Its values are those of :meth:`Flows.differences`.
    """
    rows = [
        [
            s.title,
            column_percent(s.before),
            column_percent(s.after),
            signed_points(s.difference),
            signed_interval(s.low, s.high),
            signed_interval(s.unpaired_low, s.unpaired_high),
            bare_p_value(s.p_adjusted),
        ]
        for s in flows.scenarios
    ]
    return Table(
        id="changes-table",
        caption="What became of the shares",
        columns=[
            Column("Scenario"),
            Column("First", "number"),
            Column("Second", "number"),
            Column("Change", "number", unit="points"),
            Column("Paired interval", "number", short="Paired"),
            Column("Unpaired interval", "number", short="Unpaired"),
            Column("Exact p", "number"),
        ],
        rows=rows,
        fields=_FIELDS,
        values=[[getattr(s, name) for name in _FIELDS] for s in flows.scenarios],
        notes=flow_notes(flows),
    )
