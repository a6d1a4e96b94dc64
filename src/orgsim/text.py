"""Text of unknown origin made fit to be shown: on a terminal, in a log, in a message."""

from __future__ import annotations

import unicodedata

MOST_SHOWN = 200
"""Characters of a value that a message repeats."""

_KEPT = "\n\t"


def printable(text: str) -> str:
    r"""Return text in which nothing steers a terminal: such characters become escapes.

    Control characters but tabs and line breaks, marks that turn the direction of writing, and
    halves of surrogate pairs, which no encoding takes.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(c if _is_harmless(c) else _escaped(c) for c in text)


def _is_harmless(character: str) -> bool:
    if character in _KEPT or character.isprintable():
        return True
    # Of what Python calls unprintable, blanks of all widths are wanted; lines have one end.
    return unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    return (
        character.encode("ascii", "backslashreplace").decode()
        if ord(character) > 127
        else (f"\\x{ord(character):02x}")
    )


def shortened(text: str, most: int = MOST_SHOWN) -> str:
    """Return the beginning of a text that is longer than a message should repeat."""
    return text if len(text) <= most else f"{text[: most - 3]}..."
