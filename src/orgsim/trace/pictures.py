"""What pictures show of a history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from orgsim.figures.trace.organisation import Box, Chart
from orgsim.figures.trace.timeline_data import Mark, TimelineData
from orgsim.model.state import (
    CEMO_STRUCTURE,
    CEO,
    CIO,
    CMO,
    CMTO,
    CMTO_STRUCTURE,
    INFRASTRUCTURE,
    NO_TARGET,
)
from orgsim.spec.calendar import calendar
from orgsim.text import NBSP, number, people, percent
from orgsim.trace.events import Event
from orgsim.trace.history import History
from orgsim.trace.votes import share_willing
from orgsim.trace.wording import STRUCTURE_TITLES

_LABELS = {
    "proposal": "{target} proposed",
    "adoption": "{target} adopted",
    "failure": "{target} failed",
    "reversal": "{structure} undone",
}
_POST_ROWS = {"infrastructure chief": "infrastructure"}


def timeline_data(history: History, events: Sequence[Event], title: str) -> TimelineData:
    """Return what the timeline shows."""
    traits = {
        trait: tuple(history.of_staff(trait)[:, part] for part in history.departments)
        for trait in ("cooperation", "resistance", "literacy")
    }
    exits = [history.left[:, part].sum(axis=1) for part in history.departments]
    reorganises = bool(history.p.mechanisms_reorganisation)
    return TimelineData(
        title=title,
        caption=_caption(history),
        calendar=[calendar(t) for t in range(history.quarters)],
        # mypy takes a tuple of the two departments, made by a generator, for one of any length.
        people=traits,  # type: ignore[arg-type]  # see above
        commitment=history.of_firm("commitment"),
        capability=history.of_firm("capability"),
        willing=share_willing(history),
        quorum=history.by_quarter("reorganisation_quorum"),
        misfit=history.of_firm("misfit")[1:] if reorganises else None,
        completion=history.of_firm("completion")[1:],
        exits=np.stack(exits, axis=1),
        structure=history.of_firm("structure"),
        target=history.of_firm("target"),
        marks=_marks(events),
    )


def _caption(history: History) -> str:
    return (
        "Lines by department: means of its people; bands: from "
        f"{percent(0.1)} to {percent(0.9)} of them. Values and marks stand at the end of their "
        f"quarter, bars in it. {_size(history)}."
    )


def _size(history: History) -> str:
    marketing, it = (part.stop - part.start for part in history.departments)
    return f"{people(marketing).replace(' ', NBSP)} in marketing, {it:,} in IT"


def _marks(events: Sequence[Event]) -> list[Mark]:
    marks = [Mark(e.quarter, "CEO") for e in events if e.kind == "ceo_succession"]
    for event in events:
        if event.kind in _LABELS:
            label = _LABELS[event.kind].format_map(dict(event.numbers))
            marks.append(Mark(event.quarter, event.kind, label))
        elif event.kind == "chief_succession":
            post = str(event.numbers["post"])
            marks.append(Mark(event.quarter, _POST_ROWS.get(post, post)))
    return marks


# --- organisation charts


def charts_of(history: History) -> list[Chart]:
    """Return the organisation before the first quarter and after the last."""
    last = history.quarters
    return [
        _chart(history, 0, f"Before {calendar(0)}"),
        _chart(history, last, f"After {calendar(last - 1)}"),
    ]


def _chart(history: History, state: int, when: str) -> Chart:
    structure = int(history.of_firm("structure")[state])
    target = int(history.of_firm("target")[state])
    heading = f"{when}: {STRUCTURE_TITLES[structure]}"
    if target != NO_TARGET:
        heading += f" ({STRUCTURE_TITLES[target]} under way)"
    posts = _posts(history, structure)
    chiefs = [_chief(history, state, *post) for post in posts]
    depth = 1 + max(box.level for box in chiefs)
    bosses = {
        column: [b.name for b in chiefs if b.column in (column, "middle")][-1]
        for column in ("left", "right")
    }
    departments = [
        _department(history, state, g, column, depth, bosses[column])
        for g, column in enumerate(("left", "right"))
    ]
    return Chart(heading, [*chiefs, *departments])


_Post = tuple[int, str, str, int, str]


def _posts(history: History, structure: int) -> list[_Post]:
    """Return post, title, column, level and boss of every chief, from the top."""
    top: _Post = (int(CEO), "CEO", "middle", 0, "")
    if structure == CMTO_STRUCTURE:
        return [top, (int(CMTO), "CMTO", "middle", 1, "CEO")]
    if structure != CEMO_STRUCTURE:
        return [top, (int(CMO), "CMO", "left", 1, "CEO"), (int(CIO), "CIO", "right", 1, "CEO")]
    marketer: _Post = (int(CMO), "CMO as CEMO", "left", 1, "CEO")
    if not history.p.reorganisation_infrastructure_chief:
        return [top, marketer, (int(CIO), "CIO", "right", 2, "CMO as CEMO")]
    chief: _Post = (int(INFRASTRUCTURE), "Infrastructure chief", "right", 2, "CMO as CEMO")
    return [top, marketer, chief, (int(CIO), "CIO", "right", 3, "Infrastructure chief")]


def _chief(history: History, state: int, post: int, title: str, column: str, level: int,
           boss: str) -> Box:  # fmt: skip
    traits = {
        trait: float(history.of_firm(f"chief_{trait}")[state, post])
        for trait in ("cooperation", "resistance", "background")
    }
    lines = [f"technical share {number(traits['background'])}"]
    if post == CEO:
        lines.append(f"commitment {number(float(history.of_firm('commitment')[state]))}")
    lines += [f"{trait} {number(traits[trait])}" for trait in ("cooperation", "resistance")]
    return Box(title, title, lines, column, level, boss, traits["background"])


def _department(history: History, state: int, g: int, column: str, level: int, boss: str) -> Box:
    part = history.departments[g]
    title = ("Marketing", "IT")[g]
    lines = [people(part.stop - part.start)]
    lines += [
        f"{trait} {number(float(history.of_staff(trait)[state, part].mean(dtype=np.float64)))}"
        for trait in ("cooperation", "resistance")
    ]
    return Box(title, title, lines, column, level, boss)
