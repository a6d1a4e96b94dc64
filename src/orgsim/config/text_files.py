"""Text files as people have them: with a byte order mark, of a spreadsheet, in another encoding."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from orgsim.errors import ConfigError
from orgsim.text import listed, shortened

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}

NUMBER = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?"
"""Pattern of a number with a decimal point or comma."""

_NUMBER = re.compile(NUMBER)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")

UNNAMED = ("", "Unnamed: 0", "__index_level_0__")
"""What R and pandas call the column of row numbers, which stands first; it is no parameter."""


def as_text(content: bytes, path: Path) -> str:
    """Return the text of a file, without the byte order mark that some editors begin it with.

    Raises
    ------
    ConfigError
        If it is in another encoding than UTF-8; the message names the likely one.
    """
    refuse_other_encoding(content, path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}: not UTF-8 text (line {line:,}, byte 0x{content[error.start]:02x}); it may be "
            "Latin-1 or Windows-1252: save it as UTF-8"
        ) from None


def refuse_other_encoding(content: bytes, path: Path) -> None:
    """Refuse what begins as a text of two or four bytes a character.

    Raises
    ------
    ConfigError
    """
    name = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    if not name and b"\0" in content[:4] and len(content) > 1:
        name = "UTF-16"
    if name:
        raise ConfigError(f"{path}: not UTF-8 text but {name}; save it as UTF-8")


def delimiter_of(heads: str) -> str:
    """Return what separates the names in the first line of a CSV file: ``,``, ``;`` or a tab."""
    outside = re.sub(r'"[^"]*"', "", heads)
    return next((mark for mark in (";", "\t") if mark in outside), ",")


def refuse_numbers_for_names(names: list[str], path: Path, example: str) -> None:
    """Refuse a first line of numbers, where names belong.

    Raises
    ------
    ConfigError
    """
    if names and all(map(is_number, names)):
        raise ConfigError(
            f"{path}: the first line holds numbers ({listed(names, 4)}), where the names of the "
            f"columns belong; put a line of names above them: {example}"
        )


def may_be_thousands(words: list[str]) -> bool:
    """Whether the commas of numbers may as well set thousands apart, as in ``1,250``."""
    return all(_THOUSANDS.fullmatch(word) for word in words if "," in word)


def is_number(word: str) -> bool:
    """Whether a word is a number, with a decimal point, a decimal comma or neither."""
    return bool(_NUMBER.fullmatch(word.strip()))


def ambiguous(word: str) -> str:
    """Return what to say of a number whose comma may be one of two."""
    found = shortened(word.strip(), 40)
    return (
        f'"{found}": {found.replace(",", "")} or {found.replace(",", ".")}? write numbers '
        "with a decimal point, and nothing between thousands"
    )
