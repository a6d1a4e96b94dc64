"""A trace as files, and as a page of a notebook."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from functools import partial
from os import PathLike
from pathlib import Path

from orgsim.figures.picture import has_matplotlib, refuse_other_kind
from orgsim.results.traced import TracedFirm
from orgsim.store import outputs
from orgsim.store.atomic import write_text, write_whole
from orgsim.store.pictures import MARKS
from orgsim.store.tables import write_table
from orgsim.system.files import as_path

_STORY_MARK = "<!-- written by orgsim trace"

TABLES = ("agents", "chiefs", "quarters", "events")


def write_trace(
    trace: TracedFirm, out: str | PathLike[str] | None, kind: str, *, overwrite: bool
) -> list[Path]:
    """Write story, tables and, if they can be drawn, pictures; return the files.

    Parameters
    ----------
    out : path or None
        Folder; None: the trace's own in the run directory.
    overwrite : bool
        Whether to replace files in ``out`` that orgsim did not write.
    """
    refuse_other_kind(kind)
    folder = trace.folder if out is None else as_path(out, "--out")

    def place(name: str, mark: bytes) -> Path:
        if out is None:
            return outputs.own(folder / name, folders=2)
        return outputs.named(
            folder / name,
            mark=mark,
            sealed=name == story,
            overwrite=overwrite,
            in_new_folder=True,
        )

    story, tables = "story.md", {f"{name}.parquet": name for name in TABLES}
    draw = (trace.timeline, trace.organisation) if has_matplotlib() else ()
    pictures = {f"{method.__name__}.{kind}": method for method in draw}
    marks = (
        {story: _STORY_MARK.encode()}
        | dict.fromkeys(tables, b"orgsim_firm")
        | dict.fromkeys(pictures, MARKS[kind])
    )
    places = {name: place(name, mark) for name, mark in marks.items()}
    write_text(places[story], story_text(trace))
    for name, table in tables.items():
        write_whole(places[name], partial(write_table, trace.table(table)))
    for name, picture in pictures.items():
        picture().draw_into(places[name], kind)
    return [folder / name for name in places]


def story_text(trace: TracedFirm) -> str:
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
    return outputs.sealed("\n".join([*lines, f"{_STORY_MARK}, {outputs.UNSEALED} -->", ""]))


def _markdown(text: str) -> str:
    """Return a line of plain text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>|&~])", r"\\\1", " ".join(text.splitlines()))


def story_html(trace: TracedFirm) -> str:
    """Return the story as HTML, with the timeline where matplotlib is installed."""
    sentences = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in trace.decisive)
    rows = "".join(
        f"<tr><td>{event.calendar}</td><td>{event.kind.replace('_', ' ')}</td>"
        f'<td style="text-align: left">{html.escape(event.text)}</td></tr>'
        for event in trace.events
    )
    head = "<tr><th>quarter</th><th>event</th><th>what happened</th></tr>"
    caveat = f"<p>{html.escape(trace.caveat)}</p>" if trace.caveat else ""
    picture = _inline(trace.timeline().content("png")) if has_matplotlib() else ""
    return (
        f"<h4>{html.escape(trace.title)}</h4>{caveat}<ul>{sentences}</ul>{picture}"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    )


def _inline(png: bytes) -> str:
    """Return an image that needs no file."""
    return f'<img alt="timeline" width="800" src="data:image/png;base64,{b64encode(png).decode()}">'
