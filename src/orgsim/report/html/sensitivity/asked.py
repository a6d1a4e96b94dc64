"""What was asked: outputs with their meaning, parameters with their ranges, and those left out."""

from __future__ import annotations

from orgsim.report.html.section import Section
from orgsim.report.html.sensitivity.subject import Analysis
from orgsim.report.sensitivity_notes import left_out_notes
from orgsim.report.tables.table import Column, Table
from orgsim.spec.readable import readable
from orgsim.text import counted, with_minus


def outputs_section(analysis: Analysis) -> Section:
    """Return the outputs with their units and meanings."""
    columns = [
        Column("Output"),
        Column("Name", "code"),
        Column("Unit", "word"),
        Column("Meaning", "prose"),
    ]
    rows = [
        [asked.title, asked.name, _unit(asked.unit), asked.meaning]
        for asked in analysis.found.outputs
    ]
    table = Table("outputs-table", "What was asked of the firms at each point", columns, rows)
    return Section("outputs", "Outputs", "sensitivity/asked", {"table": table, "notes": []})


def parameters_section(analysis: Analysis) -> Section:
    """Return the parameters with the ranges over which they were moved."""
    found = analysis.found
    columns = [
        Column("Parameter", "code"),
        Column("Least", "number"),
        Column("Most", "number"),
        Column("Unit", "word"),
        Column("Scale", "word"),
        Column("Meaning", "prose"),
        Column("Reason", "prose"),
    ]
    rows = [
        [
            moved.path,
            _end(moved.low),
            _end(moved.high),
            _unit(moved.unit),
            moved.scale,
            moved.meaning,
            moved.reason,
        ]
        for moved in found.parameters
    ]
    caption = f"{counted(len(rows), 'parameter')} and the ranges over which they were moved"
    content = {
        "table": Table("parameters-table", caption, columns, rows),
        "notes": left_out_notes(found),
    }
    return Section("parameters", "Parameters", "sensitivity/asked", content)


def _end(value: float) -> str:
    return with_minus(readable(float(value)))


def _unit(unit: str) -> str:
    return "–" if unit == "-" else unit
