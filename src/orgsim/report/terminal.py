"""Lines on the terminal, wrapped and lined up."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orgsim.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100
"""Characters of a line of prose, however wide the terminal is."""

_NARROWEST = 40
"""Characters of a line that tables need; a narrower terminal wraps or cuts them itself."""


class _Harmless:
    """Something to be shown, in which nothing steers the terminal but rich's own colours."""

    def __init__(self, shown: Any) -> None:
        self._shown = shown

    def __rich_console__(self, console: Any, options: Any) -> Any:
        from rich.segment import Segment

        for segment in console.render(self._shown, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)


class _Hook:
    """What rich asks before it shows something."""

    def process_renderables(self, renderables: list[Any]) -> list[Any]:
        return [_Harmless(shown) for shown in renderables]


def open_console(*, to_stderr: bool = False) -> Console:
    """Return where tables and prose are printed, whatever they hold and however narrow it is."""
    from rich.console import Console

    made = Console(stderr=to_stderr, highlight=False, markup=False, emoji=False)
    if made.width < _NARROWEST:
        made.width = _NARROWEST
    made.push_render_hook(_Hook())  # type: ignore[arg-type]  # has all that is asked of a hook
    return made


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
