"""How the model works: the order of events in a quarter, and what makes a scenario."""

from __future__ import annotations

import re

from orgsim.columns import CUT_POINT, SIDE_CUT_POINTS
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
    from orgsim import model

    listed = re.findall(r"^ *\d+\. (.+(?:\n +(?!\d+\.)\S.*)*)", model.quarter.__doc__, re.MULTILINE)
    return [" ".join(step.split()) for step in listed]
