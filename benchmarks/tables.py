"""Tables and paragraphs in Markdown, and figures with their spread."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Return a table in Markdown whose columns line up; all but the first ``left`` to the right."""
    cells = [list(header), *[list(row) for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]

    def line(row: Sequence[str]) -> str:
        padded = [
            cell.ljust(w) if i < left else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * w if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    return "\n".join([line(cells[0]), line(rule), *map(line, cells[1:])])


def spread(values: Mapping[str, float], digits: int = 1) -> str:
    """Return a median with the smallest and the largest."""
    low, high = values["low"], values["high"]
    return f"{values['median']:,.{digits}f} ({low:,.{digits}f} - {high:,.{digits}f})"


def wrapped(paragraph: str) -> str:
    """Return a paragraph in lines of at most 100 characters."""
    words = " ".join(paragraph.split())
    return textwrap.fill(words, 100, break_long_words=False, break_on_hyphens=False)
