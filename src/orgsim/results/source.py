"""One setting, as whatever holds it gives it: a run directory, or the memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from orgsim.analysis.precision import spent_at
from orgsim.config.output import Output, Target
from orgsim.design.precision import Precision
from orgsim.spec import Model
from orgsim.store.tables import plain_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from orgsim.config.points import Sectors


class SettingSource(Protocol):
    """What holds one setting's rows, and says what they are of.

    Each may be asked before anything is there: what gives rows raises ``UsageError`` then.
    """

    @property
    def called(self) -> str:
        """How messages call what holds the setting: a run's directory."""

    @property
    def model(self) -> Model:
        """Whose firms they are."""

    @property
    def directory(self) -> Path | None:
        """Where files of the setting go, if it has a place on the disk."""

    @property
    def title(self) -> str:
        """Of the config."""

    @property
    def point(self) -> int:
        """Number of the design point; 0 without a sweep."""

    @property
    def points(self) -> int:
        """How many design points there are beside it, itself among them."""

    @property
    def target(self) -> Target:
        """What the config wants the shares to be compared with."""

    @property
    def precision(self) -> Mapping[str, Any] | None:
        """What intervals shall come to; see ``store.Manifest``."""

    @property
    def source_hash(self) -> str:
        """Hash of the source of the model that made it."""

    @property
    def sectors(self) -> Sequence[str]:
        """Names of the sectors, by code."""

    @property
    def output(self) -> Output:
        """Which tables are kept."""

    @property
    def provenance(self) -> Mapping[str, str]:
        """Where tables say that they come from."""

    @property
    def looks_for_misfit(self) -> bool:
        """Whether anybody reorganises, and so looks for a misfit."""

    def refuse_unfinished(self) -> None:
        """Refuse to go on where not all firms are there."""

    def inputs(self) -> tuple[dict[str, Any], Sectors, int]:
        """Return every parameter by path, the sectors, and the point's part of the random key."""

    def share_rows(self) -> dict[str, list[Any]]:
        """Return the rows of ``Model.shares``."""

    def firm_rows(self, first: int, stop: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of the firms ``first`` ... ``stop - 1``, in their order."""

    def firm_batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all firms, batch by batch, in any order."""

    def firm_frame(self) -> pd.DataFrame:
        """Return all rows of ``Model.firms``."""

    def quarter_frame(self) -> pd.DataFrame:
        """Return all rows of ``Model.quarters``."""


class SettingTables:
    """One setting: what it is, and its tables.

    Parameters
    ----------
    source : SettingSource
    """

    def __init__(self, source: SettingSource) -> None:
        self.source = source

    @property
    def title(self) -> str:
        """The config's."""
        return self.source.title

    @property
    def name(self) -> str:
        """How to call the setting: by the title, and the design point of a sweep."""
        title = self.title or self.source.called
        return f"{title}: point {self.source.point}" if self.source.points > 1 else title

    @property
    def settings(self) -> dict[str, Any]:
        """Every parameter, by path."""
        return self.source.inputs()[0]

    def counts(self) -> tuple[int, ...]:
        """Return the firms by scenario, in the order of ``Model.outcomes``.

        Raises
        ------
        UsageError
            If the run is not finished.
        """
        return tuple(self.source.share_rows()["count"])

    def firm_count(self) -> int:
        """Return how many firms there are.

        Raises
        ------
        UsageError
            As :meth:`counts`.
        """
        return sum(self.counts())

    def error_spent(self) -> float:
        """Return the part of the error that the last look at the firms may spend.

        1 where their number was fixed; less where they were added until a precision was met.
        """
        scenarios = len(self.source.model.outcomes)
        return spent_by(self.source.precision, self.firm_count(), scenarios)

    def shares(self) -> pd.DataFrame:
        """Return a row a scenario, see ``Model.shares``."""
        return plain_table(self.source.share_rows(), self.source.model.shares, {}).to_pandas()

    def firms(self) -> pd.DataFrame:
        """Return a row a firm, see ``Model.firms``."""
        return self.source.firm_frame()

    def quarters(self) -> pd.DataFrame:
        """Return a row a quarter, see ``Model.quarters``."""
        return self.source.quarter_frame()


def spent_by(precision: Mapping[str, Any] | None, firms: int, scenarios: int) -> float:
    """Return the part of the error that a look at so many firms may spend."""
    if precision is None:
        return 1.0
    return spent_at(Precision(**precision, scenarios=scenarios), firms)
