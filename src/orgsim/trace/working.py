"""Whether joint work got done, and by what it was held up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from orgsim.analysis.quarters import calendar
from orgsim.columns import CUT_POINT
from orgsim.elementary import single
from orgsim.model.cooperation import readiness, willingness
from orgsim.model.state import WINDOW
from orgsim.trace.history import History
from orgsim.trace.interpreted import interpreted
from orgsim.trace.wording import counted, number, percent


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


def work_of_last_year(history: History) -> Work:
    """Return what completion at the horizon is made of."""
    p = history.p
    quarters = min(WINDOW, history.quarters)
    a_quarter = float(p.cooperation_encounters) * history.plan.staff
    return Work(
        quarters=quarters,
        encounters=int(history.of_firm("encounters")[-1].sum()),
        tasks=int(history.of_firm("tasks")[-1].sum()),
        required=float(p.cooperation_required_share)
        * a_quarter
        * float(history.plan.environment.demand_window[-1]),
        contact=float(history.of_firm("contact")[-quarters:].mean()),
    )


def mean_willingness(history: History) -> float:
    """Return the mean probability of cooperating at the horizon, over all staff."""
    tremble = single(history.p.cooperation_tremble)
    drag = single(history.p.cooperation_resistance_drag)
    cooperation, resistance = (history.of_staff(name)[-1] for name in ("cooperation", "resistance"))
    ready = interpreted(readiness)(resistance, tremble, drag)
    return float(np.mean(interpreted(willingness)(cooperation, ready, tremble), dtype=np.float64))


def spreading_point(history: History) -> float | None:
    """Return the willingness of partners above which cooperation spreads, in the mean field.

    That is the outside option over mutual understanding; None without any understanding.
    """
    understanding = float(history.of_staff("literacy")[-1].mean(dtype=np.float64))
    option = float(history.p.cooperation_outside_option)
    return option / understanding if understanding > 0.0 else None


def _last_on_other_side(history: History) -> int | None:
    """Return the last quarter in which completion was on the other side of one half."""
    done = history.of_firm("completion")[1:] >= CUT_POINT
    other = np.flatnonzero(done != done[-1])
    return int(other[-1]) if other.size else None


def why_together(history: History) -> Iterator[str]:
    """Tell since when joint work got done."""
    completion = number(history.of_firm("completion")[-1])
    last = _last_on_other_side(history)
    since = (
        "was at one half or above in every quarter"
        if last is None
        else f"passed one half for good in {calendar(last + 1)}"
    )
    yield f"Completion {since} and ended at {completion}."
    yield from _how_work_went(history)


def why_apart(history: History) -> Iterator[str]:
    """Tell why joint work did not get done."""
    completion = number(history.of_firm("completion")[-1])
    last = _last_on_other_side(history)
    since = (
        "never reached one half"
        if last is None
        else f"was last at one half or above in {calendar(last)}"
    )
    yield f"Completion {since} and ended at {completion}."
    yield from _how_work_went(history)


def _how_work_went(history: History) -> Iterator[str]:
    work = work_of_last_year(history)
    span = _span(history)
    if not work.encounters:
        yield f"In the last {span} nobody met the other department."
        return
    held = f"demand asked for {work.required:,.0f}"
    if work.required > work.encounters:
        held += ", more than there were encounters"
    yield (
        f"In the last {span} {counted(work.encounters, 'encounter')} were with the other "
        f"department ({percent(work.contact)} of all), and {percent(work.tasks / work.encounters)} "
        f"of them ({work.tasks:,}) became completed joint tasks; {held}."
    )
    yield from _spreading(history)


def _spreading(history: History) -> Iterator[str]:
    willing = mean_willingness(history)
    yield (
        f"At the end people were willing to cooperate with a probability of {number(willing)}; a "
        f"joint task takes two, so one half of the encounters takes {number(CUT_POINT**0.5)}."
    )
    point = spreading_point(history)
    if point is None or not history.p.mechanisms_cooperation_learning:
        return
    cooperation = history.of_staff("cooperation").mean(axis=1, dtype=np.float64)
    before = cooperation[-1 - work_of_last_year(history).quarters]
    side = "above" if willing > point else "not above"
    yield (
        f"That is {side} the {number(point)} (outside option over mutual understanding) from which "
        f"cooperation spreads where all are alike; mean cooperation went from {number(before)} to "
        f"{number(cooperation[-1])} in the last {_span(history)}."
    )


def _span(history: History) -> str:
    quarters = work_of_last_year(history).quarters
    return "year" if quarters == WINDOW else f"{quarters} quarters" if quarters > 1 else "quarter"
