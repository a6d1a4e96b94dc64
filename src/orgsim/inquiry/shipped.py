"""Screenings that are shipped beside their presets."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow.parquet as pq

from orgsim.config.sources import preset_path
from orgsim.errors import UsageError
from orgsim.results.sensitivity import SCREENING
from orgsim.results.sensitivity.tables import Columns
from orgsim.store.tables import read_plain_columns


class ShippedScreening(NamedTuple):
    """A screening that is shipped beside a preset.

    Attributes
    ----------
    columns : mapping of name to values
        Of ``results.sensitivity.SCREENING``: a row an output and parameter.
    model, source, plan : str
        Name and version of the model that it is of, the hash of its source, and that of the
        settings that the preset had.
    """

    columns: Columns
    model: str
    source: str
    plan: str

    def ranked(self, output: str) -> list[str]:
        """Return the parameters, the one that moves an output most first.

        Raises
        ------
        KeyError
            If it was not screened for.
        """
        names = zip(self.columns["output"], self.columns["parameter"], strict=True)
        rows = zip(names, self.columns["mu_star"], strict=True)
        found = {path: float(value) for (name, path), value in rows if name == output}
        if not found:
            raise KeyError(output)
        return sorted(found, key=lambda path: -found[path])


def shipped_screening(preset: str) -> ShippedScreening:
    """Return the screening that is shipped beside a preset.

    Raises
    ------
    UsageError
        If none is.
    """
    path = preset_path(preset)
    table = path.with_name(f"{path.stem}.screening.parquet")
    if not table.is_file():
        raise UsageError(
            f"{preset}: no screening is shipped; make one: orgsim sensitivity {preset}"
        )
    told = pq.read_schema(table).metadata or {}
    return ShippedScreening(
        read_plain_columns(table, SCREENING),
        told[b"orgsim_model"].decode(),
        told[b"orgsim_source"].decode(),
        told[b"orgsim_plan"].decode(),
    )
