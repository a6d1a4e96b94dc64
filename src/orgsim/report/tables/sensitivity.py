"""Tables of a sensitivity analysis: a row a parameter, a column an output."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from orgsim.report.tables.table import Column, Table
from orgsim.results.sensitivity import DUMMY, Asked, Sensitivity
from orgsim.text import bare_p_value, bare_tenths, two_decimals, with_minus

BESIDE = 7
"""Outputs that stand beside each other on a page; more of them go into a further table."""

LISTED = 15
"""Parameters of the screening that are listed; the files have all."""

NONE = "–"
"""In place of a number that there is none of."""


def screening_tables(
    found: Sensitivity, *, most: int = LISTED, beside: int = BESIDE
) -> Iterator[Table]:
    """Yield the largest elementary effects: of shares in points, else in standard deviations."""
    screening = found.screening
    assert screening is not None
    shares = screening.has_shares_alone
    key, unit = ("mu_star", "points") if shares else ("relative", "standard deviations")
    write = bare_tenths if shares else (lambda value: f"{value:.2f}")
    paths = screening.ranked()[:most]
    caption = f"How far an output moves over a parameter's whole plausible range (mu*, {unit})"
    yield from _matrices(
        "screening-table", caption, found, screening.columns, key, paths, write, beside
    )


def indices_tables(
    found: Sensitivity, order: Literal["total", "first"], *, beside: int = BESIDE
) -> Iterator[Table]:
    """Yield total indices, or those of first order."""
    indices = found.indices
    assert indices is not None
    names = list(dict.fromkeys(indices.columns["parameter"]))
    caption = {
        "total": "Part of an output's variance that a parameter has a hand in (total index)",
        "first": "Part of an output's variance that comes from a parameter alone (first order)",
    }[order]
    yield from _matrices(
        f"{order}-table", caption, found, indices.columns, order, names, two_decimals, beside
    )


def interval_tables(found: Sensitivity) -> Iterator[Table]:
    """Yield both indices with their intervals, a table an output, the largest total first."""
    indices = found.indices
    assert indices is not None
    names = list(indices.columns)
    for number, asked in enumerate(found.outputs, start=1):
        rows = [
            dict(zip(names, row, strict=True))
            for row in zip(*indices.columns.values(), strict=True)
            if row[0] == asked.name
        ]
        rows.sort(key=lambda row: (row["parameter"] == DUMMY, -_or_least(row["total"])))
        yield Table(
            id=f"intervals-table-{number}",
            caption=f"{asked.title}: indices with their 95 % intervals",
            columns=[
                Column("Parameter", "code", key="parameter"),
                Column("Total", "number", key="total"),
                Column("95 % interval", "number", key="total_interval"),
                Column("First order", "number", key="first"),
                Column("95 % interval", "number", key="first_interval"),
            ],
            rows=[
                [row["parameter"], *_with_interval(row, "total"), *_with_interval(row, "first")]
                for row in rows
            ],
        )


def _with_interval(row: Mapping[str, Any], key: str) -> tuple[str, str]:
    return (
        _cell(float(row[key]), two_decimals),
        two_digit_interval(row[f"{key}_low"], row[f"{key}_high"]),
    )


def given_tables(found: Sensitivity, *, beside: int = BESIDE) -> Iterator[Table]:
    """Yield first orders and PAWN of a finished sweep, and what tells the near points from others.

    A number below its noise floor stands in brackets.
    """
    given = found.given
    assert given is not None
    names = [moved.path for moved in found.parameters]
    captions = {
        "first": "Part of an output's variance that comes from a parameter alone (first order)",
        "pawn": "How far an output's distribution moves with a parameter (PAWN, median distance)",
    }
    for key, caption in captions.items():
        columns = dict(given.columns)
        floors = columns[f"{key}_floor"]
        below = {
            (output, path): value <= floor
            for output, path, value, floor in zip(
                columns["output"], columns["parameter"], columns[key], floors, strict=True
            )
        }
        for table in _matrices(
            f"given-{key}-table", caption, found, columns, key, names, two_decimals, beside
        ):
            keys = [column.key for column in table.columns]
            rows = [
                [
                    f"({cell})" if below.get((output, row[0])) else cell
                    for output, cell in zip(keys, row, strict=True)
                ]
                for row in table.rows
            ]
            yield replace(table, rows=rows)
    yield _near_table(found)


def _near_table(found: Sensitivity) -> Table:
    given = found.given
    assert given is not None
    rows = sorted(zip(*given.near.values(), strict=True), key=lambda row: -_or_least(row[1]))
    return Table(
        id="near-table",
        caption=(
            f"What tells the points near the {given.reference} from the others "
            "(Kolmogorov-Smirnov distance)"
        ),
        columns=[
            Column("Parameter", "code", key="parameter"),
            Column("Distance", "number", key="distance"),
            Column("By chance", "number", key="distance_floor"),
            Column("p", "number", key="p_value"),
        ],
        rows=[
            [
                path,
                _cell(float(distance), two_decimals),
                _cell(float(floor), two_decimals),
                NONE if math.isnan(p) else bare_p_value(float(p)),
            ]
            for path, distance, floor, p in rows
        ],
    )


def _or_least(value: float) -> float:
    return -1.0 if math.isnan(value) else float(value)


def pairs_tables(found: Sensitivity, most: int = 10) -> Iterator[Table]:
    """Yield the pairs of parameters that act together most, output by output."""
    indices = found.indices
    assert indices is not None
    pairs = indices.pairs
    if pairs is None:
        return
    names = list(pairs)
    for asked in found.outputs:
        rows = [
            dict(zip(names, row, strict=True))
            for row in zip(*pairs.values(), strict=True)
            if row[0] == asked.name
        ]
        rows = [row for row in rows if not math.isnan(row["second"])]
        rows.sort(key=lambda row: -row["second"])
        yield Table(
            id=f"pairs-{asked.name}",
            caption=f"{asked.title}: pairs that act together (second order)",
            columns=[
                Column("Parameter", "code", key="parameter"),
                Column("With", "code", key="other"),
                Column("Index", "number", key="second"),
                Column("95 % interval", "number", key="interval"),
            ],
            rows=[
                [
                    row["parameter"],
                    row["other"],
                    two_decimals(row["second"]),
                    two_digit_interval(row["second_low"], row["second_high"]),
                ]
                for row in rows[:most]
            ],
        )


def _matrices(
    id_: str,
    caption: str,
    found: Sensitivity,
    columns: Mapping[str, Any],
    key: str,
    paths: Sequence[str],
    write: Callable[[float], str],
    beside: int,
) -> Iterator[Table]:
    """Yield a row a parameter and a column an output, some outputs at a time."""
    keys = zip(columns["output"], columns["parameter"], strict=True)
    values = dict(zip(keys, map(float, columns[key]), strict=True))
    for number, some in enumerate(_some(found.outputs, beside)):
        rows = [
            [path, *(_cell(values.get((asked.name, path), math.nan), write) for asked in some)]
            for path in paths
        ]
        yield Table(
            id=f"{id_}-{number}" if number else id_,
            caption=caption,
            columns=[
                Column("Parameter", "code", key="parameter"),
                *(Column(asked.title, "number", key=asked.name) for asked in some),
            ],
            rows=rows,
        )


def _some(outputs: Sequence[Asked], beside: int) -> Iterator[Sequence[Asked]]:
    for first in range(0, len(outputs), beside):
        yield outputs[first : first + beside]


def _cell(value: float, write: Callable[[float], str]) -> str:
    return NONE if math.isnan(value) else with_minus(write(value))


def two_digit_interval(low: float, high: float) -> str:
    """Write an interval of indices."""
    return NONE if math.isnan(low) else f"{two_decimals(low)} to {two_decimals(high)}"
