"""Rows of a run by point, in whichever of its parts they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.execution.context import RunContext
from orgsim.spec import Model
from orgsim.store import Part, RunDirectory
from orgsim.store.reading import UNREADABLE
from orgsim.store.tables import canonical, read_firm_columns, read_plain_columns

Columns = Mapping[str, NDArray[Any]]


class PointRows:
    """Rows of ``firms`` or ``quarters`` of a run, by point, in whichever of its parts they stand.

    A part is read once as long as rows are asked for in their order.

    Parameters
    ----------
    name : str
    context : RunContext
        Of the run.
    model : Model
        Whose columns are read; others that are there are left.
    """

    def __init__(self, name: str, context: RunContext, model: Model) -> None:
        self.name = name
        self.sectors = context.parts.sectors
        self.model = model
        self._context = context
        self._held: tuple[Part, Columns] | None = None

    def of_part(self, part: Part) -> Columns:
        """Return the rows of a part.

        Raises
        ------
        RunError
            If its file cannot be read.
        """
        if self._held is None or self._held[0] != part:
            self._held = None  # two need not be in memory
            self._held = part, self._read(part)
        return self._held[1]

    def _read(self, part: Part) -> Columns:
        parts, points = self._context.parts, len(part.points)
        try:
            if self.name == "firms":
                path = parts.firms(part)
                most = points * (part.stop_firm - part.first_firm)
                return read_firm_columns(path, parts.sectors, self.model, most)
            path = parts.quarters(part)
            columns = read_plain_columns(
                path, self.model.quarters, points * self.model.most_quarters
            )
            return canonical(columns, self.model.quarters)
        except UNREADABLE as error:
            raise RunDirectory(parts.path).unreadable(path, error) from error

    def of_point(self, part: Part, point: int, first: int = 0, count: int | None = None) -> Columns:
        """Return rows of a point in a part: so many at most, from a row of it on."""
        columns = self.of_part(part)
        low, high = (int(i) for i in np.searchsorted(columns["point"], [point, point + 1]))
        low = min(low + first, high)
        high = high if count is None else min(low + count, high)
        return {name: values[low:high] for name, values in columns.items()}

    def between(self, point: int, first: int, stop: int) -> Iterator[Columns]:
        """Yield the rows ``first`` ... ``stop - 1`` of a point, as far as there are any.

        Of ``quarters`` they are counted by quarter, and stand in one part.
        """
        layout = self._context.layout
        by_firm = self.name == "firms"
        while first < (min(stop, layout.firms) if by_firm else stop):
            part = layout.part_of(point, first) if by_firm else layout.quarter_part_of(point)
            rows = self.of_point(part, point, first - part.first_firm, stop - first)
            if not rows["point"].size:
                return
            yield rows
            first += rows["point"].size
