"""Why a firm ended where it did: sentences chosen from what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from orgsim.model.columns import SCENARIOS
from orgsim.model.state import NO_TARGET, SEPARATE
from orgsim.spec.calendar import calendar
from orgsim.text import counted, joined, number, percent
from orgsim.trace.events import Event
from orgsim.trace.history import History
from orgsim.trace.joint_work import why_apart, why_together
from orgsim.trace.thresholds import below_quorum, in_question, runs
from orgsim.trace.twin import against_twin
from orgsim.trace.votes import share_willing
from orgsim.trace.wording import STRUCTURE_TITLES

MOST_TOLD = 3
"""Of reorganisations that failed or were undone, the last so many are told one by one."""


def decisive(events: Sequence[Event], history: History) -> list[str]:
    """Return what decided where the firm ended, a sentence each."""
    scenario = SCENARIOS[int(history.column("scenario")[-1])]
    if scenario in ("cemo", "cmto"):
        parts = [_in_force(events, history), _danger(events, history), _under_way(events, history)]
    else:
        work = why_together if scenario == "cmo_and_cto" else why_apart
        parts = [_no_proposal(history), _under_way(events, history), work(history)]
    return list(chain(_before(events), *parts, against_twin(history)))


def _last(events: Sequence[Event], kind: str, until: int | None = None) -> Event | None:
    found = [e for e in events if e.kind == kind and (until is None or e.quarter <= until)]
    return found[-1] if found else None


def _share(event: Event, name: str, *beside: str) -> str:
    """Write a number of an event as a percentage, so that it reads right beside others of it."""
    return percent(float(event.numbers[name]), *(float(event.numbers[b]) for b in beside))


# --- the structure in force


def _in_force(events: Sequence[Event], history: History) -> Iterator[str]:
    """Tell how the form in force came to be: a CEMO perhaps out of a CMTO."""
    undone = _last(events, "reversal")
    since = -1 if undone is None else undone.quarter
    adoptions = [e for e in events if e.kind == "adoption" and e.quarter > since]
    if undone is None and history.of_firm("structure")[0] != SEPARATE:
        start = STRUCTURE_TITLES[int(history.of_firm("structure")[0])]
        kept = "" if adoptions else ", and kept it"
        yield f"The firm started as {start}, by its settings{kept}."
    for adoption in adoptions:
        yield from _put_in_force(events, adoption)


def _put_in_force(events: Sequence[Event], adoption: Event) -> Iterator[str]:
    proposal = _last(events, "proposal", adoption.quarter)
    if proposal is None:
        raise AssertionError("an adoption without a proposal")
    told, structure = proposal.numbers, adoption.numbers["target"]
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
        f"{structure} was put in force with {_share(adoption, 'willing', 'quorum')} of the staff "
        f"willing, against a quorum of {_share(adoption, 'quorum', 'willing')}."
    )


def _danger(events: Sequence[Event], history: History) -> Iterator[str]:
    """Tell how near the form in force came to being undone."""
    adoption = _last(events, "adoption")
    first = 0 if adoption is None else adoption.quarter + 1
    asked, short = in_question(history), below_quorum(history)
    asked[:first] = short[:first] = False
    if not asked.any():
        return
    willing = share_willing(history)
    lowest = int(np.flatnonzero(asked)[np.argmin(willing[asked])])
    limit = float(history.p_in(lowest).reorganisation_quorum)
    low = f"{percent(willing[lowest], limit)} in {calendar(lowest)}"
    quorum = percent(limit, willing[lowest])
    since = _since(history, first)
    if willing[lowest] == 1.0:
        yield f"{since} all of the staff were willing in every quarter (quorum {quorum})."
    elif not short.any():
        yield (
            f"{since} the share willing never fell below the quorum of {quorum}; the lowest was "
            f"{low}."
        )
    else:
        longest = max(run.length for run in runs(short) if run.value)
        needed = counted(int(history.p_in(lowest).reorganisation_reversal_period), "quarter")
        row = f", at most {longest:,} in a row" if longest < short.sum() else ""
        yield (
            f"{since} the share willing was below the quorum of {quorum} in "
            f"{counted(int(short.sum()), 'quarter')}{row}, where {needed} in a row would have "
            f"undone it; the lowest was {low}."
        )


def _since(history: History, first: int) -> str:
    """Say in which quarters the form in force was in question: not while another was under way."""
    if (history.of_firm("target")[first:-1] == NO_TARGET).all():
        return "Since then"
    return "Since then, but for the time in which another form was under way,"


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
        told = joined([part for part in parts if part])
        yield f"Until {earlier[-1].calendar}, {told}; the last {MOST_TOLD} that did so follow."
    for event in ended[-MOST_TOLD:]:
        yield from (_failure if event.kind == "failure" else _reversal)(events, event)


def _failure(events: Sequence[Event], failure: Event) -> Iterator[str]:
    proposal = _last(events, "proposal", failure.quarter)
    proposed = f", proposed in {proposal.calendar}," if proposal else ""
    yield (
        f"{failure.numbers['target']}{proposed} failed in {failure.calendar}: "
        f"{_share(failure, 'willing', 'quorum')} willing, quorum "
        f"{_share(failure, 'quorum', 'willing')}; {failure.numbers['reason']}"
        f"{_changes_at_the_top(events, proposal, failure)}."
    )


def _reversal(events: Sequence[Event], reversal: Event) -> Iterator[str]:
    adoption = _last(events, "adoption", reversal.quarter)
    since = f"in force since {adoption.calendar}" if adoption else "in force from the start"
    few = int(reversal.numbers["quarters_below"])
    long = "too few were willing" if few == 1 else f"for {few:,} quarters in a row too few were"
    long += ", " if few == 1 else " willing, at last "
    top = _changes_at_the_top(events, adoption, reversal) or "; the CEO was the same all along"
    yield (
        f"{reversal.numbers['structure']}, {since}, was undone in {reversal.calendar}: {long}"
        f"{_share(reversal, 'willing', 'quorum')}, quorum "
        f"{_share(reversal, 'quorum', 'willing')}; {reversal.numbers['reason']}"
        f"{top}."
    )


def _changes_at_the_top(events: Sequence[Event], since: Event | None, until: Event) -> str:
    """Name every change of CEO in between; one in the last quarter came too late to matter.

    All of them, because which one made the difference is not for a sentence to decide.
    """
    first = -1 if since is None else since.quarter
    new = [e for e in events if e.kind == "ceo_succession" and first <= e.quarter < until.quarter]
    if not new:
        return ""
    came = [f"{number(float(e.numbers['commitment']))} from {e.calendar}" for e in new]
    start = number(float(new[0].numbers["commitment_before"]))
    ceos = "a new CEO" if len(new) == 1 else "new CEOs"
    return f"; commitment was {start}, and with {ceos} {joined(came)}"


def _no_proposal(history: History) -> Iterator[str]:
    """Tell why nothing was proposed, at first or since the last attempt came to nothing."""
    if not history.p.mechanisms_reorganisation:
        yield "Reorganisation is switched off in this firm's settings."
        return
    if history.of_firm("target")[-1] != NO_TARGET:
        return
    # Whatever was in force in a firm that ended with separate departments came undone, so all
    # that stands in the way after the last end is the cool-down.
    ended = np.flatnonzero(history.ends())
    first = int(ended[-1]) + 1 if ended.size else 0
    if first == history.quarters:
        yield "That was the last quarter: none was left for another proposal."
        return
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
        spell = "one quarter" if opportunities == 1 else possible
        return (
            f"{no} reorganisation was proposed: the firm saw no misfit in the {spell} in which it "
            "could have."
        )
    chance = percent(float(np.prod(1.0 - history.hazard[misfit])))
    if opportunities == 1:
        return (
            f"{no} reorganisation was proposed, though the firm saw a misfit in the one quarter in "
            f"which it could have; with such a misfit and commitment a firm proposes nothing with "
            f"a chance of {chance}."
        )
    return (
        f"{no} reorganisation was proposed, though the firm saw a misfit in {int(misfit.sum()):,} "
        f"of {possible} in which it could have; with such misfits and commitments a firm "
        f"proposes nothing in all of them with a chance of {chance}."
    )


def _under_way(events: Sequence[Event], history: History) -> Iterator[str]:
    """Tell of a reorganisation that the horizon cut short."""
    target = int(history.of_firm("target")[-1])
    if target == NO_TARGET:
        return
    proposal = _last(events, "proposal")
    if proposal is None:
        raise AssertionError("a reorganisation without a proposal")
    title, elapsed = STRUCTURE_TITLES[target], int(history.of_firm("elapsed")[-1])
    if not elapsed:
        yield (
            f"{title} was proposed in {proposal.calendar}, the last quarter: nobody had been "
            "asked yet."
        )
        return
    willing = float(history.of_firm("willing")[-1])
    p = history.p_in(history.quarters - 1)
    quorum = float(p.reorganisation_quorum)
    trial = counted(int(p.reorganisation_trial_period), "quarter")
    yield (
        f"{title}, proposed in {proposal.calendar}, was under way at the horizon, for "
        f"{counted(elapsed, 'quarter')} (trial period: {trial}), with {percent(willing, quorum)} "
        f"willing (quorum {percent(quorum, willing)})."
    )
