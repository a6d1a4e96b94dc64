"""A sensitivity analysis on the terminal, and as one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from orgsim.config.asked_output import named_outputs
from orgsim.model import MODEL
from orgsim.printable import unbroken
from orgsim.report.sensitivity_notes import (
    given_notes,
    given_sentences,
    indices_notes,
    indices_sentences,
    left_out_notes,
    screening_notes,
    screening_sentences,
)
from orgsim.report.tables.sensitivity import (
    given_tables,
    indices_tables,
    pairs_tables,
    screening_tables,
)
from orgsim.report.tables.table import Column, Table, numbers
from orgsim.report.tables.terminal import print_table, rich_table
from orgsim.report.terminal import open_console, print_files, say
from orgsim.results.sensitivity import PAGE
from orgsim.text import counted, duration, size

if TYPE_CHECKING:
    from rich.console import Console

    from orgsim.execution.forecast import Forecast
    from orgsim.results.sensitivity import Sensitivity


_NARROWEST, _GAP = 6, 3
"""Characters of a column of numbers, which holds the longest word of its title, and beside it."""


def print_sensitivity(found: Sensitivity) -> None:
    """Print what was found, stage by stage."""
    console = open_console()
    say(console, f"{found.title}: what moves it", "bold")
    longest = max((len(moved.path) for moved in found.parameters), default=0)
    words = [word for asked in found.outputs for word in asked.title.split()]
    width = max(_NARROWEST, *map(len, words))
    beside = max(1, (console.width - longest - 1) // (width + _GAP))
    if found.screening is not None:
        tables = list(screening_tables(found, beside=beside))
        notes = [*screening_notes(found), *left_out_notes(found)]
        _print(console, tables, screening_sentences(found), notes)
    if found.indices is not None:
        tables = [*indices_tables(found, "total", beside=beside), *pairs_tables(found)]
        _print(console, tables, indices_sentences(found), indices_notes(found))
    if found.given is not None:
        _print(
            console,
            list(given_tables(found, beside=beside)),
            given_sentences(found),
            given_notes(found),
        )
    if found.directory is not None:
        page = found.directory / PAGE
        files = [("page", str(page))] if page.exists() else []
        print_files(console, [*files, ("directory", str(found.directory))])


def _print(
    console: Console,
    tables: list[Table],
    sentences: Iterator[tuple[str, str]],
    notes: list[str],
) -> None:
    for table in tables:
        console.print()
        say(console, unbroken(table.caption), "bold")
        first = table.columns[0].key
        width = max(map(len, table.cells(first)), default=0)
        widths: dict[str, tuple[int, int | None]] = {
            column.key: (0, max(_NARROWEST, *map(len, column.title.split())))
            for column in table.columns
            if column.is_number
        }
        console.print(rich_table(table, widths={**widths, first: (width, None)}))
    for _, sentence in sentences:
        say(console, f"* {sentence}", indent="  ")
    console.print()
    for note in notes:
        say(console, note)


def print_forecasts(found: Mapping[str, Forecast], threads: int) -> None:
    """Print what every run of an analysis would take."""
    table = Table(
        id="runs",
        caption="What it would take",
        columns=[
            Column("Run", "code", key="run"),
            *numbers("Points", "Firms a point", "Quarters"),
            Column("Disk", "number"),
            Column("Time", "number"),
        ],
        rows=[
            [
                folder,
                f"{one.points:,}",
                f"{one.firms // one.points:,}",
                f"{one.quarters:,}",
                size(one.disk_bytes),
                duration(one.seconds),
            ]
            for folder, one in found.items()
        ],
    )
    print_table(table)
    total = sum(one.seconds for one in found.values())
    console = open_console()
    say(console, f"In all about {duration(total)} on {counted(threads, 'core')}.")


def print_outputs() -> None:
    """Print every named output with its unit and meaning."""
    outputs = named_outputs(MODEL)
    longest = max(map(len, outputs))
    console = open_console()
    for name, output in outputs.items():
        unit = "" if output.unit == "-" else f" [{output.unit}]"
        say(console, f"{name:<{longest}}  {output.meaning}{unit}", indent=" " * (longest + 2))
    say(
        console,
        "Any column of firms with numbers is one, too: its mean. NAME@80 is after 80 quarters, "
        "NAME@2016Q4 at the end of that one, NAME[SECTOR] of a sector's firms, NAME - NAME the "
        "difference of two.",
    )


def as_json_object(found: Sensitivity) -> dict[str, Any]:
    """Return all that was found as one object, ready for JSON; None for what is no number."""
    stages: dict[str, Any] = {}
    for stage in ("screening", "indices", "given"):
        held = getattr(found, stage)
        if held is not None:
            stages[stage] = {
                name: _plain(value) for name, value in vars(held).items() if value is not None
            }
    facts = {
        name: value
        for name, value in vars(found).items()
        if name not in ("screening", "indices", "given", "directory")
    }
    facts["outputs"] = [vars(asked) for asked in found.outputs]
    facts["parameters"] = [vars(moved) for moved in found.parameters]
    facts["left_out"] = dict(found.left_out)
    directory = {} if found.directory is None else {"directory": str(found.directory)}
    return {**facts, **stages, **directory}


def _plain(value: Any) -> Any:
    """Return columns as rows, and numbers as JSON has them."""
    if not isinstance(value, dict):
        return value
    if not all(
        hasattr(column, "__len__") and not isinstance(column, str) for column in value.values()
    ):
        return dict(value)
    rows = zip(*value.values(), strict=True)
    return [dict(zip(value, map(_number, row), strict=True)) for row in rows]


def _number(value: Any) -> Any:
    if isinstance(value, str):
        return value
    found = value.item() if hasattr(value, "item") else value
    return None if isinstance(found, float) and found != found else found
