"""Text files as people have them: with a byte order mark, of a spreadsheet, in another encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from orgsim.errors import ConfigError
from orgsim.printable import listed, shortened

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}

NUMBER = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?"
"""Pattern of a number with a decimal point or comma."""

_NUMBER = re.compile(NUMBER)

_THOUSANDS = {mark: rf"[+-]?[1-9][0-9]{{0,2}}(\{mark}[0-9]{{3}})+" for mark in ",."}
"""Patterns of numbers whose commas, or points, may as well set thousands apart."""

_SEPARATOR = re.compile(r'"?sep=([^"\r\n ])"?')

_OF_WORDS = ("preset", "scenario")
"""Names of columns in which words stand."""

UNNAMED = ("", "Unnamed: 0", "__index_level_0__")
"""What R and pandas call the column of row numbers, which stands first; it is no parameter."""


def as_text(content: bytes, called: str) -> str:
    """Return the text of a file, without the byte order mark that some editors begin it with.

    Raises
    ------
    ConfigError
        If it is in another encoding than UTF-8; the message names the likely one.
    """
    refuse_other_encoding(content, called)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{called}: not UTF-8 text (line {line:,}, byte 0x{content[error.start]:02x}); it may "
            "be Latin-1 or Windows-1252: save it as UTF-8"
        ) from None


def refuse_other_encoding(content: bytes, called: str) -> None:
    """Refuse what begins as a text of two or four bytes a character.

    Raises
    ------
    ConfigError
    """
    name = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    if not name and b"\0" in content[:4] and len(content) > 1:
        name = "UTF-16"
    if name:
        raise ConfigError(f"{called}: not UTF-8 text but {name}; save it as UTF-8")


def delimiter_of(heads: str) -> str:
    """Return what separates the names in the first line of a CSV file: ``,``, ``;`` or a tab."""
    outside = re.sub(r'"[^"]*"', "", heads)
    return next((mark for mark in (";", "\t") if mark in outside), ",")


def told_separator(line: str) -> str:
    """Return what separates cells if a line says just that, as Excel's ``sep=;`` does."""
    found = _SEPARATOR.fullmatch(line.strip(" \r\n"))
    return found[1] if found else ""


def why_extra_cells(names: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """Return why rows may have a cell more than there are names, and the mend."""
    if delimiter != "," or _have_row_names(names, rows):
        return "as R writes its row names; write it with row.names = FALSE"
    return (
        'as decimal commas between commas do; put such numbers in quotes ("0,9"), or separate the '
        "cells by semicolons"
    )


def _have_row_names(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells look like R's row names, and the others fit the names."""
    others = [(name, cell) for row in rows for name, cell in zip(names, row[1:], strict=True)]
    if any(name in _OF_WORDS and is_number(cell) for name, cell in others):
        return False
    first = [row[0].strip() for row in rows]
    if not any(map(is_number, first)):
        return True
    counted = first == [str(i + 1) for i in range(len(rows))]
    return counted or (all(map(str.isdecimal, first)) and any("." in cell for _, cell in others))


def refuse_numbers_for_names(names: list[str], called: str, example: str) -> None:
    """Refuse a first line of numbers, where names belong.

    Raises
    ------
    ConfigError
    """
    if names and all(map(is_number, names)):
        raise ConfigError(
            f"{called}: the first line holds numbers ({listed(names, 4)}), where the names of the "
            f"columns belong; put a line of names above them: {example}"
        )


def may_be_thousands(words: list[str], mark: str = ",") -> bool:
    """Whether numbers have such marks, which may as well set thousands apart: ``1,250``."""
    marked = [word for word in words if mark in word]
    return bool(marked) and all(re.fullmatch(_THOUSANDS[mark], word) for word in marked)


def is_number(word: str) -> bool:
    """Whether a word is a number, with a decimal point, a decimal comma or neither."""
    return bool(_NUMBER.fullmatch(word.strip()))


def ambiguous(word: str) -> str:
    """Return what to say of a number whose comma, or point, may be one of two."""
    found = shortened(word.strip(), 40)
    whole, point = found.replace(",", "").replace(".", ""), found.replace(",", ".")
    return (
        f'"{found}": {whole} or {point}? write numbers with a decimal point, and nothing between '
        "thousands"
    )
