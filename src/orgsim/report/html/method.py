"""How the model works: the order of events in a quarter, and what makes a scenario."""

from __future__ import annotations

from orgsim.model import MODEL
from orgsim.model.cut_points import CUT_POINT, SIDE_CUT_POINTS
from orgsim.report.html.section import Section
from orgsim.report.html.subject import Subject


def method_section(subject: Subject) -> Section:
    """Return what happens in a quarter, and how a firm's end is told."""
    low, high = SIDE_CUT_POINTS
    content = {
        "steps": steps(),
        "same_model": subject.is_of_this_model,
        "cut": f"{CUT_POINT:g}",
        "sides": f"{low:g} and {high:g}",
    }
    return Section("model", "How the model works", "method", content)


def steps() -> list[str]:
    """Return the events of a quarter in their order, as the model itself lists them."""
    return [MODEL.events[step] for step in MODEL.steps]
