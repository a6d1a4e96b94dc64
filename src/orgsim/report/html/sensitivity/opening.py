"""The answer in a few sentences, and what was simulated for it."""

from __future__ import annotations

from collections.abc import Iterator

from orgsim.report.html.section import Section
from orgsim.report.html.sensitivity.subject import Analysis
from orgsim.report.sensitivity_answer import answer
from orgsim.results.sensitivity import Sensitivity
from orgsim.text import counted


def opening_section(analysis: Analysis) -> Section:
    """Return what moves the outputs most, and how many parameters move nothing."""
    found = analysis.found
    content = {"answer": list(answer(found)), "simulated": list(_simulated(found))}
    return Section("answer", "The answer", "sensitivity/opening", content)


def _simulated(found: Sensitivity) -> Iterator[str]:
    yield (
        f"{counted(len(found.parameters), 'parameter')}, {counted(len(found.outputs), 'output')}, "
        f"{counted(found.quarters, 'quarter')} where an output names no other time."
    )
    for name, stage in (("Screening", found.screening), ("Indices", found.indices)):
        if stage is not None:
            yield (
                f"{name}: {counted(stage.points, 'point')} of {counted(stage.firms, 'firm')} each."
            )
    if found.given is not None:
        yield f"{counted(found.given.points, 'point')} of a sweep that was there."
