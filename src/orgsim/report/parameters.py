"""The parameter table, for the terminal, for Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.model.parameters import BY_PATH, PARAMETERS, SECTIONS
from orgsim.printable import shortened
from orgsim.report.tables.markdown import markdown_grid
from orgsim.report.tables.table import Column, Table
from orgsim.report.terminal import WIDEST, open_console
from orgsim.spec.parameter import Parameter


def select(what: str | None) -> list[Parameter]:
    """Return all parameters, those of a section, or one by its path.

    Raises
    ------
    UsageError
        If there is no such section or parameter; names the nearest.
    """
    if what is None:
        return list(PARAMETERS)
    if what in BY_PATH:
        return [BY_PATH[what]]
    if what in SECTIONS:
        return [p for p in PARAMETERS if p.section == what]
    hint = nearest(what, [*BY_PATH, *SECTIONS])
    named = shortened(str(what), 60)
    raise UsageError(f"no parameter or section {named!r}{hint}\n  sections: {', '.join(SECTIONS)}")


def default_text(parameter: Parameter) -> str:
    """Return a default in few characters."""
    value = parameter.default
    if isinstance(value, dict):
        return f"beta({value['mean']:g}, {value['concentration']:g})"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def range_text(parameter: Parameter) -> str:
    """Return the allowed range in few characters."""
    if parameter.kind == "switch":
        return "true, false"
    if parameter.kind == "choice":
        return ", ".join(parameter.words)
    low, high = (f"{b:g}" if abs(b) < 1e5 else f"{b:.2g}" for b in (parameter.low, parameter.high))
    return f"{low} – {high}"


def form_text(parameter: Parameter) -> str:
    """Return what may stand for a value beside a number, in words."""
    forms = []
    if parameter.kind == "quantity":
        forms.append("a distribution")
    if parameter.by_department:
        forms.append("given by department")
    if not parameter.fixed:
        forms.append("changed by a schedule")
    return " or ".join(forms)


def source_text(parameter: Parameter) -> str:
    """Return class and source of a default."""
    more = f": {parameter.source}" if parameter.source else ""
    return f"{parameter.source_class}{more}"


def as_rows(parameters: Sequence[Parameter]) -> list[dict[str, Any]]:
    """Return the parameters as objects for JSON."""
    return [
        {
            "path": p.path,
            "kind": p.kind,
            "default": p.default,
            "unit": p.unit,
            "low": p.low if p.kind not in ("switch", "choice") else None,
            "high": p.high if p.kind not in ("switch", "choice") else None,
            "words": list(p.words),
            "by_department": p.by_department,
            "may_change_over_time": not p.fixed,
            "meaning": p.meaning,
            "source_class": p.source_class,
            "source": p.source,
        }
        for p in parameters
    ]


def as_markdown(parameters: Sequence[Parameter]) -> str:
    """Return the parameters as Markdown tables, one a section."""
    lines: list[str] = []
    for section, subject in SECTIONS.items():
        rows = [p for p in parameters if p.section == section]
        if not rows:
            continue
        lines += [f"#### `[{section}]` {subject}", ""]
        lines += [*markdown_grid(_table(section, rows)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(section: str, parameters: Sequence[Parameter]) -> Table:
    """Return a row a parameter of a section."""
    rows = []
    for p in parameters:
        form = form_text(p)
        meaning = f"{p.meaning}; may be {form}" if form else p.meaning
        values = (default_text(p), range_text(p), p.unit)
        rows.append([p.name, *values, meaning, source_text(p)])
    columns = [
        Column("parameter", "code"),
        *(Column(title) for title in ("default", "range", "unit", "meaning", "source")),
    ]
    return Table(f"{section}-table", section, columns, rows)


def print_parameters(parameters: Sequence[Parameter]) -> None:
    """Print the parameters: a line of values each, and below what they mean."""
    import textwrap

    console = open_console()
    width = min(console.width, WIDEST)
    longest = max(len(p.name) for p in parameters)
    for section, subject in SECTIONS.items():
        rows = [p for p in parameters if p.section == section]
        if not rows:
            continue
        console.print(f"[{section}] {subject}", style="bold", soft_wrap=True)
        for p in rows:
            values = f"{p.name:<{longest}}  {default_text(p):<15} {range_text(p)}"
            unit = "" if p.unit == "-" else f"  [{p.unit}]"
            console.print(f"  {values}{unit}", soft_wrap=True)
            form = form_text(p)
            told = f"{p.meaning}{f'; may be {form}' if form else ''} ({source_text(p)})"
            indent = " " * 6
            told = textwrap.fill(told, width, initial_indent=indent, subsequent_indent=indent)
            console.print(told, soft_wrap=True)
        console.print()
