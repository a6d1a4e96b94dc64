"""The parameter table, for the terminal, for Markdown and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
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
    return _ends_text(parameter.low, parameter.high)


def plausible_text(parameter: Parameter) -> str:
    """Return the plausible range in few characters; empty if there is none."""
    if parameter.plausible is None:
        return ""
    log = " (log)" if parameter.plausible.scale == "log" else ""
    return _ends_text(parameter.plausible.low, parameter.plausible.high) + log


def _ends_text(*ends: float) -> str:
    return " – ".join(f"{end:g}" if abs(end) < 1e5 else f"{end:.2g}" for end in ends)


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
            "plausible": asdict(p.plausible) | {"prior": p.prior} if p.plausible else None,
            "meaning": p.meaning,
            "source_class": p.source_class,
            "source": p.source,
        }
        for p in parameters
    ]


def as_markdown(parameters: Sequence[Parameter]) -> str:
    """Return the parameters as Markdown: a section's table, and one of its plausible ranges."""
    lines: list[str] = []
    for section, subject in SECTIONS.items():
        rows = [p for p in parameters if p.section == section]
        if not rows:
            continue
        lines += [f"#### `[{section}]` {subject}", ""]
        lines += [*markdown_grid(_table(section, rows)), ""]
        ranged = [p for p in rows if p.plausible is not None]
        if ranged:
            lines += [*markdown_grid(_ranges_table(section, ranged)), ""]
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


def _ranges_table(section: str, parameters: Sequence[Parameter]) -> Table:
    """Return a row a plausible range of a section."""
    columns = [Column("parameter", "code"), Column("prior"), Column("reason")]
    rows = [[p.name, p.prior, p.plausible.reason] for p in parameters if p.plausible is not None]
    return Table(f"{section}-ranges", f"{section}: plausible ranges", columns, rows)


_INDENT = " " * 6


def print_parameters(parameters: Sequence[Parameter], *, in_full: bool = False) -> None:
    """Print the parameters: a line of values each, and below what they mean.

    Parameters
    ----------
    in_full : bool
        Whether the plausible ranges are told as priors, each with its reason.
    """
    console = open_console()
    width = min(console.width, WIDEST)
    for section, subject in SECTIONS.items():
        rows = [p for p in parameters if p.section == section]
        if not rows:
            continue
        console.print(f"[{section}] {subject}", style="bold", soft_wrap=True)
        heads, *values = _lined_up(rows)
        console.print(heads, style="italic", soft_wrap=True)
        for p, line in zip(rows, values, strict=True):
            console.print(line, soft_wrap=True)
            for told in _told(p, in_full=in_full):
                wrapped = textwrap.fill(
                    told, width, initial_indent=_INDENT, subsequent_indent=_INDENT
                )
                console.print(wrapped, soft_wrap=True)
        console.print()


def _lined_up(parameters: Sequence[Parameter]) -> list[str]:
    """Return a line of heads, and a line of values for each parameter."""
    cells = [("parameter", "default", "allowed", "plausible")]
    cells += [(p.name, default_text(p), range_text(p), plausible_text(p)) for p in parameters]
    if not any(p.plausible for p in parameters):
        cells = [(*line[:-1], "") for line in cells]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  " + "  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]


def _told(parameter: Parameter, *, in_full: bool) -> list[str]:
    """Return what a parameter means and where it comes from; in full, its prior and why."""
    unit = "" if parameter.unit == "-" else f" [{parameter.unit}]"
    form = form_text(parameter)
    meaning = f"{parameter.meaning}{unit}{f'; may be {form}' if form else ''}"
    told = [f"{meaning} ({source_text(parameter)})"]
    if in_full and parameter.plausible is not None:
        told.append(f"plausible: {parameter.prior}; {parameter.plausible.reason}")
    return told
