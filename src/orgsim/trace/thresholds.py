"""When completion passed one half, and when support was lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from orgsim.model.cut_points import CUT_POINT
from orgsim.model.state import NO_TARGET, SEPARATE, WINDOW
from orgsim.spec.calendar import calendar
from orgsim.text import counted, number, percent
from orgsim.trace.history import Bools, History
from orgsim.trace.votes import share_willing

Numbers = dict[str, float | int | str]


class Run(NamedTuple):
    """Quarters in a row in which something was alike: from ``first`` until before ``stop``."""

    first: int
    stop: int
    value: bool

    @property
    def length(self) -> int:
        """How many quarters."""
        return self.stop - self.first


def runs(truths: Bools) -> list[Run]:
    """Return the runs of equal values.

    Examples
    --------
    >>> [tuple(run) for run in runs(np.array([True, False, False]))]
    [(0, 1, True), (1, 3, False)]
    """
    changes = (np.flatnonzero(np.diff(truths)) + 1).tolist()
    edges = [0, *changes, truths.size]
    return [Run(a, b, bool(truths[a])) for a, b in pairwise(edges)]


def completion_passages(history: History) -> Iterator[tuple[int, tuple[str, Numbers]]]:
    """Tell of completion passing one half, where it stayed there at least a year, or to the end.

    Passages for less are no more than the noise of a window of four quarters.
    """
    completion = history.of_firm("completion")[1:]
    told: bool | None = None
    for run in runs(completion >= CUT_POINT):
        lasts = run.length >= WINDOW or run.stop == history.quarters
        if told is None:
            told = run.value
        elif lasts and run.value != told:
            told = run.value
            value = float(completion[run.first])
            direction = "rose to one half or above" if run.value else "fell below one half"
            text = f"Completion {direction} ({number(value, CUT_POINT)}) {_how_long(history, run)}."
            yield run.first, (text, {"completion": value, "quarters": run.length})


def _how_long(history: History, run: Run) -> str:
    if run.stop < history.quarters:
        return f"and stayed there for {counted(run.length, 'quarter')}"
    return "and stayed there to the end" if run.length > 1 else "in the last quarter"


def in_question(history: History) -> Bools:
    """Whether the staff was asked in a quarter for a form in force, and for that alone, (T,)."""
    in_force = history.of_firm("structure")[:-1] != SEPARATE
    idle = history.of_firm("target")[:-1] == NO_TARGET
    return np.asarray(in_force & idle & history.asked())


def below_quorum(history: History) -> Bools:
    """Whether, in a quarter, an active form in force had too little support, (T,)."""
    quorum = history.by_quarter("reorganisation_quorum")
    return np.asarray(in_question(history) & (share_willing(history) < quorum))


def quorum_lapses(history: History) -> Iterator[tuple[int, tuple[str, Numbers]]]:
    """Tell of an active form in force that lost its quorum."""
    willing = share_willing(history)
    undone = np.diff(history.of_firm("reversals")) > 0
    for run in runs(below_quorum(history)):
        if not run.value:
            continue
        p = history.p_in(run.first)
        share, quorum = float(willing[run.first]), float(p.reorganisation_quorum)
        reversal = int(p.reorganisation_reversal_period)
        lasted = f"for {counted(run.length, 'quarter')}"
        end = f"; {counted(reversal, 'such quarter')} in a row undo a form in force"
        if undone[run.stop - 1]:
            end = f", until the form in force was undone in {calendar(run.stop - 1)}"
        text = (
            f"Only {percent(share, quorum)} were willing, and too few {lasted}{end} "
            f"(quorum {percent(quorum, share)})."
        )
        yield run.first, (text, {"willing": share, "quarters": run.length})
