"""Paired flows on the terminal."""

from __future__ import annotations

from orgsim.analysis.flows import Flows
from orgsim.report.tables.flows import changes_table, moves_table
from orgsim.report.tables.terminal import rich_table
from orgsim.report.terminal import open_console, say


def print_flows(flows: Flows) -> None:
    """Print who moved from where to where, and what that says of the shares."""
    console = open_console()
    say(console, flows.sentence, "bold")
    changes = changes_table(flows)
    console.print(rich_table(moves_table(flows)))
    console.print(rich_table(changes))
    for note in changes.notes:
        say(console, note)
