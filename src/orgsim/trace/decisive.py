"""Why a firm ended where it did: sentences chosen from what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from orgsim.analysis.quarters import calendar
from orgsim.columns import SCENARIOS
from orgsim.model.state import NO_TARGET
from orgsim.trace.events import Event
from orgsim.trace.history import History
from orgsim.trace.passages import below_quorum, runs
from orgsim.trace.wording import STRUCTURE_TITLES, counted, listed, number, percent
from orgsim.trace.working import why_apart, why_together

MOST_TOLD = 3
"""Of reorganisations that failed or were undone, the last so many are told one by one."""


def decisive(events: Sequence[Event], history: History) -> list[str]:
    """Return what decided where the firm ended, a sentence each."""
    scenario = SCENARIOS[int(history.column("scenario")[-1])]
    if scenario in ("cemo", "cmto"):
        parts = [_in_force(events, history), _danger(events, history)]
    else:
        work = why_together if scenario == "cmo_and_cto" else why_apart
        parts = [_no_proposal(history), _under_way(history), work(history)]
    return list(chain(_before(events), *parts))


def _last(events: Sequence[Event], kind: str, until: int | None = None) -> Event | None:
    found = [e for e in events if e.kind == kind and (until is None or e.quarter <= until)]
    return found[-1] if found else None


# --- the structure in force


def _in_force(events: Sequence[Event], history: History) -> Iterator[str]:
    """Tell how the form in force came to be."""
    adoption = _last(events, "adoption")
    structure = STRUCTURE_TITLES[int(history.of_firm("structure")[-1])]
    if adoption is None:
        yield f"The firm started as {structure}, by its settings, and kept it."
        return
    proposal = _last(events, "proposal", adoption.quarter)
    if proposal is None:
        raise AssertionError("an adoption without a proposal")
    told = proposal.numbers
    chosen = ""
    if "chance_of_form" in told:
        chosen = (
            f", and {structure} was the form with a chance of {_share(proposal, 'chance_of_form')}"
        )
    yield (
        f"In {proposal.calendar} {structure} was proposed: at a misfit of "
        f"{number(float(told['misfit']))} and a commitment of {number(float(told['commitment']))} "
        f"a proposal had a chance of {_share(proposal, 'hazard')} that quarter{chosen}."
    )
    yield (
        f"In {adoption.calendar}, after {counted(int(adoption.numbers['elapsed']), 'quarter')}, "
        f"it was put in force with {_share(adoption, 'willing')} of the staff willing, against a "
        f"quorum of {_share(adoption, 'quorum')}."
    )


def _share(event: Event, name: str) -> str:
    return percent(float(event.numbers[name]))


def _danger(events: Sequence[Event], history: History) -> Iterator[str]:
    """Tell how near the form in force came to being undone."""
    adoption = _last(events, "adoption")
    first = 0 if adoption is None else adoption.quarter + 1
    asked = history.asked() & (history.of_firm("target")[:-1] == NO_TARGET)
    asked[:first] = False
    if not asked.any():
        return
    willing = history.of_firm("willing")[1:]
    short = below_quorum(history)
    short[:first] = False
    lowest = int(np.flatnonzero(asked)[np.argmin(willing[asked])])
    low = f"{percent(willing[lowest])} in {calendar(lowest)}"
    quorum = percent(float(history.p.reorganisation_quorum))
    if willing[lowest] == 1.0:
        yield f"Since then all of the staff were willing in every quarter (quorum {quorum})."
        return
    if not short.any():
        yield (
            f"Since then the share willing never fell below the quorum of {quorum}; the lowest was "
            f"{low}."
        )
        return
    longest = max(run.length for run in runs(short) if run.value)
    needed = counted(int(history.p.reorganisation_reversal_period), "quarter")
    yield (
        f"Since then the share willing was below the quorum of {quorum} in "
        f"{counted(int(short.sum()), 'quarter')}, at most {longest:,} in a row, where {needed} "
        f"would have undone it; the lowest was {low}."
    )


# --- what came to nothing


def _before(events: Sequence[Event]) -> Iterator[str]:
    """Tell of what failed or was undone."""
    ended = [event for event in events if event.kind in ("failure", "reversal")]
    earlier = ended[:-MOST_TOLD]
    if earlier:
        failures = sum(event.kind == "failure" for event in earlier)
        parts = [
            f"{counted(failures, 'reorganisation')} failed" if failures else "",
            f"{counted(len(earlier) - failures, 'form')} in force came undone"
            if failures < len(earlier)
            else "",
        ]
        told = listed([part for part in parts if part])
        yield f"Until {earlier[-1].calendar}, {told}; the last {MOST_TOLD} that did so follow."
    for event in ended[-MOST_TOLD:]:
        yield from (_failure if event.kind == "failure" else _reversal)(events, event)


def _failure(events: Sequence[Event], failure: Event) -> Iterator[str]:
    proposal = _last(events, "proposal", failure.quarter)
    proposed = f", proposed in {proposal.calendar}," if proposal else ""
    yield (
        f"{failure.numbers['target']}{proposed} failed in {failure.calendar}: "
        f"{_share(failure, 'willing')} willing, quorum {_share(failure, 'quorum')}, as "
        f"{failure.numbers['reason']}"
        f"{_change_at_the_top(events, proposal, failure)}."
    )


def _reversal(events: Sequence[Event], reversal: Event) -> Iterator[str]:
    adoption = _last(events, "adoption", reversal.quarter)
    since = f"in force since {adoption.calendar}" if adoption else "in force from the start"
    few = counted(int(reversal.numbers["quarters_below"]), "quarter")
    top = _change_at_the_top(events, adoption, reversal) or "; the CEO was the same all along"
    yield (
        f"{reversal.numbers['structure']}, {since}, was undone in {reversal.calendar}: for {few} "
        f"in a row too few were willing, at last {_share(reversal, 'willing')}, quorum "
        f"{_share(reversal, 'quorum')}, as {reversal.numbers['reason']}"
        f"{top}."
    )


def _change_at_the_top(events: Sequence[Event], since: Event | None, until: Event) -> str:
    """Name the last change of CEO in between; one in the last quarter came too late to matter."""
    first = -1 if since is None else since.quarter
    new = [e for e in events if e.kind == "ceo_succession" and first <= e.quarter < until.quarter]
    if not new:
        return ""
    before, after = (float(new[-1].numbers[k]) for k in ("commitment_before", "commitment"))
    return (
        f"; the CEO who came in {new[-1].calendar} had a commitment of {number(after)}, the one "
        f"before of {number(before)}"
    )


def _no_proposal(history: History) -> Iterator[str]:
    """Tell why nothing was proposed, at first or after the last attempt."""
    if not history.p.mechanisms_reorganisation:
        yield "Reorganisation is switched off in this firm's settings."
        return
    attempts = history.of_firm("attempts")
    first = 0
    if attempts[-1] > 0:
        first = int(np.flatnonzero(np.diff(attempts))[-1]) + 1
        ended = np.flatnonzero(history.of_firm("target")[first:] == NO_TARGET)
        if ended.size == 0:
            return  # still under way
    open_to = history.could_propose()
    open_to[:first] = False
    yield _waiting(history, open_to, "After that no" if first else "No")


def _waiting(history: History, open_to: np.ndarray, no: str) -> str:
    opportunities = int(open_to.sum())
    if not opportunities:
        return f"{no} reorganisation was proposed, as the cool-down lasted to the end."
    misfit = open_to & (history.of_firm("misfit")[1:] > 0.0)
    possible = counted(opportunities, "quarter")
    if not misfit.any():
        return (
            f"{no} reorganisation was proposed: the firm saw no misfit in the {possible} "
            "in which it could have."
        )
    chance = float(np.prod(1.0 - history.hazard[misfit]))
    return (
        f"{no} reorganisation was proposed, though the firm saw a misfit in {int(misfit.sum()):,} "
        f"of {possible} in which it could have; with such misfits and commitments a firm "
        f"proposes nothing in all of them with a chance of {percent(chance)}."
    )


def _under_way(history: History) -> Iterator[str]:
    target = int(history.of_firm("target")[-1])
    if target != NO_TARGET:
        elapsed = counted(int(history.of_firm("elapsed")[-1]), "quarter")
        willing = percent(float(history.of_firm("willing")[-1]))
        yield (
            f"{STRUCTURE_TITLES[target]} was under way at the horizon, for {elapsed}, with "
            f"{willing} willing."
        )
