"""A sweep on the terminal: the points nearest to a reference, and how far the shares range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orgsim.model.columns import SCENARIOS
from orgsim.report.notes import ranking_notes
from orgsim.report.tables.ranked import ranked_table
from orgsim.report.tables.table import Table
from orgsim.report.tables.terminal import rich_table
from orgsim.report.terminal import open_console, print_files, say

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.results import Run
    from orgsim.results.reference import ReferenceLike

NEAREST = 5
_WIDTHS = dict(zip((*SCENARIOS, "total_variation"), (5, 5, 7, 6, 8), strict=True))
"""Characters of the columns of shares and distance: their titles' longest words, or two."""

_POINT = 5
_GAP = 2
_ROOM = 80 - sum(width + _GAP for width in (*_WIDTHS.values(), 7))
"""Characters of a line of 80 that are left for swept parameters."""


def _fitting(nearest: Table, swept: Sequence[str]) -> list[str]:
    """Return the first swept parameters, as many as a line has room for."""
    shown: list[str] = []
    left = _ROOM
    for path in swept:
        title = nearest.columns[nearest.place(path)].short
        left -= max(map(len, [*title.split(), *nearest.cells(path)])) + _GAP
        if left < 0:
            break
        shown.append(path)
    return shown


def _drawn(nearest: Table, swept: Sequence[str]) -> Any:
    """Return the nearest points with some of the swept parameters, as rich shows them."""
    widths: dict[str, tuple[int, int | None]] = {"point": (_POINT, None)}
    widths |= {path: (max(map(len, nearest.cells(path))), None) for path in swept}
    widths |= {name: (width, width) for name, width in _WIDTHS.items()}
    # And a divider: rich puts a character between columns by itself.
    return rich_table(nearest, list(widths), widths=widths, padding=(0, _GAP - 1, 0, 0))


def print_sweep(
    run: Run,
    reference: ReferenceLike = None,
    *,
    tolerance: float | None = None,
    ranked: pd.DataFrame | None = None,
    heading: str = "",
    files: Sequence[tuple[str, str]] = (),
) -> None:
    """Print the nearest points, the ranges of the shares, and where the files are.

    ``ranked`` is what the run says of them, if that is known already.
    """
    if ranked is None:
        ranked = run.ranked(reference, tolerance=tolerance)
    name = run.reference(reference).name
    console = open_console()
    if heading:
        say(console, heading, "bold")
    nearest = ranked_table(run, reference, tolerance=tolerance, ranked=ranked, most=NEAREST)
    shown = _fitting(nearest, run.swept)
    console.print(f"The {len(nearest.rows)} points nearest to the {name}:", markup=False)
    console.print(_drawn(nearest, shown))
    hidden = run.swept[len(shown) :]
    for note in ranking_notes(ranked, name, run.tolerance(tolerance), run, hidden):
        say(console, note)
    print_files(console, files)


def sweep_as_dict(
    run: Run,
    reference: ReferenceLike = None,
    *,
    tolerance: float | None = None,
    ranked: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Return the points by distance from a reference as one object, ready for JSON."""
    if ranked is None:
        ranked = run.ranked(reference, tolerance=tolerance)
    by_distance = [
        {
            "point": row["point"],
            "parameters": {path: row[path] for path in run.swept},
            "shares": {name: row[name] for name in SCENARIOS},
            "firms": row["firms"],
            "total_variation": row["total_variation"],
            "verdict": row["verdict"],
        }
        for row in ranked.to_dict("records")
    ]
    split = run.reference(reference)
    return {
        "title": run.meta.title,
        "reference_name": split.name,
        "reference": split.by_name(),
        "tolerance": run.tolerance(tolerance),
        "points": by_distance,
        "digest": run.digest,
        "directory": str(run.directory),
    }
