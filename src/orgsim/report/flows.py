"""Paired flows on the terminal."""

from __future__ import annotations

from typing import Any

from orgsim.analysis.flows import Flows
from orgsim.columns import SCENARIO_TITLES
from orgsim.report.terminal import open_console, say
from orgsim.text import (
    bare_p_value,
    column_percent,
    confidence,
    p_value,
    signed_interval,
    signed_points,
)


def _flow_table(flows: Flows) -> Any:
    """Return a rich table of firms: rows before, columns after."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("First \\ second")
    for title in (*SCENARIO_TITLES, "All"):
        table.add_column(title, justify="right")
    for title, row in zip(SCENARIO_TITLES, flows.counts, strict=True):
        table.add_row(title, *(f"{count:,}" for count in (*row, sum(row))))
    sums = [sum(column) for column in zip(*flows.counts, strict=True)]
    table.add_row("All", *(f"{count:,}" for count in (*sums, flows.firms)))
    return table


def _difference_table(flows: Flows) -> Any:
    """Return a rich table of what became of each share."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Scenario")
    for title in ("First", "Second", "Change", "Paired", "Unpaired", "Exact p"):
        table.add_column(title, justify="right")
    for title, flow in zip(SCENARIO_TITLES, flows.scenarios, strict=True):
        table.add_row(
            title,
            column_percent(flow.before),
            column_percent(flow.after),
            signed_points(flow.difference),
            signed_interval(flow.low, flow.high),
            signed_interval(flow.unpaired_low, flow.unpaired_high),
            bare_p_value(flow.p_adjusted),
        )
    return table


def flow_notes(flows: Flows) -> list[str]:
    """Return the lines below the tables."""
    notes = [
        f"First: {flows.before_name}. Second: {flows.after_name}.",
        f"The same firms under common random numbers. Intervals hold jointly with "
        f"{confidence(flows.error)} (paired: Agresti and Min 2005); p-values are McNemar's, "
        f"corrected after Holm. All shares alike: {p_value(flows.p_homogeneity)} (Stuart and "
        "Maxwell, asymptotic).",
    ]
    if flows.worth is not None:
        ratio = sum(s.narrower for s in flows.scenarios) / len(flows.scenarios)
        notes.append(
            f"Independent firms would give intervals {ratio:.1f} times as wide; for the same width "
            f"it would take {flows.worth:.0f} times as many."
        )
    return notes


def print_flows(flows: Flows) -> None:
    """Print who moved from where to where, and what that says of the shares."""
    console = open_console()
    say(console, flows.sentence, "bold")
    console.print(_flow_table(flows))
    console.print(_difference_table(flows))
    for note in flow_notes(flows):
        say(console, note)
