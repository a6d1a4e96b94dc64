"""Pictures of a run of one setting: its split, how it came about, and what sets firms apart."""

from __future__ import annotations

from typing import Any

from orgsim.figures.entry import Drawing, Given
from orgsim.figures.registry import drawings
from orgsim.figures.setting.inputs import SettingFirms, SettingQuarters, SettingShares

__all__ = ["SettingFirms", "SettingQuarters", "SettingShares", "figures_of"]


def figures_of(*given: Given[Any]) -> dict[str, Drawing]:
    """Return the figures of a setting by names fit for files, those whose numbers are given."""
    return drawings(__name__, given)
