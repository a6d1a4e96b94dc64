"""What happened in a firm, as events: told from its states, in the order of the model's steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from orgsim.model.state import NO_TARGET
from orgsim.spec.calendar import calendar
from orgsim.text import number, percent
from orgsim.trace.history import History
from orgsim.trace.reorganisations import adopted, failed, proposed, rested, reverted
from orgsim.trace.schedule import segments_begun
from orgsim.trace.successions import successions
from orgsim.trace.thresholds import completion_passages, quorum_lapses

__all__ = ["KINDS", "Event", "events_of"]

KINDS: Mapping[str, str] = {
    "schedule": "a segment of the schedule began",
    "completion": "completion passed one half, for some quarters at least",
    "support_lost": "share willing fell below the quorum while an active form was in force",
    "misfit": "first quarter in which the firm saw a misfit",
    "cool_down_end": "a proposal became possible again",
    "proposal": "a reorganisation was proposed",
    "adoption": "it was put in force",
    "failure": "it was dropped",
    "reversal": "the form in force was undone",
    "ceo_succession": "a new CEO",
    "chief_succession": "a new CMO, CIO, infrastructure chief or CMTO",
}
"""What events there are, in the order of the model's steps."""


@dataclass(frozen=True)
class Event:
    """Something that happened in a quarter.

    Attributes
    ----------
    quarter : int
        From 0.
    kind : str
        One of ``KINDS``.
    text : str
        A sentence.
    numbers : mapping of str to number or word
        What the sentence rests on, unrounded.
    """

    quarter: int
    kind: str
    text: str
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def calendar(self) -> str:
        """The quarter's name."""
        return calendar(self.quarter)


Told = tuple[str, dict[str, float | int | str]]
"""A text, and the numbers that it rests on."""


def events_of(history: History) -> list[Event]:
    """Return what happened, by quarter, and within one in the order of the model's steps."""
    found = [Event(t, kind, *told) for kind, tell in _TELLERS.items() for t, told in tell(history)]
    order = list(KINDS)
    return sorted(found, key=lambda event: (event.quarter, order.index(event.kind)))


def _first_misfit(history: History) -> Iterator[tuple[int, Told]]:
    misfit = history.of_firm("misfit")[1:]
    seen = (misfit > 0.0).nonzero()[0]
    if seen.size:
        t = int(seen[0])
        text = f"The firm saw a misfit for the first time, of {number(misfit[t])}"
        if history.could_propose()[t]:
            text += f"; with it, the chance of a proposal was {percent(history.hazard[t])}"
        yield t, (f"{text}.", {"misfit": float(misfit[t]), "hazard": float(history.hazard[t])})


def _each(
    counter: Callable[[History, int], bool], tell: Callable[[History, int], Told]
) -> Callable[[History], Iterator[tuple[int, Told]]]:
    """Return what tells of every quarter in which a counter moved."""

    def told(history: History) -> Iterator[tuple[int, Told]]:
        for t in range(history.quarters):
            if counter(history, t):
                yield t, tell(history, t)

    return told


def _moved(name: str) -> Callable[[History, int], bool]:
    return lambda history, t: bool(history.of_firm(name)[t + 1] > history.of_firm(name)[t])


def _was_adopted(history: History, t: int) -> bool:
    """Whether a reorganisation ended in quarter t, and not by failing."""
    target = history.of_firm("target")
    ended = target[t] != NO_TARGET and target[t + 1] == NO_TARGET
    return bool(ended and not _moved("failures")(history, t))


def _was_rested(history: History, t: int) -> bool:
    cool_down = history.of_firm("cool_down")
    return bool(cool_down[t] > 0 and cool_down[t + 1] == 0)


_TELLERS: dict[str, Callable[[History], Iterator[tuple[int, Told]]]] = {
    "schedule": segments_begun,
    "completion": completion_passages,
    "support_lost": quorum_lapses,
    "misfit": _first_misfit,
    "cool_down_end": _each(_was_rested, rested),
    "proposal": _each(_moved("attempts"), proposed),
    "adoption": _each(_was_adopted, adopted),
    "failure": _each(_moved("failures"), failed),
    "reversal": _each(_moved("reversals"), reverted),
    "ceo_succession": lambda history: successions(history, of_ceo=True),
    "chief_succession": lambda history: successions(history, of_ceo=False),
}
