"""One firm of a setting: replayed, shown, written."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

from orgsim.config.values import whole_number
from orgsim.engine import make_inputs
from orgsim.errors import RunError, UsageError
from orgsim.results.firm_check import (
    check_row,
    is_of_another_model,
    model_versions,
    refuse_no_such_firm,
)
from orgsim.results.source import SettingTables
from orgsim.results.trace_files import story_html, write_trace
from orgsim.results.traced import TracedFirm
from orgsim.results.typical import typical_firm
from orgsim.trace import replay

__all__ = ["Trace", "trace_firm", "trace_of", "typical_firm"]


class Trace(TracedFirm):
    """One firm, replayed: its history, its story, its pictures and tables, and files of them."""

    def __repr__(self) -> str:
        """Return which firm it is, and where it ended."""
        return f"<orgsim.Trace {self.called!r}>"

    def write(
        self,
        folder: str | PathLike[str] | None = None,
        *,
        kind: str = "svg",
        overwrite: bool = False,
    ) -> list[Path]:
        """Write tables, story and, if matplotlib is installed, pictures.

        Parameters
        ----------
        folder : path, optional
            By default :attr:`folder`.
        kind : str
            Of pictures: ``svg``, ``pdf`` or ``png``.
        overwrite : bool
            Whether to replace files in ``folder`` that orgsim did not write.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UsageError
            If there is no such kind of picture, something else bears the name of a file, or no
            folder is named of a firm that is only in memory.
        RunError
            If a file cannot be written.
        """
        return write_trace(self, folder, kind, overwrite=overwrite)

    def _repr_html_(self) -> str:
        """Return the story, and the timeline if it can be drawn, for notebooks."""
        return story_html(self)


def trace_of(setting: SettingTables, firm: int | None, scenario: str | None) -> Trace:
    """Replay a firm by its number, or the typical one of a scenario.

    Raises
    ------
    UsageError
        If both or neither are given; and as :func:`trace_firm`.
    """
    if (firm is None) == (scenario is None):
        raise UsageError("say which firm: by its number, or the typical one of a scenario")
    if scenario is not None:
        firm = typical_firm(setting, scenario)
    assert firm is not None
    return trace_firm(setting, firm)


def trace_firm(
    setting: SettingTables,
    firm: int,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Trace:
    """Replay one firm of a setting, and hold it against the row that there is of it.

    Parameters
    ----------
    setting : SettingTables
    firm : int
        Its number, from 0.
    on_progress : callable, optional
        As in ``orgsim.trace.replay``.

    Raises
    ------
    UsageError
        If the run is not finished, there is no such firm, or it is no whole number.
    RunError
        If the firm does not come out as in the run, or could not be checked: another version of
        the model made the run.
    """
    firm, source = whole_number(firm, "firm"), setting.source
    source.refuse_unfinished()
    refuse_no_such_firm(setting, firm)
    keeps_rows = source.output.firms
    if not keeps_rows and is_of_another_model(setting):
        raise RunError(
            f"{source.called}: was made by another version of the model ("
            f"{model_versions(setting)}), and keeps no rows of firms that a trace could be held "
            "against\n"
            "  simulate it anew with this version: orgsim run CONFIG --out DIR"
        )
    settings, sectors, key = source.inputs()
    history = replay(
        make_inputs(source.model, settings, sectors, point=key), firm, on_progress=on_progress
    )
    if keeps_rows:
        check_row(setting, history)
    return Trace(
        history=history,
        directory=None if source.directory is None else source.directory.absolute(),
        run_title=source.title,
        point=source.point,
        of_points=source.points,
        provenance=source.provenance,
        checked=keeps_rows,
    )
