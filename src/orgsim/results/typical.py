"""Which firm stands for those that ended alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgsim.config.values import nearest
from orgsim.errors import UsageError
from orgsim.model.columns import SCENARIO_TITLES, SCENARIOS, SERIES
from orgsim.results.source import SettingTables

MOST_FIRMS = 100_000
"""Of a point, so many firms are looked at."""

COLUMNS = (
    *SERIES,
    "commitment",
    "attempts",
    "failures",
    "reversals",
    "first_attempt",
    "first_adoption",
)
"""What firms are compared by, at the horizon."""


def typical_firm(setting: SettingTables, scenario: str) -> int:
    """Return the firm nearest to the medians of all that ended alike.

    Distance is the sum over ``COLUMNS`` of the distance to the median, in units of the group's
    interquartile range; where that is 0, of the whole range; constant columns do not count. What
    never came, a first attempt, is taken for a quarter later than the latest. Of several firms the
    first.

    Parameters
    ----------
    setting : SettingTables
        With rows of firms.
    scenario : str
        One of ``columns.SCENARIOS``.

    Raises
    ------
    UsageError
        If the run is not finished or keeps no rows of firms, there is no such scenario, or no
        firm ended there.
    """
    if scenario not in SCENARIOS:
        raise UsageError(
            f"no scenario {scenario!r}{nearest(str(scenario), SCENARIOS)}\n"
            f"  scenarios: {', '.join(SCENARIOS)}"
        )
    source = setting.source
    source.refuse_unfinished()
    firms = setting.firm_count()
    columns = ["firm", "scenario", *COLUMNS]
    rows = source.firm_rows(0, min(firms, MOST_FIRMS), columns)
    alike = np.array(rows.column("scenario").to_pylist()) == scenario
    if not alike.any():
        title = SCENARIO_TITLES[SCENARIOS.index(scenario)]
        looked = f"the first {MOST_FIRMS:,}" if firms > MOST_FIRMS else f"{firms:,}"
        raise UsageError(f"{source.called}: none of {looked} firms ended as {title}")
    values = np.stack([_filled(rows.column(name))[alike] for name in COLUMNS], axis=1)
    number = rows.column("firm").to_numpy()[alike]
    return int(number[np.argmin(distances(values))])


def _filled(column: Any) -> NDArray[np.float64]:
    """Return a column as doubles, NaN where null."""
    values = [np.nan if value is None else value for value in column.to_pylist()]
    return np.array(values, dtype=np.float64)


def distances(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each firm from the medians of all.

    Parameters
    ----------
    values : float64 (firms, columns)
        NaN: never.

    Returns
    -------
    float64 (firms,)
    """
    total = np.zeros(len(values))
    for column in values.T:
        never = np.isnan(column)
        if never.all():
            continue
        column = np.where(never, np.nanmax(column) + 1.0, column)
        low, median, high = np.quantile(column, (0.25, 0.5, 0.75))
        scale = high - low or np.ptp(column)
        if scale > 0.0:
            total += np.abs(column - median) / scale
    return total
