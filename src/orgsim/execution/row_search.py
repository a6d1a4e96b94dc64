"""The rows of an old run that are sound, looked for in a new one; what is wrong, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orgsim.errors import RunError
from orgsim.execution.context import RunContext
from orgsim.execution.point_rows import PointRows
from orgsim.execution.same_rows import RowsFound, part_found, shares_found
from orgsim.execution.verify import tables_of_all, verify
from orgsim.printable import listed, shell_word
from orgsim.spec import Model
from orgsim.store import Manifest, RunDirectory
from orgsim.store.names import SHARES_FILE
from orgsim.system.interruption import look
from orgsim.text import counted

_MOST_NAMES = 8

IN_WORDS = {"firms": "of firms", "quarters": "by quarter", "shares": "of shares"}
"""What the rows of each table are."""


class RowSearch:
    """The rows of an old run that are sound, looked for in a new one.

    Parameters
    ----------
    old, new : Path
        The run directories; the new run is finished.
    manifest : Manifest
        The old run's.
    model : Model
        Which contains the rules of both.
    is_larger : bool
        Whether the new run has more firms: rows of firms alone are looked for.

    Attributes
    ----------
    found : dict of table to RowsFound
    unread : list of str
        What of the old run is damaged or gone: parts, and files of the whole run.
    """

    def __init__(
        self, old: Path, new: Path, manifest: Manifest, model: Model, *, is_larger: bool
    ) -> None:
        self._old, self._new = old, new
        self._manifest, self._model = manifest, model
        self._is_larger = is_larger
        self._here = RunContext.of(old, manifest, model)
        there = RunContext.begun(new, model)
        columns = self._here.config.model  # those that the old run has
        self._rows = {
            name: (PointRows(name, self._here, columns), PointRows(name, there, columns))
            for name in ("firms", "quarters")
        }
        self.found = {name: RowsFound() for name in IN_WORDS}
        self.unread: list[str] = []

    def look_in_parts(self) -> None:
        """Look for the rows of every part that the ledger vouches for."""
        parts, layout = self._here.parts, self._here.layout
        entered = self._here.entered()
        for part in entered:
            look()
            entry = parts.checked(part)
            if entry is None:
                self.unread.append(part.name)
                continue
            if entry.bytes[0]:
                self.found["firms"].add(part_found(*self._rows["firms"], part))
            if entry.bytes[1] and not self._is_larger:
                self.found["quarters"].add(part_found(*self._rows["quarters"], part))
        if self._manifest.is_finished and len(entered) < layout.count:
            known = set(entered)
            self.unread += [part.name for part in layout.parts() if part not in known]

    def look_in_tables_of_all(self) -> None:
        """Look for the shares, and the rows by quarter that stand apart from their firms."""
        if self._is_larger or not self._manifest.is_finished:
            return
        if self.unread:  # without all parts nothing tells what these should hold
            self.unread.append(SHARES_FILE)
            return
        wrong, _ = tables_of_all(RunDirectory(self._old), self._manifest, self._here)
        self.unread += wrong
        if self._here.layout.is_split and self._here.parts.keeps_quarters:
            for part in self._here.layout.quarter_parts():
                look()
                if f"quarters/{part.name}.parquet" not in wrong:
                    self.found["quarters"].add(part_found(*self._rows["quarters"], part))
        if SHARES_FILE not in wrong:
            model, points = self._here.config.model, self._here.layout.points
            self.found["shares"].add(shares_found(self._old, self._new, model, points))

    def refuse_what_is_wrong(self) -> None:
        """Refuse rows that are not the same, and what could not be read.

        Raises
        ------
        RunError
        """
        wrong = [*self._told_of_rows(), *self._told_of_files()]
        if wrong:
            kept = (
                f"  {self._new} stays: a whole run of the config of {self._old}, by the rules that "
                f"this orgsim has for it; {self._old} is as it was"
            )
            raise RunError("\n".join([*wrong, kept]))

    def _told_of_rows(self) -> Sequence[str]:
        told = [
            f"{found.different:,} of {counted(found.count, 'row')} {IN_WORDS[name]}"
            for name, found in self.found.items()
            if found.different
        ]
        if not told:
            return []
        self._refuse_damaged()
        old, new = self._old, self._new
        lines = [f"{new}: not all rows of {old} came out again: {', '.join(told)} are others"]
        for name, found in self.found.items():
            if found.first is not None:
                where, column, before, now = found.first
                lines.append(f"  {name}, {where}: {column} was {before}, and is {now}")
        return lines

    def _refuse_damaged(self) -> None:
        """Refuse a new run that is damaged: it was finished before, and nobody has looked since."""
        check = verify(self._new, self._model)
        wrong = (*check.missing, *check.damaged, *check.tables)
        if wrong:
            raise RunError(
                f"{self._new}: is damaged ({listed(wrong, _MOST_NAMES)}); mend it with: orgsim "
                f"resume {shell_word(self._new)}\n  then give the same command again"
            )

    def _told_of_files(self) -> Sequence[str]:
        if not self.unread:
            return []
        sound = sum(found.count - found.different for found in self.found.values())
        return [
            f"{self._old}: damaged or gone, and not looked for in {self._new}: "
            f"{listed(self.unread, _MOST_NAMES)}",
            f"  {counted(sound, 'row')} of what is sound {'is' if sound == 1 else 'are'} there, "
            "bit for bit",
        ]
