"""A sweep on the terminal: the points nearest to a reference, and how far the shares range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orgsim.analysis.verdict import INCONCLUSIVE, MATCH, MISMATCH
from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.report.terminal import open_console, print_files, say
from orgsim.text import bare_given, bare_tenths, counted, from_to, points

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.results import Run
    from orgsim.results.reference import ReferenceLike

NEAREST = 5
_WIDTHS = (5, 5, 7, 6, 8)
"""Characters of the columns of shares and distance: their titles' longest words, or two."""

_GAP = 2
_ROOM = 80 - sum(width + _GAP for width in (*_WIDTHS, 7))
"""Characters of a line of 80 that are left for swept parameters."""


def _short(path: str) -> str:
    """Return a parameter's name without its section, for the head of a narrow column."""
    return path.partition(".")[2].replace("_", " ") or path


def _value(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value).lower()


def _fitting(ranked: Any, swept: Sequence[str]) -> list[str]:
    """Return the first swept parameters, as many as a line has room for."""
    shown: list[str] = []
    left = _ROOM
    for path in swept:
        words = [*_short(path).split(), *map(_value, ranked[path])]
        left -= max(map(len, words)) + _GAP
        if left < 0:
            break
        shown.append(path)
    return shown


def _table(ranked: Any, swept: Sequence[str]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP - 1, 0, 0))  # and a divider
    table.add_column("Point", justify="right", min_width=5)
    for path in swept:
        longest = max(len(_value(value)) for value in ranked[path])
        table.add_column(_short(path), justify="right", min_width=longest)
    for title, width in zip((*SCENARIO_TITLES, "Distance"), _WIDTHS, strict=True):
        table.add_column(title, justify="right", min_width=width, max_width=width)
    for row in ranked.to_dict("records"):
        shares = [bare_tenths(row[name]) for name in (*SCENARIOS, "total_variation")]
        table.add_row(str(row["point"]), *(_value(row[path]) for path in swept), *shares)
    return table


def _verdict_note(run: Run, ranked: Any, reference: str, tolerance: float | None) -> str:
    """Return how many points match."""
    kinds = ranked["verdict"].value_counts()
    matching, apart, open_ = (int(kinds.get(k, 0)) for k in (MATCH, MISMATCH, INCONCLUSIVE))
    width = run.meta.target.tolerance if tolerance is None else tolerance
    return (
        f"Verdicts within {points(width)} of the {reference}: match at {matching:,}, "
        f"mismatch at {apart:,}, inconclusive at {open_:,} points. Each errs with at most 5 % by "
        "itself: try a match again with another seed."
    )


def _notes(run: Run, ranked: Any, reference: str, hidden: Sequence[str]) -> list[str]:
    ranges = ", ".join(
        f"{title} {bare_tenths(ranked[name].min())} to {bare_tenths(ranked[name].max())}"
        for title, name in zip(SCENARIO_TITLES, SCENARIOS, strict=True)
    )
    firms = ranked["firms"]
    each = from_to(firms.min(), firms.max())
    notes = [
        f"{len(ranked):,} points, {each} firms each; shares in %. Distance: total variation from "
        f"the {reference}, in points.",
        f"Over all points: {ranges}.",
    ]
    if hidden:
        notes.append(f"Swept parameters not shown here: {', '.join(hidden)} (points.parquet).")
    return notes + precision_notes(run)


def precision_notes(run: Run) -> list[str]:
    """Return which points met the precision asked for, if one was."""
    wanted = run.meta.precision
    if wanted is None:
        return []
    met = run.met_precision()
    missed = [point for point, is_met in enumerate(met) if not is_met]
    text = (
        f"Precision: every share within {bare_given(wanted['half_width'], 6)} points either way "
        f"(simultaneous 95 %) at {len(met) - len(missed):,} of {len(met):,} points."
    )
    if missed:
        listed = ", ".join(map(str, missed[:8])) + (", ..." if len(missed) > 8 else "")
        text += (
            f" Not met at the cap of {counted(wanted['most_firms'], 'firm')}: {listed}; "
            "raise precision.most_firms in a new run."
        )
    return [text]


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
    nearest = ranked.head(NEAREST)
    shown = _fitting(nearest, run.swept)
    console.print(f"The {len(nearest)} points nearest to the {name}:", markup=False)
    console.print(_table(nearest, shown))
    say(console, _verdict_note(run, ranked, name, tolerance))
    for note in _notes(run, ranked, name, run.swept[len(shown) :]):
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
