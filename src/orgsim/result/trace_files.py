"""A trace as files, and as a page of a notebook."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.errors import UsageError
from orgsim.figures.style import FORMATS
from orgsim.result import plots
from orgsim.store.atomic import explained, write_text, write_whole
from orgsim.store.tables import write_table

if TYPE_CHECKING:
    from orgsim.result.tracing import Trace

TABLES = ("agents", "chiefs", "quarters", "events")


def write_trace(trace: Trace, folder: Path, kind: str) -> list[Path]:
    """Write story, tables and, if they can be drawn, pictures; return the files."""
    if kind not in FORMATS:
        raise UsageError(f"no picture of kind {kind!r}\n  kinds: {', '.join(FORMATS)}")
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    story = folder / "story.md"
    write_text(story, story_text(trace))
    paths = [story]
    for name in TABLES:
        path, table = folder / f"{name}.parquet", trace.table(name)
        # mypy cannot infer a lambda that binds the loop's table by a default.
        write_whole(path, lambda file, table=table: write_table(table, file))  # type: ignore[misc]
        paths.append(path)
    if plots.has_matplotlib():
        pictures = (trace.timeline(), trace.organisation())
        paths += [picture.save(folder / f"{picture.name}.{kind}") for picture in pictures]
    return paths


def story_text(trace: Trace) -> str:
    """Return the story in Markdown."""
    lines = [f"# {_markdown(trace.title)}", ""]
    if trace.caveat:
        lines += [_markdown(trace.caveat), ""]
    lines += [*(f"- {_markdown(sentence)}" for sentence in trace.decisive), ""]
    if trace.events:
        lines += ["| quarter | event | what happened |", "|---|---|---|"]
        lines += [
            f"| {event.calendar} | {event.kind.replace('_', ' ')} | {_markdown(event.text)} |"
            for event in trace.events
        ]
        lines.append("")
    return "\n".join(lines)


def _markdown(text: str) -> str:
    """Return a line of plain text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>|&~])", r"\\\1", " ".join(text.splitlines()))


def story_html(trace: Trace) -> str:
    """Return the story as HTML, with the timeline where matplotlib is installed."""
    sentences = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in trace.decisive)
    rows = "".join(
        f"<tr><td>{event.calendar}</td><td>{event.kind.replace('_', ' ')}</td>"
        f'<td style="text-align: left">{html.escape(event.text)}</td></tr>'
        for event in trace.events
    )
    head = "<tr><th>quarter</th><th>event</th><th>what happened</th></tr>"
    caveat = f"<p>{html.escape(trace.caveat)}</p>" if trace.caveat else ""
    picture = _inline(trace.timeline().content("png")) if plots.has_matplotlib() else ""
    return (
        f"<h4>{html.escape(trace.title)}</h4>{caveat}<ul>{sentences}</ul>{picture}"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    )


def _inline(png: bytes) -> str:
    """Return an image that needs no file."""
    return f'<img alt="timeline" width="800" src="data:image/png;base64,{b64encode(png).decode()}">'
