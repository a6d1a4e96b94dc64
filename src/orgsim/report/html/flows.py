"""Two settings of the same firms: who ends elsewhere, and what became of the shares."""

from __future__ import annotations

from orgsim.columns import SCENARIO_TITLES
from orgsim.parameters import BY_PATH
from orgsim.report.flows import flow_notes
from orgsim.report.html.figures import flow_figure
from orgsim.report.html.parts import Column, Section, Table, numbers
from orgsim.report.html.settings import differences, readable
from orgsim.report.html.subject import Subject
from orgsim.text import bare_p_value, column_percent, signed_interval, signed_points


def flows_section(subject: Subject) -> Section | None:
    """Return which firms end elsewhere under another setting, if one is given."""
    if subject.other is None:
        return None
    flows = subject.flows
    content = {
        "sentence": flows.sentence,
        "names": (flows.before_name, flows.after_name),
        "settings": _settings_table(subject),
        "moves": _moves_table(subject),
        "changes": _changes_table(subject),
        "notes": flow_notes(flows)[1:],  # the first names the settings, as the section itself does
        "figure": flow_figure(subject),
    }
    return Section("flows", "The same firms under another setting", "flows", content)


def _settings_table(subject: Subject) -> Table:
    """Return the settings in which the two differ."""
    first, second = subject.settings, subject.other_settings
    rows = [
        [path, readable(first[path]), readable(value), BY_PATH[path].meaning]
        for path, value in differences(second, first)
        if path != "simulation.firms"
    ]
    columns = [
        Column("Setting", "code"),
        Column("First"),
        Column("Second"),
        Column("Meaning", "prose"),
    ]
    return Table("other-settings-table", "Settings in which the two differ", columns, rows)


def _moves_table(subject: Subject) -> Table:
    flows = subject.flows
    rows = [
        [title, *(f"{count:,}" for count in (*row, sum(row)))]
        for title, row in zip(SCENARIO_TITLES, flows.counts, strict=True)
    ]
    sums = [sum(column) for column in zip(*flows.counts, strict=True)]
    rows.append(["All", *(f"{count:,}" for count in (*sums, flows.firms))])
    columns = [Column("First setting"), *numbers(*(f"{t}, second" for t in SCENARIO_TITLES), "All")]
    return Table("moves-table", "Firms by where they end in both settings", columns, rows)


def _changes_table(subject: Subject) -> Table:
    columns = [
        Column("Scenario"),
        *numbers(
            "First", "Second", "Change, points", "Paired interval", "Unpaired interval", "Exact p"
        ),
    ]
    rows = [
        [
            title,
            column_percent(s.before),
            column_percent(s.after),
            signed_points(s.difference),
            signed_interval(s.low, s.high),
            signed_interval(s.unpaired_low, s.unpaired_high),
            bare_p_value(s.p_adjusted),
        ]
        for title, s in zip(SCENARIO_TITLES, subject.flows.scenarios, strict=True)
    ]
    return Table("changes-table", "What became of the shares", columns, rows)
