"""The page of a sensitivity analysis: its sections in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orgsim.report.html.frame import framed
from orgsim.report.html.section import Section
from orgsim.report.html.sensitivity.asked import outputs_section, parameters_section
from orgsim.report.html.sensitivity.method import method_section
from orgsim.report.html.sensitivity.opening import opening_section
from orgsim.report.html.sensitivity.provenance import provenance_section
from orgsim.report.html.sensitivity.stages import (
    given_section,
    indices_section,
    pairs_section,
    screening_section,
)
from orgsim.report.html.sensitivity.subject import Analysis
from orgsim.results.sensitivity import Sensitivity

SECTIONS: Sequence[Callable[[Analysis], Section | None]] = (
    opening_section,
    screening_section,
    indices_section,
    pairs_section,
    given_section,
    outputs_section,
    parameters_section,
    method_section,
    provenance_section,
)
"""What makes each section, in the order of the page; None where a stage is not there."""

_UNTITLED = "What moves the outputs"
"""Title of an analysis of a config that has none."""


def page(found: Sensitivity) -> str:
    """Return the analysis as HTML."""
    analysis = Analysis(found)
    sections = (make(analysis) for make in SECTIONS)
    return framed(found.title or _UNTITLED, sections, kind="sensitivity analysis")
