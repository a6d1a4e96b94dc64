"""Whether a replayed firm is the one that was simulated, to the last bit."""

from __future__ import annotations

import numpy as np

from orgsim.errors import RunError, UsageError
from orgsim.numerics.sources import source_hash
from orgsim.results.source import SettingTables
from orgsim.store.tables import firm_columns, firm_table
from orgsim.trace import History


def is_of_another_model(setting: SettingTables) -> bool:
    """Whether the model's source was another one when the firms were simulated."""
    return setting.source.source_hash != source_hash(setting.source.model)


def model_versions(setting: SettingTables) -> str:
    """Name both versions of the model's source."""
    here = source_hash(setting.source.model)
    return f"source {setting.source.source_hash[:8]} there, {here[:8]} here"


def refuse_no_such_firm(setting: SettingTables, firm: int) -> None:
    """Refuse a number that no firm of the setting has.

    Raises
    ------
    UsageError
    """
    firms = setting.firm_count()
    if not 0 <= firm < firms:
        source = setting.source
        at = f" at point {source.point}" if source.points > 1 else ""
        raise UsageError(f"{source.called}: has no firm {firm:,}{at}; firms: 0 to {firms - 1:,}")


def check_row(setting: SettingTables, history: History) -> None:
    """Hold a history against the row that there is of the firm.

    Raises
    ------
    RunError
        If a column differs by a bit.
    """
    source = setting.source
    stored = source.firm_rows(history.firm, history.firm + 1)
    record = np.ascontiguousarray(history.record[-1:].T)
    model = source.model.kernel  # an earlier one had fewer columns; twins are not replayed
    columns = firm_columns(source.point, history.firm, record, model)
    made = firm_table(columns, source.sectors, {}, model).to_pylist()[0]
    there = stored.to_pylist()[0] if stored.num_rows == 1 else {}
    # repr, because it tells apart what == does not: -0.0 from 0.0.
    different = [
        c.name
        for c in source.model.firms
        if c.name in made and repr(made[c.name]) != repr(there.get(c.name))
    ]
    if not different:
        return
    named = ", ".join(different[:4]) + (", ..." if len(different) > 4 else "")
    where = (
        f"{source.called}: firm {history.firm:,} of point {source.point} does not come out as in "
        "the run"
    )
    if is_of_another_model(setting):
        raise RunError(
            f"{where} ({named}): another version of the model made it ({model_versions(setting)})\n"
            "  simulate it anew with this version: orgsim run CONFIG --out DIR"
        )
    raise RunError(
        f"{where} ({named}); see whether the rows are sound: orgsim verify {source.called}"
    )
