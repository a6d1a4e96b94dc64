"""What every page stands in: head, contents and foot, and the templates of its sections."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orgsim.report.html.section import Section
from orgsim.report.tables.html import table_element


def framed(title: str, sections: Iterable[Section | None], *, kind: str = "report") -> str:
    """Return a page as HTML.

    Parameters
    ----------
    sections : iterable of Section or None
        In the order of the page; None where there is nothing to tell.
    kind : str
        What the page is, to stand above its title.
    """
    template = _environment().get_template("page.html.j2")
    return template.render(
        title=title,
        kind=kind,
        version=metadata.version("orgsim"),
        sections=[section for section in sections if section is not None],
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
