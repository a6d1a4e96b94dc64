"""Lines on the terminal, wrapped and lined up."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100
"""Characters of a line of prose, however wide the terminal is."""


def say(console: Console, text: str, style: str = "", *, indent: str = "") -> None:
    """Print prose wrapped between words, but never between a number and its unit.

    Lines after the first begin with ``indent``.
    """
    wrapped = textwrap.fill(text, min(console.width, WIDEST), subsequent_indent=indent)
    console.print(wrapped, style=style, markup=False, soft_wrap=True)


def print_files(console: Console, files: Sequence[tuple[str, str]]) -> None:
    """Print an empty line and where files are, or other values, by name."""
    if not files:
        return
    console.print()
    longest = max(len(name) for name, _ in files)
    for name, value in files:
        console.print(f"{name:<{longest}}  {value}", markup=False, soft_wrap=True)
