"""Pictures of a run of one setting: its split, how it came about, and what sets firms apart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from orgsim.figures.setting.drivers import drivers
from orgsim.figures.setting.horizon import state_at_horizon
from orgsim.figures.setting.inputs import SettingFirms, SettingQuarters, SettingShares
from orgsim.figures.setting.over_time import scenarios_over_time
from orgsim.figures.setting.split import split_beside_reference
from orgsim.figures.setting.trajectories import trajectories
from orgsim.figures.setting.two_by_two import two_by_two

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "SettingFirms",
    "SettingQuarters",
    "SettingShares",
    "drivers",
    "figures_of",
    "scenarios_over_time",
    "split_beside_reference",
    "state_at_horizon",
    "trajectories",
    "two_by_two",
]


def figures_of(
    shares: SettingShares,
    quarters: SettingQuarters | None = None,
    firms: SettingFirms | None = None,
) -> dict[str, Callable[[], Figure]]:
    """Return the figures of a setting by names fit for files, those whose input is given."""
    figures: dict[str, Callable[[], Figure]] = {
        "shares": partial(split_beside_reference, shares),
        "two-by-two": partial(two_by_two, shares),
    }
    if quarters is not None:
        figures["scenarios-over-time"] = partial(scenarios_over_time, quarters)
        figures["trajectories"] = partial(trajectories, quarters)
    if firms is not None:
        figures["state-at-horizon"] = partial(state_at_horizon, firms)
        figures["drivers"] = partial(drivers, firms)
    return figures
