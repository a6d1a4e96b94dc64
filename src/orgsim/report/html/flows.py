"""Two settings of the same firms: who ends elsewhere, and what became of the shares."""

from __future__ import annotations

from orgsim.report.html.figures import flow_figure
from orgsim.report.html.section import Section
from orgsim.report.html.settings import differences, parameter_of
from orgsim.report.html.subject import Subject
from orgsim.report.tables.flows import changes_table, moves_table
from orgsim.report.tables.table import Column, Table
from orgsim.spec.readable import readable


def flows_section(subject: Subject) -> Section | None:
    """Return which firms end elsewhere under another setting, if one is given."""
    if subject.other is None:
        return None
    flows, changes = subject.flows, changes_table(subject.flows)
    content = {
        "sentence": flows.sentence,
        "names": (flows.before_name, flows.after_name),
        "settings": _settings_table(subject),
        "moves": moves_table(flows),
        "changes": changes,
        "notes": changes.notes[1:],  # the first names the settings, as the section itself does
        "figure": flow_figure(subject),
    }
    return Section("flows", "The same firms under another setting", "flows", content)


def _settings_table(subject: Subject) -> Table:
    """Return the settings in which the two differ."""
    first, second = subject.settings, subject.other_settings
    rows = [
        [path, readable(first.get(path)), readable(value), parameter_of(path).meaning]
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
