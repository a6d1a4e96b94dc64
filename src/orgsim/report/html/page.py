"""The page: its sections in order, and the templates that they are written by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import metadata

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orgsim.report.html.answer import answer_section
from orgsim.report.html.figures import figures_section
from orgsim.report.html.flows import flows_section
from orgsim.report.html.method import method_section
from orgsim.report.html.opening import opening_section
from orgsim.report.html.provenance import provenance_section
from orgsim.report.html.section import Section
from orgsim.report.html.settings import settings_section
from orgsim.report.html.subject import Subject
from orgsim.report.tables.html import table_element

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
    made = (make(subject) for make in SECTIONS)
    sections = [section for section in made if section is not None]
    template = _environment().get_template("page.html.j2")
    return template.render(
        title=subject.title, version=metadata.version("orgsim"), sections=sections
    )


def _environment() -> Environment:
    """Return the templates: everything that they are told is text, and is escaped.

    But tables, which escape their text themselves.
    """
    environment = Environment(
        loader=PackageLoader("orgsim.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["element"] = lambda table: Markup(table_element(table))
    return environment
