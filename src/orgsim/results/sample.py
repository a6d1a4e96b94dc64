"""Firms of one setting in memory, with what a setting answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from orgsim.config.output import Output, Target
from orgsim.config.points import Sectors
from orgsim.errors import UsageError
from orgsim.results.setting import Setting
from orgsim.spec import Model
from orgsim.store import Manifest
from orgsim.store.tables import firm_table, plain_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class HeldSetting:
    """One setting whose rows are in memory, as a ``SettingSource``.

    Attributes
    ----------
    model : Model
    meta : Manifest
        What a run directory would say of it.
    given : (settings, sectors, key)
        As of ``config.points.Points.inputs``.
    shares, quarters : mapping of str to array
        Columns of ``Model.shares`` and ``Model.quarters``.
    firms : callable
        Returns columns as of ``store.tables.firm_columns``.
    """

    model: Model
    meta: Manifest
    given: tuple[dict[str, Any], Sectors, int]
    shares: Mapping[str, Any]
    quarters: Mapping[str, Any]
    firms: Callable[[], Mapping[str, Any]]

    called = "the sample"
    directory: Path | None = None
    point = 0
    points = 1

    @property
    def title(self) -> str:
        """The config's."""
        return self.meta.title

    @property
    def target(self) -> Target:
        """The config's."""
        return self.meta.target

    @property
    def precision(self) -> Mapping[str, Any] | None:
        """What was asked for."""
        return self.meta.precision

    @property
    def source_hash(self) -> str:
        """Of the model that is installed."""
        return self.meta.identity.source

    @property
    def sectors(self) -> Sequence[str]:
        """The config's."""
        return self.meta.sectors

    @property
    def output(self) -> Output:
        """Which tables are kept: rows by quarter always."""
        return Output(firms=self.meta.output.firms, quarters=True)

    @property
    def provenance(self) -> Mapping[str, str]:
        """What files would say."""
        return self.meta.provenance

    @property
    def looks_for_misfit(self) -> bool:
        """Whether anybody reorganises."""
        return bool(self.given[0].get("mechanisms.reorganisation"))

    def refuse_unfinished(self) -> None:
        """Refuse nothing: it is finished."""

    def inputs(self) -> tuple[dict[str, Any], Sectors, int]:
        """Return the settings."""
        return self.given

    def share_rows(self) -> dict[str, list[Any]]:
        """Return the rows."""
        rows: dict[str, list[Any]] = self.share_table.to_pydict()
        return rows

    @cached_property
    def share_table(self) -> pa.Table:
        """The shares as a run directory has them."""
        return plain_table(self.shares, self.model.shares, self.provenance)

    @cached_property
    def quarter_table(self) -> pa.Table:
        """The rows by quarter as a run directory has them."""
        return plain_table(self.quarters, self.model.quarters, self.provenance)

    @cached_property
    def firm_table(self) -> pa.Table:
        """The firms as a run directory has them.

        Raises
        ------
        UsageError
            If the config says not to keep them.
        """
        if not self.output.firms:
            raise UsageError(f"{self.called}: has no firms: its config says [output] firms = false")
        return firm_table(self.firms(), self.sectors, self.provenance, self.model)

    def firm_rows(self, first: int, stop: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Return rows of firms."""
        rows = self.firm_table.slice(first, max(stop - first, 0))
        return rows if columns is None else rows.select(list(columns))

    def firm_batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all firms."""
        yield from self.firm_table.select(list(columns)).to_batches()

    def firm_frame(self) -> pd.DataFrame:
        """Return all rows of firms."""
        return self.firm_table.to_pandas()

    def quarter_frame(self) -> pd.DataFrame:
        """Return the rows by quarter."""
        return self.quarter_table.to_pandas()


class Sample(Setting):
    """Firms of one setting in memory: ``orgsim.simulate("article-2014", firms=2000)``.

    It answers what a setting of a run does, of the same firms to the last bit: shares, firms,
    quarters, comparisons, flows, traces, pictures.
    """

    def __init__(self, source: HeldSetting) -> None:
        super().__init__(source)
        self.meta = source.meta

    def __repr__(self) -> str:
        """Return what it is of, and how large."""
        return f"<orgsim.Sample {self.title!r}: {self.firm_count():,} firms>"

    @property
    def digest(self) -> str:
        """Hash of the content: that of a run directory of the same config."""
        assert self.meta.digest is not None
        return self.meta.digest
