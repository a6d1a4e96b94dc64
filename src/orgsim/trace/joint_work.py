"""Whether joint work got done, and what it was made of."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

import numpy as np

from orgsim.model.cooperation import willingness
from orgsim.model.cut_points import CUT_POINT
from orgsim.model.state import WINDOW
from orgsim.numerics.elementary import single
from orgsim.spec.calendar import calendar
from orgsim.text import counted, number, percent, signed
from orgsim.trace.history import History
from orgsim.trace.interpreted import interpreted


class Work(NamedTuple):
    """Joint work in the last four quarters, or as many as there were.

    Attributes
    ----------
    quarters, encounters, tasks : int
        Encounters across departments, and joint tasks completed.
    required : float
        Joint tasks that digital demand asked for.
    contact : float
        Encounters across departments over all, per quarter.
    """

    quarters: int
    encounters: int
    tasks: int
    required: float
    contact: float

    @property
    def one_half(self) -> int:
        """How many completed tasks it took for a completion of one half."""
        return ceil(CUT_POINT * max(self.encounters, self.required))


def work_of_last_year(history: History) -> Work:
    """Return what completion at the horizon is made of."""
    p = history.p
    quarters = min(WINDOW, history.quarters)
    a_quarter = float(p.cooperation_encounters) * history.inputs.agents
    return Work(
        quarters=quarters,
        encounters=int(history.of_firm("encounters")[-1].sum()),
        tasks=int(history.of_firm("tasks")[-1].sum()),
        required=float(p.cooperation_required_share)
        * a_quarter
        * float(history.inputs.given.environment.demand_window[-1]),
        contact=float(history.of_firm("contact")[-quarters:].mean()),
    )


class Minds(NamedTuple):
    """How people came to joint tasks in some quarters, in the mean.

    Attributes
    ----------
    willing : tuple of two floats
        Probability of cooperating in marketing and in IT, as partners found it.
    literacy : float
        Of all staff in the other department's field.
    """

    willing: tuple[float, float]
    literacy: float


def minds(history: History, quarters: int) -> Minds:
    """Return how people came to the joint tasks of the last quarters, by the model's rule."""
    tremble = history.by_quarter("cooperation_tremble")[-quarters:, None].astype(single)
    # Tasks begin with the inclination of the quarter's start and the resistance of its step 3,
    # which readiness is made of; of those who left, too, for recruits do not overwrite it.
    cooperation = history.of_staff("cooperation")[-1 - quarters : -1]
    ready = history.of_staff("readiness")[-quarters:]
    willing = interpreted(willingness)(cooperation, ready, tremble)
    marketing, it = (
        float(np.mean(willing[:, part], dtype=np.float64)) for part in history.departments
    )
    literacy = history.of_staff("literacy")[-1 - quarters : -1]
    return Minds((marketing, it), float(np.mean(literacy, dtype=np.float64)))


class Change(NamedTuple):
    """How mean cooperation changed, and how much of that came how.

    Attributes
    ----------
    before, after : float
    of_work : float
        Through joint work of people in quarters at whose end they stayed.
    of_exits : float
        Where a place changed hands: the recruit at the quarter's end, less the one who left at its
        beginning.
    exits : int
        How many places did.
    """

    before: float
    after: float
    of_work: float
    of_exits: float
    exits: int


def change_of_cooperation(history: History, quarters: int) -> Change:
    """Return what moved mean cooperation in the last quarters; both parts make up the change."""
    cooperation = history.of_staff("cooperation")[-1 - quarters :].astype(np.float64)
    left = history.left[-quarters:]
    steps = np.diff(cooperation, axis=0) / history.inputs.agents
    return Change(
        before=float(cooperation[0].mean()),
        after=float(cooperation[-1].mean()),
        of_work=float(steps[~left].sum()),
        of_exits=float(steps[left].sum()),
        exits=int(left.sum()),
    )


def _last_on_other_side(history: History) -> int | None:
    """Return the last quarter in which completion was on the other side of one half."""
    done = history.of_firm("completion")[1:] >= CUT_POINT
    other = np.flatnonzero(done != done[-1])
    return int(other[-1]) if other.size else None


def _ended(history: History) -> str:
    return f"ended at {number(float(history.of_firm('completion')[-1]), CUT_POINT)}"


def why_together(history: History) -> Iterator[str]:
    """Tell since when joint work got done."""
    last = _last_on_other_side(history)
    if last is None:
        since = "was at one half or above in every quarter"
    elif last + 2 == history.quarters:
        since = f"reached one half only in {calendar(last + 1)}, the last quarter,"
    else:
        since = f"reached one half for good in {calendar(last + 1)}"
    yield f"Completion {since} and {_ended(history)}."
    yield from _how_work_went(history)


def why_apart(history: History) -> Iterator[str]:
    """Tell why joint work did not get done."""
    last = _last_on_other_side(history)
    since = (
        "never reached one half"
        if last is None
        else f"was last at one half or above in {calendar(last)}"
    )
    yield f"Completion {since} and {_ended(history)}."
    yield from _how_work_went(history)


def _how_work_went(history: History) -> Iterator[str]:
    work = work_of_last_year(history)
    span = _span(work.quarters)
    if not work.encounters:
        yield f"In the last {span} nobody met the other department."
        return
    met = counted(work.encounters, "encounter was", "encounters were")
    yield (
        f"In the last {span} {met} with the other department "
        f"({percent(work.contact)} of all), and {counted(work.tasks, 'joint task')} got done. "
        f"Completion is measured against encounters, or what demand asks for if that is more "
        f"({_tasks(work.required)}): one half took {work.one_half:,}."
    )
    yield _how_people_came(history, work)
    yield _how_cooperation_changed(history, work)


def _tasks(required: float) -> str:
    """Write what demand asks for, which need not be a whole number."""
    return f"{required:,.1f}".removesuffix(".0")


def _how_people_came(history: History, work: Work) -> str:
    came = minds(history, work.quarters)
    marketing, it = (number(value) for value in came.willing)
    return (
        f"In that time people of marketing were willing to cooperate with a mean probability of "
        f"{marketing}, those of IT of {it}; a joint task takes one of each. Their mean literacy in "
        f"the other's field, which makes joint work worth while, was {number(came.literacy)}."
    )


def _how_cooperation_changed(history: History, work: Work) -> str:
    change = change_of_cooperation(history, work.quarters)
    ends = f"from {change.before:.3f} to {change.after:.3f}"
    if not change.exits:
        return f"Mean cooperation went {ends} in that time, and nobody left."
    places = f"{counted(change.exits, 'place')} changed hands"
    return (
        f"Mean cooperation went {ends} in that time: {signed(change.of_work, 3)} through the joint "
        f"work of those who stayed, {signed(change.of_exits, 3)} as {places}."
    )


def _span(quarters: int) -> str:
    return "year" if quarters == WINDOW else f"{quarters} quarters" if quarters > 1 else "quarter"
