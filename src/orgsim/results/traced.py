"""One firm that was replayed: its history, its story, its pictures and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.figures.picture import Picture, require_matplotlib
from orgsim.figures.trace import organisation, timeline
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS
from orgsim.store.names import TRACES
from orgsim.store.tables import plain_table
from orgsim.trace import Event, History, decisive, events_of, tables
from orgsim.trace.pictures import charts_of, timeline_data

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, repr=False)
class TracedFirm:
    """One firm, replayed.

    Attributes
    ----------
    history : orgsim.trace.History
        Its states before the first quarter and after each.
    directory : Path or None
        The run's; None where the firm is only in memory.
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
    directory: Path | None
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
        return f"{self.called}: {self.run_title}"

    @property
    def called(self) -> str:
        """Firm, design point of a sweep, and where it ended."""
        at = f" at point {self.point:,}" if self.of_points > 1 else ""
        return f"Firm {self.firm:,}{at}, {self.scenario_title}"

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
        require_matplotlib()
        return Picture("timeline", timeline(timeline_data(self.history, self.events, self.title)))

    def organisation(self) -> Picture:
        """Draw who reports to whom, before the first quarter and after the last.

        Raises
        ------
        UsageError
            If matplotlib is not installed.
        """
        require_matplotlib()
        caption = (
            "Numbers of departments are means of their people. Bars: technical share, from 0 "
            "(marketing) to 1 (IT)."
        )
        figure = organisation(charts_of(self.history), title=self.title, caption=caption)
        return Picture("organisation", figure)

    # --- files

    @property
    def folder(self) -> Path:
        """Where files of it go unless told otherwise.

        Raises
        ------
        UsageError
            If the firm is only in memory.
        """
        if self.directory is None:
            raise UsageError("the firm is only in memory; say which folder to write into")
        return self.directory / TRACES / self.folder_name

    @property
    def folder_name(self) -> str:
        """How the folder of it is called."""
        return f"point-{self.point}-firm-{self.firm}"
