"""The page of a run: its sections in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orgsim.report.html.answer import answer_section
from orgsim.report.html.figures import figures_section
from orgsim.report.html.flows import flows_section
from orgsim.report.html.frame import framed
from orgsim.report.html.method import method_section
from orgsim.report.html.opening import opening_section
from orgsim.report.html.provenance import provenance_section
from orgsim.report.html.section import Section
from orgsim.report.html.settings import settings_section
from orgsim.report.html.subject import Subject

SECTIONS: Sequence[Callable[[Subject], Section | None]] = (
    opening_section,
    answer_section,
    flows_section,
    settings_section,
    figures_section,
    method_section,
    provenance_section,
)
"""What makes each section, in the order of the page; None where a run has nothing to tell there."""


def page(subject: Subject) -> str:
    """Return the report as HTML."""
    return framed(subject.title, (make(subject) for make in SECTIONS))
