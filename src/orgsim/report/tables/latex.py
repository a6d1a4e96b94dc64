r"""Tables as LaTeX, by ``tabular`` and ``\hline`` alone: no package is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orgsim.printable import unbroken
from orgsim.report.tables.table import Table
from orgsim.text import MINUS, NBSP

_WRITTEN = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # Other signs than these in the fonts that LaTeX begins with, or part of a ligature.
    "<": "$<$",
    ">": "$>$",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",
    "`": r"\symbol{96}",
    # After the end of a row they would be read as its options.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    NBSP: "~",
    MINUS: "$-$",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{ALMOST EQUAL TO}": r"$\approx$",
    "\N{NOT EQUAL TO}": r"$\neq$",
    "\N{LESS-THAN OR EQUAL TO}": r"$\leq$",
    "\N{GREATER-THAN OR EQUAL TO}": r"$\geq$",
    "\N{LEFT SINGLE QUOTATION MARK}": "`",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{HORIZONTAL ELLIPSIS}": r"\ldots{}",
}
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")

_REMARK = "% Needs no package; letters that are not Latin need XeLaTeX or LuaLaTeX."


def as_latex(*tables: Table) -> str:
    r"""Write tables as LaTeX: a ``table`` each, with its caption, its notes below.

    All characters that mean something to LaTeX are escaped; numbers stand at the right.
    """
    return "\n".join([_REMARK, *(line for table in tables for line in _lines(table))]) + "\n"


def _lines(table: Table) -> Iterator[str]:
    sides = "".join("r" if column.is_number else "l" for column in table.columns)
    yield from (r"\begin{table}", r"\centering\small\setlength{\tabcolsep}{3pt}")
    yield rf"\caption{{{escaped(table.caption)}}}"
    yield from (rf"\begin{{tabular}}{{{sides}}}", r"\hline")
    yield from (_row(_heads(table)), r"\hline")
    yield from map(_row, table.rows)
    yield from (r"\hline", r"\end{tabular}")
    if table.notes:
        yield from ("", r"\medskip", r"\begin{minipage}{\linewidth}", r"\footnotesize\raggedright")
        yield from (rf"{escaped(note)}\par" for note in table.notes)
        yield r"\end{minipage}"
    yield r"\end{table}"


def _heads(table: Table) -> list[str]:
    """Return short titles, for a page is narrow; whole ones where two would be alike."""
    short = [column.short or column.title for column in table.columns]
    return [
        column.head if short.count(title) > 1 else title
        for title, column in zip(short, table.columns, strict=True)
    ]


def _row(cells: Sequence[str]) -> str:
    return rf"{' & '.join(map(escaped, cells))} \\"


def escaped(text: str) -> str:
    r"""Return text on one line of LaTeX that prints itself.

    Examples
    --------
    >>> print(escaped("50 % of x_1 & {y}"))
    50 \% of x\_1 \& \{y\}
    """
    return "".join(_WRITTEN.get(c, c) for c in _LIGATURES.sub("\0", unbroken(text))).replace(
        "\0", "{}"
    )
