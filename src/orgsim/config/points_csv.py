"""A CSV file of points as people have it: of a spreadsheet, with decimal commas, of R."""

from __future__ import annotations

import csv as plain_csv
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from orgsim.config import text_files
from orgsim.errors import ConfigError
from orgsim.printable import as_name
from orgsim.system.files import MEBIBYTE

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_BYTES = 2_048 * MEBIBYTE  # 200 for each of the most rows
_LONGEST_HEAD = MEBIBYTE
_CHUNK = 16 * MEBIBYTE
_EXAMPLE = "resistance.status_threat,firm.it_staff"


class Csv:
    """A CSV file: its names, and its columns once they are asked for.

    Parameters
    ----------
    called : str
        How messages call it.
    file : binary file
    """

    def __init__(self, called: str, file: BinaryIO) -> None:
        self._called, self._file = called, file
        head = file.read(_LONGEST_HEAD)
        text_files.refuse_other_encoding(head, called)
        lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
        is_cut = len(head) == _LONGEST_HEAD
        self._skipped, told = _line_of_names(lines)
        if is_cut and self._skipped == len(lines) - 1:
            raise ValueError(f"its first line is longer than {_LONGEST_HEAD:,} bytes")
        heads = text_files.as_text(lines[self._skipped], called)
        self.delimiter = told or text_files.delimiter_of(heads)
        self.names = [name.strip() for name in self._cells(heads)]
        text_files.refuse_numbers_for_names(self.names, called, _EXAMPLE)
        if heads.count('"') % 2:
            raise ConfigError(
                f"{called}: a quote is open at the end of the line of names; close it: the names "
                "of parameters have no line breaks"
            )
        below = lines[self._skipped + 1 : len(lines) - is_cut]
        self._has_rows = is_cut or any(line.strip() for line in below)
        self._refuse_extra_cells(below[:2])

    def _cells(self, line: str) -> list[str]:
        try:
            return next(plain_csv.reader([line], delimiter=self.delimiter), [])
        except plain_csv.Error as error:
            raise ValueError(str(error)) from None

    def _refuse_extra_cells(self, lines: list[bytes]) -> None:
        rows = [self._cells(line.decode("utf-8", "replace")) for line in lines]
        longer = [row for row in rows if len(row) == len(self.names) + 1]
        if longer and longer[0] is rows[0]:
            why = text_files.why_extra_cells(self.names, longer, self.delimiter)
            raise ConfigError(f"{self._called}: rows have a cell more than there are names, {why}")

    def rows(self) -> int:
        """Return how many rows there are at most.

        Raises
        ------
        ConfigError
            If the file is too large.
        """
        self._file.seek(0)
        lines = size = 0
        last = b"\n"
        while chunk := self._file.read(_CHUNK):
            lines, size, last = lines + chunk.count(b"\n"), size + len(chunk), chunk[-1:]
            if size > _MOST_BYTES:
                raise ConfigError(
                    f"{self._called}: is larger than {_MOST_BYTES // MEBIBYTE:,} MiB; write it as "
                    "Parquet, or split it into several sweeps"
                )
        return lines + (last != b"\n") - self._skipped - 1

    def read(self, chosen: Sequence[str]) -> pa.Table:
        """Return some columns, numbers as numbers, however their decimals are written."""
        import pyarrow as pa

        if not self._has_rows:
            return pa.table({name: [] for name in chosen})
        table = self._columns(chosen)
        for field in table.schema:
            if pa.types.is_binary(field.type):
                raise ConfigError(
                    f"{self._called}: column {as_name(field.name, 100)}: not UTF-8 text; it may be "
                    "Latin-1 or Windows-1252: save the file as UTF-8"
                )
        points = [field.name for field in table.schema if pa.types.is_floating(field.type)]
        commas = [
            field.name
            for field in table.schema
            if pa.types.is_string(field.type) and _are_numbers(table.column(field.name))
        ]
        for name in commas:
            numbers = self._with_points(name, table.column(name))
            table = table.set_column(table.column_names.index(name), name, numbers)
        if commas:
            self._refuse_points(points, commas[0])
        if self.delimiter != ",":  # where commas are the decimals', points may be the thousands'
            self._refuse_thousands([p for p in points if _may_be_thousands(table.column(p))])
        return table

    def _columns(self, chosen: Sequence[str], kind: pa.DataType | None = None) -> pa.Table:
        """Return some columns, of one type or of what each looks like."""
        from pyarrow import csv

        self._file.seek(0)
        # Names that are not asked for may stand there twice, or not at all.
        names = [name if name in chosen else f"column {i}" for i, name in enumerate(self.names)]
        types = None if kind is None else dict.fromkeys(chosen, kind)
        return csv.read_csv(
            self._file,
            read_options=csv.ReadOptions(column_names=names, skip_rows=self._skipped + 1),
            parse_options=csv.ParseOptions(delimiter=self.delimiter),
            convert_options=csv.ConvertOptions(include_columns=list(chosen), column_types=types),
        )

    def _with_points(self, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the numbers that words such as ``0,9`` stand for."""
        import pyarrow as pa
        import pyarrow.compute as pc

        words = pc.utf8_trim_whitespace(column)
        distinct = pc.unique(words).to_pylist()
        if any("." in word for word in distinct):
            raise ConfigError(
                f"{self._called}: column {as_name(name, 100)}: some numbers have a decimal comma, "
                "others a decimal point; write all with a point"
            )
        if self.delimiter != ";" and text_files.may_be_thousands(distinct):
            self._refuse_ambiguous(name, words, ",")
        return pc.cast(pc.replace_substring(words, ",", "."), pa.float64())

    def _refuse_points(self, names: Sequence[str], other: str) -> None:
        """Refuse decimal points beside decimal commas; ``1E-05`` has none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not names:
            return
        table = self._columns(names, pa.string())
        for name in names:
            if pc.any(pc.match_substring(table.column(name), ".")).as_py():
                raise ConfigError(
                    f"{self._called}: numbers of {as_name(other, 100)} have a decimal comma, those "
                    f"of {as_name(name, 100)} a decimal point; write all with a point"
                )

    def _refuse_thousands(self, names: Sequence[str]) -> None:
        """Refuse columns whose points may all set thousands apart."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not names:
            return
        table = self._columns(names, pa.string())
        for name in names:
            words = pc.utf8_trim_whitespace(table.column(name))
            if text_files.may_be_thousands(pc.unique(words).to_pylist(), "."):
                self._refuse_ambiguous(name, words, ".")

    def _refuse_ambiguous(self, name: str, words: pa.ChunkedArray, mark: str) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        row = pc.index_in(pa.scalar(True), pc.match_substring(words, mark)).as_py()
        said = text_files.ambiguous(words[row].as_py())
        if mark == ".":
            said += "; where commas separate the cells, a point is a decimal one"
        raise ConfigError(f"{self._called}: row {row + 1}, column {as_name(name, 100)}: {said}")


def _line_of_names(lines: Sequence[bytes]) -> tuple[int, str]:
    """Return which line has the names, and what a line before it says that separates them.

    Raises
    ------
    ValueError
        If there is none.
    """
    filled = [i for i, line in enumerate(lines) if line.strip()][:2]
    told = text_files.told_separator(lines[filled[0]].decode("utf-8", "replace")) if filled else ""
    filled = filled[1:] if told else filled
    if not filled:
        raise ValueError("it is empty")
    return filled[0], told


def _are_numbers(column: pa.ChunkedArray) -> bool:
    """Whether all words of a column are numbers, some of them with decimal commas."""
    import pyarrow.compute as pc

    pattern = rf"^\s*{text_files.NUMBER}\s*$"
    comma = pc.any(pc.match_substring(column, ",")).as_py()
    return bool(comma) and bool(pc.all(pc.match_substring_regex(column, pattern)).as_py())


def _may_be_thousands(column: pa.ChunkedArray) -> bool:
    """Whether numbers may have been written as ``1.250``: then their texts are worth a look."""
    import numpy as np

    if column.null_count:
        return False  # which is refused for what is missing
    for chunk in column.chunks:
        sizes = np.abs(np.from_dlpack(chunk))
        finite = sizes[np.isfinite(sizes)] * 1_000.0
        if np.any((finite > 0.0) & (finite < 1_000.0)) or np.any(np.abs(finite % 1.0 - 0.5) < 0.49):
            return False
    return True
