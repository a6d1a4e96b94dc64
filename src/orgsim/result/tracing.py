"""One firm of a run: its history, its story, its pictures and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.config.values import nearest, whole_number
from orgsim.errors import RunError, UsageError
from orgsim.result import plots
from orgsim.result.firm_check import check_row, is_of_another_model, model_versions
from orgsim.result.firm_rows import refuse_no_such_firm, refuse_unfinished
from orgsim.result.picture import Picture
from orgsim.result.typical import typical_firm
from orgsim.store.names import TRACES
from orgsim.store.tables import plain_table
from orgsim.trace import Event, History, decisive, events_of, replay, tables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from orgsim.result.run import Run

__all__ = ["Trace", "trace_firm", "typical_firm"]


@dataclass(frozen=True)
class Trace:
    """One firm of a run, replayed.

    Attributes
    ----------
    history : orgsim.trace.History
        Its states before the first quarter and after each.
    directory : Path
        The run's.
    run_title : str
    point : int
        Its design point.
    of_points : int
        How many there are.
    provenance : mapping of str to str
        Where tables say that they come from.
    checked : bool
        Whether the history was held against the run's own row of the firm.
    """

    history: History
    directory: Path
    run_title: str
    point: int
    of_points: int
    provenance: Mapping[str, str]
    checked: bool

    @property
    def firm(self) -> int:
        """Number of the firm."""
        return self.history.firm

    @property
    def scenario(self) -> str:
        """Where the firm ended, one of ``columns.SCENARIOS``."""
        return SCENARIOS[int(self.history.column("scenario")[-1])]

    @property
    def scenario_title(self) -> str:
        """The same as the article writes it."""
        return SCENARIO_TITLES[SCENARIOS.index(self.scenario)]

    @property
    def title(self) -> str:
        """Firm, design point of a sweep, where it ended, and the run."""
        at = f" at point {self.point:,}" if self.of_points > 1 else ""
        return f"Firm {self.firm:,}{at}, {self.scenario_title}: {self.run_title}"

    @cached_property
    def events(self) -> list[Event]:
        """What happened, in order."""
        return events_of(self.history)

    @cached_property
    def decisive(self) -> list[str]:
        """What decided where the firm ended, a sentence each."""
        return decisive(self.events, self.history)

    @property
    def caveat(self) -> str:
        """A sentence if the history could not be held against the run's own row, else empty."""
        if self.checked:
            return ""
        return (
            "Unchecked: the run keeps no rows of firms ([output] firms = false) that this history "
            "could be held against."
        )

    # --- tables

    def table(self, name: str) -> pa.Table:
        """Return ``agents``, ``chiefs``, ``quarters`` or ``events`` as an Arrow table.

        Columns carry their unit and meaning.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        known = {
            "agents": lambda: (tables.agents(self.history), tables.AGENTS),
            "chiefs": lambda: (tables.chiefs(self.history), tables.CHIEFS),
            "quarters": lambda: (tables.quarters(self.history), tables.QUARTERS),
            "events": lambda: (tables.events_table(self.events, self.history), tables.EVENTS),
        }
        if name not in known:
            raise UsageError(
                f"no table {name!r}{nearest(str(name), known)}\n  tables: {', '.join(known)}"
            )
        columns, declared = known[name]()
        own = {"orgsim_point": str(self.point), "orgsim_firm": str(self.firm)}
        return plain_table(columns, declared, {**self.provenance, **own})

    def agents(self) -> pd.DataFrame:
        """Return a row a place and quarter, see ``orgsim.trace.tables.AGENTS``."""
        return self.table("agents").to_pandas()

    def chiefs(self) -> pd.DataFrame:
        """Return a row a post and quarter, see ``orgsim.trace.tables.CHIEFS``."""
        return self.table("chiefs").to_pandas()

    def quarters(self) -> pd.DataFrame:
        """Return a row a quarter, see ``orgsim.trace.tables.QUARTERS``."""
        return self.table("quarters").to_pandas()

    def events_table(self) -> pd.DataFrame:
        """Return a row an event, see ``orgsim.trace.tables.EVENTS``."""
        return self.table("events").to_pandas()

    # --- pictures

    def timeline(self) -> Picture:
        """Draw people, support, misfit, joint work and exits over the quarters.

        Raises
        ------
        UsageError
            If matplotlib is not installed.
        """
        plots.require_matplotlib()
        from orgsim.figures.trace import timeline
        from orgsim.trace.pictures import course_of

        return Picture("timeline", timeline(course_of(self.history, self.events, self.title)))

    def organisation(self) -> Picture:
        """Draw who reports to whom, before the first quarter and after the last.

        Raises
        ------
        UsageError
            If matplotlib is not installed.
        """
        plots.require_matplotlib()
        from orgsim.figures.trace import organisation
        from orgsim.trace.pictures import charts_of

        caption = (
            "Numbers of departments are means of their people. Bars: technical share, from 0 "
            "(marketing) to 1 (IT)."
        )
        figure = organisation(charts_of(self.history), title=self.title, caption=caption)
        return Picture("organisation", figure)

    # --- files

    @property
    def folder(self) -> Path:
        """Where :meth:`write` writes to."""
        return self.directory / TRACES / f"point-{self.point}-firm-{self.firm}"

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
            If there is no such kind of picture, or something else bears the name of a file.
        RunError
            If a file cannot be written.
        """
        from orgsim.result.trace_files import write_trace

        return write_trace(self, folder, kind, overwrite=overwrite)

    def _repr_html_(self) -> str:
        """Return the story, and the timeline if it can be drawn, for notebooks."""
        from orgsim.result.trace_files import story_html

        return story_html(self)


def trace_firm(
    run: Run,
    firm: int,
    point: int = 0,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Trace:
    """Replay one firm of a finished run, and hold it against the row that the run has of it.

    Parameters
    ----------
    run : Run
    firm : int
        Its number, from 0.
    point : int
        Of a sweep, the design point.
    on_progress : callable, optional
        As in ``orgsim.trace.replay``.

    Raises
    ------
    UsageError
        If the run is not finished, there is no such point or firm, or they are no whole numbers.
    RunError
        If the firm does not come out as in the run, or could not be checked: another version of
        the model made the run.
    """
    from orgsim.work import Work

    firm, point = whole_number(firm, "firm"), whole_number(point, "point")
    refuse_unfinished(run)
    refuse_no_such_firm(run, point, firm)
    keeps_rows = bool(run.manifest["output"]["firms"])
    if not keeps_rows and is_of_another_model(run):
        raise RunError(
            f"{run.directory}: was made by another version of the model ({model_versions(run)}), "
            "and keeps no rows of firms that a trace could be held against\n"
            "  simulate it anew with this version: orgsim run CONFIG --out DIR"
        )
    plan = Work.begun(run.directory).plan(point)
    history = replay(plan, firm, on_progress=on_progress)
    if keeps_rows:
        check_row(run, point, history)
    return Trace(
        history=history,
        directory=run.directory.absolute(),
        run_title=run.manifest["title"],
        point=point,
        of_points=run.manifest["extent"]["points"],
        provenance=run.manifest["provenance"],
        checked=keeps_rows,
    )
