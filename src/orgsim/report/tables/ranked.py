"""The table of a sweep's points by their distance from a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgsim.report.notes import ranking_notes
from orgsim.report.tables.table import Column, Table
from orgsim.report.wording import value_words, verdict_words
from orgsim.spec.schedule import is_scheduled
from orgsim.text import bare_tenths

if TYPE_CHECKING:
    import pandas as pd

    from orgsim.results import Run
    from orgsim.results.reference import ReferenceLike

LISTED = 15
"""Points that are shown where there is room for more than a terminal has."""


def ranked_table(
    run: Run,
    reference: ReferenceLike = None,
    *,
    tolerance: float | None = None,
    ranked: pd.DataFrame | None = None,
    most: int | None = None,
) -> Table:
    """Return a row a design point: swept parameters, shares, firms, distance, verdict.

    Its values are those of :meth:`Run.ranked`.

    Parameters
    ----------
    run : Run
        A sweep.
    reference, tolerance
        As :meth:`Run.ranked` takes them.
    ranked : DataFrame, optional
        What the run says of its points, if that is known already.
    most : int, optional
        How many points, the nearest first; by default all.

    Raises
    ------
    UsageError, ConfigError
        As :meth:`Run.ranked`.
    """
    if ranked is None:
        ranked = run.ranked(reference, tolerance=tolerance)
    name = run.reference(reference).name
    nearest = ranked if most is None else ranked.head(most)
    rows = [
        [
            str(row["point"]),
            *(value_words(row[path]) for path in run.swept),
            *(bare_tenths(row[scenario]) for scenario in run.model.scenarios),
            f"{row['firms']:,}",
            bare_tenths(row["total_variation"]),
            verdict_words(row["verdict"]),
        ]
        for row in nearest.to_dict("records")
    ]
    return Table(
        id="nearest-table",
        caption=f"The points nearest to the {name}: {len(rows)} of {len(ranked):,}",
        columns=_columns(run),
        rows=rows,
        fields=[str(column) for column in nearest.columns],
        values=list(zip(*(nearest[column].tolist() for column in nearest.columns), strict=True)),
        notes=ranking_notes(ranked, name, run.tolerance(tolerance), run),
    )


def _columns(run: Run) -> list[Column]:
    return [
        Column("Point", "number", key="point"),
        *(Column(_words(path), "number", short=_short(path), key=path) for path in run.swept),
        *(
            Column(outcome.title, "number", unit="%", key=outcome.name)
            for outcome in run.model.outcomes
        ),
        Column("Firms", "number", key="firms"),
        Column("Distance", "number", unit="points", key="total_variation"),
        Column("Verdict", "word", key="verdict"),
    ]


def _words(path: str) -> str:
    return path.replace("_", " ").replace(".", ": ")


def _short(path: str) -> str:
    """Return a parameter's name without its section, for the head of a narrow column."""
    name = path if is_scheduled(path) else path.partition(".")[2]
    return name.replace("_", " ") or path
