"""Tables as CSV, for programs: every digit, names of frames and JSON, no units, no notes."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

from orgsim.printable import unbroken
from orgsim.report.tables.table import Table


def as_csv(*tables: Table) -> str:
    """Write tables as CSV: a line of names, then a line a row.

    Tables of the same rows stand side by side, what names the rows once. Shares lie between 0
    and 1; what there is none of is empty; truth values are ``true`` and ``false``.
    """
    first, *others = tables
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(map(_cell, [*first.fields, *chain(*(t.fields[1:] for t in others))]))
    for number, row in enumerate(first.values):
        beside = chain(*(_beside(t.values[number], row) for t in others))
        writer.writerow(map(_cell, [*row, *beside]))
    return written.getvalue()


def _beside(row: Sequence[Any], first: Sequence[Any]) -> Sequence[Any]:
    """Return a row without its name, which is the first row's."""
    assert row[0] == first[0]
    return row[1:]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isnan(value):
        return ""
    return unbroken(value) if isinstance(value, str) else value
