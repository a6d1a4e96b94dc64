"""Text of unknown origin made fit to be shown: on a terminal, in a log, in a message."""

from __future__ import annotations

import codecs
import re
import shlex
import unicodedata
from collections.abc import Iterable

MOST_SHOWN = 200
"""Characters of a value that a message repeats."""

MOST_NAMED = 300
"""Characters of a name, such as a path, that a message repeats."""

LONGEST_TITLE = 500
"""Characters of a config's title."""

MOST_LISTED = 40
"""Names that a message lists, of those that a file may hold without end."""

_KEPT = "\n\t"

LOOK_ALIKES = "orgsim-look-alikes"
"""Name of the handler that writes what an encoding lacks as what looks like it in ASCII."""

_IN_ASCII = {
    **dict.fromkeys("\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}", "-"),
    **dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{BOX DRAWINGS LIGHT HORIZONTAL}", "-"),
    **dict.fromkeys("\N{BOX DRAWINGS HEAVY HORIZONTAL}\N{HORIZONTAL BAR}", "-"),
    **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}", "'"),
    **dict.fromkeys("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '"'),
    "\N{BOX DRAWINGS LIGHT VERTICAL}": "|",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{MIDDLE DOT}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{PLUS-MINUS SIGN}": "+-",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{LEFTWARDS ARROW}": "<-",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{ALMOST EQUAL TO}": "~",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{BULLET}": "*",
}


def printable(text: str, *, kept: str = _KEPT) -> str:
    r"""Return text in which nothing steers a terminal: such characters become escapes.

    Control characters but those ``kept`` (tabs and line breaks), marks that turn the direction of
    writing, and halves of surrogate pairs, which no encoding takes.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(c if _is_harmless(c, kept) else _escaped(c) for c in text)


def _is_harmless(character: str, kept: str = _KEPT) -> bool:
    if character in kept or character.isprintable():
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


def as_name(name: object, most: int = MOST_NAMED) -> str:
    r"""Return a key or a path as it stands within a line of ours: on that line, and not endless.

    Examples
    --------
    >>> as_name("c.toml\nError: forged")
    'c.toml\\x0aError: forged'
    """
    # Shortened first, too: to escape what is not shown may take long.
    return shortened(printable(shortened(str(name), most), kept=""), most)


def shell_word(path: object) -> str:
    r"""Return a path as a shell takes it, for a command of ours that is copied; on one line.

    Examples
    --------
    >>> print(shell_word("my run"), shell_word("a\nb"))
    'my run' $'a\x0ab'
    """
    word = str(path)
    if printable(word, kept="") == word:
        return shlex.quote(word)
    escaped = word.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{''.join(c if _is_harmless(c, '') else _as_bytes(c) for c in escaped)}'"


def _as_bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="surrogateescape"))


def one_line(prose: str) -> str:
    r"""Return prose, such as a title, on one line: its line breaks become blanks.

    Examples
    --------
    >>> one_line("Two\n  lines")
    'Two lines'
    """
    return printable(" ".join(prose.split()), kept="")


def unbroken(text: str) -> str:
    r"""Return text on one line, as a cell of a table: its line breaks and tabs become blanks.

    Other blanks stay what they are, such as the one between a number and its unit.

    Examples
    --------
    >>> unbroken("one\n\ttwo\x1b[31m, 5\xa0%")
    'one  two\\x1b[31m, 5\xa0%'
    """
    return printable(" ".join(text.splitlines()).replace("\t", " "), kept="")


def listed(names: Iterable[object], most: int = MOST_LISTED) -> str:
    """Return names as a message lists them: printable, each shortened, and not without end."""
    words = [as_name(name, 60) for name in names]
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def json_printable(text: str) -> str:
    r"""Return JSON in which nothing steers a terminal: such characters stand by their numbers.

    Within JSON they can only stand in strings, where both mean the same.
    """
    if text.isprintable():
        return text
    return re.sub(
        r"[^\x20-\x7e\n\t]",
        lambda found: found[0] if _is_harmless(found[0]) else _json_escaped(found[0]),
        text,
    )


def _json_escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def in_ascii(text: str) -> str:
    """Return what looks like a text in ASCII; a question mark for what nothing looks like.

    Examples
    --------
    >>> in_ascii("\N{MINUS SIGN}7.1 \N{MULTIPLICATION SIGN} 2")
    '-7.1 x 2'
    """
    return "".join(_IN_ASCII.get(c) or _base(c) for c in text)


def _base(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain if plain.isprintable() and plain else "?"


def _look_alike(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what an encoding lacks: a sign is a value, and must survive every encoding."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


codecs.register_error(LOOK_ALIKES, _look_alike)
