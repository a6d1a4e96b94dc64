"""How numbers and tables are found in docs/model.md, section 7, which is text for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "model.md"
NUMBER = r"0x[0-9A-F]+|-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
Found = int | float


def section_7() -> str:
    """Return section 7, its tables of parameters included."""
    page = PAGE.read_text(encoding="utf-8")
    return "## 7. Submodels" + page.partition("\n## 7. Submodels")[2].partition("\n## 8. ")[0]


def as_number(digits: str) -> Found:
    """Return what digits mean: a whole number, if they have neither point nor exponent."""
    if digits.startswith("0x"):
        return int(digits, 16)
    return int(digits) if re.fullmatch(r"-?\d+", digits) else float(digits)


@dataclass
class Text:
    """A text, and where the numbers stood that were read in it.

    In patterns a space is any white space, for lines break anywhere, and ``#`` is a number.
    """

    text: str
    read: set[tuple[int, int]] = field(default_factory=set)

    def match(self, pattern: str) -> re.Match[str]:
        """Return the only place where a pattern matches."""
        flexible = pattern.replace(" ", r"\s+").replace("#", f"({NUMBER})")
        found = list(re.finditer(flexible, self.text))
        if len(found) != 1:
            raise ValueError(f"{len(found)} places match {pattern!r}")
        return found[0]

    def numbers(self, pattern: str) -> tuple[Found, ...]:
        """Return the numbers at the ``#`` of a pattern."""
        match = self.match(pattern)
        self.read |= {match.span(i) for i in range(1, match.re.groups + 1)}
        return tuple(as_number(digits) for digits in match.groups())

    def number(self, pattern: str) -> Found:
        """Return the only number of a pattern."""
        (one,) = self.numbers(pattern)
        return one

    def numbered(self, start: str) -> dict[str, int]:
        """Return the names of a list such as ``Posts: CEO 0, CMO 1.``, with their numbers."""
        match = self.match(rf"{start}: ([^.:]*)\.")
        named = {}
        for item in re.finditer(r"([A-Za-z][^,\d]*?)\s+(\d+)", match[1]):
            self.read.add((match.start(1) + item.start(2), match.start(1) + item.end(2)))
            named[" ".join(item[1].split())] = int(item[2])
        return named

    def counted(self, start: str) -> dict[str, int]:
        """Return the names of a list such as ``numbers: 0 coins, 1 traits.``, with theirs."""
        match = self.match(rf"{start}: ([^.:]*)\.")
        named = {}
        for item in re.finditer(r"(\d+)\s+([^,]+)", match[1]):
            self.read.add((match.start(1) + item.start(1), match.start(1) + item.end(1)))
            named[" ".join(item[2].split())] = int(item[1])
        return named

    def rows(self, title: str) -> list[list[str]]:
        """Return the cells of the table below a row of titles."""
        return [[cell for cell, _ in row] for row in self.placed_rows(title)]

    def placed_rows(self, title: str) -> list[list[tuple[str, int]]]:
        """Return the cells of a table, each with where it begins in the text."""
        start = self.text.index(f"\n{title}\n") + len(title) + 2
        rows = []
        for line in self.text[start:].splitlines(keepends=True):
            if not line.startswith("|"):
                break
            cells = [
                (match[1], start + match.start(1))
                for match in re.finditer(r"(?<=\|) (.*?) (?=\|)", line)
            ]
            rows.append(cells)
            start += len(line)
        return rows[1:]  # without the rule below the titles

    def number_at(self, cell: tuple[str, int]) -> int:
        """Return the number that a cell of a table, or what is left of one, begins with."""
        digits = re.match(r"\d+", cell[0])
        assert digits
        self.read.add((cell[1], cell[1] + digits.end()))
        return int(digits[0])

    def changed(self, span: tuple[int, int]) -> str:
        """Return the text with another number at a place: its first digit that counts is."""
        digits = self.text[span[0] : span[1]]
        prefix = re.match(r"0x|-?(?:0\.0*)?(?=\d)", digits)
        place = span[0] + (prefix.end() if prefix else 0)
        old = self.text[place]
        new = "1" if old in "09" else str(int(old) + 1) if old.isdigit() else "1"
        return self.text[:place] + new + self.text[place + 1 :]


def codes(cell: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def calls(text: str) -> Iterator[str]:
    """Yield what stands in the parentheses of every W(...)."""
    for start in re.finditer(r"W\(", text):
        depth, end = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[start.end() : end - 1]
