"""A firm's story on the terminal."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgsim.report.terminal import WIDEST, open_console, say
from orgsim.text import counted, done_percent, people

if TYPE_CHECKING:
    from orgsim.results.tracing import Trace

KIND_TITLES = {
    "schedule": "schedule",
    "completion": "completion",
    "support_lost": "support lost",
    "misfit": "misfit seen",
    "cool_down_end": "cool-down over",
    "proposal": "proposed",
    "adoption": "adopted",
    "failure": "failed",
    "reversal": "undone",
    "ceo_succession": "new CEO",
    "chief_succession": "new chief",
}

SECONDS_BETWEEN_LINES = 5.0

_BETWEEN = 8
"""Characters around and between three columns."""


def replaying() -> Callable[[int, int], None]:
    """Return what says how far a replay is, every few seconds, on the standard error."""
    began = spoke = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal spoke
        now = time.monotonic()
        if done and now - spoke >= SECONDS_BETWEEN_LINES:
            spoke = now
            left = (now - began) * (total - done) / done
            text = f"replaying: {done_percent(done, total)}, {left:.0f} seconds left"
            print(text, file=sys.stderr, flush=True)

    return tell


def events_table(trace: Trace, width: int) -> Any:
    """Return a rich table: quarter, event, what happened."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    kinds = max(map(len, KIND_TITLES.values()))
    room = width - kinds - len("2014 Q1") - _BETWEEN
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Quarter", no_wrap=True)
    table.add_column("Event", no_wrap=True, min_width=kinds)
    table.add_column("What happened", no_wrap=True)
    for event in trace.events:
        # rich would break lines between a number and its unit.
        lines = textwrap.fill(event.text, room)
        table.add_row(event.calendar, KIND_TITLES[event.kind], lines)
    return table


def turnover_line(trace: Trace) -> str:
    """Return how many people left over the whole history."""
    history = trace.history
    staff = [int(history.left[:, part].sum()) for part in history.departments]
    ceos, chiefs = int(history.chiefs_left[:, 0].sum()), int(history.chiefs_left[:, 1:].sum())
    span = counted(history.quarters, "quarter")
    return (
        f"In {span} {people(staff[0])} left marketing and {staff[1]:,} IT; "
        f"CEOs who left: {ceos:,}, other chiefs: {chiefs:,}."
    )


def print_trace(trace: Trace, *, notes: Sequence[str] = (), files: Sequence[Path] = ()) -> None:
    """Print where the firm ended, what decided it, its events, and where the files are."""
    console = open_console()
    say(console, trace.title, "bold")
    if trace.caveat:
        say(console, trace.caveat)
    console.print()
    for sentence in trace.decisive:
        say(console, f"• {sentence}", indent="  ")
    console.print()
    say(console, turnover_line(trace))
    if trace.events:
        console.print(events_table(trace, min(console.width, WIDEST)))
    for note in notes:
        say(console, note)
    if files:
        names = ", ".join(path.name for path in files)
        console.print(f"files  {files[0].parent}", markup=False, soft_wrap=True)
        say(console, f"       {names}", indent="       ")


def trace_as_dict(trace: Trace, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Return the story as one object, ready for JSON."""
    return {
        "title": trace.title,
        "point": trace.point,
        "firm": trace.firm,
        "scenario": trace.scenario,
        "checked": trace.checked,
        "decisive": trace.decisive,
        "events": [
            {
                "quarter": event.quarter,
                "calendar": event.calendar,
                "kind": event.kind,
                "text": event.text,
                "numbers": dict(event.numbers),
            }
            for event in trace.events
        ],
        "files": [str(path) for path in files],
        "directory": str(trace.directory),
    }
